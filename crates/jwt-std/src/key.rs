//! Keys whose algorithm is known at run time. Each has one algorithm nevertheless, and a token's `alg`
//! chooses none.

use std::fmt;
use std::sync::Arc;

use jwt_core::error::KeyForm;
use jwt_core::{
    Algorithm, Es256SigningKey, Es256VerifyingKey, HmacAlgorithm, HmacKey, InvalidSignature,
    KeyError, SigningFailed,
};

use crate::SignatureCache;
use crate::backend::{self, Sign, Verify};
use crate::material::form_for;

/// Bytes of a signature at most, but for RSA: ES512.
pub(crate) const SHORT_SIGNATURE_LEN: usize = 132;

/// Bytes of a signature at most: RSA with a modulus of 8192 bits.
pub(crate) const MAX_SIGNATURE_LEN: usize = 1024;

/// A key that mints, for one algorithm. Cheap to clone and to share between threads.
///
/// It comes out of a [`crate::PrivateKey`], a [`crate::KeyFile`] or a key of the core. A key whose type
/// tells its algorithm is [`crate::SigningKeyOf`].
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    key: Arc<dyn Sign>,
}

/// A key that verifies, for one algorithm. Cheap to clone and to share between threads.
///
/// It comes out of a [`crate::PublicKey`], a [`crate::KeyFile`] or a key of the core. A key whose type
/// tells its algorithm is [`crate::VerifyingKeyOf`].
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    key: Arc<dyn Verify>,
}

impl SigningKey {
    /// The algorithms that there are keys for.
    pub const ALGORITHMS: [Algorithm; 15] = Algorithm::ALL;

    pub(crate) fn new(algorithm: Algorithm, key: Arc<dyn Sign>) -> Self {
        Self { algorithm, key }
    }

    /// The algorithm of this key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Bytes of a signature: for RSA those of the modulus.
    #[must_use]
    pub fn signature_len(&self) -> usize {
        self.key.signature_len()
    }

    /// A key from a raw HMAC secret.
    ///
    /// # Errors
    /// [`KeyError`]; an algorithm that is not HMAC needs another kind of key.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::new(algorithm, backend::hmac_signer(algorithm, secret)?))
    }

    /// Whether [`SHORT_SIGNATURE_LEN`] is room for a signature.
    pub(crate) fn is_short(&self) -> bool {
        self.key.signature_len() <= SHORT_SIGNATURE_LEN
    }

    /// Signs into the front of `buf`.
    pub(crate) fn sign<'s>(
        &self,
        input: &[u8],
        buf: &'s mut [u8],
    ) -> Result<&'s [u8], SigningFailed> {
        let out = buf.get_mut(..self.key.signature_len()).ok_or(SigningFailed)?;
        self.key.sign(input, out)?;
        Ok(out)
    }
}

impl VerifyingKey {
    pub(crate) fn new(algorithm: Algorithm, key: Arc<dyn Verify>) -> Self {
        Self { algorithm, key }
    }

    /// A key from a raw HMAC secret.
    ///
    /// # Errors
    /// [`KeyError`]; an algorithm that is not HMAC needs another kind of key.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::new(algorithm, backend::hmac_verifier(algorithm, secret)?))
    }

    /// The key with a memory of the signatures that were good. A key for HMAC stays as it is.
    #[must_use]
    pub fn cached(&self, cache: &SignatureCache) -> Self {
        match form_for(self.algorithm) {
            KeyForm::Symmetric => self.clone(),
            _ => Self::new(self.algorithm, cache.wrap(Arc::clone(&self.key))),
        }
    }
}

impl jwt_core::VerifyingKey for VerifyingKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn signature_len(&self) -> usize {
        self.key.signature_len()
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.key.verify(signing_input, signature)
    }
}

impl<A: HmacAlgorithm<State: Send + Sync>> From<HmacKey<A>> for SigningKey {
    fn from(key: HmacKey<A>) -> Self {
        Self::new(A::ALGORITHM, backend::signer_of(key))
    }
}

impl<A: HmacAlgorithm<State: Send + Sync>> From<HmacKey<A>> for VerifyingKey {
    fn from(key: HmacKey<A>) -> Self {
        Self::new(A::ALGORITHM, backend::verifier_of(key))
    }
}

impl From<Es256SigningKey> for SigningKey {
    fn from(key: Es256SigningKey) -> Self {
        Self::new(Algorithm::Es256, backend::signer_of(key))
    }
}

impl From<Es256VerifyingKey> for VerifyingKey {
    fn from(key: Es256VerifyingKey) -> Self {
        Self::new(Algorithm::Es256, backend::verifier_of(key))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey::{}(secret)", self.algorithm)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey::{}", self.algorithm)
    }
}
