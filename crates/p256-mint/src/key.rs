//! A private key, and its signatures (FIPS 186-5 section 6.4.1).

use core::fmt;

use jwt_core::danger::{es256_hedged_nonce, es256_nonce};
use jwt_core::{Es256, KeyError, SigningFailed, SigningKey};
use zeroize::Zeroizing;

use crate::comb;
use crate::limb;
use crate::scalar::Scalar;

/// A private key for ES256.
///
/// It signs with the nonces of RFC 6979, so its signatures are those of any other implementation, bit for bit.
///
/// ```
/// use jwt_core::Minter;
/// use p256_mint::MintKey;
///
/// let key = MintKey::from_bytes(&[0x42; 32])?; // from your provisioning
/// let mut buf = [0; 256];
/// let token = Minter::new().kid("k1").mint(&mut buf, &key, &())?;
/// # assert!(token.as_str().starts_with("eyJ"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// The secret is not shown by `Debug` and is wiped on drop. What the arithmetic promises, and what it does not,
/// the page [`DESIGN.md`](https://github.com/jwt-core/jwt-core/blob/main/crates/p256-mint/DESIGN.md) says.
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
        match Scalar::from_bytes(bytes).map(Zeroizing::new) {
            Some(_) => Ok(Self { secret: Zeroizing::new(*bytes) }),
            None => Err(KeyError::InvalidPrivateKey),
        }
    }

    /// The public key as a point in uncompressed SEC1 form: 0x04, x, y. Costs as much as a signature.
    ///
    /// # Errors
    /// [`SigningFailed`] where the core does not compute as it should.
    pub fn public_key(&self) -> Result<[u8; 65], SigningFailed> {
        public_key(&self.secret).ok_or(SigningFailed)
    }

    /// The signature of a message with this SHA-256: r and s, 32 bytes each, big endian.
    ///
    /// # Errors
    /// [`SigningFailed`] where the core does not compute as it should.
    pub fn sign_digest(&self, digest: &[u8; 32]) -> Result<[u8; 64], SigningFailed> {
        self.sign_with(digest, |candidate| es256_nonce(&self.secret, digest, candidate))
    }

    /// As [`MintKey::sign_digest`], with a nonce that depends on 32 bytes of randomness too (RFC 6979 section
    /// 3.6). Whoever makes the core compute wrongly cannot compare two signatures with one nonce then. Bad
    /// randomness makes it no worse than without.
    ///
    /// # Errors
    /// [`SigningFailed`] where the core does not compute as it should.
    pub fn sign_digest_hedged(
        &self,
        digest: &[u8; 32],
        random: &[u8; 32],
    ) -> Result<[u8; 64], SigningFailed> {
        self.sign_with(digest, |candidate| {
            es256_hedged_nonce(&self.secret, digest, random, candidate)
        })
    }

    fn sign_with(
        &self,
        digest: &[u8; 32],
        nonce: impl Fn(u32) -> Zeroizing<[u8; 32]>,
    ) -> Result<[u8; 64], SigningFailed> {
        (0..MAX_NONCES)
            .find_map(|candidate| signature(&self.secret, &nonce(candidate), digest))
            .ok_or(SigningFailed)
    }
}

impl SigningKey for MintKey {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        self.sign_digest(&jwt_core::sha256(signing_input))
    }
}

/// The signature with this nonce; `None` where there is none.
///
/// Branches say whether there is one, and nothing else of the secrets.
#[inline(never)] // its stack is not the nonce's
fn signature(secret: &[u8; 32], nonce: &[u8; 32], digest: &[u8; 32]) -> Option<[u8; 64]> {
    let k = Zeroizing::new(Scalar::from_bytes(nonce)?);
    // k and −k have the same x.
    let odd = Zeroizing::new(k.odd_twin());
    let point = Zeroizing::new(comb::multiple(&odd));
    let r = Scalar::reduced(point.x()?.0);
    let d = Zeroizing::new(Scalar::from_bytes(secret)?);
    let e = Scalar::reduced(limb::from_bytes(digest));
    let sum = Zeroizing::new(r.mul(&d).add(&e));
    let s = Zeroizing::new(k.inverse()).mul(&sum);
    if r.is_zero() | s.is_zero() {
        return None;
    }
    let mut signature = [0; 64];
    let (halves, _) = signature.as_chunks_mut();
    halves.iter_mut().zip([r, s]).for_each(|(half, number)| limb::write_bytes(&number.0, half));
    Some(signature)
}

fn public_key(secret: &[u8; 32]) -> Option<[u8; 65]> {
    let d = Zeroizing::new(Scalar::from_bytes(secret)?);
    let odd = Zeroizing::new(d.odd_twin());
    let point = Zeroizing::new(comb::multiple(&odd));
    let (x, y) = point.coordinates()?;
    let y = y.negated_where(d.even());
    let mut sec1 = [0x04; 65];
    let [_, coordinates @ ..] = &mut sec1;
    let (halves, _) = coordinates.as_chunks_mut();
    halves.iter_mut().zip([x.0, y.0]).for_each(|(half, number)| limb::write_bytes(&number, half));
    Some(sec1)
}

impl fmt::Debug for MintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MintKey(secret)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
mod tests {
    use num_bigint::BigUint;

    use super::*;
    use crate::scalar::tests::order;

    /// FIPS 186-5 section 6.4.1 step 11. Such a digest is found by whoever knows the key and the nonce.
    #[test]
    fn a_signature_whose_s_is_zero_is_none() {
        let (secret, nonce) = ([0x42; 32], [0x17; 32]);
        let some = signature(&secret, &nonce, &[1; 32]).unwrap();
        let [r, d] = [&some[..32], &secret].map(BigUint::from_bytes_be);
        let n = order().to_biguint().unwrap();
        let digest = |e: BigUint| <[u8; 32]>::try_from(e.to_bytes_be()).unwrap();
        let e = &n - r * d % &n;
        assert!(signature(&secret, &nonce, &digest(&e + 1_u32)).is_some());
        assert_eq!(signature(&secret, &nonce, &digest(e)), None);
    }
}
