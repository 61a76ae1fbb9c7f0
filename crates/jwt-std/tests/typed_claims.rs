//! Claims as serde types: what is written, what is read, and that both agree with the core.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

use std::time::Duration;

use jwt_std::jwt_core::MintError;
use jwt_std::jwt_core::error::WriteError;
use jwt_std::{
    Algorithm, Audience, Claims, Error, ExpectAudience, ExpectIssuer, Minter, NumericDate, Policy,
    PrivateKey, mint, now, random_jwt_id, verify, verify_as,
};
use serde::{Deserialize, Serialize};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Own {
    scope: String,
    #[serde(default)]
    groups: Vec<String>,
}

fn lax() -> Policy<'static> {
    Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked).allow_missing_expiration()
}

fn key() -> PrivateKey {
    PrivateKey::generate(Algorithm::Hs256).unwrap()
}

/// The JSON that is minted.
fn json(claims: &impl Serialize) -> String {
    let key = key();
    let token = mint(&Minter::new(), &key.signing_key().unwrap(), claims).unwrap();
    let token = verify(&token, &key.verifying_key().unwrap(), &lax(), NOW).unwrap();
    token.claims_json().to_owned()
}

/// What is read of a token with these claims.
fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Error> {
    let key = key();
    let claims: serde_json::Value = serde_json::from_str(json).unwrap();
    let token = mint(&Minter::new(), &key.signing_key().unwrap(), &claims)?;
    verify_as(&token, &key.verifying_key().unwrap(), &lax(), NOW)
}

#[test]
fn all_claims_are_written_under_their_names() {
    let claims = Claims::new()
        .issuer("me")
        .subject("alice")
        .audience("you")
        .lifetime(NOW, Duration::from_secs(300))
        .not_before(NOW)
        .jwt_id("1")
        .with(Own { scope: "read".into(), groups: vec!["a".into()] });
    assert_eq!(
        json(&claims),
        r#"{"iss":"me","sub":"alice","aud":"you","exp":1700000300,"nbf":1700000000,"iat":1700000000,"jti":"1","scope":"read","groups":["a"]}"#
    );
    assert_eq!(json(&Claims::new()), "{}");
    assert_eq!(json(&Claims::new().audience(["a", "b"])), r#"{"aud":["a","b"]}"#);
}

#[test]
fn what_was_written_is_read() {
    let claims = Claims::new()
        .issuer("me")
        .audience(vec!["a", "b"])
        .lifetime(NOW, Duration::from_millis(300_900))
        .with(Own { scope: "read".into(), groups: Vec::new() });
    let again: Claims<Own> = read(&json(&claims)).unwrap();
    assert_eq!(again, claims);
    assert_eq!(again.expiration_time, Some(NOW.saturating_add(300)));
    assert!(again.audience.contains("b") && !again.audience.contains("c"));
    let none: Claims = read("{}").unwrap();
    assert_eq!(none, Claims::new());
}

#[test]
fn claims_that_nobody_asked_for_do_no_harm() {
    let claims: Claims = read(r#"{"sub":"alice","x":{"y":[1]},"z":null}"#).unwrap();
    assert_eq!(claims.subject.as_deref(), Some("alice"));
    let claims: Claims<serde_json::Map<String, serde_json::Value>> =
        read(r#"{"sub":"alice","x":1}"#).unwrap();
    assert_eq!(serde_json::to_string(&claims.own).unwrap(), r#"{"x":1}"#);
}

#[test]
fn a_date_of_any_number_syntax_is_rounded_as_the_core_does() {
    for number in ["1700000299.5", "1.7000002995e9", "17000002995E-1", "1700000299.999999"] {
        let key = key();
        let object = format!(r#"{{"exp":{number},"nbf":{number},"iat":{number}}}"#);
        let object = jwt_std::jwt_core::json::Object::parse(object.as_bytes()).unwrap();
        let token =
            jwt_std::mint_members(&Minter::new(), &key.signing_key().unwrap(), &object).unwrap();
        let policy = lax().leeway(jwt_std::Leeway::from_seconds(1000));
        let claims: Claims =
            verify_as(&token, &key.verifying_key().unwrap(), &policy, NOW).unwrap();
        assert_eq!(claims.expiration_time, NumericDate::new(1_700_000_299), "{number}");
        assert_eq!(claims.not_before, NumericDate::new(1_700_000_300), "{number}");
        assert_eq!(claims.issued_at, NumericDate::new(1_700_000_300), "{number}");
    }
}

#[test]
fn dates_out_of_range_and_of_other_types_are_refused_by_serde_too() {
    for date in ["253402300800", "-1e300", "18446744073709551615", "\"1\"", "[1]", "{}", "true"] {
        let json = format!(r#"{{"exp":{date}}}"#);
        assert!(serde_json::from_str::<Claims>(&json).is_err(), "{date}");
        // And by the core before it, if it comes in a token.
        let Err(Error::Claims { .. }) = read::<Claims>(&json) else { panic!("{date}") };
    }
    let claims: Claims = serde_json::from_str(r#"{"exp":253402300799}"#).unwrap();
    assert_eq!(claims.expiration_time, Some(NumericDate::MAX));
}

#[test]
fn a_name_that_comes_twice_is_not_minted() {
    #[derive(Serialize)]
    struct Iss {
        iss: &'static str,
    }
    let claims = Claims::new().issuer("me").with(Iss { iss: "you" });
    let error = mint(&Minter::new(), &key().signing_key().unwrap(), &claims).unwrap_err();
    assert!(matches!(error, Error::Mint(MintError::Claims(WriteError::DuplicateMember))));
}

#[test]
fn a_type_that_does_not_fit_is_an_error() {
    assert!(matches!(read::<Claims<Own>>(r#"{"scope":["read"]}"#), Err(Error::Serde(_))));
    assert!(matches!(read::<Claims<Own>>("{}"), Err(Error::Serde(_))));
}

#[test]
fn a_type_of_the_caller_may_hold_these_claims_in_its_turn() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Mine {
        #[serde(flatten)]
        registered: Claims,
        scope: String,
    }
    let mine = Mine {
        registered: Claims::new().audience("you").lifetime(NOW, Duration::from_secs(60)),
        scope: "read".into(),
    };
    let text = json(&mine);
    assert_eq!(text, r#"{"aud":"you","exp":1700000060,"iat":1700000000,"scope":"read"}"#);
    assert_eq!(read::<Mine>(&text).unwrap(), mine);
    let fraction = text.replace("1700000060", "1700000060.5");
    assert_eq!(serde_json::from_str::<Mine>(&fraction).unwrap(), mine);
}

#[test]
fn expires_in_counts_from_the_clock() {
    let before = now();
    let claims = Claims::new().expires_in(Duration::from_secs(60));
    let issued = claims.issued_at.unwrap();
    assert!(before <= issued && issued <= now());
    assert_eq!(claims.expiration_time, Some(issued.saturating_add(60)));
    let forever = Claims::new().lifetime(NOW, Duration::MAX);
    assert_eq!(forever.expiration_time, Some(NumericDate::MAX));
}

#[test]
fn random_ids_are_of_128_bits_and_differ() {
    let (one, other) = (random_jwt_id().unwrap(), random_jwt_id().unwrap());
    assert_eq!(one.len(), 22);
    assert_ne!(one, other);
}

#[test]
fn an_audience_comes_of_what_is_at_hand() {
    let several: Audience = ["a", "b"].into();
    assert_eq!(several, vec![String::from("a"), String::from("b")].into());
    assert_eq!(several, ["a", "b"].into_iter().collect());
    assert_eq!(several.iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(Audience::from("a"), String::from("a").into());
    assert!(Audience::default().is_empty());
}
