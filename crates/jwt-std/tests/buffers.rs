//! Tokens in memory of the caller, of any length, and what is allocated for them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    missing_docs
)] // a test may panic

use std::collections::BTreeMap;

use jwt_std::jwt_core::json::from_fn;
use jwt_std::jwt_core::{MintError, VerifyingKey as _};
use jwt_std::{
    Algorithm, ExpectAudience, ExpectIssuer, Minter, NumericDate, Policy, PrivateKey, SigningKey,
    VerifyingKey, mint_into, mint_members, verify,
};

fn pair(algorithm: Algorithm) -> (SigningKey, VerifyingKey) {
    let key = PrivateKey::generate(algorithm).unwrap();
    (key.signing_key().unwrap(), key.verifying_key().unwrap())
}

fn lax<'p>() -> Policy<'p> {
    Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked).allow_missing_expiration()
}

/// Claims of no, a few, and many bytes: a signature is longer than the first, and the last are longer than
/// what `mint` has room for at first.
#[test]
fn header_and_claims_of_any_length_come_back_as_they_were() {
    let mut algorithms = vec![Algorithm::Hs256, Algorithm::Es256, Algorithm::Es512];
    if cfg!(feature = "aws-lc-rs") {
        algorithms.push(Algorithm::Rs256);
    }
    for algorithm in algorithms {
        let (signing, verifying) = pair(algorithm);
        assert_eq!(verifying.signature_len(), signing.signature_len());
        for len in [0, 1, 100, 250, 300, 330, 400, 2000] {
            let text = "é".repeat(len);
            let claims = from_fn(|object| {
                if len > 0 {
                    object.string("text", &text);
                }
            });
            let token = mint_members(&Minter::new().kid("k"), &signing, &claims).unwrap();
            let read = verify(&token, &verifying, &lax(), NumericDate::from_seconds(0)).unwrap();
            assert_eq!(read.header_json(), format!(r#"{{"alg":"{algorithm}","kid":"k"}}"#));
            let expected =
                if len > 0 { format!(r#"{{"text":"{text}"}}"#) } else { "{}".to_owned() };
            assert_eq!(read.claims_json(), expected);
        }
    }
}

#[test]
fn a_buffer_of_the_exact_length_suffices_and_a_shorter_one_is_told_it() {
    let (signing, verifying) = pair(Algorithm::Es256);
    let claims = from_fn(|object| {
        object.string("sub", "me");
    });
    let too_small = mint_into(&Minter::new(), &mut [], &signing, &claims);
    let Err(MintError::BufferTooSmall { needed }) = too_small else { panic!("{too_small:?}") };
    let mut buf = vec![0; needed];
    assert!(mint_into(&Minter::new(), &mut buf[1..], &signing, &claims).is_err());
    let token = mint_into(&Minter::new(), &mut buf, &signing, &claims).unwrap();
    assert_eq!(token.as_str().len(), needed);
    assert!(verify(&token, &verifying, &lax(), NumericDate::from_seconds(0)).is_ok());
}

#[test]
fn claims_can_be_borrowed_from_the_token() {
    let (signing, verifying) = pair(Algorithm::Hs256);
    let claims = from_fn(|object| {
        object.string("sub", "me");
    });
    let token = mint_members(&Minter::new(), &signing, &claims).unwrap();
    let read = verify(&token, &verifying, &lax(), NumericDate::from_seconds(0)).unwrap();
    let claims: BTreeMap<&str, &str> = read.claims().unwrap();
    assert_eq!(claims, BTreeMap::from([("sub", "me")]));
}
