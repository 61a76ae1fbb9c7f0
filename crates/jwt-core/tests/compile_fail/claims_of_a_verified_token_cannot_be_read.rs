//! A good signature on an expired token, or on one for somebody else, is not enough.
use jwt_core::VerifiedToken;

fn read(token: VerifiedToken<'_>) {
    let _ = token.claims();
}

fn main() {}
