//! Nor by its fields.
use jwt_core::VerifiedToken;

fn read(token: VerifiedToken<'_>) {
    let _ = token.claims;
}

fn main() {}
