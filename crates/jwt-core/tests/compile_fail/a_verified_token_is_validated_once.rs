//! Validation consumes the token: a policy that refused it is not followed by a laxer one.
use jwt_core::{NumericDate, Policy, VerifiedToken};

fn twice(token: VerifiedToken<'_>, strict: &Policy<'_>, lax: &Policy<'_>, now: NumericDate) {
    let _ = token.validate(strict, now);
    let _ = token.validate(lax, now);
}

fn main() {}
