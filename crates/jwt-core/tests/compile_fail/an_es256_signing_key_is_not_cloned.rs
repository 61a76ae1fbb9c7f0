//! There is one copy of a private key, and it is wiped.
use jwt_core::Es256SigningKey;

fn copy(key: &Es256SigningKey) -> Es256SigningKey {
    key.clone()
}

fn main() {}
