//! ClearBlade IoT Core, which took over the devices of Google's.

use jwt_core::error::RegisteredClaim;
use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{AudienceForm, Lifetime, Profile, ProviderToken};

/// The MQTT password of a device at ClearBlade IoT Core. The user name is ignored there.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT` |
/// | claims | "iat", "exp", "aud", which is one string and never an array |
/// | lifetime | at most 86,400 s (24 h). The broker allows 10 min more for clocks; they are not spent here |
///
/// The broker closes the connection at "exp".
#[derive(Clone, Copy, Debug)]
pub struct ClearBlade<'a> {
    /// "aud": the ID of the project.
    pub project_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
}

impl ProviderToken for ClearBlade<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        typ: Some("JWT"),
        required: &[
            RegisteredClaim::Audience,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::IssuedAt,
        ],
        audience: AudienceForm::Single,
        lifetime: Some(Lifetime::at_most(24 * 60 * 60, 60 * 60)),
        ..Profile::new("ClearBlade IoT Core", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            audience: Some(self.project_id.into()),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            issued_at: Some(self.issued_at),
            ..Default::default()
        }
    }
}
