//! A key of one issuer never verifies what another is said to have issued (RFC 8725 section 3.8).
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

use jwt_std::jwt_core::VerifyError;
use jwt_std::{
    Algorithm, Claims, Error, ErrorKind, ExpectIssuer, Issuers, KeySet, LiveKeys, Minter,
    NumericDate, Policy, PrivateKey, SignatureCache, mint,
};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);
const A: &str = "https://a.example";
const B: &str = "https://b.example";

fn key(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::generate(algorithm).unwrap()
}

fn token(key: &PrivateKey, issuer: &str) -> String {
    let claims = Claims::new().issuer(issuer).audience("you").expires_at(NOW.saturating_add(60));
    mint(&Minter::new().kid("1"), &key.signing_key().unwrap(), &claims).unwrap()
}

fn set(key: &PrivateKey) -> KeySet {
    let mut set = KeySet::new();
    set.insert(Some("1".into()), key.verifying_key().unwrap());
    set
}

fn policy(issuer: &str) -> Policy<'_> {
    Policy::new(issuer, "you")
}

#[test]
fn each_issuer_is_verified_with_its_own_keys_and_no_others() {
    for algorithm in [Algorithm::Es256, Algorithm::Ed25519, Algorithm::Hs256] {
        let (a, b) = (key(algorithm), key(algorithm));
        let cache = SignatureCache::new(64).unwrap();
        let issuers =
            Issuers::new().with(A, set(&a).cached(&cache)).with(B, set(&b).cached(&cache));
        for _ in 0..2 {
            assert!(issuers.verify(&token(&a, A), policy, NOW).is_ok());
            assert!(issuers.verify(&token(&b, B), policy, NOW).is_ok());
            for forged in [token(&a, B), token(&b, A)] {
                let error = issuers.verify(&forged, policy, NOW).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{error}");
            }
        }
    }
}

#[test]
fn a_lax_policy_does_not_loosen_the_binding() {
    let (a, b) = (key(Algorithm::Es256), key(Algorithm::Es256));
    let issuers = Issuers::new().with(A, set(&a)).with(B, set(&b));
    let lax = |_| Policy::new(ExpectIssuer::NotChecked, "you");
    assert!(issuers.verify(&token(&a, A), lax, NOW).is_ok());
    assert!(issuers.verify(&token(&a, B), lax, NOW).is_err());
    // And a policy for another issuer refuses what its keys have verified.
    let crossed = |_| Policy::new(B, "you");
    let error = issuers.verify(&token(&a, A), crossed, NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidIssuer);
}

#[test]
fn an_issuer_that_is_not_known_by_this_very_name_has_no_keys() {
    let a = key(Algorithm::Es256);
    let issuers = Issuers::new().with(A, set(&a));
    for name in ["", "https://a.example/", "HTTPS://a.example", "https://a", "https://a.example\0"]
    {
        let error = issuers.verify(&token(&a, name), policy, NOW).unwrap_err();
        assert!(matches!(error, Error::UnknownIssuer), "{name}: {error}");
        assert_eq!(error.kind(), ErrorKind::InvalidIssuer);
        assert!(!format!("{error}{error:?}").contains("a.example"));
    }
    for iss in ["null", "1", r#"["https://a.example"]"#, r#"{"https://a.example":1}"#, "true"] {
        let claims: serde_json::Value =
            serde_json::from_str(&format!(r#"{{"iss":{iss},"aud":"you","exp":1800000000}}"#))
                .unwrap();
        let token = mint(&Minter::new(), &a.signing_key().unwrap(), &claims).unwrap();
        let error = issuers.verify(&token, policy, NOW).unwrap_err();
        assert!(matches!(error, Error::UnknownIssuer), "{iss}: {error}");
    }
    let none = mint(&Minter::new(), &a.signing_key().unwrap(), &Claims::new()).unwrap();
    assert!(matches!(issuers.choose(&none), Err(Error::UnknownIssuer)));
    assert!(matches!(Issuers::<KeySet>::new().choose(&none), Err(Error::UnknownIssuer)));
}

#[test]
fn a_name_is_compared_after_unescaping() {
    let a = key(Algorithm::Es256);
    let issuers = Issuers::new().with(A, set(&a));
    let text = r#"{"iss":"https:\/\/a.\u0065xample","aud":"you","exp":1800000000}"#;
    let claims = jwt_std::jwt_core::json::Object::parse(text.as_bytes()).unwrap();
    let token = jwt_std::mint_members(&Minter::new(), &a.signing_key().unwrap(), &claims).unwrap();
    assert!(issuers.verify(&token, policy, NOW).is_ok());
}

#[test]
fn what_is_no_token_is_refused_as_such() {
    let issuers = Issuers::new().with(A, set(&key(Algorithm::Es256)));
    for text in ["", "a.b", "e30.e30.AA=", "e30.W10.AA"] {
        let error = issuers.verify(text, policy, NOW).unwrap_err();
        assert!(matches!(error, Error::Verify(_)), "{text}: {error}");
    }
}

#[test]
fn issuers_hold_single_keys_and_live_ones() {
    let (a, b) = (key(Algorithm::Es256), key(Algorithm::Es256));
    let single = Issuers::new().with(A, a.verifying_key().unwrap());
    assert!(single.verify(&token(&a, A), policy, NOW).is_ok());
    let live = Issuers::new().with(A, LiveKeys::new(set(&a)));
    assert!(live.verify(&token(&a, A), policy, NOW).is_ok());
    live.keys(A).unwrap().replace(set(&b));
    assert!(live.verify(&token(&b, A), policy, NOW).is_ok());
    let error = live.verify(&token(&a, A), policy, NOW).unwrap_err();
    assert!(matches!(error, Error::Verify(VerifyError::InvalidSignature)));
    assert!(live.keys(B).is_none());
}
