//! Signatures that p256 verifies before anybody sees them.

use jwt_core::{Es256, Es256VerifyingKey, KeyError, SigningFailed, SigningKey, VerifyingKey as _};

use crate::MintKey;

/// A [`MintKey`] whose every signature p256 verifies before it is handed out.
///
/// A core that is made to compute wrongly makes a wrong signature, and with the nonces of RFC 6979 a wrong and a
/// right one over the same message can give the private key away. The price is a verification for each
/// signature, and its flash and stack. jwt-device has the same for any key, as `CheckedKey`.
///
/// ```
/// use jwt_core::{Es256VerifyingKey, Minter};
/// use p256_mint::{CheckedMintKey, MintKey};
///
/// let key = CheckedMintKey::new(MintKey::from_bytes(&[0x42; 32])?)?; // or with the stored public key
/// let mut buf = [0; 256];
/// Minter::new().mint(&mut buf, &key, &())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CheckedMintKey {
    key: MintKey,
    public: Es256VerifyingKey,
}

impl CheckedMintKey {
    /// Derives the public key, which costs as much as a signature.
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`] where the core does not compute as it should.
    pub fn new(key: MintKey) -> Result<Self, KeyError> {
        let point = key.public_key().map_err(|_| KeyError::InvalidPublicKey)?;
        Ok(Self { public: Es256VerifyingKey::from_sec1(&point)?, key })
    }

    /// With the public key, which has to be this key's: otherwise every signature fails.
    #[must_use]
    pub const fn with_public(key: MintKey, public: Es256VerifyingKey) -> Self {
        Self { key, public }
    }

    /// The public key.
    #[must_use]
    pub const fn verifying_key(&self) -> &Es256VerifyingKey {
        &self.public
    }
}

impl SigningKey for CheckedMintKey {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        let signature = self.key.sign(signing_input)?;
        self.public.verify(signing_input, &signature).map_err(|_| SigningFailed)?;
        Ok(signature)
    }
}
