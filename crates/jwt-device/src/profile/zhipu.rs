//! Zhipu GLM (BigModel).

use core::fmt;

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Hs256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{Lifetime, Profile, ProviderToken, Rule, TimeUnit};

/// A token for the Zhipu GLM API. An API key there is two texts around a dot: an ID, and the secret that
/// signs.
///
/// | rule | |
/// | --- | --- |
/// | header | "sign_type" `SIGN` |
/// | claims | "api_key", "exp" and "timestamp", both **in milliseconds** |
/// | lifetime | no known limit |
#[derive(Clone, Copy)]
pub struct ZhipuGlm<'a> {
    /// "api_key": the API key before its dot. The secret behind the dot has no place here.
    pub api_key_id: &'a str,
    /// "timestamp": now.
    pub issued_at: NumericDate,
    /// **Seconds** from now to "exp".
    pub lifetime: u32,
}

/// Of an API key that is here by mistake the part before its dot alone.
impl fmt::Debug for ZhipuGlm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZhipuGlm")
            .field("api_key_id", &self.api_key_id.split('.').next())
            .field("issued_at", &self.issued_at)
            .field("lifetime", &self.lifetime)
            .finish()
    }
}

impl ProviderToken for ZhipuGlm<'_> {
    type Algorithm = Hs256;

    const PROFILE: Profile = Profile {
        header: &[("sign_type", "SIGN")],
        required: &[RegisteredClaim::ExpirationTime],
        lifetime: Some(Lifetime::unlimited(5 * 60)),
        time_unit: TimeUnit::Milliseconds,
        ..Profile::new("Zhipu GLM", Hs256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        from_fn(|object| {
            object
                .string("api_key", self.api_key_id)
                .integer("timestamp", TimeUnit::Milliseconds.count(self.issued_at));
        })
    }

    fn check_own(&self) -> Result<(), Rule> {
        Rule::not_empty("api_key", self.api_key_id)?;
        // The whole key where its ID belongs would publish the secret in every token.
        if self.api_key_id.bytes().any(|byte| byte == b'.') {
            return Err(Rule::SecretInClaim { claim: "api_key" });
        }
        Ok(())
    }
}
