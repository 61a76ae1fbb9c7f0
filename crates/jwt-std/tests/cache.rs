//! The signature cache in front of real keys: what it saves, and what it must never let through.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

mod common;

use std::sync::Arc;

use jwt_std::jwt_core::error::ClaimError;
use jwt_std::jwt_core::{UnverifiedToken, VerifyError};
use jwt_std::{
    Algorithm, Error, KeySet, Minter, NumericDate, Policy, PrivateKey, RegisteredClaims,
    SignatureCache, VerifyingKeyOf, mint_members, verify,
};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);

fn policy() -> Policy<'static> {
    Policy::new("me", "you")
}

fn mint(key: &PrivateKey, kid: &str, subject: &str) -> String {
    let claims = RegisteredClaims {
        issuer: Some("me"),
        subject: Some(subject),
        audience: Some("you".into()),
        expiration_time: Some(NOW.saturating_add(60)),
        ..RegisteredClaims::default()
    };
    mint_members(&Minter::new().kid(kid), &key.signing_key().unwrap(), &claims).unwrap()
}

fn set(kid: &str, key: &PrivateKey) -> KeySet {
    let mut set = KeySet::new();
    set.insert(Some(kid.to_owned()), key.verifying_key().unwrap());
    set
}

/// One of each kind of key that can be made everywhere.
const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::Hs256, Algorithm::Es256, Algorithm::Es256k, Algorithm::Ed25519];

#[test]
fn verdicts_are_the_same_with_and_without() {
    let cache = SignatureCache::new(64).unwrap();
    for algorithm in ALGORITHMS {
        for backend in common::backends() {
            let key = PrivateKey::generate(algorithm).unwrap();
            let plain = key.verifying_key_with(backend).unwrap();
            let cached = plain.cached(&cache);
            let good = mint(&key, "1", "alice");
            let (input, signature) = good.rsplit_once('.').unwrap();
            let other = mint(&PrivateKey::generate(algorithm).unwrap(), "1", "alice");
            let mallory = mint(&key, "1", "mallory");
            let cases = [
                good.clone(),
                other.clone(),
                mallory.clone(),
                // The signature of one under the other's claims, and pieces of a good token.
                format!("{input}.{}", mallory.rsplit_once('.').unwrap().1),
                format!("{}.{signature}", mallory.rsplit_once('.').unwrap().0),
                format!("{input}."),
                format!("{input}.{}", &signature[..signature.len() - 2]),
                format!("{good}A"),
                String::from("a.b.c"),
            ];
            for _ in 0..2 {
                for token in &cases {
                    let with = verify(token, &cached, &policy(), NOW);
                    let without = verify(token, &plain, &policy(), NOW);
                    let shown = |result: Result<jwt_std::Token, Error>| {
                        result.map(|it| it.claims_json().to_owned()).map_err(|it| it.to_string())
                    };
                    assert_eq!(shown(with), shown(without), "{algorithm} {token}");
                }
            }
        }
    }
}

#[test]
fn every_byte_of_a_remembered_token_counts() {
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let cached = key.verifying_key().unwrap().cached(&SignatureCache::new(64).unwrap());
    let good = mint(&key, "1", "alice");
    assert!(verify(&good, &cached, &policy(), NOW).is_ok());
    for i in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[i] ^= 1 << (i % 7);
        assert!(verify(&bytes, &cached, &policy(), NOW).is_err(), "byte {i}");
    }
    assert!(verify(&good, &cached, &policy(), NOW).is_ok());
}

#[test]
fn claims_are_validated_each_time() {
    let key = PrivateKey::generate(Algorithm::Es256).unwrap();
    let cached = key.verifying_key().unwrap().cached(&SignatureCache::new(64).unwrap());
    let token = mint(&key, "1", "alice");
    for _ in 0..2 {
        assert!(verify(&token, &cached, &policy(), NOW).is_ok());
    }
    let refused = |policy: &Policy<'_>, now| match verify(&token, &cached, policy, now) {
        Err(Error::Claims { errors, .. }) => errors.iter().next().unwrap(),
        other => panic!("{other:?}"),
    };
    let late = NOW.saturating_add(61);
    assert_eq!(refused(&policy(), late), ClaimError::Expired { seconds: 1 });
    assert_eq!(refused(&Policy::new("me", "them"), NOW), ClaimError::AudienceMismatch);
    assert_eq!(refused(&Policy::new("another", "you"), NOW), ClaimError::IssuerMismatch);
    assert!(verify(&token, &cached, &policy(), NOW).is_ok());
}

#[test]
fn a_key_that_is_gone_verifies_nothing_from_the_cache() {
    let cache = SignatureCache::new(64).unwrap();
    let (old, new) = (
        PrivateKey::generate(Algorithm::Es256).unwrap(),
        PrivateKey::generate(Algorithm::Es256).unwrap(),
    );
    let token = mint(&old, "1", "alice");
    let before = set("1", &old).cached(&cache);
    assert!(verify(&token, &before, &policy(), NOW).is_ok());
    drop(before);
    // Another key under the same name, and no key of that name.
    let after = set("1", &new).cached(&cache);
    let refused = verify(&token, &after, &policy(), NOW).unwrap_err();
    assert!(matches!(refused, Error::Verify(VerifyError::InvalidSignature)), "{refused}");
    let after = set("2", &old).cached(&cache);
    let refused = verify(&token, &after, &policy(), NOW).unwrap_err();
    assert!(matches!(refused, Error::Verify(VerifyError::KeyNotFound)), "{refused}");
    // Back in its place, it is as good as ever.
    assert!(verify(&token, &set("1", &old).cached(&cache), &policy(), NOW).is_ok());
}

#[test]
fn two_sets_with_one_kid_share_a_cache_and_no_verdict() {
    let cache = SignatureCache::new(64).unwrap();
    let keys: Vec<_> = (0..4).map(|_| PrivateKey::generate(Algorithm::EdDsa).unwrap()).collect();
    let sets: Vec<_> = keys.iter().map(|key| set("1", key).cached(&cache)).collect();
    let tokens: Vec<_> = keys.iter().map(|key| mint(key, "1", "alice")).collect();
    for _ in 0..3 {
        for (i, set) in sets.iter().enumerate() {
            for (j, token) in tokens.iter().enumerate() {
                assert_eq!(verify(token, set, &policy(), NOW).is_ok(), i == j);
            }
        }
    }
}

#[test]
fn threads_share_a_cache_smaller_than_their_tokens() {
    let cache = SignatureCache::new(16).unwrap();
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let keys = Arc::new(set("1", &key).cached(&cache));
    let tokens: Vec<_> = (0..40).map(|i| mint(&key, "1", &i.to_string())).collect();
    let forged: Vec<_> = (0..40)
        .map(|i| {
            let (input, _) = tokens[i].rsplit_once('.').unwrap();
            format!("{input}.{}", tokens[(i + 1) % 40].rsplit_once('.').unwrap().1)
        })
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (keys, tokens, forged) = (Arc::clone(&keys), &tokens, &forged);
            scope.spawn(move || {
                for round in 0..30 {
                    let i = (round * 7 + thread * 11) % 40;
                    let token = verify(&tokens[i], &*keys, &policy(), NOW).unwrap();
                    assert!(token.claims_json().contains(&format!(r#""sub":"{i}""#)));
                    assert!(verify(&forged[i], &*keys, &policy(), NOW).is_err());
                }
            });
        }
    });
}

#[test]
fn a_typed_key_is_cached_too_and_works_in_the_core() {
    let key = PrivateKey::generate(Algorithm::Es256).unwrap();
    let cached = key.verifying_key().unwrap().cached(&SignatureCache::new(8).unwrap());
    let typed = VerifyingKeyOf::<jwt_std::jwt_core::Es256>::try_from(cached).unwrap();
    let token = mint(&key, "1", "alice");
    let mut scratch = [0; 512];
    for _ in 0..2 {
        let token = UnverifiedToken::parse(&token).unwrap();
        let verified = token.verify(&typed, &mut scratch).unwrap();
        assert_eq!(verified.validate(&policy(), NOW).unwrap().claims().subject().unwrap(), "alice");
    }
}
