//! DoorDash Drive.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Hs256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{AudienceForm, Lifetime, Profile, ProviderToken, Rule};

/// A token for the DoorDash Drive API.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT`, "dd-ver" `DD-JWT-V1` |
/// | claims | "aud" `doordash`, "iss", "iat", "exp", and "kid", which is **in the payload** |
/// | lifetime | at most 1800 s (30 min) |
#[derive(Clone, Copy, Debug)]
pub struct DoorDash<'a> {
    /// "iss": the developer ID, a UUID.
    pub developer_id: &'a str,
    /// "kid" in the payload: the key ID, a UUID. The signer's key needs no name.
    pub key_id: &'a str,
    /// "iat": now. One in the future is refused.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
}

const AUDIENCE: &str = "doordash";

impl ProviderToken for DoorDash<'_> {
    type Algorithm = Hs256;

    const PROFILE: Profile = Profile {
        typ: Some("JWT"),
        header: &[("dd-ver", "DD-JWT-V1")],
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Audience,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::IssuedAt,
        ],
        fixed: &[(RegisteredClaim::Audience, AUDIENCE)],
        audience: AudienceForm::Single,
        lifetime: Some(Lifetime::at_most(30 * 60, 5 * 60)),
        ..Profile::new("DoorDash", Hs256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.developer_id),
            audience: Some(AUDIENCE.into()),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            issued_at: Some(self.issued_at),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        from_fn(|object| {
            object.string("kid", self.key_id);
        })
    }

    fn check_own(&self) -> Result<(), Rule> {
        Rule::not_empty("kid", self.key_id)
    }
}
