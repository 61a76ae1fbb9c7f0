//! The keys of an issuer, which may have to be fetched.

use jwt_core::{KeyStore, NumericDate, Policy};

use crate::{BoxFuture, Error, Token, verify};

/// The keys of an issuer, for a [`crate::ResourceServer`]: any [`KeyStore`], or keys that are fetched.
///
/// [`IssuerKeys::verify`] takes what is there and waits for nothing; the two others may fetch.
pub trait IssuerKeys: Send + Sync {
    /// Verifies a token with the keys that are there.
    ///
    /// # Errors
    /// Those of [`verify`].
    fn verify(&self, token: &str, policy: &Policy<'_>, now: NumericDate) -> Result<Token, Error>;

    /// Comes before every verification: keys whose time is over are fetched anew.
    ///
    /// # Errors
    /// Where there are no keys to verify with.
    fn prepare(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// A token named a key that is not there. Whether there may be others now, so that it is worth another try.
    fn refetch(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(false))
    }
}

impl<K: KeyStore + Send + Sync> IssuerKeys for K {
    fn verify(&self, token: &str, policy: &Policy<'_>, now: NumericDate) -> Result<Token, Error> {
        verify(token, self, policy, now)
    }
}
