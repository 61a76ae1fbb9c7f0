//! Secrets, and where what is made of them becomes public.

use jwt_core::{
    Algorithm, InvalidSignature, JwsAlgorithm, SigningFailed, SigningKey, VerifyingKey,
};

use crate::memcheck::{conceal, conceal_letters, publish};

/// A key in 1..n, and a secret of 32 bytes.
pub(crate) const BYTES: [u8; 32] = *b"\x8e the bytes of a key for tests, ";

/// Such bytes, undefined.
pub(crate) fn bytes<const N: usize>(bytes: [u8; N]) -> [u8; N] {
    let mut bytes = bytes;
    conceal(&mut bytes);
    bytes
}

/// A text in base64, in which the letters of one part are secret.
pub(crate) fn text(before: &str, secret: &str, after: &str) -> Vec<u8> {
    let mut text = [before, secret, after].concat().into_bytes();
    let secret = text.iter_mut().skip(before.len()).take(secret.len());
    for letter in secret.filter(|letter| letter.is_ascii_lowercase()) {
        conceal_letters(std::slice::from_mut(letter));
    }
    text
}

/// A key whose signatures, and whose verdicts on them, are public once they are made.
pub(crate) struct Opened<K>(pub(crate) K);

impl<K: SigningKey> SigningKey for Opened<K> {
    type Algorithm = K::Algorithm;

    fn sign(
        &self,
        signing_input: &[u8],
    ) -> Result<<Self::Algorithm as JwsAlgorithm>::Signature, SigningFailed> {
        publish(self.0.sign(signing_input))
    }
}

impl<K: VerifyingKey> VerifyingKey for Opened<K> {
    fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        publish(self.0.verify(signing_input, signature))
    }
}
