//! Identifiers that were used, so that none is accepted twice.

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;

use jwt_core::NumericDate;
use sha2::{Digest as _, Sha256};

use crate::BoxFuture;

pub use memory::MemoryReplayStore;
#[cfg(feature = "redis")]
pub use redis::RedisReplayStore;

/// An identifier and whose it is: "jti" is unique for one issuer only (RFC 7519 section 4.1.7), and that of a
/// DPoP proof for one key (RFC 9449 section 11.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayId<'a> {
    /// "iss", or the thumbprint of the key.
    pub issuer: &'a str,
    /// "jti".
    pub jwt_id: &'a str,
}

impl ReplayId<'_> {
    /// As long for one identifier as for another, and with no doubt where the one part ends.
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(self.issuer));
        hash.update(self.jwt_id);
        hash.finalize().into()
    }
}

/// Why an identifier is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplayError {
    /// It was accepted before.
    Replayed,
    /// Its time is over, so that it may have been accepted before and forgotten since.
    Expired,
    /// There is no room to remember it.
    Full,
    /// What remembers it cannot be reached.
    Unavailable,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replayed => "it was used before",
            Self::Expired => "its time is over",
            Self::Full => "no room to remember what is used",
            Self::Unavailable => "what remembers what is used cannot be reached",
        })
    }
}

impl std::error::Error for ReplayError {}

/// Remembers which identifiers were used, each until it could not be used again anyway.
///
/// Whoever implements this decides in one step whether an identifier is new and takes it, and says no whenever
/// that cannot be decided.
pub trait ReplayStore: Send + Sync {
    /// Takes an identifier. Of all calls for one identifier, by whomever and at once, one succeeds at most,
    /// until the time `expires`: the "exp" of what carries it, and the leeway.
    ///
    /// # Errors
    /// [`ReplayError`]; after any of them it is not accepted.
    fn accept<'a>(
        &'a self,
        id: ReplayId<'a>,
        expires: NumericDate,
        now: NumericDate,
    ) -> BoxFuture<'a, Result<(), ReplayError>>;
}
