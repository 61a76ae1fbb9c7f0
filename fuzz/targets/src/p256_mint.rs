//! p256-mint against p256.

use jwt_core::{Es256SigningKey, SigningKey as _, VerifyingKey as _, sha256};
use p256_mint::MintKey;

/// The input is a private key and a message.
pub fn p256_mint(input: &[u8]) {
    let Some((secret, message)) = input.split_first_chunk() else { return };
    let (theirs, ours) = (Es256SigningKey::from_bytes(secret), MintKey::from_bytes(secret));
    let (Ok(theirs), Ok(ours)) = (&theirs, &ours) else {
        assert_eq!(theirs.is_ok(), ours.is_ok());
        return;
    };
    assert_eq!(ours.sign(message), theirs.sign(message));
    let public = theirs.verifying_key();
    assert_eq!(ours.public_key().unwrap(), public.to_sec1());
    let hedged = ours.sign_digest_hedged(&sha256(message), secret).unwrap();
    assert!(public.verify(message, &hedged).is_ok());
}
