//! Operations of jwt-core whose instructions are counted: the main jobs, and the ways in which a token is
//! refused, each of which has to be cheap. No peer is linked here.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use jwt_core::{HmacKey, Hs256, NumericDate, Policy, UnverifiedToken};

use crate::libraries::{JwtCore, Library as _, Op};
use crate::work::{AUDIENCE, Algorithm, ISSUER, LARGE, SECRET, SMALL, Work};

/// An operation: its name, how many times it runs to be counted, and what makes it.
type Operation = (&'static str, u32, fn() -> Option<Op>);

/// All operations.
pub const ALL: &[Operation] = &[
    ("HS256 mint", 100, || JwtCore.mint(&hs256(SMALL))),
    ("HS256 verify", 100, || JwtCore.verify(&hs256(SMALL))),
    ("HS256 mint 8 KB", 10, || JwtCore.mint(&hs256(LARGE))),
    ("HS256 verify 8 KB", 10, || JwtCore.verify(&hs256(LARGE))),
    ("ES256 mint", 2, || JwtCore.mint(&Work::new(Algorithm::Es256, SMALL))),
    ("ES256 verify", 2, || JwtCore.verify(&Work::new(Algorithm::Es256, SMALL))),
    ("HS256 load secret", 100, || JwtCore.load_signing(Algorithm::Hs256)),
    ("ES256 load private key", 2, || JwtCore.load_signing(Algorithm::Es256)),
    ("ES256 load public key", 10, || JwtCore.load_verifying(Algorithm::Es256)),
    ("parse", 100, || parse(hs256(SMALL).token, true)),
    ("parse 8 KB", 10, || parse(hs256(LARGE).token, true)),
    ("refuse no token", 100, || parse("x".repeat(400), false)),
    ("refuse padding", 100, || parse(hs256(SMALL).token + "=", false)),
    ("refuse another algorithm", 100, || refuse(Work::new(Algorithm::Es256, SMALL).token)),
    ("refuse signature", 100, || refuse(tampered())),
    ("refuse signature 8 KB", 10, || {
        let token = hs256(LARGE).token;
        refuse(swap_signature(&token))
    }),
    ("refuse expired", 100, expired),
];

fn hs256(bytes: usize) -> Work {
    Work::new(Algorithm::Hs256, bytes)
}

/// A token whose signature is another token's.
fn tampered() -> String {
    swap_signature(&hs256(SMALL).token)
}

fn swap_signature(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let reversed: String = signature.chars().rev().skip(1).collect();
    // The last character has unused bits, which have to be zero.
    format!("{input}.{reversed}A")
}

fn parse(token: String, good: bool) -> Option<Op> {
    Some(Box::new(move || {
        assert!(black_box(UnverifiedToken::parse(black_box(&token))).is_ok() == good);
    }))
}

fn refuse(token: String) -> Option<Op> {
    let key = HmacKey::<Hs256>::new(&SECRET).ok()?;
    let mut scratch = vec![0; token.len()];
    Some(Box::new(move || {
        let token = UnverifiedToken::parse(black_box(&token)).unwrap();
        assert!(black_box(token.verify(&key, &mut scratch)).is_err());
    }))
}

fn expired() -> Option<Op> {
    let key = HmacKey::<Hs256>::new(&SECRET).ok()?;
    let work = hs256(SMALL);
    let policy = Policy::new(ISSUER, AUDIENCE);
    let late = NumericDate::from_seconds(work.claims.exp);
    let mut scratch = vec![0; work.token.len()];
    Some(Box::new(move || {
        let token = UnverifiedToken::parse(black_box(&work.token)).unwrap();
        let token = token.verify(&key, &mut scratch).unwrap();
        assert!(black_box(token.validate(&policy, late)).is_err());
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_does_what_its_name_says() {
        for (_, _, make) in ALL {
            make().unwrap()();
        }
    }
}
