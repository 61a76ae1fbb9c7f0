//! Algorithms as types: a key carries the one it is for, so no header can choose another.
//!
//! The markers [`Hs256`], [`Hs384`], [`Hs512`] and [`Es256`] need no cryptography of this crate:
//! an image whose signatures come from a secure element names [`Es256`] and links no curve.
//! Software keys are behind the features `hmac` and `es256`.

#[cfg(feature = "es256")]
mod es256;
#[cfg(feature = "hmac")]
mod hmac;
#[cfg(feature = "es256-nonces")]
mod nonce;
mod p1363;

use core::fmt;

use crate::algorithm::Algorithm;
use crate::error::MintError;

#[cfg(feature = "es256")]
pub use es256::{Es256SigningKey, Es256VerifyingKey};
#[cfg(feature = "hmac")]
pub use hmac::{HmacAlgorithm, HmacKey};
#[cfg(feature = "es256-nonces")]
pub use nonce::es256_nonce;
pub(crate) use p1363::from_der as es256_signature_from_der;

/// A signature algorithm as a type. Sealed: what an algorithm is, the RFCs say.
pub trait JwsAlgorithm: sealed::Sealed + Copy + fmt::Debug + 'static {
    /// The same as a value.
    const ALGORITHM: Algorithm;

    /// A signature as it stands in a token, before base64url.
    type Signature: AsRef<[u8]>;

    /// Refuses what is certainly no signature of this algorithm.
    #[doc(hidden)]
    fn check(signature: &[u8]) -> Result<(), MintError>;
}

mod sealed {
    pub trait Sealed {}
}

/// Defines a marker: its documentation, its signature, and how an alleged signature is checked.
macro_rules! marker {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl JwsAlgorithm for $name {
            const ALGORITHM: Algorithm = Algorithm::$name;
            type Signature = [u8; $bytes];

            fn check(signature: &[u8]) -> Result<(), MintError> {
                let signature: &[u8; $bytes] =
                    signature.try_into().map_err(|_| MintError::InvalidSignature)?;
                let check: fn(&[u8; $bytes]) -> bool = $check;
                if check(signature) { Ok(()) } else { Err(MintError::InvalidSignature) }
            }
        }
    };
}

marker! {
    /// HMAC with SHA-256, RFC 7518 section 3.2.
    Hs256, 32, |_| true
}
marker! {
    /// HMAC with SHA-384, RFC 7518 section 3.2.
    Hs384, 48, |_| true
}
marker! {
    /// HMAC with SHA-512, RFC 7518 section 3.2.
    Hs512, 64, |_| true
}
marker! {
    /// ECDSA on P-256 with SHA-256, RFC 7518 section 3.4.
    Es256, 64, p1363::is_in_range
}

/// Signing failed. Deterministic ECDSA and HMAC give no reason to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningFailed;

/// Not the signature of this key over this input. There is no telling why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSignature;

/// A key in memory that signs for one algorithm.
///
/// Signers that are not at hand at once, or that fail for reasons of their own, take the two
/// phases of [`crate::Draft`] instead.
pub trait SigningKey {
    /// The algorithm of this key.
    type Algorithm: JwsAlgorithm;

    /// The signature of `signing_input`.
    ///
    /// # Errors
    /// [`SigningFailed`]; the keys of this crate never do.
    fn sign(
        &self,
        signing_input: &[u8],
    ) -> Result<<Self::Algorithm as JwsAlgorithm>::Signature, SigningFailed>;
}

/// A key that verifies for one algorithm.
pub trait VerifyingKey {
    /// The algorithm of this key: the only `alg` it accepts.
    fn algorithm(&self) -> Algorithm;

    /// Verifies `signature` over `signing_input`.
    ///
    /// The caller has already compared the length of `signature` with
    /// [`Algorithm::signature_len`]; an implementation must not rely on it for safety.
    ///
    /// # Errors
    /// [`InvalidSignature`], and never why.
    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;
}

impl<K: SigningKey + ?Sized> SigningKey for &K {
    type Algorithm = K::Algorithm;

    fn sign(
        &self,
        signing_input: &[u8],
    ) -> Result<<K::Algorithm as JwsAlgorithm>::Signature, SigningFailed> {
        (**self).sign(signing_input)
    }
}

impl<K: VerifyingKey + ?Sized> VerifyingKey for &K {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        (**self).verify(signing_input, signature)
    }
}

impl fmt::Display for SigningFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signing failed")
    }
}

impl fmt::Display for InvalidSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid signature")
    }
}

impl core::error::Error for SigningFailed {}
impl core::error::Error for InvalidSignature {}
