//! Keys that are exchanged: what verifies before, during and after, and under many threads.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use jwt_std::jwt_core::VerifyError;
use jwt_std::{
    Algorithm, Claims, Error, KeyFile, KeyRing, KeySet, LiveKeys, Minter, NumericDate, Policy,
    PrivateKey, SignatureCache, mint, verify,
};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);
const MINUTE: Duration = Duration::from_secs(60);

fn key(algorithm: Algorithm, kid: &str) -> PrivateKey {
    PrivateKey::generate(algorithm).unwrap().with_kid(Some(kid.into()))
}

fn claims() -> Claims {
    Claims::new().issuer("me").audience("you").expires_at(NOW.saturating_add(3600))
}

fn policy() -> Policy<'static> {
    Policy::new("me", "you")
}

fn verdict(token: &str, ring: &KeyRing, now: NumericDate) -> Result<(), VerifyError> {
    match verify(token, &ring.at(now), &policy(), now) {
        Ok(_) => Ok(()),
        Err(Error::Verify(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_key_is_announced_used_kept_and_retired() {
    for algorithm in [Algorithm::Hs256, Algorithm::Es256, Algorithm::Ed25519] {
        let ring = KeyRing::new(&key(algorithm, "1")).unwrap();
        let first = ring.mint(Minter::new(), &claims()).unwrap();
        assert!(matches!(ring.rotate(NOW, MINUTE), Err(Error::NoNextKey)));

        // Announced: others may mint with it already, this ring does not yet.
        let next = key(algorithm, "2");
        ring.announce(&next).unwrap();
        assert_eq!(ring.kid(), "1");
        let early = mint(&Minter::new().kid("2"), &next.signing_key().unwrap(), &claims()).unwrap();
        assert_eq!(verdict(&early, &ring, NOW), Ok(()));

        ring.rotate(NOW, MINUTE).unwrap();
        assert_eq!(ring.kid(), "2");
        let second = ring.mint(Minter::new(), &claims()).unwrap();
        let before = NOW.saturating_add(59);
        let after = NOW.saturating_add(60);
        for (token, at_first, at_last) in [
            (&first, Ok(()), Err(VerifyError::KeyNotFound)),
            (&second, Ok(()), Ok(())),
            (&early, Ok(()), Ok(())),
        ] {
            assert_eq!(verdict(token, &ring, NOW), at_first);
            assert_eq!(verdict(token, &ring, before), at_first);
            assert_eq!(verdict(token, &ring, after), at_last);
        }
    }
}

#[test]
fn two_rotations_within_the_overlap_keep_both_old_keys() {
    let ring = KeyRing::new(&key(Algorithm::Es256, "1")).unwrap();
    let mut tokens = vec![ring.mint(Minter::new(), &claims()).unwrap()];
    for kid in ["2", "3"] {
        ring.announce(&key(Algorithm::Es256, kid)).unwrap();
        ring.rotate(NOW, MINUTE).unwrap();
        tokens.push(ring.mint(Minter::new(), &claims()).unwrap());
    }
    assert!(tokens.iter().all(|token| verdict(token, &ring, NOW).is_ok()));
    // Become known: gone at once.
    ring.retire();
    let verdicts: Vec<_> = tokens.iter().map(|token| verdict(token, &ring, NOW).is_ok()).collect();
    assert_eq!(verdicts, [false, false, true]);
}

#[test]
fn a_part_of_a_second_of_overlap_counts_as_a_whole_one() {
    let ring = KeyRing::new(&key(Algorithm::Ed25519, "1")).unwrap();
    let token = ring.mint(Minter::new(), &claims()).unwrap();
    ring.announce(&key(Algorithm::Ed25519, "2")).unwrap();
    ring.rotate(NOW, Duration::from_millis(500)).unwrap();
    assert_eq!(verdict(&token, &ring, NOW), Ok(()));
    assert!(verdict(&token, &ring, NOW.saturating_add(1)).is_err());
    ring.announce(&key(Algorithm::Ed25519, "3")).unwrap();
    ring.rotate(NOW, Duration::MAX).unwrap();
    assert_eq!(ring.kid(), "3");
}

#[test]
fn each_key_has_a_name_of_its_own() {
    let nameless = PrivateKey::generate(Algorithm::Es256).unwrap();
    assert!(matches!(KeyRing::new(&nameless), Err(Error::KidNeeded)));
    let ring = KeyRing::new(&key(Algorithm::Es256, "1")).unwrap();
    assert!(matches!(ring.announce(&nameless), Err(Error::KidNeeded)));
    assert!(matches!(ring.announce(&key(Algorithm::Es256, "1")), Err(Error::KidNeeded)));
    // One that was not used yet may be replaced, also by one of its own name.
    ring.announce(&key(Algorithm::Es256, "2")).unwrap();
    ring.announce(&key(Algorithm::Es256, "2")).unwrap();
    ring.rotate(NOW, MINUTE).unwrap();
    assert!(matches!(ring.announce(&key(Algorithm::Es256, "1")), Err(Error::KidNeeded)));
}

#[test]
fn a_token_without_kid_finds_the_one_key_of_its_algorithm_and_none_of_two() {
    let only = key(Algorithm::Es256, "1");
    let token = mint(&Minter::new(), &only.signing_key().unwrap(), &claims()).unwrap();
    let ring = KeyRing::new(&only).unwrap();
    assert_eq!(verdict(&token, &ring, NOW), Ok(()));
    ring.announce(&key(Algorithm::Ed25519, "2")).unwrap();
    assert_eq!(verdict(&token, &ring, NOW), Ok(()));
    ring.announce(&key(Algorithm::Es256, "2")).unwrap();
    assert_eq!(verdict(&token, &ring, NOW), Err(VerifyError::AmbiguousKey));
}

#[test]
fn what_is_published_is_what_verifies_and_never_a_secret() {
    let ring = KeyRing::new(&key(Algorithm::Es256, "1")).unwrap();
    let kids = |now| {
        let set = ring.public_jwk_set(now).unwrap();
        assert!(!set.contains("\"d\""), "{set}");
        let set: serde_json::Value = serde_json::from_str(&set).unwrap();
        let kids: Vec<_> = set["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect();
        kids
    };
    assert_eq!(kids(NOW), ["1"]);
    ring.announce(&key(Algorithm::Ed25519, "2")).unwrap();
    assert_eq!(kids(NOW), ["1", "2"]);
    ring.rotate(NOW, MINUTE).unwrap();
    assert_eq!(kids(NOW), ["2", "1"]);
    assert_eq!(kids(NOW.saturating_add(60)), ["2"]);

    // Who reads it verifies what was minted.
    let set = ring.public_jwk_set(NOW).unwrap();
    let file = KeyFile::parse(set.into_bytes().into()).unwrap();
    let token = ring.mint(Minter::new(), &claims()).unwrap();
    assert!(verify(&token, &file.all_verifying_keys().unwrap(), &policy(), NOW).is_ok());

    let secret = KeyRing::new(&key(Algorithm::Hs256, "1")).unwrap();
    assert!(matches!(secret.public_jwk_set(NOW), Err(Error::NoPublicPart)));
    ring.announce(&key(Algorithm::Hs256, "3")).unwrap();
    assert!(matches!(ring.public_jwk_set(NOW), Err(Error::NoPublicPart)));
}

#[test]
fn threads_mint_and_verify_while_a_ring_turns() {
    let ring = KeyRing::new(&key(Algorithm::Hs256, "0")).unwrap();
    let (clock, done) = (AtomicI64::new(NOW.seconds()), AtomicBool::new(false));
    let now = || NumericDate::from_seconds(clock.load(Ordering::SeqCst));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    // Minted before the clock is read: the overlap holds from then on.
                    let token = ring.mint(Minter::new(), &claims()).unwrap();
                    assert_eq!(verdict(&token, &ring, now()), Ok(()));
                }
            });
        }
        for turn in 1..300 {
            ring.announce(&key(Algorithm::Hs256, &turn.to_string())).unwrap();
            let old = ring.mint(Minter::new(), &claims()).unwrap();
            ring.rotate(now(), Duration::from_secs(1000)).unwrap();
            assert_eq!(verdict(&old, &ring, now()), Ok(()));
            clock.fetch_add(1, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_eq!(ring.kid(), "299");
}

fn set(keys: &[&PrivateKey], cache: &SignatureCache) -> KeySet {
    let mut set = KeySet::new();
    for key in keys {
        set.insert(key.kid().map(str::to_owned), key.verifying_key().unwrap());
    }
    set.cached(cache)
}

#[test]
fn live_keys_are_replaced_while_threads_verify() {
    let cache = SignatureCache::new(64).unwrap();
    let (one, two) = (key(Algorithm::Ed25519, "1"), key(Algorithm::Ed25519, "2"));
    let token = |key: &PrivateKey| {
        let minter = Minter::new().kid(key.kid().unwrap());
        mint(&minter, &key.signing_key().unwrap(), &claims()).unwrap()
    };
    let (first, second) = (token(&one), token(&two));
    let keys = LiveKeys::new(set(&[&one], &cache));
    let ok = |token: &str| verify(token, &keys, &policy(), NOW).is_ok();
    assert!(ok(&first) && !ok(&second));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    // In every set there is one of the two at least.
                    assert!(ok(&first) || ok(&second));
                }
            });
        }
        for _ in 0..20 {
            keys.replace(set(&[&one, &two], &cache));
            assert!(ok(&first) && ok(&second));
            keys.replace(set(&[&two], &cache));
            // It was verified and remembered a moment ago, and is gone nevertheless.
            assert!(!ok(&first) && ok(&second));
            keys.replace(set(&[&one, &two], &cache));
        }
        done.store(true, Ordering::SeqCst);
    });
    let snapshot = keys.snapshot();
    keys.replace(KeySet::new());
    assert_eq!(snapshot.len(), 2);
    assert!(!ok(&first) && !ok(&second));
}
