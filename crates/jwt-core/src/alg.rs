//! Algorithms as types: a key carries the one it is for, so no header can choose another.
//!
//! The markers, from [`Hs256`] to [`Ps512`], need no cryptography of this crate: an image whose
//! signatures come from a secure element names [`Es256`] and links no curve. Keys in memory are behind
//! the features `hmac` and `es256`; those of the other algorithms are for other crates.

#[cfg(feature = "es256")]
mod es256;
#[cfg(feature = "hmac")]
mod hmac;
#[cfg(feature = "es256-nonces")]
mod nonce;
mod p1363;
mod rsa;

use core::fmt;

use crate::algorithm::Algorithm;

#[cfg(feature = "es256")]
pub use es256::{Es256SigningKey, Es256VerifyingKey};
#[cfg(feature = "hmac")]
pub use hmac::{HmacAlgorithm, HmacKey};
#[cfg(feature = "es256-nonces")]
pub use nonce::{es256_hedged_nonce, es256_nonce};
pub(crate) use p1363::from_der as es256_signature_from_der;
pub(crate) use rsa::RESERVED as RESERVED_FOR_RSA;
pub use rsa::RsaSignature;

/// A signature algorithm as a type. Sealed: what an algorithm is, the RFCs say.
pub trait JwsAlgorithm: sealed::Sealed + Copy + fmt::Debug + 'static {
    /// The same as a value.
    const ALGORITHM: Algorithm;

    /// A signature as it stands in a token, before base64url.
    type Signature: AsRef<[u8]>;

    /// Whether this may be a signature of this algorithm. What a failed signer leaves is not.
    #[doc(hidden)]
    fn is_plausible(signature: &[u8]) -> bool;
}

mod sealed {
    pub trait Sealed {}
}

/// Defines markers: their documentation, their signature, and what is no signature of theirs. Defines
/// [`is_plausible`] too, which asks the marker of a value.
macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident $signature:ty, $check:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl sealed::Sealed for $name {}

            impl JwsAlgorithm for $name {
                const ALGORITHM: Algorithm = Algorithm::$name;
                type Signature = $signature;

                fn is_plausible(signature: &[u8]) -> bool {
                    let check: fn(&[u8]) -> bool = $check;
                    check(signature)
                }
            }
        )*

        /// Whether this may be a signature of this algorithm.
        pub(crate) fn is_plausible(algorithm: Algorithm, signature: &[u8]) -> bool {
            match algorithm {
                $(Algorithm::$name => $name::is_plausible(signature),)*
            }
        }
    };
}

markers! {
    /// HMAC with SHA-256, RFC 7518 section 3.2.
    Hs256 [u8; 32], |mac| mac.len() == 32;
    /// HMAC with SHA-384, RFC 7518 section 3.2.
    Hs384 [u8; 48], |mac| mac.len() == 48;
    /// HMAC with SHA-512, RFC 7518 section 3.2.
    Hs512 [u8; 64], |mac| mac.len() == 64;
    /// ECDSA on P-256 with SHA-256, RFC 7518 section 3.4.
    Es256 [u8; 64], |rs| p1363::is_in_range(rs, &p1363::ORDER);
    /// ECDSA on P-384 with SHA-384, RFC 7518 section 3.4.
    Es384 [u8; 96], |rs| p1363::is_in_range(rs, &p1363::ORDER_384);
    /// ECDSA on P-521 with SHA-512, RFC 7518 section 3.4.
    Es512 [u8; 132], |rs| p1363::is_in_range(rs, &p1363::ORDER_521);
    /// ECDSA on secp256k1 with SHA-256, RFC 8812 section 3.2.
    Es256k [u8; 64], |rs| p1363::is_in_range(rs, &p1363::ORDER_256K);
    /// EdDSA on Ed25519, RFC 8037 section 3.1.
    EdDsa [u8; 64], |rs| rs.len() == 64 && !is_zero(rs);
    /// EdDSA on Ed25519, RFC 9864 section 2.2.
    Ed25519 [u8; 64], |rs| rs.len() == 64 && !is_zero(rs);
    /// RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3.
    Rs256 RsaSignature, rsa::is_plausible;
    /// RSASSA-PKCS1-v1_5 with SHA-384, RFC 7518 section 3.3.
    Rs384 RsaSignature, rsa::is_plausible;
    /// RSASSA-PKCS1-v1_5 with SHA-512, RFC 7518 section 3.3.
    Rs512 RsaSignature, rsa::is_plausible;
    /// RSASSA-PSS with SHA-256, RFC 7518 section 3.5.
    Ps256 RsaSignature, rsa::is_plausible;
    /// RSASSA-PSS with SHA-384, RFC 7518 section 3.5.
    Ps384 RsaSignature, rsa::is_plausible;
    /// RSASSA-PSS with SHA-512, RFC 7518 section 3.5.
    Ps512 RsaSignature, rsa::is_plausible;
}

fn is_zero(signature: &[u8]) -> bool {
    signature.iter().all(|byte| *byte == 0)
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

    /// Length of its signatures in bytes. A key for RSA has to say it, or nothing is minted with it.
    fn signature_len(&self) -> usize {
        Self::Algorithm::ALGORITHM.signature_len().unwrap_or(usize::MAX)
    }

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

    /// Length of its signatures in bytes. A key for RSA has to say it, or nothing verifies under it.
    fn signature_len(&self) -> usize {
        self.algorithm().signature_len().unwrap_or(usize::MAX)
    }

    /// Verifies `signature` over `signing_input`.
    ///
    /// The caller has already compared the length of `signature` with
    /// [`VerifyingKey::signature_len`]; an implementation must not rely on it for safety.
    ///
    /// # Errors
    /// [`InvalidSignature`], and never why.
    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;
}

impl<K: SigningKey + ?Sized> SigningKey for &K {
    type Algorithm = K::Algorithm;

    fn signature_len(&self) -> usize {
        (**self).signature_len()
    }

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

    fn signature_len(&self) -> usize {
        (**self).signature_len()
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
