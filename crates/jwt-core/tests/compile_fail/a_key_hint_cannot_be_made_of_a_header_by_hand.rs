//! A hint carries kid and alg, and only what was read from a token.
use jwt_core::KeyHint;

fn main() {
    let _ = KeyHint { kid: None };
}
