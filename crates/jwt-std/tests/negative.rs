//! What has to be refused, for every algorithm with every backend.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use common::{backends, der, file, is_rsa, key, signs};
use jwt_core::{KeyError, RegisteredClaims, Stage, UnverifiedToken, VerifyingKey as _, base64url};
use jwt_std::{
    Algorithm, Backend, Error, Minter, PrivateKey, PublicKey, SigningKey, VerifyingKey,
    mint_members,
};

const CLAIMS: RegisteredClaims<'static> = RegisteredClaims {
    issuer: Some("issuer"),
    subject: None,
    audience: None,
    expiration_time: None,
    not_before: None,
    issued_at: None,
    jwt_id: None,
};

fn encode(bytes: &[u8]) -> String {
    let mut text = vec![0; base64url::encoded_len(bytes.len())];
    base64url::encode(bytes, &mut text).unwrap().to_owned()
}

fn verdict(token: &str, key: &VerifyingKey) -> Result<(), Stage> {
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token)
        .and_then(|token| token.verify(key, &mut scratch).map(|_| ()))
        .map_err(|error| error.stage())
}

/// A token and the keys that verify it, for every algorithm that can be minted.
fn minted() -> Vec<(Algorithm, String, PrivateKey)> {
    let mut all = Vec::new();
    for algorithm in SigningKey::ALGORITHMS {
        if signs(Backend::default(), algorithm) {
            let key = key(algorithm);
            let token = mint_members(&Minter::new(), &key.signing_key().unwrap(), &CLAIMS).unwrap();
            all.push((algorithm, token, key));
        }
    }
    all
}

#[test]
fn no_other_name_of_an_algorithm_is_accepted() {
    for (algorithm, token, key) in minted() {
        let (_, rest) = token.split_once('.').unwrap();
        let names = SigningKey::ALGORITHMS.map(Algorithm::name);
        let others = ["none", "None", "NONE", "", "hs256", "RS1", "ES521", "Ed448"];
        for name in names.into_iter().chain(others).filter(|name| *name != algorithm.name()) {
            let header = encode(format!(r#"{{"alg":"{name}"}}"#).as_bytes());
            for backend in backends() {
                let key = key.verifying_key_with(backend).unwrap();
                let (claims, _) = rest.split_once('.').unwrap();
                for token in [format!("{header}.{rest}"), format!("{header}.{claims}.")] {
                    let stage = verdict(&token, &key).unwrap_err();
                    assert!(matches!(stage, Stage::Key | Stage::Header), "{algorithm} {name}");
                }
            }
        }
    }
}

#[test]
fn a_key_for_one_algorithm_verifies_no_token_of_another() {
    // RS256 and PS256 share their keys, and EdDSA and Ed25519 do.
    for (algorithm, token, _) in minted() {
        for other in SigningKey::ALGORITHMS.into_iter().filter(|other| *other != algorithm) {
            let key = key(other);
            for backend in backends() {
                let key = key.verifying_key_with(backend).unwrap();
                assert_eq!(verdict(&token, &key), Err(Stage::Key), "{algorithm} {other}");
            }
        }
    }
}

#[test]
fn signatures_of_another_length_or_of_nothing_are_refused() {
    for (algorithm, token, key) in minted() {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let mut buf = vec![0; signature.len()];
        let signature = base64url::decode(signature.as_bytes(), &mut buf).unwrap();
        let len = signature.len();
        for backend in backends() {
            let key = key.verifying_key_with(backend).unwrap();
            assert_eq!(key.signature_len(), len);
            assert_eq!(verdict(&token, &key), Ok(()));
            let mut bad = vec![vec![], vec![0; len], vec![0xff; len], vec![0; 1024], vec![1; 2000]];
            bad.extend([signature[..len - 1].to_vec(), signature[1..].to_vec()]);
            bad.extend([[signature, &[0]].concat(), [&[0], signature].concat()]);
            bad.push([signature, signature].concat());
            // r = 0, s = 0; and for the others just half of it.
            bad.push([&vec![0; len / 2], &signature[len / 2..]].concat());
            bad.push([&signature[..len / 2], &vec![0; len / 2]].concat());
            for signature in bad {
                let token = format!("{input}.{}", encode(&signature));
                assert_eq!(verdict(&token, &key), Err(Stage::Signature), "{algorithm} {backend:?}");
                // The key by itself holds out too.
                assert!(key.verify(input.as_bytes(), &signature).is_err());
            }
        }
    }
}

#[test]
fn every_changed_bit_is_refused() {
    for (algorithm, token, key) in minted() {
        let parts: Vec<&str> = token.split('.').collect();
        for backend in backends() {
            let key = key.verifying_key_with(backend).unwrap();
            for at in 0..3 {
                let mut buf = vec![0; parts[at].len()];
                let bytes = base64url::decode(parts[at].as_bytes(), &mut buf).unwrap().to_vec();
                // Of an RSA signature every seventh byte, for time.
                for i in (0..bytes.len()).step_by(if is_rsa(algorithm) { 7 } else { 1 }) {
                    let mut bytes = bytes.clone();
                    bytes[i] ^= 1 << (i % 8);
                    let changed = encode(&bytes);
                    let mut parts = parts.clone();
                    parts[at] = &changed;
                    let verdict = verdict(&parts.join("."), &key);
                    assert!(verdict.is_err(), "{algorithm} {backend:?} segment {at} byte {i}");
                    if at > 0 {
                        assert_eq!(verdict, Err(Stage::Signature));
                    }
                }
            }
        }
    }
}

#[test]
fn no_encoding_of_a_key_is_a_secret() {
    for algorithm in SigningKey::ALGORITHMS {
        let key = key(algorithm);
        let Some(public) = key.public() else { continue };
        let set = format!(r#"{{"keys":[{}]}}"#, public.to_jwk());
        for secret in [
            public.to_pem().unwrap().into_bytes(),
            public.to_der().unwrap(),
            public.to_jwk().into_bytes(),
            set.into_bytes(),
            encode(&public.to_der().unwrap()).into_bytes(),
            key.to_pem().unwrap().as_bytes().to_vec(),
            key.to_der().unwrap().to_vec(),
            key.to_jwk().as_bytes().to_vec(),
        ] {
            for hmac in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
                // One of Ed25519 may also be too short for the hash; what it is, is told first.
                let verifying = VerifyingKey::from_secret(hmac, &secret);
                assert_eq!(verifying.err(), Some(KeyError::NotASecret), "{algorithm}");
                let signing = SigningKey::from_secret(hmac, &secret);
                assert_eq!(signing.err(), Some(KeyError::NotASecret), "{algorithm}");
                // The same as the `k` of a JWK, which may also be too long for one.
                let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, encode(&secret));
                let error = PrivateKey::from_jwk(jwk.as_bytes(), Some(hmac)).err();
                assert!(
                    matches!(
                        error,
                        Some(Error::Key(
                            KeyError::NotASecret
                                | KeyError::TooShort { .. }
                                | KeyError::SecretTooLong { .. }
                        ))
                    ),
                    "{algorithm} {error:?}"
                );
            }
        }
    }
    for name in ["rsa.pkcs1-public.pem", "rsa.pkcs1.pem", "rsa.certificate.pem", "p384.sec1.pem"] {
        let error = SigningKey::from_secret(Algorithm::Hs256, &der(name)).err();
        assert_eq!(error, Some(KeyError::NotASecret), "{name}");
    }
    // The point of an SPKI stands at its end.
    for (name, len) in [("p256", 65), ("p384", 97), ("p521", 133), ("secp256k1", 65)] {
        let spki = der(&format!("{name}.spki.pem"));
        let error = SigningKey::from_secret(Algorithm::Hs512, &spki[spki.len() - len..]).err();
        assert_eq!(error, Some(KeyError::NotASecret), "{name}");
    }
    for name in ["rsa.certificate.pem", "rsa.pkcs1-public.pem", "ed25519.certificate.pem"] {
        let error = SigningKey::from_secret(Algorithm::Hs256, &file(name)).err();
        assert_eq!(error, Some(KeyError::NotASecret), "{name}");
    }
}

#[test]
fn keys_that_nobody_should_use_are_refused() {
    let rsa = |n: &[u8], e: &[u8]| {
        let jwk = format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, encode(n), encode(e));
        PublicKey::from_jwk(jwk.as_bytes(), Some(Algorithm::Rs256)).map(|_| ())
    };
    let odd = |len: usize| [vec![0xff; len - 1], vec![0xfd]].concat();
    assert!(rsa(&odd(256), &[3]).is_ok());
    assert!(rsa(&odd(1024), &[1, 0, 1]).is_ok());
    for exponent in [&[1][..], &[2], &[1, 0, 0], &[0], &[4, 0, 0, 0, 1]] {
        let error = rsa(&odd(256), exponent).unwrap_err();
        assert!(matches!(error, Error::Key(KeyError::RsaExponent)), "{exponent:?}: {error}");
    }
    for (modulus, length) in [(odd(255), 2040), (odd(1025), 8200), (vec![0xfe; 256], 2048)] {
        let error = rsa(&modulus, &[1, 0, 1]).unwrap_err();
        let expected = KeyError::RsaModulus { bits: length };
        assert!(matches!(error, Error::Key(found) if found == expected), "{error}");
    }
    // Points of small order, the identity among them, and y = 1 in an encoding that is not reduced.
    let mut unreduced = [0xff; 32];
    (unreduced[0], unreduced[31]) = (0xee, 0x7f);
    for x in [[0; 32], std::array::from_fn(|i| u8::from(i == 0)), unreduced] {
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, encode(&x));
        let error = PublicKey::from_jwk(jwk.as_bytes(), None).unwrap_err();
        assert!(matches!(error, Error::Key(KeyError::InvalidPublicKey)), "{error}");
    }
}
