//! The signature comes before the claims.
use jwt_core::{NumericDate, Policy, UnverifiedToken};

fn main() {
    let token = UnverifiedToken::parse("e30.e30.").unwrap();
    let _ = token.validate(&Policy::new("issuer", "audience"), NumericDate::from_seconds(0));
}
