//! The rules of client assertions (RFC 7523, RFC 10070), which jwt-oauth has, and of Okta's.

use jwt_core::error::RegisteredClaim;
use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};
use jwt_oauth::{ClientAssertion, LegacyClientAssertion};

use super::{AudienceForm, KeyId, Lifetime, Profile, ProviderToken, Reuse, Subject};

/// What client assertions have in common.
///
/// RFC 7523 section 3 requires "iss", "sub", "aud" and "exp", and limits no lifetime; "iat" and "jti" are
/// added because servers ask for them. No RFC requires a "kid": a client with one key needs none.
const fn assertion(name: &'static str, typ: &'static str) -> Profile {
    Profile {
        typ: Some(typ),
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Subject,
            RegisteredClaim::Audience,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::IssuedAt,
            RegisteredClaim::JwtId,
        ],
        audience: AudienceForm::Single,
        subject: Subject::IsIssuer,
        lifetime: Some(Lifetime::unlimited(60)),
        reuse: Reuse::Once,
        ..Profile::new(name, Es256::ALGORITHM)
    }
}

/// | rule | |
/// | --- | --- |
/// | header | "typ" `client-authentication+jwt`; "kid" optional |
/// | claims | "iss" = "sub" = client ID; "aud", one string; "iat", "exp", "jti" |
/// | lifetime | no limit; short is safe, so 60 s is usual |
/// | reuse | one token a request |
impl ProviderToken for ClientAssertion<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = assertion("client assertion", Self::TYPE);

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        self.registered()
    }
}

/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT`; "kid" optional |
/// | the rest | as [`ClientAssertion`] |
impl ProviderToken for LegacyClientAssertion<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = assertion("client assertion, legacy audience", Self::TYPE);

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        self.registered()
    }
}

/// A client assertion for Okta. That Okta takes ES256 is *unconfirmed*.
///
/// | rule | |
/// | --- | --- |
/// | header | "kid" |
/// | claims | "iss" = "sub" = client ID; "aud", the token URL; "exp"; "jti" optional |
/// | lifetime | at most 3600 s (1 h) |
/// | reuse | one token a request where there is a "jti"; with or without, a new one costs one signature |
#[derive(Clone, Copy, Debug)]
pub struct OktaClientAssertion<'a> {
    /// "iss" and "sub": the client ID.
    pub client_id: &'a str,
    /// "aud": the token URL, `https://example.okta.com/oauth2/v1/token`.
    pub token_url: &'a str,
    /// "jti": text that this client never uses again; `None` lets the assertion be replayed.
    pub jwt_id: Option<&'a str>,
    /// Now. Not written.
    pub issued_at: NumericDate,
    /// Seconds from now to "exp".
    pub lifetime: u32,
}

impl ProviderToken for OktaClientAssertion<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        key_id: KeyId::Required,
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Subject,
            RegisteredClaim::Audience,
            RegisteredClaim::ExpirationTime,
        ],
        subject: Subject::IsIssuer,
        lifetime: Some(Lifetime::at_most(60 * 60, 5 * 60)),
        reuse: Reuse::Once,
        ..Profile::new("Okta", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.client_id),
            subject: Some(self.client_id),
            audience: Some(self.token_url.into()),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            jwt_id: self.jwt_id,
            ..Default::default()
        }
    }
}
