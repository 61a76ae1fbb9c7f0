//! Twilio access tokens.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Hs256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{Lifetime, Profile, ProviderToken};

/// A Twilio access token.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT`, "cty" `twilio-fpa;v=1` |
/// | claims | "jti", "iss" the SID of the API key, "sub" the SID of the account, "exp", "grants" |
/// | lifetime | at most 86,400 s (24 h) |
#[derive(Clone, Copy, Debug)]
pub struct TwilioAccessToken<'a, G> {
    /// "iss": the SID of the API key, `SK…`.
    pub key_sid: &'a str,
    /// "sub": the SID of the account, `AC…`.
    pub account_sid: &'a str,
    /// "jti": text that this key never uses again; Twilio's libraries write the key SID and the time.
    pub jwt_id: &'a str,
    /// Now. Not written.
    pub issued_at: NumericDate,
    /// Seconds from now to "exp".
    pub lifetime: u32,
    /// The members of "grants": "identity" and one for each product.
    pub grants: G,
}

impl<G: WriteMembers> ProviderToken for TwilioAccessToken<'_, G> {
    type Algorithm = Hs256;

    const PROFILE: Profile = Profile {
        typ: Some("JWT"),
        cty: Some("twilio-fpa;v=1"),
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Subject,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::JwtId,
        ],
        lifetime: Some(Lifetime::at_most(24 * 60 * 60, 60 * 60)),
        ..Profile::new("Twilio", Hs256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.key_sid),
            subject: Some(self.account_sid),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            jwt_id: Some(self.jwt_id),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        from_fn(|object| {
            object.object("grants", &self.grants);
        })
    }
}
