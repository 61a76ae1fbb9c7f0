//! Ed25519 keys (RFC 8032, RFC 8037).

use jwt_core::KeyError;
use zeroize::Zeroizing;

/// A public key: a point that is on the curve and of large order, in its one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ed25519Public([u8; 32]);

impl Ed25519Public {
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = bytes.try_into().map_err(|_| KeyError::InvalidPublicKey)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
        let key = key.map_err(|_| KeyError::InvalidPublicKey)?;
        // Under a key of small order, one signature is good for many messages. And of encodings that
        // are not reduced, the backends think differently.
        if key.is_weak() || key.to_edwards().compress().to_bytes() != bytes {
            return Err(KeyError::InvalidPublicKey);
        }
        Ok(Self(bytes))
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A seed, from which everything else is derived (RFC 8032 section 5.1.5).
#[derive(Clone)]
pub(crate) struct Ed25519Private {
    seed: Zeroizing<[u8; 32]>,
    public: Ed25519Public,
}

impl Ed25519Private {
    pub(crate) fn new(seed: &[u8]) -> Result<Self, KeyError> {
        let seed = Zeroizing::new(seed.try_into().map_err(|_| KeyError::InvalidPrivateKey)?);
        let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        Ok(Self { seed, public: Ed25519Public(public) })
    }

    pub(crate) const fn public(&self) -> Ed25519Public {
        self.public
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }
}
