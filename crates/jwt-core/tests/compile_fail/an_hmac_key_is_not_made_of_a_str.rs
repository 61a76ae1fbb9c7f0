//! RFC 8725 section 3.5: a password is no key.
use jwt_core::{HmacKey, Hs256};

fn main() {
    let _: HmacKey<Hs256> = "correct horse battery staple".into();
}
