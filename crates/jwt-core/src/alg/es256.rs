//! ES256 keys in memory, over RustCrypto's p256: deterministic signatures (RFC 6979), S as computed.
//!
//! A signing key is its scalar and nothing else: loading it costs no curve operation, so the first
//! token after boot costs one signature and not two.

use core::fmt;

use ecdsa::hazmat;
use p256::ecdsa::Signature;
use p256::elliptic_curve::sec1::{FromSec1Point as _, ToSec1Point as _};
use p256::{NistP256, NonZeroScalar, PublicKey, Sec1Point};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::nonce::es256_nonce;
use super::{Algorithm, Es256, InvalidSignature, SigningFailed, SigningKey, VerifyingKey};
use crate::error::KeyError;

/// A private key for ES256.
///
/// # Security
/// Nonces are deterministic (RFC 6979): signing needs no randomness. The scalar is not shown by
/// `Debug` and is wiped on drop; [`crate::danger`] reads it back. p256 has never been
/// independently audited.
pub struct Es256SigningKey {
    scalar: NonZeroScalar,
}

impl Es256SigningKey {
    /// Takes in the 32 bytes of a private key, big endian (the `d` of RFC 7518 section 6.2.2.1).
    ///
    /// # Errors
    /// [`KeyError::InvalidPrivateKey`] where it is no number in 1..n.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { scalar: scalar(bytes).ok_or(KeyError::InvalidPrivateKey)? })
    }

    /// As [`Es256SigningKey::from_bytes`], for bytes whose number is not known.
    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_bytes(bytes.try_into().map_err(|_| KeyError::InvalidPrivateKey)?)
    }

    /// As [`Es256SigningKey::from_slice`], where the public part is known and has to match.
    ///
    /// Costs a multiplication on the curve.
    pub(crate) fn with_public(bytes: &[u8], public: &Es256VerifyingKey) -> Result<Self, KeyError> {
        let key = Self::from_slice(bytes)?;
        if key.verifying_key() == *public { Ok(key) } else { Err(KeyError::KeyMismatch) }
    }

    /// The public key. Costs a multiplication on the curve.
    #[must_use]
    pub fn verifying_key(&self) -> Es256VerifyingKey {
        Es256VerifyingKey { point: PublicKey::from_secret_scalar(&self.scalar) }
    }

    /// `None`: the nonce gives no signature (RFC 6979 section 3.4).
    fn try_sign(&self, digest: &[u8; 32], candidate: u32) -> Option<[u8; 64]> {
        let mut nonce = scalar(&es256_nonce(&self.secret_bytes(), digest, candidate))?;
        let signed = sign_with(&self.scalar, &nonce, digest);
        nonce.zeroize();
        signed
    }

    /// The scalar. Public only through [`crate::danger`].
    pub(crate) fn secret_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut repr = p256::FieldBytes::from(&self.scalar);
        let bytes = Zeroizing::new(repr.into());
        repr.as_mut_slice().zeroize();
        bytes
    }
}

/// A number in 1..n.
fn scalar(bytes: &[u8; 32]) -> Option<NonZeroScalar> {
    let mut repr = p256::FieldBytes::from(*bytes);
    let scalar = NonZeroScalar::from_repr(repr).into();
    repr.as_mut_slice().zeroize();
    scalar
}

impl SigningKey for Es256SigningKey {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        let digest = Sha256::digest(signing_input).into();
        (0..MAX_NONCES).find_map(|candidate| self.try_sign(&digest, candidate)).ok_or(SigningFailed)
    }
}

/// Out of line: the hashing of the nonce and the tables of the curve are not on the stack together.
#[inline(never)]
fn sign_with(key: &NonZeroScalar, nonce: &NonZeroScalar, digest: &[u8; 32]) -> Option<[u8; 64]> {
    let (signature, _) = hazmat::sign_prehashed::<NistP256>(key, nonce, digest).ok()?;
    Some(signature.to_bytes().into())
}

/// Nonces that are tried for one signature. That a second is needed has odds of 2^-250.
const MAX_NONCES: u32 = 4;

impl Drop for Es256SigningKey {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

impl fmt::Debug for Es256SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Es256SigningKey(secret)")
    }
}

/// A public key for ES256: a point on P-256 that is not the identity, checked when it was taken in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Es256VerifyingKey {
    point: PublicKey,
}

impl Es256VerifyingKey {
    /// Takes in a point in SEC1 form (SEC 1 section 2.3.4): 65 bytes uncompressed, or 33 compressed.
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`] where it is no point of the curve.
    pub fn from_sec1(point: &[u8]) -> Result<Self, KeyError> {
        // RFC 5480 section 2.2: "0x04", "0x02 or 0x03", and no other form. p256 takes x alone as well.
        if !matches!(point.first(), Some(2..=4)) {
            return Err(KeyError::InvalidPublicKey);
        }
        let point = PublicKey::from_sec1_bytes(point).map_err(|_| KeyError::InvalidPublicKey)?;
        Ok(Self { point })
    }

    /// Takes in the coordinates of a point, big endian (RFC 7518 section 6.2.1).
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`] where they are no point of the curve.
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        let point = Sec1Point::from_affine_coordinates(&(*x).into(), &(*y).into(), false);
        let point = Option::from(PublicKey::from_sec1_point(&point));
        Ok(Self { point: point.ok_or(KeyError::InvalidPublicKey)? })
    }

    /// The point in uncompressed SEC1 form: 0x04, x, y.
    #[must_use]
    pub fn to_sec1(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        let point = self.point.to_sec1_point(false);
        for (to, from) in bytes.iter_mut().zip(point.as_bytes()) {
            *to = *from;
        }
        bytes
    }
}

impl VerifyingKey for Es256VerifyingKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        // Refuses a length other than 64, and r or s outside 1..n. A high S is as good as a low
        // one: RFC 7518 section 3.4 says nothing of S.
        let signature = Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
        let digest = Sha256::digest(signing_input);
        hazmat::verify_prehashed(&self.point.to_projective(), &digest, &signature)
            .map_err(|_| InvalidSignature)
    }
}

impl fmt::Debug for Es256VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Es256VerifyingKey")
    }
}
