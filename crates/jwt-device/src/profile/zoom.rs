//! Zoom Video SDK.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Hs256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{Lifetime, Profile, ProviderToken, Rule};

/// What a user of the Zoom Video SDK is in a session: "role_type", which has to be a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoomRole {
    /// 0.
    Participant,
    /// 1: host or co-host.
    Host,
}

impl ZoomRole {
    const fn number(self) -> i64 {
        match self {
            Self::Participant => 0,
            Self::Host => 1,
        }
    }
}

/// A token to start or join a session of the Zoom Video SDK.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT` |
/// | claims | "app_key", "tpc" of at most 200 characters, "role_type" a number, "version" 1, "iat", "exp"; any others, such as "user_key" |
/// | lifetime | at least 1800 s (30 min), at most 172,800 s (48 h) |
#[derive(Clone, Copy, Debug)]
pub struct ZoomVideoSdk<'a, M = ()> {
    /// "app_key": the Video SDK key.
    pub app_key: &'a str,
    /// "tpc": the name of the session.
    pub topic: &'a str,
    /// "role_type".
    pub role: ZoomRole,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
    /// Claims of your own; `()` for none.
    pub own: M,
}

/// Characters of "tpc" at most.
const MAX_TOPIC_LEN: usize = 200;

impl<M: WriteMembers> ProviderToken for ZoomVideoSdk<'_, M> {
    type Algorithm = Hs256;

    const PROFILE: Profile = Profile {
        typ: Some("JWT"),
        required: &[RegisteredClaim::ExpirationTime, RegisteredClaim::IssuedAt],
        lifetime: Some(Lifetime { usual: 2 * 60 * 60, min: 30 * 60, max: 48 * 60 * 60 }),
        ..Profile::new("Zoom Video SDK", Hs256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            issued_at: Some(self.issued_at),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        let required = from_fn(|object| {
            object
                .string("app_key", self.app_key)
                .string("tpc", self.topic)
                .integer("role_type", self.role.number())
                .integer("version", 1);
        });
        (required, &self.own)
    }

    fn check_own(&self) -> Result<(), Rule> {
        Rule::not_empty("app_key", self.app_key)?;
        Rule::not_empty("tpc", self.topic)?;
        // As many as there are bytes that begin a character: smaller than `chars().count()`.
        let found = self.topic.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
        if found > MAX_TOPIC_LEN {
            return Err(Rule::TooLong { member: "tpc", found, max: MAX_TOPIC_LEN });
        }
        Ok(())
    }
}
