//! The risky doors: what they open, and what stays shut behind them.
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

use hmac::{Hmac, KeyInit as _, Mac as _};
use jwt_core::danger::{peek, secret_bytes, short_hmac_key};
use jwt_core::{
    Es256SigningKey, HmacAlgorithm, HmacKey, Hs256, Hs384, Hs512, Minter, SigningKey, Stage,
    UnverifiedToken, VerifyError, VerifyingKey, base64url,
};

fn unsigned(header: &str, payload: &str) -> String {
    let encode = |text: &str| {
        let mut buf = vec![0; base64url::encoded_len(text.len())];
        base64url::encode(text.as_bytes(), &mut buf).unwrap().to_owned()
    };
    format!("{}.{}.", encode(header), encode(payload))
}

#[test]
fn peeking_is_as_strict_about_form_and_header_as_verifying() {
    let key = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    for (token, stage) in [
        (String::new(), Stage::Structure),
        ("e30.e30".to_owned(), Stage::Structure),
        ("e30=.e30.".to_owned(), Stage::Structure),
        ("e31.e30.".to_owned(), Stage::Structure),
        (unsigned("", "{}"), Stage::Header),
        (unsigned("[]", "{}"), Stage::Header),
        (unsigned("{}", "{}"), Stage::Header),
        (unsigned(r#"{"alg":1}"#, "{}"), Stage::Header),
        (unsigned(r#"{"alg":"HS256","alg":"none"}"#, "{}"), Stage::Header),
        (unsigned(r#"{"alg":"HS256","crit":["x"]}"#, "{}"), Stage::Header),
        (unsigned(r#"{"alg":"HS256","b64":false}"#, "{}"), Stage::Header),
    ] {
        let (mut one, mut other) = ([0; 256], [0; 256]);
        let peeked = UnverifiedToken::parse(&token).and_then(|token| peek(token, &mut one));
        let verified = UnverifiedToken::parse(&token).and_then(|t| t.verify(&key, &mut other));
        let error = peeked.err();
        assert_eq!(error, verified.err(), "{token}");
        assert_eq!(error.map(|error| error.stage()), Some(stage), "{token}");
    }
}

#[test]
fn peeking_shows_what_no_key_would_verify() {
    for alg in ["none", "RS256", "", "HS256"] {
        let token = unsigned(&format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#), r#"{"sub":"x"}"#);
        let mut scratch = [0; 256];
        let seen = peek(UnverifiedToken::parse(&token).unwrap(), &mut scratch).unwrap();
        assert_eq!(seen.header().alg(), alg);
        assert!(seen.header().typ().is_some_and(|typ| typ == "JWT"));
        assert_eq!(seen.payload(), br#"{"sub":"x"}"#);
        assert!(!format!("{seen:?}").contains("sub"), "{seen:?}");
    }
}

#[test]
fn peeking_needs_the_scratch_that_verifying_needs() {
    let token = unsigned(r#"{"alg":"none"}"#, r#"{"sub":"x"}"#);
    let parsed = UnverifiedToken::parse(&token).unwrap();
    let needed = parsed.scratch_len();
    for size in 0..needed + 2 {
        let mut scratch = vec![0; size];
        let error = peek(parsed, &mut scratch).err();
        let wanted = (size < needed).then_some(VerifyError::BufferTooSmall { needed });
        assert_eq!(error, wanted, "{size}");
    }
}

#[test]
fn a_short_secret_gives_the_mac_that_hmac_gives() {
    fn check<A: HmacAlgorithm>(secret: &[u8], expected: &[u8]) {
        let key = short_hmac_key::<A>(secret).unwrap();
        let mac = key.sign(b"input").unwrap();
        assert_eq!(mac.as_ref(), expected, "{}", secret.len());
        assert_eq!(key.verify(b"input", expected), Ok(()));
        assert!(key.verify(b"input", &expected[..expected.len() - 1]).is_err());
        assert!(key.verify(b"other", expected).is_err());
        assert!(!format!("{key:?}").contains("171"), "the secret is not shown");
    }
    // Past 64 and 128 bytes the secret is hashed first.
    for len in (1..70).chain([127, 128, 129, 200]) {
        let secret = vec![171; len];
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
        mac.update(b"input");
        check::<Hs256>(&secret, &mac.finalize().into_bytes());
        let mut mac = Hmac::<sha2::Sha384>::new_from_slice(&secret).unwrap();
        mac.update(b"input");
        check::<Hs384>(&secret, &mac.finalize().into_bytes());
        let mut mac = Hmac::<sha2::Sha512>::new_from_slice(&secret).unwrap();
        mac.update(b"input");
        check::<Hs512>(&secret, &mac.finalize().into_bytes());
    }
}

#[test]
fn tokens_of_a_short_secret_verify_with_it_and_with_no_other() {
    let short = short_hmac_key::<Hs256>(b"k").unwrap();
    let mut buf = [0; 128];
    let token = Minter::new().mint(&mut buf, &short, &()).unwrap();
    let verdict = |key: &HmacKey<Hs256>| {
        let mut scratch = [0; 128];
        UnverifiedToken::parse(&token).unwrap().verify(key, &mut scratch).map(|_| ())
    };
    assert_eq!(verdict(&short), Ok(()));
    // HMAC pads a secret with zeros: these are one key, which is why short ones are dangerous.
    assert_eq!(verdict(&short_hmac_key(b"k\0\0").unwrap()), Ok(()));
    assert_eq!(verdict(&short_hmac_key(b"l").unwrap()), Err(VerifyError::InvalidSignature));
}

#[test]
fn the_bytes_of_a_private_key_come_out_as_they_went_in() {
    for last in 1..=u8::MAX {
        let mut bytes = [0; 32];
        bytes[31] = last;
        let key = Es256SigningKey::from_bytes(&bytes).unwrap();
        assert_eq!(*secret_bytes(&key), bytes);
    }
}
