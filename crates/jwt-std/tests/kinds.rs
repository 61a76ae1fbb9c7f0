//! Every kind of error is met, has its facts, and stands in the table under PyJWT's name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

mod common;

use jwt_std::{
    Algorithm, Backend, Error, ErrorKind, ExpectAudience, ExpectIssuer, KeyFile, KeySet, Minter,
    NumericDate, Policy, PrivateKey, PublicKey, Refusal, SigningKey, VerifyingKey, mint,
    mint_members, verify,
};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);
const SECRET: [u8; 32] = [0x42; 32];

fn minted(header: &str, claims: &str) -> String {
    let key = SigningKey::from_secret(Algorithm::Hs256, &SECRET).unwrap();
    let claims = jwt_std::jwt_core::json::Object::parse(claims.as_bytes()).unwrap();
    let header = jwt_std::jwt_core::json::Object::parse(header.as_bytes()).unwrap();
    mint_members(&Minter::new().header(header), &key, &claims).unwrap()
}

fn key() -> VerifyingKey {
    VerifyingKey::from_secret(Algorithm::Hs256, &SECRET).unwrap()
}

fn policy() -> Policy<'static> {
    Policy::new("me", "you").subject("alice").require(&["jti"])
}

const GOOD: &str =
    r#"{"iss":"me","aud":"you","sub":"alice","jti":"1","exp":1700000060,"iat":1699999990}"#;

fn refused(token: &str, policy: &Policy<'_>) -> Error {
    verify(token, &key(), policy, NOW).unwrap_err()
}

/// The error where one claim of a good token is replaced.
fn with(name: &str, value: &str) -> Error {
    let mut claims: serde_json::Map<_, _> = serde_json::from_str(GOOD).unwrap();
    claims.insert(name.to_owned(), serde_json::from_str(value).unwrap());
    refused(&minted("{}", &serde_json::to_string(&claims).unwrap()), &policy())
}

fn without(name: &str) -> Error {
    let mut claims: serde_json::Map<_, _> = serde_json::from_str(GOOD).unwrap();
    claims.remove(name);
    refused(&minted("{}", &serde_json::to_string(&claims).unwrap()), &policy())
}

/// The one refusal of an error.
fn facts(error: &Error) -> &Refusal {
    match error {
        Error::Claims { explained, .. } if explained.len() == 1 => &explained[0],
        error => panic!("{error:?}"),
    }
}

fn tampered() -> String {
    let token = minted("{}", GOOD);
    let (input, _) = token.rsplit_once('.').unwrap();
    let other = minted("{}", "{}");
    format!("{input}.{}", other.rsplit_once('.').unwrap().1)
}

fn jwk(text: &str) -> Error {
    PublicKey::from_jwk(text.as_bytes(), None).unwrap_err()
}

fn set(text: &str) -> Error {
    let file = KeyFile::parse(text.as_bytes().to_vec().into());
    file.and_then(|file| file.all_verifying_keys()).unwrap_err()
}

/// Each kind, and errors that are of it.
fn all() -> Vec<(ErrorKind, Vec<Error>)> {
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    let mixed = r#"{"keys":[{"kty":"oct","k":"AA"},{"kty":"OKP","crv":"Ed25519","x":"AA"}]}"#;
    vec![
        (ErrorKind::Expired, vec![with("exp", "1700000000"), with("exp", "0")]),
        (ErrorKind::NotYetValid, vec![with("nbf", "1700000001"), with("iat", "1700000001")]),
        (
            ErrorKind::InvalidAudience,
            vec![
                with("aud", "\"them\""),
                with("aud", "[]"),
                with("aud", "1"),
                refused(
                    &minted("{}", GOOD),
                    &Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed),
                ),
            ],
        ),
        (ErrorKind::InvalidIssuer, vec![with("iss", "\"they\""), with("iss", "[\"me\"]")]),
        (
            ErrorKind::InvalidIssuedAt,
            vec![
                with("iat", "\"now\""),
                refused(&minted("{}", GOOD), &Policy::new("me", "you").max_age(5)),
            ],
        ),
        (ErrorKind::InvalidSubject, vec![with("sub", "\"mallory\""), with("sub", "1")]),
        (ErrorKind::InvalidJwtId, vec![with("jti", "1")]),
        (
            ErrorKind::MissingClaim,
            ["iss", "aud", "sub", "jti", "exp"].into_iter().map(without).collect(),
        ),
        (ErrorKind::InvalidSignature, vec![refused(&tampered(), &policy())]),
        (
            ErrorKind::InvalidAlgorithm,
            vec![
                verify(
                    &minted("{}", GOOD),
                    &PrivateKey::generate(Algorithm::Ed25519).unwrap().verifying_key().unwrap(),
                    &policy(),
                    NOW,
                )
                .unwrap_err(),
                refused("e30.e30.AA", &policy()),
                // {"alg":"none"}
                refused("eyJhbGciOiJub25lIn0.e30.", &policy()),
            ],
        ),
        (
            ErrorKind::Malformed,
            vec![
                refused("", &policy()),
                refused("a.b", &policy()),
                refused("e30=.e30.AA", &policy()),
                refused(&"a".repeat(100_000), &policy()),
                refused("AAAA.e30.AA", &policy()),
                with("exp", "\"soon\""),
                with("nbf", "null"),
            ],
        ),
        (
            ErrorKind::InvalidToken,
            vec![
                refused(&minted(r#"{"typ":"at+jwt"}"#, GOOD), &policy()),
                // {"alg":"HS256","crit":["x"]}
                refused("eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdfQ.e30.AA", &policy()),
                verify(
                    &minted("{}", GOOD),
                    &key(),
                    &Policy::new("me", "you").check(|_| Err("not today")),
                    NOW,
                )
                .unwrap_err(),
                jwt_std::verify_as::<Vec<u8>, _>(&minted("{}", GOOD), &key(), &policy(), NOW)
                    .unwrap_err(),
            ],
        ),
        (
            ErrorKind::InvalidKey,
            vec![
                jwk("{}"),
                jwk(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#),
                SigningKey::from_secret(Algorithm::Hs256, b"short").unwrap_err().into(),
                PrivateKey::from_pem(b"-----BEGIN X-----", None).unwrap_err(),
                set("no key"),
            ],
        ),
        (
            ErrorKind::AlgorithmNeeded,
            vec![
                jwk(rsa),
                set(&format!(r#"{{"kty":"oct","k":"{}"}}"#, "A".repeat(43))),
                PrivateKey::generate_rsa(Algorithm::Es256, 2048).unwrap_err(),
            ],
        ),
        (ErrorKind::InvalidKeySet, vec![set(r#"{"keys":1}"#), set(mixed)]),
        (
            ErrorKind::KeyNotFound,
            vec![
                verify(&minted("{}", GOOD), &KeySet::new(), &policy(), NOW).unwrap_err(),
                KeyFile::parse(br#"{"keys":[]}"#.to_vec().into())
                    .and_then(|file| file.private_key(None, None))
                    .unwrap_err(),
            ],
        ),
        #[cfg(feature = "remote-jwks")]
        (ErrorKind::FetchFailed, vec![Error::Fetch(jwt_std::FetchError::Timeout)]),
        (
            ErrorKind::BackendMissing,
            vec![common::key(Algorithm::Rs256).signing_key_with(Backend::RustCrypto).unwrap_err()],
        ),
        (
            ErrorKind::Other,
            vec![
                mint(
                    &Minter::new(),
                    &SigningKey::from_secret(Algorithm::Hs256, &SECRET).unwrap(),
                    &1,
                )
                .unwrap_err(),
                std::io::Error::other("gone").into(),
            ],
        ),
    ]
}

#[test]
fn every_kind_is_met() {
    let all = all();
    let fetched = cfg!(feature = "remote-jwks");
    for kind in ErrorKind::ALL.into_iter().filter(|kind| fetched || *kind != ErrorKind::FetchFailed)
    {
        assert!(all.iter().any(|(met, errors)| *met == kind && !errors.is_empty()), "{kind}");
    }
    for (kind, errors) in all {
        for error in errors {
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
}

#[test]
fn every_kind_stands_in_the_table_under_the_name_that_pyjwt_gives_it() {
    let source = include_str!("../src/kind.rs");
    for kind in ErrorKind::ALL {
        let row = format!("/// | `{kind}` | `{}` |", kind.pyjwt());
        assert_eq!(source.matches(&row).count(), 1, "{row}");
    }
    assert_eq!(source.matches("/// | `").count(), ErrorKind::ALL.len());
}

#[test]
fn every_kind_has_a_name_of_its_own_which_pyjwt_has() {
    // PyJWT 2.15.1, jwt/exceptions.py, in its order.
    let theirs = "PyJWTError InvalidTokenError DecodeError InvalidSignatureError \
        ExpiredSignatureError InvalidAudienceError InvalidIssuerError InvalidIssuedAtError \
        ImmatureSignatureError InvalidKeyError InvalidAlgorithmError MissingRequiredClaimError \
        PyJWKError MissingCryptographyError PyJWKSetError PyJWKClientError \
        PyJWKClientConnectionError InvalidSubjectError InvalidJTIError";
    let mut theirs: Vec<_> = theirs.split_whitespace().collect();
    for kind in ErrorKind::ALL {
        let at = theirs.iter().position(|name| *name == kind.pyjwt()).unwrap();
        theirs.remove(at);
    }
    assert!(theirs.is_empty());
}

#[test]
fn of_several_failed_checks_the_kind_is_what_pyjwt_raises() {
    let token = minted("{}", r#"{"iss":"they","aud":"them","sub":"mallory","exp":1,"jti":"1"}"#);
    assert_eq!(refused(&token, &policy()).kind(), ErrorKind::Expired);
    let token = minted("{}", r#"{"iss":"they","aud":"them","sub":"mallory","exp":1}"#);
    assert_eq!(refused(&token, &policy()).kind(), ErrorKind::MissingClaim);
    let Error::Claims { explained, .. } = refused(&token, &policy()) else { panic!() };
    assert_eq!(explained.len(), 5);
}

#[test]
fn a_refusal_says_the_claim_what_was_expected_and_what_was_found() {
    let cases = [
        (with("iss", "\"they\""), "iss", Some("\"me\""), Some("\"they\"")),
        (with("aud", "[\"a\",\"b\"]"), "aud", Some("\"you\""), Some("[\"a\",\"b\"]")),
        (with("sub", "\"mallory\""), "sub", Some("\"alice\""), Some("\"mallory\"")),
        (with("exp", "1699999940"), "exp", Some("later than 1700000000"), Some("1699999940")),
        (with("nbf", "1700000060"), "nbf", Some("1700000000 or earlier"), Some("1700000060")),
        (with("iat", "1700000060"), "iat", Some("1700000000 or earlier"), Some("1700000060")),
        (with("jti", "1"), "jti", Some("a string"), Some("1")),
        (without("jti"), "jti", None, None),
        (without("exp"), "exp", None, None),
        (
            refused(&minted("{}", GOOD), &Policy::new("me", "you").max_age(5)),
            "iat",
            Some("1699999995 or later"),
            Some("1699999990"),
        ),
        (
            refused(&minted(r#"{"typ":"x"}"#, GOOD), &policy()),
            "typ",
            Some("\"JWT\" or none"),
            Some("\"x\""),
        ),
        (refused(&minted("{}", GOOD), &policy().typ("at+jwt")), "typ", Some("\"at+jwt\""), None),
    ];
    for (error, claim, expected, found) in cases {
        let facts = facts(&error);
        assert_eq!(facts.claim.as_deref(), Some(claim), "{error}");
        assert_eq!(facts.expected.as_deref(), expected, "{error}");
        assert_eq!(facts.found.as_deref(), found, "{error}");
        assert_eq!(facts.kind, error.kind());
        assert_eq!(facts.to_string(), error.to_string());
    }
    let own = verify(
        &minted("{}", GOOD),
        &key(),
        &Policy::new("me", "you").check(|_| Err("not today")),
        NOW,
    );
    let own = own.unwrap_err();
    assert_eq!((facts(&own).claim.as_deref(), own.to_string().as_str()), (None, "not today"));
}

#[test]
fn what_was_found_is_safe_to_print() {
    let error = with("iss", "\"\\u001b[31m\\u202eevil\"");
    let found = facts(&error).found.clone().unwrap();
    assert!(found.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{found:?}");
    let error = with("iss", &format!("\"{}\"", "x".repeat(10_000)));
    assert!(facts(&error).found.clone().unwrap().chars().count() < 130);
}
