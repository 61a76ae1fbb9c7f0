//! The nonces of deterministic ECDSA (RFC 6979 section 3.2) for P-256 with SHA-256.
//!
//! For this curve and this hash the conversions of RFC 6979 section 2.3 are the identity, or one
//! subtraction. Whatever depends on a secret runs in constant time.

use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::p1363::ORDER;

/// A nonce for the private key `secret` and the message with this SHA-256: the first, which RFC 6979
/// calls k, or the `candidate`-th after it, which is wanted only where those before gave no signature
/// (section 3.4). It is in 1..n.
///
/// # Security
/// A nonce that is known, or used for two messages, gives the private key away.
#[must_use]
pub fn es256_nonce(secret: &[u8; 32], digest: &[u8; 32], candidate: u32) -> Zeroizing<[u8; 32]> {
    nonce(secret, digest, &[], candidate)
}

/// As [`es256_nonce`], with 32 bytes of randomness as additional data (RFC 6979 section 3.6): no two signatures
/// have the same nonce then, even over the same message, and bad randomness makes it no worse than without.
///
/// # Security
/// As for [`es256_nonce`].
#[must_use]
pub fn es256_hedged_nonce(
    secret: &[u8; 32],
    digest: &[u8; 32],
    random: &[u8; 32],
    candidate: u32,
) -> Zeroizing<[u8; 32]> {
    nonce(secret, digest, random, candidate)
}

#[inline(never)] // its stack is not the signer's
fn nonce(
    secret: &[u8; 32],
    digest: &[u8; 32],
    additional: &[u8],
    candidate: u32,
) -> Zeroizing<[u8; 32]> {
    // bits2octets: the digest modulo n. A digest is public.
    let (reduced, below) = minus_order(digest);
    let digest = if below { digest } else { &reduced };
    // Steps b to g.
    let mut generator = Generator::new();
    generator.seed(&[0x00], secret, digest, additional);
    generator.seed(&[0x01], secret, digest, additional);
    // Step h.
    let mut wanted = candidate;
    loop {
        generator.step();
        let (_, below) = minus_order(&generator.value);
        if below && generator.value.iter().fold(0, |all, byte| all | byte) != 0 {
            match wanted.checked_sub(1) {
                Some(rest) => wanted = rest,
                None => return Zeroizing::new(generator.value),
            }
        }
        generator.seed(&[0x00], &[], &[], &[]);
    }
}

/// HMAC_DRBG. HMAC (RFC 2104) is written out here: with its states where they stay, it takes half of the stack.
struct Generator {
    /// SHA-256 after the key's block for the message, and for the hash of that.
    inner: Sha256,
    outer: Sha256,
    value: [u8; 32],
}

impl Generator {
    fn new() -> Self {
        let mut generator = Self { inner: Sha256::new(), outer: Sha256::new(), value: [0x01; 32] };
        generator.set_key(&mut [0; 32]);
        generator
    }

    /// K = HMAC_K(V || separator || secret || digest || additional), V = HMAC_K(V).
    fn seed(&mut self, separator: &[u8; 1], secret: &[u8], digest: &[u8], additional: &[u8]) {
        let mut key = self.mac(&[&self.value, separator, secret, digest, additional]);
        self.set_key(&mut key);
        self.step();
    }

    /// V = HMAC_K(V).
    fn step(&mut self) {
        self.value = self.mac(&[&self.value]);
    }

    /// HMAC_K of the parts, one after the other.
    #[inline(never)]
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = self.inner.clone();
        parts.iter().for_each(|part| hash.update(part));
        let mut digest: [u8; 32] = hash.finalize().into();
        let mut hash = self.outer.clone();
        hash.update(digest);
        digest.zeroize();
        hash.finalize().into()
    }

    /// Takes these bytes for K, and wipes them.
    #[inline(never)]
    fn set_key(&mut self, key: &mut [u8; 32]) {
        let mut block = [0; 64];
        block.iter_mut().zip(key.iter()).for_each(|(to, from)| *to = *from);
        key.zeroize();
        for (hash, pad) in [(&mut self.inner, 0x36), (&mut self.outer, 0x36 ^ 0x5c)] {
            block.iter_mut().for_each(|byte| *byte ^= pad);
            hash.reset();
            hash.update(block);
        }
        block.zeroize();
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

/// `number` minus n, and whether it was below n. In constant time.
fn minus_order(number: &[u8; 32]) -> ([u8; 32], bool) {
    let mut difference = [0; 32];
    let mut borrow = 0;
    let places = difference.iter_mut().zip(number.iter().zip(&ORDER));
    for (to, (minuend, subtrahend)) in places.rev() {
        let [high, low] = u16::from(*minuend)
            .wrapping_sub(u16::from(*subtrahend))
            .wrapping_sub(borrow)
            .to_be_bytes();
        *to = low;
        borrow = u16::from(high & 1);
    }
    (difference, borrow == 1)
}
