//! Typed claims by serde-json-core 0.7: its lax spots lie behind the strict reader, and what it
//! does take is what serde_json takes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)] // a test may panic
#![cfg(all(feature = "hmac", feature = "serde-json-core-07"))]

mod common;

use jwt_core::error::VerifyError;
use jwt_core::{
    ExpectAudience, ExpectIssuer, HmacKey, Hs256, Minter, NumericDate, Policy, Stage,
    UnverifiedToken, ValidToken,
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn with_valid<R>(claims: &str, show: impl FnOnce(ValidToken<'_>) -> R) -> Result<R, VerifyError> {
    let key = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    let (mut buf, mut scratch) = (vec![0; 8192], vec![0; 8192]);
    let token = Minter::new().mint_payload(&mut buf, &key, claims.as_bytes()).unwrap();
    let verified = UnverifiedToken::parse(&token).unwrap().verify(&key, &mut scratch)?;
    let policy = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked)
        .allow_missing_expiration();
    Ok(show(verified.validate(&policy, NumericDate::from_seconds(1_700_000_000)).unwrap()))
}

/// The typed claims, or `None` where serde-json-core refuses them.
fn typed<T: DeserializeOwned>(claims: &str, scratch: usize) -> Option<T> {
    with_valid(claims, |valid| valid.claims().deserialize(&mut vec![0; scratch]).ok()).unwrap()
}

#[derive(Deserialize, Debug, PartialEq)]
struct Owned {
    s: String,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Borrowed<'a> {
    s: &'a str,
}

#[test]
fn strings_are_unescaped_into_owned_ones_and_never_handed_out_escaped() {
    // The text, what an owned string holds, and whether a borrowed one can.
    for (text, owned, borrowed) in [
        ("plain", Some("plain"), true),
        ("caf\u{e9}", Some("caf\u{e9}"), true),
        ("", Some(""), true),
        // PHP: without unescaping, `iss` and `aud` would silently differ.
        (r"https:\/\/issuer", Some("https://issuer"), false),
        (r"caf\u00e9", Some("caf\u{e9}"), false),
        (r#"\"\\\b\f\n\r\t"#, Some("\"\\\u{8}\u{c}\n\r\t"), false),
        // PyJWT: valid JSON that serde-json-core refuses. `claim("s")` reads it.
        (r"\ud83d\ude00", None, false),
    ] {
        let claims = format!(r#"{{"s":"{text}"}}"#);
        assert_eq!(typed::<Owned>(&claims, 64).map(|found| found.s).as_deref(), owned, "{text}");
        with_valid(&claims, |valid| {
            let mut scratch = [0; 64];
            let found: Option<Borrowed<'_>> = valid.claims().deserialize(&mut scratch).ok();
            assert_eq!(found.map(|found| found.s), owned.filter(|_| borrowed), "{text}");
            let ours = valid.claims().claim("s").and_then(|value| value.as_text()).unwrap();
            let reference: String = serde_json::from_str(&format!("\"{text}\"")).unwrap();
            assert_eq!(ours, reference.as_str());
        })
        .unwrap();
    }
}

#[test]
fn scratch_bounds_the_length_of_an_escaped_string_only() {
    let plain = format!(r#"{{"s":"{}"}}"#, "x".repeat(100));
    assert!(typed::<Owned>(&plain, 0).is_some());
    let escaped = format!(r#"{{"s":"{}"}}"#, r"\n".repeat(20));
    assert_eq!(typed::<Owned>(&escaped, 0), None);
    assert_eq!(typed::<Owned>(&escaped, 64).map(|found| found.s), Some("\n".repeat(20)));
}

#[test]
fn what_serde_json_core_would_take_wrongly_never_reaches_it() {
    #[derive(Deserialize, Debug)]
    struct Number {
        #[serde(rename = "n")]
        _n: f64,
    }
    #[derive(Deserialize, Debug)]
    struct Nothing {}
    // Each is no JSON, or a member twice, and each is taken by serde-json-core alone.
    let alone = |text: &str| {
        let mut scratch = [0; 64];
        serde_json_core::from_str_escaped::<Number>(text, &mut scratch).is_ok()
            || serde_json_core::from_str_escaped::<Owned>(text, &mut scratch).is_ok()
            || serde_json_core::from_str_escaped::<Nothing>(text, &mut scratch).is_ok()
    };
    for text in [
        r#"{"n":.5}"#,
        r#"{"n":+1}"#,
        r#"{"n":1.}"#,
        r#"{"n":007}"#,
        "{\"s\":\"a\nb\"}",
        "{\"s\":\"\0\"}",
        r#"{"x":garbage !!}"#,
        r#"{"x":[1 2]}"#,
        r#"{"x":-}"#,
        r#"{"x":1,"x":2}"#,
    ] {
        assert!(alone(text), "no longer a trap: {text}");
        let error = with_valid(text, |_| ()).unwrap_err();
        assert_eq!(error.stage(), Stage::Claims, "{text}");
    }
}

#[test]
fn an_ignored_claim_of_the_greatest_depth_costs_little_stack() {
    let depth = 63;
    let claims = format!(r#"{{"x":{}{},"s":"y"}}"#, "[".repeat(depth), "]".repeat(depth));
    std::thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(move || assert!(typed::<Owned>(&claims, 64).is_some()))
        .unwrap()
        .join()
        .unwrap();
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Mine {
    n: i64,
    u: u32,
    b: bool,
    o: Option<u8>,
    s: String,
    e: Kind,
    l: (i16, String),
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Copy)]
enum Kind {
    Sensor,
    Gateway,
}

proptest! {
    #![proptest_config(common::cases(800))]

    #[test]
    fn a_type_that_serde_json_wrote_comes_back_equal(
        n: i64, u: u32, b: bool, o: Option<u8>, s in "[ -~\u{e9}\n\t]{0,20}", gateway: bool, l: (i16, u8),
    ) {
        let e = if gateway { Kind::Gateway } else { Kind::Sensor };
        let mine = Mine { n, u, b, o, s, e, l: (l.0, l.1.to_string()) };
        let claims = serde_json::to_string(&mine).unwrap();
        prop_assert_eq!(typed::<Mine>(&claims, 128), Some(mine), "{}", claims);
    }

    #[test]
    fn what_is_taken_is_what_serde_json_takes(
        n in "-?[0-9]{1,22}(\\.[0-9])?(e[0-9])?|null|true|\"1\"",
        u in "-?[0-9]{1,12}|null|1\\.0",
        o in "[0-9]{1,4}|null|\"\"",
        s in "\"[a-z]{0,5}(\\\\n|\\\\/|\\\\u00e9|\\\\ud83d\\\\ude00)?\"|1|null",
        e in "\"(Sensor|Gateway|sensor|)\"|0",
        l in "\\[(-?[0-9]{1,6}(,\"x\"){0,2})?\\]|\"\"",
    ) {
        let claims = format!(r#"{{"n":{n},"u":{u},"b":true,"o":{o},"s":{s},"e":{e},"l":{l}}}"#);
        // A leading zero is no JSON, and stops at the strict reader.
        let Ok(ours) = with_valid(&claims, |valid| valid.claims().deserialize::<Mine>(&mut [0; 64]).ok())
        else { return Ok(()) };
        if let Some(ours) = ours {
            prop_assert_eq!(serde_json::from_str::<Mine>(&claims).ok(), Some(ours), "{}", claims);
        }
    }
}
