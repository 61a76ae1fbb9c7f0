//! Every algorithm, minted by every backend and verified by every backend.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // a test may panic

mod common;

use common::{backends, key, signs};
use jwt_core::UnverifiedToken;
use jwt_std::{Algorithm, Error, Minter, RegisteredClaims, SigningKey, mint_members};

#[test]
fn what_one_backend_mints_every_backend_verifies() {
    let claims = RegisteredClaims { issuer: Some("issuer"), ..Default::default() };
    for algorithm in SigningKey::ALGORITHMS {
        let key = key(algorithm);
        let again = key.signing_key();
        assert_eq!(again.is_ok(), signs(jwt_std::Backend::default(), algorithm), "{algorithm}");
        for minting in backends() {
            let signing_key = match key.signing_key_with(minting) {
                Ok(signing_key) => signing_key,
                Err(Error::NoRsaSigning) if !signs(minting, algorithm) => continue,
                Err(error) => panic!("{algorithm} {minting:?}: {error}"),
            };
            assert_eq!(signing_key.algorithm(), algorithm);
            let token = mint_members(&Minter::new(), &signing_key, &claims).unwrap();
            for verifying in backends() {
                let verifying_key = key.verifying_key_with(verifying).unwrap();
                let mut scratch = vec![0; token.len()];
                let verdict = UnverifiedToken::parse(&token)
                    .and_then(|token| token.verify(&verifying_key, &mut scratch).map(|_| ()));
                assert_eq!(verdict, Ok(()), "{algorithm} {minting:?} {verifying:?}");
            }
        }
    }
    assert_eq!(SigningKey::ALGORITHMS, Algorithm::ALL);
}
