//! Not even the header: it would tempt to choose a key or an algorithm by it.
use jwt_core::UnverifiedToken;

fn main() {
    let token = UnverifiedToken::parse("e30.e30.").unwrap();
    let _ = token.header();
}
