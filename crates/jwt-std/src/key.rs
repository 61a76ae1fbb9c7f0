//! Keys whose algorithm is known at run time: an enum over the core's typed keys. Each variant still has
//! one algorithm, and a token's `alg` chooses none of them.

use std::fmt;

use jwt_core::{
    Algorithm, Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, Hs384, Hs512, InvalidSignature,
    KeyError,
};

use crate::secret;

/// A key that mints, for one algorithm.
pub enum SigningKey {
    /// A secret for HS256.
    Hs256(HmacKey<Hs256>),
    /// A secret for HS384.
    Hs384(HmacKey<Hs384>),
    /// A secret for HS512.
    Hs512(HmacKey<Hs512>),
    /// A private key for ES256.
    Es256(Es256SigningKey),
}

/// A key that verifies, for one algorithm.
pub enum VerifyingKey {
    /// A secret for HS256.
    Hs256(HmacKey<Hs256>),
    /// A secret for HS384.
    Hs384(HmacKey<Hs384>),
    /// A secret for HS512.
    Hs512(HmacKey<Hs512>),
    /// A public key for ES256.
    Es256(Es256VerifyingKey),
}

impl SigningKey {
    /// The algorithms that there are keys for.
    pub const ALGORITHMS: [Algorithm; 4] =
        [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512, Algorithm::Es256];

    /// The algorithm of this key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hs256(_) => Algorithm::Hs256,
            Self::Hs384(_) => Algorithm::Hs384,
            Self::Hs512(_) => Algorithm::Hs512,
            Self::Es256(_) => Algorithm::Es256,
        }
    }

    /// A key from a raw HMAC secret.
    ///
    /// # Errors
    /// [`KeyError`]; an algorithm that is not HMAC needs another kind of key.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        secret::check(secret)?;
        Ok(match algorithm {
            Algorithm::Hs256 => Self::Hs256(HmacKey::new(secret)?),
            Algorithm::Hs384 => Self::Hs384(HmacKey::new(secret)?),
            Algorithm::Hs512 => Self::Hs512(HmacKey::new(secret)?),
            _ => return Err(not_symmetric()),
        })
    }
}

impl VerifyingKey {
    /// A key from a raw HMAC secret.
    ///
    /// # Errors
    /// [`KeyError`]; an algorithm that is not HMAC needs another kind of key.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        secret::check(secret)?;
        Ok(match algorithm {
            Algorithm::Hs256 => Self::Hs256(HmacKey::new(secret)?),
            Algorithm::Hs384 => Self::Hs384(HmacKey::new(secret)?),
            Algorithm::Hs512 => Self::Hs512(HmacKey::new(secret)?),
            _ => return Err(not_symmetric()),
        })
    }
}

impl jwt_core::VerifyingKey for VerifyingKey {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hs256(_) => Algorithm::Hs256,
            Self::Hs384(_) => Algorithm::Hs384,
            Self::Hs512(_) => Algorithm::Hs512,
            Self::Es256(_) => Algorithm::Es256,
        }
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        match self {
            Self::Hs256(key) => key.verify(signing_input, signature),
            Self::Hs384(key) => key.verify(signing_input, signature),
            Self::Hs512(key) => key.verify(signing_input, signature),
            Self::Es256(key) => key.verify(signing_input, signature),
        }
    }
}

const fn not_symmetric() -> KeyError {
    use jwt_core::error::KeyForm;
    KeyError::WrongForm { found: KeyForm::Symmetric, needed: KeyForm::P256 }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey::{}(secret)", self.algorithm())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey::{}", jwt_core::VerifyingKey::algorithm(self))
    }
}
