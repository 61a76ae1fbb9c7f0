//! There is one copy of a secret, and it is wiped.
use jwt_core::{HmacKey, Hs256};

fn copy(key: &HmacKey<Hs256>) -> HmacKey<Hs256> {
    key.clone()
}

fn main() {}
