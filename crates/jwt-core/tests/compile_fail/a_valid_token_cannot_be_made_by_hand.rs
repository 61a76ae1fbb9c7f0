//! The only way to a valid token is through a policy.
use jwt_core::{ClaimsSet, JoseHeader, ValidToken};

fn make<'s>(header: JoseHeader<'s>, claims: ClaimsSet<'s>) -> ValidToken<'s> {
    ValidToken { header, claims }
}

fn main() {}
