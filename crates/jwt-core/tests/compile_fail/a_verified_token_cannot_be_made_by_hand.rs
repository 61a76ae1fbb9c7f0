//! The only way to a verified token is through a signature.
use jwt_core::error::ClaimErrors;
use jwt_core::{ClaimsSet, JoseHeader, VerifiedToken};

fn make<'s>(header: JoseHeader<'s>, claims: ClaimsSet<'s>) -> VerifiedToken<'s> {
    VerifiedToken { header, claims, errors: ClaimErrors::default() }
}

fn main() {}
