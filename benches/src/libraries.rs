//! Who runs. A new contender is a module with a [`Library`] and a line in [`all`].

#[cfg(feature = "peers")]
mod floors;
#[cfg(josekit)]
mod josekit;
#[cfg(feature = "peers")]
mod jsonwebtoken;
#[cfg(feature = "peers")]
mod jwt_compact;
mod jwt_core;
#[cfg(feature = "peers")]
mod jwt_simple;
#[cfg(feature = "peers")]
mod jwt_std;
#[cfg(feature = "peers")]
mod jwt_std_cached;
#[cfg(feature = "peers")]
mod limit;

use crate::work::{Algorithm, Work};

pub use self::jwt_core::JwtCore;

/// Something to be timed, with all that it needs.
pub type Op = Box<dyn FnMut() + Send>;

/// A library as an application uses it: keys are loaded once, before the operation that is timed. `None`:
/// there is no such operation.
pub trait Library: Sync {
    /// Its name and, where that matters, what is under it.
    fn name(&self) -> &'static str;

    /// Mints a token with the claims of `work`.
    fn mint(&self, work: &Work) -> Option<Op>;

    /// Verifies the token of `work`, validates `exp`, `iss` and `aud`, and reads all claims.
    fn verify(&self, work: &Work) -> Option<Op>;

    /// Loads the key that signs: an HMAC secret from its bytes, a private key from PKCS#8 where that is taken.
    fn load_signing(&self, _: Algorithm) -> Option<Op> {
        None
    }

    /// Loads the key that verifies: an HMAC secret, a public key from SPKI or as a point.
    fn load_verifying(&self, _: Algorithm) -> Option<Op> {
        None
    }
}

/// All contenders. The first is what all others are related to.
#[must_use]
#[cfg(feature = "peers")]
pub fn all() -> Vec<&'static dyn Library> {
    vec![
        &JwtCore,
        &jwt_std::AWS_LC_RS,
        &jwt_std::RUST_CRYPTO,
        &jwt_std::InBuffers,
        &jwt_std_cached::JwtStdCached,
        &jsonwebtoken::RUST_CRYPTO,
        &jsonwebtoken::AWS_LC_RS,
        &jwt_compact::JwtCompact,
        &jwt_simple::JwtSimple,
        #[cfg(josekit)]
        &josekit::Josekit,
        &limit::Limit,
        &floors::RustCrypto,
        &floors::AwsLcRs,
        &floors::Ring,
    ]
}
