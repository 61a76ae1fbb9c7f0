//! Whoever verifies needs only the public key.
use jwt_core::{Es256SigningKey, UnverifiedToken};

fn verify(token: UnverifiedToken<'_>, key: &Es256SigningKey) {
    let _ = token.verify(key, &mut [0; 256]);
}

fn main() {}
