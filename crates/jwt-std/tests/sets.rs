//! JWK Sets (RFC 7517 section 5) with keys of every kind: which key a token finds, and which it does not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use common::{file, forge, key, signer, verdict};
use jwt_core::{KeyError, Stage, UnverifiedToken, VerifyError};
use jwt_std::{Algorithm, Error, KeyFile, KeySet, PrivateKey, SigningKey};
use serde_json::{Value, json};

const ASYMMETRIC: [Algorithm; 12] = [
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Es256k,
    Algorithm::EdDsa,
    Algorithm::Ed25519,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
];

/// A key and its public JWK under the name of its algorithm.
fn named(algorithm: Algorithm) -> (PrivateKey, Value) {
    let key = key(algorithm);
    let public = key.public().unwrap().with_kid(Some(algorithm.name().to_owned()));
    (key, serde_json::from_str(&public.to_jwk()).unwrap())
}

fn read(keys: &[Value], allowed: &[Algorithm]) -> Result<KeySet, Error> {
    let set = json!({ "keys": keys }).to_string();
    let file = KeyFile::parse(set.into_bytes().into())?;
    if allowed.is_empty() { file.all_verifying_keys() } else { file.verifying_keys(allowed) }
}

fn token(key: &PrivateKey, kid: Option<&str>) -> Option<String> {
    let algorithm = key.algorithm();
    let key = key.signing_key_with(signer(algorithm)?).unwrap();
    let mut header = json!({ "alg": algorithm.name() });
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    Some(forge(&key, &header.to_string(), b"{}"))
}

/// Why a token is refused.
fn error(token: &str, keys: &KeySet) -> VerifyError {
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token).unwrap().verify(keys, &mut scratch).unwrap_err()
}

#[test]
fn a_set_of_every_kind_finds_each_token_its_key() {
    let keys: Vec<_> = ASYMMETRIC.map(named).into();
    let jwks: Vec<_> = keys.iter().map(|(_, jwk)| jwk.clone()).collect();
    let set = read(&jwks, &[]).unwrap();
    assert_eq!(set.len(), ASYMMETRIC.len());
    for (key, _) in &keys {
        let algorithm = key.algorithm();
        let Some(good) = token(key, Some(algorithm.name())) else { continue };
        assert_eq!(verdict(&good, &set), Ok(()), "{algorithm}");
        // Without a name, the algorithm is enough where one key only is for it.
        assert_eq!(verdict(&token(key, None).unwrap(), &set), Ok(()), "{algorithm}");
        // A name that no key has finds none, nor does that of another key.
        for kid in ["x", "", "es256", " ES256", "ES256\0"] {
            let token = token(key, Some(kid)).unwrap();
            assert_eq!(error(&token, &set), VerifyError::KeyNotFound, "{algorithm} {kid:?}");
        }
        for other in ASYMMETRIC.into_iter().filter(|other| *other != algorithm) {
            let token = token(key, Some(other.name())).unwrap();
            let expected = VerifyError::AlgorithmMismatch { expected: other };
            assert_eq!(error(&token, &set), expected, "{algorithm} by the name of {other}");
        }
        // Only what the caller allows.
        let only = read(&jwks, &[algorithm]).unwrap();
        assert_eq!((only.len(), verdict(&good, &only)), (1, Ok(())), "{algorithm}");
        let others: Vec<_> = ASYMMETRIC.into_iter().filter(|other| *other != algorithm).collect();
        let others = read(&jwks, &others).unwrap();
        assert_eq!(verdict(&good, &others), Err(Stage::Key), "{algorithm}");
    }
}

#[test]
fn a_set_of_secrets_and_public_keys_is_refused_whatever_their_order() {
    let secret = json!({"kty": "oct", "alg": "HS256", "k": common::encode(&[0x42; 32])});
    for algorithm in ASYMMETRIC {
        let (_, jwk) = named(algorithm);
        for keys in [[secret.clone(), jwk.clone()], [jwk, secret.clone()]] {
            let refused = read(&keys, &[]);
            assert!(matches!(refused, Err(Error::Key(KeyError::MixedSet))), "{algorithm}");
        }
    }
}

#[test]
fn keys_that_are_not_understood_are_passed_over() {
    // RFC 7517 section 5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type)
    // values that are not understood by them, that are missing required members, or for which values are
    // out of the supported ranges."
    let odd = [
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"}),
        json!({"kty": "", "kid": "x"}),
        json!({"kty": "OKP", "crv": "X25519", "x": common::encode(&[9; 32])}),
        json!({"kty": "OKP", "crv": "Ed448", "x": common::encode(&[9; 57])}),
        json!({"kty": "EC", "crv": "P-999", "x": "AAAA", "y": "AAAA"}),
        json!({"kty": "EC", "crv": "P-256"}),
        json!({"kty": "RSA", "alg": "RS256", "e": "AQAB"}),
        json!({"kty": "RSA", "alg": "RS256", "n": "AQAB", "e": "AQAB"}),
        json!({"kty": "RSA", "n": common::encode(&[0xff; 256]), "e": "AQAB"}),
        json!({"kid": "no kty"}),
        json!({}),
    ];
    for algorithm in ASYMMETRIC {
        let (key, jwk) = named(algorithm);
        let mut keys = odd.to_vec();
        keys.insert(4, jwk);
        let set = read(&keys, &[]).unwrap();
        assert_eq!(set.len(), 1, "{algorithm}");
        let Some(named) = token(&key, Some(algorithm.name())) else { continue };
        assert_eq!(verdict(&named, &set), Ok(()), "{algorithm}");
        assert_eq!(verdict(&token(&key, None).unwrap(), &set), Ok(()), "{algorithm}");
    }
    for keys in [json!({"keys": [1]}), json!({"keys": {}}), json!({"keys": [[]]})] {
        let file = KeyFile::parse(keys.to_string().into_bytes().into()).unwrap();
        assert!(file.all_verifying_keys().is_err(), "{keys}");
    }
    assert!(read(&[], &[]).unwrap().is_empty());
}

#[test]
fn a_key_that_says_it_is_for_something_else_verifies_nothing() {
    for algorithm in ASYMMETRIC {
        let (key, jwk) = named(algorithm);
        let Some(good) = token(&key, Some(algorithm.name())) else { continue };
        let (_, sibling) = named(algorithm);
        for (member, value) in [
            ("use", json!("enc")),
            ("use", json!("")),
            ("use", json!(null)),
            ("use", json!(["sig"])),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!(["encrypt", "wrapKey"])),
            ("key_ops", json!([])),
            ("key_ops", json!("verify")),
            ("key_ops", json!(["verify", "verify"])),
            ("alg", json!("none")),
            ("alg", json!("")),
            ("alg", json!("RSA-OAEP")),
            ("alg", json!("HS256")),
            ("alg", json!(null)),
            ("alg", json!(["ES256"])),
            ("kid", json!(7)),
        ] {
            let mut other = jwk.clone();
            other[member] = value;
            // By itself it is an error, and of a set it is passed over; its name says why.
            let alone = KeyFile::parse(other.to_string().into_bytes().into());
            assert!(alone.unwrap().all_verifying_keys().is_err(), "{algorithm} {other}");
            let mut renamed = sibling.clone();
            renamed["kid"] = json!("sibling");
            let set = read(&[other.clone(), renamed], &[]).unwrap();
            assert_eq!(set.len(), 1, "{algorithm} {other}");
            assert_eq!(verdict(&good, &set), Err(Stage::Key), "{algorithm} {other}");
        }
        for (member, value) in [
            ("use", json!("sig")),
            ("key_ops", json!(["verify"])),
            ("key_ops", json!(["sign", "verify", "x"])),
            ("x5c", json!(["AAAA"])),
            ("own", json!({"a": [null]})),
        ] {
            let mut same = jwk.clone();
            same[member] = value;
            assert_eq!(verdict(&good, &read(&[same], &[]).unwrap()), Ok(()), "{algorithm}");
        }
    }
}

#[test]
fn a_name_that_two_keys_share_is_ambiguous_only_for_the_same_algorithm() {
    for algorithm in ASYMMETRIC {
        let (key, jwk) = named(algorithm);
        let Some(good) = token(&key, Some(algorithm.name())) else { continue };
        let twice = read(&[jwk.clone(), jwk.clone()], &[]).unwrap();
        assert_eq!(error(&good, &twice), VerifyError::AmbiguousKey, "{algorithm}");
        let (_, other) = named(algorithm);
        let both = read(&[other, jwk.clone()], &[]).unwrap();
        assert_eq!(error(&good, &both), VerifyError::AmbiguousKey, "{algorithm}");
        // RFC 7517 section 4.5: "different keys within the JWK Set" may share a name where "they are
        // considered to be equivalent alternatives" of other types.
        for sibling in ASYMMETRIC.into_iter().filter(|sibling| *sibling != algorithm) {
            let (_, mut other) = named(sibling);
            other["kid"] = jwk["kid"].clone();
            for keys in [[other.clone(), jwk.clone()], [jwk.clone(), other]] {
                assert_eq!(
                    verdict(&good, &read(&keys, &[]).unwrap()),
                    Ok(()),
                    "{algorithm} {sibling}"
                );
            }
        }
        // Without a name, two keys for one algorithm are ambiguous too.
        let (_, mut second) = named(algorithm);
        second["kid"] = json!("second");
        let two = read(&[jwk, second], &[]).unwrap();
        let unnamed = token(&key, None).unwrap();
        assert_eq!(error(&unnamed, &two), VerifyError::AmbiguousKey, "{algorithm}");
        assert_eq!(verdict(&good, &two), Ok(()));
    }
}

#[test]
fn a_key_without_alg_serves_what_its_kind_implies_and_the_caller_allows() {
    for algorithm in ASYMMETRIC {
        let (key, mut jwk) = named(algorithm);
        jwk.as_object_mut().unwrap().remove("alg");
        let Some(good) = token(&key, Some(algorithm.name())) else { continue };
        let set = read(&[jwk.clone()], &[algorithm]).unwrap();
        assert_eq!((set.len(), verdict(&good, &set)), (1, Ok(())), "{algorithm}");
        let implied = match algorithm {
            Algorithm::Ed25519 => Err(Stage::Key), // EdDSA is the name that everybody knows
            _ if common::is_rsa(algorithm) => Err(Stage::Key), // one of six, and nobody said which
            _ => Ok(()),
        };
        let set = read(&[jwk.clone()], &[]).unwrap();
        assert_eq!(verdict(&good, &set), implied, "{algorithm}");
        // An RSA key for two algorithms is two keys, each for one.
        if common::is_rsa(algorithm) {
            let set = read(&[jwk], &[Algorithm::Rs256, Algorithm::Ps512]).unwrap();
            let allowed = matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps512);
            assert_eq!((set.len(), verdict(&good, &set).is_ok()), (2, allowed), "{algorithm}");
        }
    }
}

#[test]
fn of_a_set_of_private_keys_the_one_that_is_named_mints() {
    let keys: Vec<_> = SigningKey::ALGORITHMS
        .into_iter()
        .filter(|algorithm| ASYMMETRIC.contains(algorithm))
        .map(|algorithm| key(algorithm).with_kid(Some(algorithm.name().to_owned())))
        .collect();
    let jwks: Vec<String> = keys.iter().map(|key| key.to_jwk().to_string()).collect();
    let set = format!(r#"{{"keys":[{}]}}"#, jwks.join(","));
    let set = KeyFile::parse(set.into_bytes().into()).unwrap();
    for key in &keys {
        let found = set.private_key(key.kid(), None).unwrap();
        assert_eq!(found.to_jwk(), key.to_jwk());
        let found = set.private_key(None, Some(key.algorithm())).unwrap();
        assert_eq!(found.to_jwk(), key.to_jwk());
    }
    assert!(matches!(set.private_key(None, None), Err(Error::NoSingleKey { fitting: 12 })));
    assert!(matches!(set.private_key(Some("x"), None), Err(Error::NoSingleKey { fitting: 0 })));
    // A set of private keys verifies with their public parts.
    let set = set.all_verifying_keys().unwrap();
    assert_eq!(set.len(), 12);
    assert!(!format!("{set:?}").contains("\"d\""));
    let other = PrivateKey::from_pem(&file("rsa-3072.pkcs8.pem"), Some(Algorithm::Rs256)).unwrap();
    if let Some(token) = token(&other, Some("RS256")) {
        assert_eq!(verdict(&token, &set), Err(Stage::Signature));
    }
}

#[test]
fn a_set_has_256_keys_at_most() {
    let (_, key) = named(Algorithm::Es256);
    let keys = |count| vec![key.clone(); count];
    assert!(read(&keys(256), &[Algorithm::Es256]).is_ok());
    let refused = read(&keys(257), &[Algorithm::Es256]);
    assert!(matches!(refused, Err(Error::TooManyKeys { limit: 256 })), "{refused:?}");
}
