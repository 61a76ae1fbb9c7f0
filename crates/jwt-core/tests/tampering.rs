//! Changes to a good token, one by one and at random: none is accepted but the twin with the high S.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(all(feature = "es256", feature = "hmac"))]

mod common;

use std::sync::LazyLock;

use jwt_core::{
    Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, KeyStore, Minter, Stage, UnverifiedToken,
    VerifyError, base64url,
};
use proptest::prelude::*;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The order n of P-256.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

fn es256() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

fn hs256() -> HmacKey<Hs256> {
    HmacKey::new(&[0x42; 32]).unwrap()
}

/// A good token and its public key, once: each costs an operation on the curve.
static BY_ES256: LazyLock<(String, Es256VerifyingKey)> = LazyLock::new(|| {
    let (mut buf, minter) = ([0; 256], Minter::new());
    let token = minter.mint_payload(&mut buf, &es256(), br#"{"sub":"1"}"#).unwrap();
    (token.to_string(), es256().verifying_key())
});

fn by_hs256() -> String {
    let (mut buf, minter) = ([0; 256], Minter::new());
    minter.mint_payload(&mut buf, &hs256(), br#"{"sub":"1"}"#).unwrap().to_string()
}

fn verify(token: impl AsRef<[u8]>, keys: &impl KeyStore) -> Result<(), VerifyError> {
    let mut scratch = [0; 1024];
    UnverifiedToken::parse(token.as_ref())?.verify(keys, &mut scratch).map(|_| ())
}

/// Every `step`th of the tokens that differ from `token` in one character of the alphabet.
fn neighbours(token: &str, step: usize) -> impl Iterator<Item = Vec<u8>> {
    let places = (0..token.len()).flat_map(|at| ALPHABET.iter().map(move |other| (at, *other)));
    let different = places.filter(|(at, other)| token.as_bytes()[*at] != *other);
    different.step_by(step).map(|(at, other)| {
        let mut changed = token.as_bytes().to_vec();
        changed[at] = other;
        changed
    })
}

#[test]
fn of_all_tokens_that_are_one_character_of_the_alphabet_away_none_is_accepted() {
    let token = by_hs256();
    assert_eq!(verify(&token, &hs256()), Ok(()));
    let mut tried = 0;
    for changed in neighbours(&token, 1) {
        assert!(verify(&changed, &hs256()).is_err(), "{}", String::from_utf8_lossy(&changed));
        tried += 1;
    }
    // The two dots can become any of the 64.
    assert_eq!(tried, (token.len() - 2) * 63 + 2 * 64);
    // The curve is slow: of its neighbours a sample, in which every place occurs.
    let (token, key) = &*BY_ES256;
    assert_eq!(verify(token, key), Ok(()));
    for changed in neighbours(token, 61) {
        assert!(verify(&changed, key).is_err(), "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn every_other_character_at_the_end_of_a_segment_is_refused() {
    // Where unused bits are, two characters could stand for the same bytes.
    let (es, public) = &*BY_ES256;
    for (token, key) in [(&by_hs256(), None), (es, Some(public))] {
        let dots: Vec<usize> = token.match_indices('.').map(|(at, _)| at).collect();
        for last in [dots[0] - 1, dots[1] - 1, token.len() - 1] {
            let mut accepted = 0;
            for other in ALPHABET {
                let mut changed = token.clone().into_bytes();
                changed[last] = *other;
                accepted += u32::from(match key {
                    Some(key) => verify(&changed, key).is_ok(),
                    None => verify(&changed, &hs256()).is_ok(),
                });
            }
            assert_eq!(accepted, 1, "{token} at {last}");
        }
    }
}

/// n minus a number below it.
fn negated(scalar: &[u8]) -> Vec<u8> {
    let (mut out, mut borrow) = (vec![0; 32], 0);
    for i in (0..32).rev() {
        let digit = i32::from(ORDER[i]) - i32::from(scalar[i]) - borrow;
        borrow = i32::from(digit < 0);
        out[i] = digit.rem_euclid(256) as u8;
    }
    out
}

#[test]
fn of_the_relatives_of_a_signature_only_the_twin_with_the_other_s_is_accepted() {
    let (token, key) = &*BY_ES256;
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut raw = [0; 64];
    base64url::decode(signature.as_bytes(), &mut raw).unwrap();
    let (r, s) = raw.split_at(32);
    let (minus_r, minus_s) = (negated(r), negated(s));
    let reversed = |scalar: &[u8]| scalar.iter().rev().copied().collect::<Vec<_>>();
    for (name, r, s, accepted) in [
        ("itself", r, s, true),
        ("n - s", r, &minus_s[..], true),
        ("n - r", &minus_r[..], s, false),
        ("both", &minus_r[..], &minus_s[..], false),
        ("exchanged", s, r, false),
        ("r twice", r, r, false),
        ("s twice", s, s, false),
        ("little endian", &reversed(r)[..], &reversed(s)[..], false),
    ] {
        let signature = [r, s].concat();
        let mut buf = [0; 86];
        let token = format!("{input}.{}", base64url::encode(&signature, &mut buf).unwrap());
        let wanted = if accepted { Ok(()) } else { Err(VerifyError::InvalidSignature) };
        assert_eq!(verify(token, key), wanted, "{name}");
    }
}

#[test]
fn segments_of_two_good_tokens_do_not_make_a_third() {
    fn exchange(minted: &[String], keys: &impl KeyStore) {
        let parts: Vec<Vec<&str>> = minted.iter().map(|token| token.split('.').collect()).collect();
        for (i, j, k) in (0..27).map(|n| (n / 9, n / 3 % 3, n % 3)) {
            let token = [parts[i][0], parts[j][1], parts[k][2]].join(".");
            let good = minted.contains(&token);
            assert_eq!(verify(&token, keys).is_ok(), good, "{i} {j} {k}");
        }
    }
    let mint = |kid: &str, sub: &str| {
        let mut buf = [0; 512];
        let payload = format!(r#"{{"sub":"{sub}"}}"#);
        let minter = Minter::new().kid(kid);
        let hs = minter.mint_payload(&mut buf, &hs256(), payload.as_bytes()).unwrap().to_string();
        let es = minter.mint_payload(&mut buf, &es256(), payload.as_bytes()).unwrap().to_string();
        (hs, es)
    };
    let (hs, es): (Vec<_>, Vec<_>) =
        [mint("1", "me"), mint("1", "you"), mint("2", "me")].into_iter().unzip();
    exchange(&hs, &hs256());
    exchange(&es, &es256().verifying_key());
}

/// One change to a text: insert, replace, remove, cut, repeat a piece, exchange two characters.
type Edit = (prop::sample::Index, prop::sample::Index, u8, u8);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0u8..8),
        1..4,
    )
}

fn edited(token: &str, edits: Vec<Edit>) -> Vec<u8> {
    let mut text = token.as_bytes().to_vec();
    for (at, other, byte, kind) in edits {
        let (at, end) = (at.index(text.len() + 1), other.index(text.len() + 1));
        let symbol = *[&ALPHABET[..], b"..=+/ "].concat().get(usize::from(byte) % 70).unwrap();
        match kind {
            0 => text.insert(at, byte),
            1 => text.insert(at, symbol),
            2 if at < text.len() => text[at] = symbol,
            3 if at < text.len() => text[at] ^= 1 << (byte % 8),
            4 if at < text.len() => drop(text.remove(at)),
            5 => drop(text.drain(at.min(end)..at.max(end))),
            6 => {
                let piece = text[at.min(end)..at.max(end)].to_vec();
                text.splice(at..at, piece);
            }
            7 if at < text.len() && end < text.len() => text.swap(at, end),
            _ => {}
        }
    }
    text
}

fn refused<K: KeyStore>(token: &str, changed: &[u8], keys: &K) {
    let verdict = verify(changed, keys);
    assert_eq!(
        verdict.is_ok(),
        changed == token.as_bytes(),
        "{}: {verdict:?}",
        String::from_utf8_lossy(changed)
    );
    // Before the signature was found good, nothing is told of the claims.
    assert!(verdict.err().is_none_or(|error| error.stage() < Stage::Claims));
}

proptest! {
    #![proptest_config(common::cases(5000))]

    #[test]
    fn an_edited_token_is_refused_before_its_claims_are_looked_at(edits in edits()) {
        let token = by_hs256();
        refused(&token, &edited(&token, edits), &hs256());
    }

    #[test]
    fn any_bytes_have_a_verdict(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(verify(&bytes, &hs256()).is_err());
    }

    #[test]
    fn any_text_of_three_segments_has_a_verdict(
        text in "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,90}",
    ) {
        prop_assert!(verify(&text, &hs256()).is_err());
        prop_assert!(verify(&text, &BY_ES256.1).is_err());
    }
}

proptest! {
    // Each case costs operations on the curve.
    #![proptest_config(common::cases(100))]

    #[test]
    fn an_edited_es256_token_is_refused(edits in edits()) {
        let (token, key) = &*BY_ES256;
        refused(token, &edited(token, edits), key);
    }

    #[test]
    fn a_random_signature_is_refused(signature: [u8; 32], other: [u8; 32], point: [u8; 32]) {
        let (token, key) = &*BY_ES256;
        let (input, _) = token.rsplit_once('.').unwrap();
        let mut buf = [0; 86];
        let signature = [signature, other].concat();
        let token = format!("{input}.{}", base64url::encode(&signature, &mut buf).unwrap());
        prop_assert_eq!(verify(&token, key), Err(VerifyError::InvalidSignature));
        // Nor does a random key take a good token.
        if let Ok(other) = Es256SigningKey::from_bytes(&point) {
            prop_assert_eq!(verify(&BY_ES256.0, &other.verifying_key()), Err(VerifyError::InvalidSignature));
        }
    }
}
