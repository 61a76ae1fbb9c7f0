//! LiveKit.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::WriteMembers;
use jwt_core::{Hs256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{Lifetime, Profile, ProviderToken};

/// A LiveKit access token.
///
/// | rule | |
/// | --- | --- |
/// | claims | "iss" the API key, "sub" the identity, "exp", and grants beside them, such as "video" |
/// | lifetime | no known limit; it matters for the first connection only |
#[derive(Clone, Copy, Debug)]
pub struct LiveKit<'a, G> {
    /// "iss": the API key.
    pub api_key: &'a str,
    /// "sub": the identity of the participant.
    pub identity: &'a str,
    /// Now. Not written.
    pub issued_at: NumericDate,
    /// Seconds from now to "exp".
    pub lifetime: u32,
    /// Members beside the registered claims: a "video" object and the like.
    pub grants: G,
}

impl<G: WriteMembers> ProviderToken for LiveKit<'_, G> {
    type Algorithm = Hs256;

    const PROFILE: Profile = Profile {
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Subject,
            RegisteredClaim::ExpirationTime,
        ],
        lifetime: Some(Lifetime::unlimited(10 * 60)),
        ..Profile::new("LiveKit", Hs256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.api_key),
            subject: Some(self.identity),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        &self.grants
    }
}
