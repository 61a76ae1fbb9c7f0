//! Peeking leads nowhere: nothing that was not verified becomes valid.
use jwt_core::danger::Unverified;
use jwt_core::{NumericDate, Policy};

fn validate(token: Unverified<'_>, policy: &Policy<'_>, now: NumericDate) {
    let _ = token.validate(policy, now);
}

fn main() {}
