//! Keys of the core: HMAC, and ES256 in pure Rust.

use std::sync::Arc;

use jwt_core::{
    Algorithm, HmacKey, Hs256, Hs384, Hs512, InvalidSignature, KeyError, SigningFailed,
};

use super::{Sign, Verify, put};
use crate::material::check_form;
use crate::secret;

/// A key of the core.
struct OfCore<K>(K);

/// What signs with a key of the core.
pub(crate) fn signer_of<K>(key: K) -> Arc<dyn Sign>
where
    K: jwt_core::SigningKey + Send + Sync + 'static,
{
    Arc::new(OfCore(key))
}

/// What verifies with a key of the core.
pub(crate) fn verifier_of<K>(key: K) -> Arc<dyn Verify>
where
    K: jwt_core::VerifyingKey + Send + Sync + 'static,
{
    Arc::new(OfCore(key))
}

/// What signs with an HMAC secret.
pub(crate) fn hmac_signer(algorithm: Algorithm, secret: &[u8]) -> Result<Arc<dyn Sign>, KeyError> {
    secret::check(secret)?;
    let key = match algorithm {
        Algorithm::Hs256 => signer_of(HmacKey::<Hs256>::new(secret)?),
        Algorithm::Hs384 => signer_of(HmacKey::<Hs384>::new(secret)?),
        Algorithm::Hs512 => signer_of(HmacKey::<Hs512>::new(secret)?),
        other => return Err(not_for(other)),
    };
    secret::check_len(secret)?;
    Ok(key)
}

/// What verifies with an HMAC secret.
pub(crate) fn hmac_verifier(
    algorithm: Algorithm,
    secret: &[u8],
) -> Result<Arc<dyn Verify>, KeyError> {
    secret::check(secret)?;
    let key = match algorithm {
        Algorithm::Hs256 => verifier_of(HmacKey::<Hs256>::new(secret)?),
        Algorithm::Hs384 => verifier_of(HmacKey::<Hs384>::new(secret)?),
        Algorithm::Hs512 => verifier_of(HmacKey::<Hs512>::new(secret)?),
        other => return Err(not_for(other)),
    };
    secret::check_len(secret)?;
    Ok(key)
}

/// A secret is for HMAC only.
fn not_for(algorithm: Algorithm) -> KeyError {
    let found = jwt_core::error::KeyForm::Symmetric;
    check_form(found, algorithm).err().unwrap_or(KeyError::InvalidPrivateKey)
}

impl<K: jwt_core::SigningKey + Send + Sync> Sign for OfCore<K> {
    fn signature_len(&self) -> usize {
        self.0.signature_len()
    }

    fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
        put(self.0.sign(input)?.as_ref(), out)
    }
}

impl<K: jwt_core::VerifyingKey + Send + Sync> Verify for OfCore<K> {
    fn signature_len(&self) -> usize {
        self.0.signature_len()
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.0.verify(input, signature)
    }
}
