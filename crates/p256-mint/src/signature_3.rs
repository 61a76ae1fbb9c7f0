//! The traits of `signature` 3.

use signature::hazmat::PrehashSigner;
use signature::{Error, SignatureEncoding, Signer};

use crate::MintKey;

/// r and s, 32 bytes each, big endian: what [`MintKey`] makes under the traits of `signature` 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl SignatureEncoding for Signature {
    type Repr = [u8; 64];
}

impl From<Signature> for [u8; 64] {
    fn from(signature: Signature) -> Self {
        signature.0
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Any 64 bytes: whether they are a signature, who verifies them finds out.
impl TryFrom<&[u8]> for Signature {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::new())
    }
}

impl Signer<Signature> for MintKey {
    fn try_sign(&self, message: &[u8]) -> Result<Signature, Error> {
        self.sign_digest(&jwt_core::sha256(message)).map(Signature).map_err(|_| Error::new())
    }
}

/// Of 32 bytes of SHA-256, and of nothing else.
impl PrehashSigner<Signature> for MintKey {
    fn sign_prehash(&self, prehash: &[u8]) -> Result<Signature, Error> {
        let digest = prehash.try_into().map_err(|_| Error::new())?;
        self.sign_digest(digest).map(Signature).map_err(|_| Error::new())
    }
}

#[cfg(feature = "rand_core-010")]
mod hedged {
    use rand_core::TryCryptoRng;
    use signature::hazmat::RandomizedPrehashSigner;
    use signature::{Error, RandomizedSigner};
    use zeroize::Zeroizing;

    use super::Signature;
    use crate::MintKey;

    /// With a nonce of [`MintKey::sign_digest_hedged`].
    impl RandomizedSigner<Signature> for MintKey {
        fn try_sign_with_rng<R: TryCryptoRng + ?Sized>(
            &self,
            rng: &mut R,
            message: &[u8],
        ) -> Result<Signature, Error> {
            self.sign_prehash_with_rng(rng, &jwt_core::sha256(message))
        }
    }

    /// With a nonce of [`MintKey::sign_digest_hedged`]. Of 32 bytes of SHA-256, and of nothing else.
    impl RandomizedPrehashSigner<Signature> for MintKey {
        fn sign_prehash_with_rng<R: TryCryptoRng + ?Sized>(
            &self,
            rng: &mut R,
            prehash: &[u8],
        ) -> Result<Signature, Error> {
            let digest = prehash.try_into().map_err(|_| Error::new())?;
            let mut random = Zeroizing::new([0; 32]);
            rng.try_fill_bytes(&mut *random).map_err(|_| Error::new())?;
            self.sign_digest_hedged(digest, &random).map(Signature).map_err(|_| Error::new())
        }
    }
}
