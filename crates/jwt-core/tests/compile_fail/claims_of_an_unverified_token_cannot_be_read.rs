//! Before the signature is verified there is nothing to read.
use jwt_core::UnverifiedToken;

fn main() {
    let token = UnverifiedToken::parse("e30.e30.").unwrap();
    let _ = token.claims();
}
