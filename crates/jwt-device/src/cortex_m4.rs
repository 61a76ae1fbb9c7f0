//! ES256 in assembly for cores with the DSP extension: Cortex-M4, M7 and M33.
//!
//! # What it is
//! The same signatures as [`jwt_core::Es256SigningKey`] makes, bit for bit (RFC 6979), in about a
//! sixteenth of the instructions. The arithmetic is that of P256-Cortex-M4, from the package p256-cortex-m4.
//!
//! # For firmware authors
//! The package compiles C and assembly, so the target needs a C compiler (`arm-none-eabi-gcc` with newlib's
//! headers). Signing takes some 2 KB of stack. To verify every signature
//! before it is handed out, wrap the key in [`crate::CheckedKey`].
//!
//! # Security
//! Constant time by its authors' word; like p256, it has not been independently audited.

use core::fmt;

use jwt_core::danger::es256_nonce;
use jwt_core::{
    Algorithm, Es256, InvalidSignature, KeyError, SigningFailed, SigningKey, VerifyingKey,
};
use p256_cortex_m4::{PublicKey, SecretKey, Signature};
use rand_core_06::{CryptoRng, Error, RngCore};
use zeroize::{Zeroize as _, Zeroizing};

/// A private key for ES256, for Cortex-M4 and M33. Wiped on drop.
pub struct CortexM4SigningKey {
    secret: Zeroizing<[u8; 32]>,
}

impl CortexM4SigningKey {
    /// Takes in the 32 bytes of a private key, big endian (the `d` of RFC 7518 section 6.2.2.1).
    ///
    /// # Errors
    /// [`KeyError::InvalidPrivateKey`] where it is no number in 1..n.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        with_words(bytes, |_| Self { secret: Zeroizing::new(*bytes) })
            .ok_or(KeyError::InvalidPrivateKey)
    }

    /// The public key. Costs a multiplication on the curve.
    #[must_use]
    pub fn verifying_key(&self) -> CortexM4VerifyingKey {
        CortexM4VerifyingKey { point: with_words(&self.secret, SecretKey::public_key) }
    }
}

impl SigningKey for CortexM4SigningKey {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        let digest = jwt_core::sha256(signing_input);
        let nonces = Nonces { secret: &self.secret, digest: &digest, drawn: 0 };
        with_words(&self.secret, |secret| secret.sign_prehashed(&digest, nonces))
            .map(|signature| signature.to_untagged_bytes())
            .ok_or(SigningFailed)
    }
}

/// The words of a private key are in memory for as long as `run` runs. `None`: it is none.
fn with_words<R>(bytes: &[u8; 32], run: impl FnOnce(&SecretKey) -> R) -> Option<R> {
    let mut secret = SecretKey::from_bytes(bytes).ok()?;
    let result = run(&secret);
    secret.zeroize();
    Some(result)
}

/// The nonces of RFC 6979 in the guise of randomness: the package draws 32 bytes, takes them for a
/// little-endian number, and draws again where there is no signature with it.
struct Nonces<'n> {
    secret: &'n [u8; 32],
    digest: &'n [u8; 32],
    drawn: u32,
}

impl RngCore for Nonces<'_> {
    fn fill_bytes(&mut self, out: &mut [u8]) {
        let nonce = es256_nonce(self.secret, self.digest, self.drawn);
        self.drawn = self.drawn.saturating_add(1);
        out.iter_mut().zip(nonce.iter().rev()).for_each(|(to, from)| *to = *from);
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(out);
        Ok(())
    }

    // Nobody draws these, and they are not worth a nonce.
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

impl CryptoRng for Nonces<'_> {}

impl fmt::Debug for CortexM4SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CortexM4SigningKey(secret)")
    }
}

/// A public key for ES256, for Cortex-M4 and M33.
#[derive(Clone)]
pub struct CortexM4VerifyingKey {
    /// `None` verifies nothing.
    point: Option<PublicKey>,
}

impl CortexM4VerifyingKey {
    /// Takes in a point in SEC1 form (SEC 1 section 2.3.4): 65 bytes uncompressed, or 33 compressed.
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`] where it is no point of the curve.
    pub fn from_sec1(point: &[u8]) -> Result<Self, KeyError> {
        match point {
            [0x04, rest @ ..] if rest.len() == 64 => {}
            [0x02 | 0x03, rest @ ..] if rest.len() == 32 => {}
            _ => return Err(KeyError::InvalidPublicKey),
        }
        let point = PublicKey::from_sec1_bytes(point).map_err(|_| KeyError::InvalidPublicKey)?;
        Ok(Self { point: Some(point) })
    }
}

impl VerifyingKey for CortexM4VerifyingKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let signature = Signature::from_untagged_bytes(signature).map_err(|_| InvalidSignature)?;
        let digest = jwt_core::sha256(signing_input);
        match &self.point {
            Some(point) if point.verify_prehashed(&digest, &signature) => Ok(()),
            _ => Err(InvalidSignature),
        }
    }
}

impl fmt::Debug for CortexM4VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CortexM4VerifyingKey")
    }
}
