//! A private key, and what it signs.

use core::fmt;

use jwt_core::danger::es256_nonce;
use jwt_core::{Es256, KeyError, SigningFailed, SigningKey};
use zeroize::{Zeroize as _, Zeroizing};

use crate::comb;
use crate::limb;
use crate::scalar::Scalar;

/// A private key for ES256. Wiped on drop.
pub struct MintKey {
    secret: Zeroizing<[u8; 32]>,
}

/// Nonces that are tried for one signature. That a second is needed has odds of 2^-250.
const MAX_NONCES: u32 = 4;

impl MintKey {
    /// Takes in the 32 bytes of a private key, big endian (the `d` of RFC 7518 section 6.2.2.1). Costs no
    /// operation on the curve.
    ///
    /// # Errors
    /// [`KeyError::InvalidPrivateKey`] where it is no number in 1..n.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        match Scalar::from_bytes(bytes) {
            Some(mut scalar) => {
                scalar.zeroize();
                Ok(Self { secret: Zeroizing::new(*bytes) })
            }
            None => Err(KeyError::InvalidPrivateKey),
        }
    }

    /// The public key as a point in uncompressed SEC1 form: 0x04, x, y. Costs a multiplication on the curve.
    #[must_use]
    pub fn public_key(&self) -> [u8; 65] {
        todo!()
    }

    /// The signature of a message with this SHA-256: r and s, big endian.
    pub fn sign_digest(&self, digest: &[u8; 32]) -> Result<[u8; 64], SigningFailed> {
        (0..MAX_NONCES)
            .find_map(|candidate| {
                sign_with(&self.secret, &es256_nonce(&self.secret, digest, candidate), digest)
            })
            .ok_or(SigningFailed)
    }
}

impl SigningKey for MintKey {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        self.sign_digest(&jwt_core::sha256(signing_input))
    }
}

/// The signature with this nonce; `None` where there is none (FIPS 186-5 section 6.4.1, steps 5 and 11).
#[inline(never)]
fn sign_with(secret: &[u8; 32], nonce: &[u8; 32], digest: &[u8; 32]) -> Option<[u8; 64]> {
    let mut k = Scalar::from_bytes(nonce)?;
    let mut point = comb::multiple(&k.odd_twin());
    let x = point.x();
    point.zeroize();
    let r = Scalar::reduced(x?);
    let mut d = Scalar::from_bytes(secret)?;
    let s = k.inverse().mul(&r.mul(&d).add(&Scalar::reduced(limb::from_bytes(digest))));
    k.zeroize();
    d.zeroize();
    if r.is_zero() | s.is_zero() {
        return None;
    }
    let mut signature = [0; 64];
    let (halves, _) = signature.as_chunks_mut::<32>();
    halves.iter_mut().zip([r, s]).for_each(|(bytes, scalar)| limb::write_bytes(&scalar.0, bytes));
    Some(signature)
}

impl fmt::Debug for MintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MintKey(secret)")
    }
}
