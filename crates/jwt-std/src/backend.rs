//! Who does the arithmetic of signatures: chosen per key, additive, nothing global.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod core;
mod rust_crypto;

use std::sync::Arc;

use jwt_core::{Algorithm, InvalidSignature, SigningFailed};
use zeroize::Zeroizing;

pub(crate) use self::core::{hmac_signer, hmac_verifier, signer_of, verifier_of};
use crate::Error;
use crate::material::{Private, Public, check_form};

/// The packages that sign and verify for one key.
///
/// Every key has one, and all agree on every verdict. HMAC is computed by the core with whichever.
///
/// | | [`Backend::RustCrypto`] | `Backend::AwsLc` |
/// | --- | --- | --- |
/// | ES256, ES384, ES512, ES256K | deterministic (RFC 6979) | nonces from the key, the input and randomness; several times as fast |
/// | EdDSA, Ed25519 | yes | yes |
/// | RS256 to PS512 | verifies | signs and verifies |
///
/// RSA private keys do not sign with RustCrypto, whose `rsa` package leaks timing (RUSTSEC-2023-0071).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// Pure Rust: the core for ES256, and p384, p521, k256, ed25519-dalek and rsa.
    RustCrypto,
    /// AWS-LC, a C library with assembly and formally verified parts. With the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    AwsLc,
}

impl Default for Backend {
    /// `Backend::AwsLc` where the feature `aws-lc-rs` is on.
    fn default() -> Self {
        #[cfg(feature = "aws-lc-rs")]
        return Self::AwsLc;
        #[cfg(not(feature = "aws-lc-rs"))]
        return Self::RustCrypto;
    }
}

/// Something that signs for one key.
pub(crate) trait Sign: Send + Sync {
    /// Bytes of a signature.
    fn signature_len(&self) -> usize;

    /// Signs into `out`, which has the length of a signature.
    fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed>;
}

/// Something that verifies for one key.
pub(crate) trait Verify: Send + Sync {
    /// Bytes of a signature.
    fn signature_len(&self) -> usize;

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;
}

/// A backend: makes what signs and verifies, from key material that fits the algorithm.
trait Provider {
    fn signer(algorithm: Algorithm, key: &Private) -> Result<Arc<dyn Sign>, Error>;
    fn verifier(algorithm: Algorithm, key: &Public) -> Result<Arc<dyn Verify>, Error>;
}

impl Backend {
    pub(crate) fn signer(
        self,
        algorithm: Algorithm,
        key: &Private,
    ) -> Result<Arc<dyn Sign>, Error> {
        check_form(key.form(), algorithm)?;
        match (key, self) {
            (Private::Hmac(secret), _) => Ok(hmac_signer(algorithm, secret)?),
            (_, Self::RustCrypto) => rust_crypto::RustCrypto::signer(algorithm, key),
            #[cfg(feature = "aws-lc-rs")]
            (_, Self::AwsLc) => aws_lc::AwsLc::signer(algorithm, key),
        }
    }

    pub(crate) fn verifier(
        self,
        algorithm: Algorithm,
        key: &Public,
    ) -> Result<Arc<dyn Verify>, Error> {
        check_form(key.form(), algorithm)?;
        match self {
            Self::RustCrypto => rust_crypto::RustCrypto::verifier(algorithm, key),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLc => aws_lc::AwsLc::verifier(algorithm, key),
        }
    }
}

/// Puts a signature where it is wanted, if it has the length that is wanted.
fn put(signature: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
    if signature.len() != out.len() {
        return Err(SigningFailed);
    }
    out.copy_from_slice(signature);
    Ok(())
}

/// A new RSA key as PKCS#8; `None` where there are none of this size.
pub(crate) fn generate_rsa(bits: usize) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    #[cfg(feature = "aws-lc-rs")]
    return aws_lc::generate_rsa(bits);
    #[cfg(not(feature = "aws-lc-rs"))]
    {
        let _ = bits;
        Err(Error::NoRsaSigning)
    }
}
