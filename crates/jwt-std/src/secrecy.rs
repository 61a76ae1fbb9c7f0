//! Secrets that come in the boxes of the package secrecy: opened here, for as long as a key is made of them.

use jwt_core::{Algorithm, KeyError};
use secrecy_010::{ExposeSecret as _, SecretSlice};
use zeroize::Zeroizing;

use crate::{PrivateKey, SigningKey, VerifyingKey};

impl SigningKey {
    /// As [`SigningKey::from_secret`], from a box of secrecy 0.10.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_secret_slice(
        algorithm: Algorithm,
        secret: &SecretSlice<u8>,
    ) -> Result<Self, KeyError> {
        Self::from_secret(algorithm, secret.expose_secret())
    }
}

impl VerifyingKey {
    /// As [`VerifyingKey::from_secret`], from a box of secrecy 0.10.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_secret_slice(
        algorithm: Algorithm,
        secret: &SecretSlice<u8>,
    ) -> Result<Self, KeyError> {
        Self::from_secret(algorithm, secret.expose_secret())
    }
}

impl PrivateKey {
    /// As [`PrivateKey::new`], from a box of secrecy 0.10.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_secret_slice(
        algorithm: Algorithm,
        secret: &SecretSlice<u8>,
    ) -> Result<Self, KeyError> {
        Self::new(algorithm, Zeroizing::new(secret.expose_secret().to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boxed_secret_makes_the_same_keys() {
        let secret = SecretSlice::from(vec![0x42; 32]);
        let signing = SigningKey::from_secret_slice(Algorithm::Hs256, &secret).unwrap();
        let minter = crate::Minter::new();
        let boxed = crate::mint_members(&minter, &signing, &()).unwrap();
        let plain = SigningKey::from_secret(Algorithm::Hs256, &[0x42; 32]).unwrap();
        assert_eq!(boxed, crate::mint_members(&minter, &plain, &()).unwrap());
        let private = PrivateKey::from_secret_slice(Algorithm::Hs256, &secret).unwrap();
        let plain = crate::mint_members(&minter, &private.signing_key().unwrap(), &()).unwrap();
        assert_eq!(boxed, plain);
        assert!(VerifyingKey::from_secret_slice(Algorithm::Hs256, &secret).is_ok());
        let short = SecretSlice::from(vec![0x42; 31]);
        let refused = SigningKey::from_secret_slice(Algorithm::Hs256, &short).unwrap_err();
        assert_eq!(refused, KeyError::TooShort { found: 31, needed: 32 });
    }
}
