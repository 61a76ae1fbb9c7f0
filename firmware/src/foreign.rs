//! Signers in C, to compare with: the same token, hash and nonce, so that what differs is their curve.

use jwt_core::danger::es256_nonce;
use jwt_core::{Es256, SigningFailed, SigningKey, sha256};

/// Signs a digest with a private key and a nonce.
pub type Sign = fn(secret: &[u8; 32], digest: &[u8; 32], nonce: &[u8; 32]) -> Option<[u8; 64]>;

/// A key for a signer in C.
pub struct Foreign {
    secret: [u8; 32],
    sign: Sign,
}

impl Foreign {
    /// Costs nothing: both signers take the bytes each time.
    pub const fn new(secret: [u8; 32], sign: Sign) -> Self {
        Self { secret, sign }
    }
}

impl SigningKey for Foreign {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        let digest = sha256(signing_input);
        let nonce = es256_nonce(&self.secret, &digest, 0);
        (self.sign)(&self.secret, &digest, &nonce).ok_or(SigningFailed)
    }
}
