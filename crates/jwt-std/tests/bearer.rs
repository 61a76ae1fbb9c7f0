//! Verdicts of a resource server, without HTTP: RFC 6750, RFC 9068, and where DPoP plugs in.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

mod oauth;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jwt_std::{
    BoxFuture, Credentials, ErrorKind, Fault, MemoryReplayStore, Presented, PresentedProof,
    ProofCheck, ProofError, Scope,
};
use oauth::{
    AUDIENCE, ISSUER, NOW, SetClock, check, claims, fault, key, server, token, typed, with,
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_good_access_token_is_let_through_with_what_it_says() {
    let key = key("1");
    let field = format!("bEaReR   {}", token(&key, &claims()));
    let token = check(&server(&key), &[field.as_bytes()], "models.read").await.unwrap();
    assert_eq!((token.issuer(), token.subject(), token.client_id()), (ISSUER, "alice", "app"));
    assert_eq!((token.jwt_id(), token.expiration_time().seconds()), ("1", NOW + 300));
    assert_eq!((token.scope().as_str(), token.key_thumbprint()), ("chat models.read", None));
    let all: Value = token.claims().unwrap();
    assert_eq!(all, claims());
    assert_eq!(format!("{token:?}"), "AccessToken { .. }");
}

#[tokio::test]
async fn every_claim_of_rfc_9068_is_needed_and_of_the_right_type() {
    let key = key("1");
    let server = server(&key);
    for name in ["iss", "aud", "exp", "sub", "client_id", "iat", "jti"] {
        let refused = fault(&server, &token(&key, &with(name, Value::Null))).await;
        let kind = if name == "iss" { ErrorKind::InvalidIssuer } else { ErrorKind::MissingClaim };
        assert_eq!(refused, Some(Fault::Token(kind)), "{name}");
    }
    for (name, value) in [
        ("client_id", json!(1)),
        ("client_id", json!(["app"])),
        ("scope", json!(["chat"])),
        ("scope", json!("chat  admin")),
        ("scope", json!("chat\n")),
        ("cnf", json!("none")),
        ("sub", json!(1)),
        ("jti", json!(1)),
        ("exp", json!("later")),
        ("iat", json!(NOW + 60)),
        ("exp", json!(NOW)),
        ("aud", json!("https://other.example")),
        ("iss", json!("https://issuer.example/")),
    ] {
        let token = token(&key, &with(name, value.clone()));
        assert!(fault(&server, &token).await.is_some(), "{name} {value}");
    }
    for typ in ["JWT", "jwt", "dpop+jwt", "at+jwt2", ""] {
        assert!(fault(&server, &typed(&key, typ, &claims())).await.is_some(), "{typ}");
    }
    assert_eq!(fault(&server, &typed(&key, "application/AT+JWT", &claims())).await, None);
    assert_eq!(fault(&server, &token(&key, &with("scope", Value::Null))).await, None);
}

#[tokio::test]
async fn every_answer_is_that_of_rfc_6750() {
    let key = key("1");
    let good = format!("Bearer {}", token(&key, &claims()));
    let expired = format!("Bearer {}", token(&key, &with("exp", json!(NOW - 1))));
    let server = server(&key).realm(r#"a "b" \c"#).unwrap();
    let realm = r#"Bearer realm="a \"b\" \\c""#;
    let invalid_request =
        |what| format!(r#"{realm}, error="invalid_request", error_description="{what}""#);
    let invalid_token =
        |what| format!(r#"{realm}, error="invalid_token", error_description="{what}""#);
    let several = [good.as_bytes(), good.as_bytes()];
    let malformed = invalid_request("the Authorization header is malformed");
    for (fields, scope, status, challenge) in [
        (&[][..], "", 401, realm.to_owned()),
        (&[b"Basic YTpi".as_slice()], "", 401, realm.to_owned()),
        (&[b"Bearerish abc"], "", 401, realm.to_owned()),
        (&[b"DPoP abc"], "", 401, realm.to_owned()),
        (&several, "", 400, invalid_request("more than one Authorization header")),
        (&[b""], "", 400, malformed.clone()),
        (&[b" "], "", 400, malformed.clone()),
        (&[b"Bearer"], "", 400, malformed.clone()),
        (&[b"Bearer "], "", 400, malformed.clone()),
        (&[b"Bearer\tabc"], "", 400, malformed.clone()),
        (&[b"Bearer a,b"], "", 400, malformed.clone()),
        (&[b"Bearer a b"], "", 400, malformed.clone()),
        (&[b"Bearer =a"], "", 400, malformed.clone()),
        (&[b"Bearer =="], "", 400, malformed.clone()),
        (&[b"Bearer \xff"], "", 400, malformed.clone()),
        (&[b"Bearer abc "], "", 400, malformed),
        (&[b"Bearer abc"], "", 401, invalid_token("the token is malformed")),
        (&[b"Bearer abc=="], "", 401, invalid_token("the token is malformed")),
        (&[expired.as_bytes()], "", 401, invalid_token("the token has expired")),
        (
            &[good.as_bytes()],
            "chat admin",
            403,
            format!(
                r#"{realm}, error="insufficient_scope", error_description="the token does not have the scope", scope="chat admin""#
            ),
        ),
    ] {
        let denial = check(&server, fields, scope).await.unwrap_err();
        let shown = String::from_utf8_lossy(fields.first().copied().unwrap_or_default());
        assert_eq!((denial.status(), denial.challenges()), (status, vec![challenge]), "{shown}");
    }
    assert!(oauth::server(&key).realm("a\nb").is_err());
}

#[tokio::test]
async fn no_answer_tells_a_missing_key_from_a_wrong_signature() {
    let (key, other) = (oauth::key("1"), oauth::key("2"));
    let server = server(&key);
    for key in [other, oauth::key("1")] {
        let field = format!("Bearer {}", token(&key, &claims()));
        let denial = check(&server, &[field.as_bytes()], "").await.unwrap_err();
        let challenge = denial.challenges().remove(0);
        assert!(challenge.contains("the signature of the token is not accepted"), "{challenge}");
    }
}

#[tokio::test]
async fn a_token_for_one_use_is_taken_once_and_what_is_refused_uses_nothing_up() {
    let key = key("1");
    let clock = SetClock::new();
    let store = Arc::new(MemoryReplayStore::new(2.try_into().unwrap()));
    let server = server(&key).single_use(store.clone()).leeway(5).clock(clock.clock());
    let field = format!("Bearer {}", token(&key, &claims()));
    let fields = [field.as_bytes()];
    assert_eq!(check(&server, &fields, "admin").await.unwrap_err().status(), 403);
    assert!(check(&server, &fields, "").await.is_ok());
    clock.advance(304); // within the leeway
    assert_eq!(check(&server, &fields, "").await.unwrap_err().fault(), &Fault::Replayed);
    // A clock that goes back brings nothing back: what was over by then may have been forgotten.
    clock.set(NOW);
    let early = token(&key, &with("exp", json!(NOW + 299)));
    assert_eq!(fault(&server, &early).await, Some(Fault::Token(ErrorKind::Expired)));
    // One more fits, and then there is no verdict.
    let next = |jti: &str| token(&key, &with("jti", json!(jti)));
    assert_eq!(fault(&server, &next("2")).await, None);
    let field = format!("Bearer {}", next("3"));
    let denial = check(&server, &[field.as_bytes()], "").await.unwrap_err();
    assert_eq!((denial.status(), denial.challenges()), (503, vec![]));
    assert_eq!(store.len(), 2);
}

/// Takes the proof `good`, and counts.
#[derive(Default)]
struct Proofs(AtomicUsize);

impl ProofCheck for Proofs {
    fn algorithms(&self) -> &str {
        "ES256"
    }

    fn check<'a>(&'a self, proof: PresentedProof<'a>) -> BoxFuture<'a, Result<(), ProofError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        assert_eq!((proof.method, proof.uri, proof.key_thumbprint), ("POST", "/chat", "thumb"));
        assert!(proof.access_token.starts_with("ey"));
        Box::pin(std::future::ready(match proof.proof {
            b"good" => Ok(()),
            b"old" => Err(ProofError::UseNonce("n1".into())),
            _ => Err(ProofError::Invalid),
        }))
    }
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_taken_with_a_proof_and_never_without() {
    let key = key("1");
    let bound = token(&key, &with("cnf", json!({"jkt": "thumb"})));
    let plain = token(&key, &claims());
    let certificate = token(&key, &with("cnf", json!({"x5t#S256": "thumb"})));
    let both = token(&key, &with("cnf", json!({"jkt": "thumb", "x5t#S256": "thumb"})));
    // Where nothing checks proofs, nothing that needs one is taken.
    let server = server(&key);
    for token in [&bound, &certificate, &both] {
        assert_eq!(fault(&server, token).await, Some(Fault::BoundToKey));
    }

    let proofs = Arc::new(Proofs::default());
    let server = server.proofs(proofs.clone());
    let only = oauth::server(&key).proofs(proofs.clone()).bound_tokens_only();
    let nonce = Fault::UseNonce("n1".into());
    let (one, two, none) = (&[b"good".as_slice()][..], &[b"good".as_slice(); 2][..], &[][..]);
    for (server, scheme, token, proof, expected) in [
        (&server, "DPoP", &bound, one, None),
        (&server, "dpop", &bound, one, None),
        (&only, "DPoP", &bound, one, None),
        (&server, "Bearer", &plain, none, None),
        (&server, "Bearer", &plain, one, None),
        (&only, "Bearer", &plain, none, Some(Fault::NotBoundToKey)),
        (&server, "Bearer", &bound, none, Some(Fault::BoundToKey)),
        (&server, "Bearer", &bound, one, Some(Fault::BoundToKey)),
        (&server, "DPoP", &plain, one, Some(Fault::NotBoundToKey)),
        (&server, "DPoP", &certificate, one, Some(Fault::BoundToKey)),
        (&server, "DPoP", &both, one, Some(Fault::BoundToKey)),
        (&server, "DPoP", &bound, none, Some(Fault::InvalidProof)),
        (&server, "DPoP", &bound, two, Some(Fault::InvalidProof)),
        (&server, "DPoP", &bound, &[b"bad".as_slice()][..], Some(Fault::InvalidProof)),
        (&server, "DPoP", &bound, &[b"old".as_slice()][..], Some(nonce)),
    ] {
        let field = format!("{scheme} {token}");
        let authorization: &[&[u8]] = &[field.as_bytes()];
        let request = Presented { method: "POST", uri: "/chat", authorization, dpop: proof };
        let verdict = server.check(&request, &Scope::default()).await;
        let found = verdict.as_ref().err().map(|denial| denial.fault().clone());
        assert_eq!(found, expected, "{scheme} {}", proof.len());
        match verdict {
            Ok(token) => {
                assert_eq!(token.key_thumbprint().is_some(), scheme.eq_ignore_ascii_case("dpop"));
            }
            Err(denial) => {
                let challenges = denial.challenges();
                let last = challenges.last().unwrap();
                assert!(last.starts_with("DPoP error=") && last.ends_with(r#"algs="ES256""#));
                assert!(challenges.len() == 1 || challenges.first().unwrap() == "Bearer");
                assert_eq!(denial.dpop_nonce(), last.contains("use_dpop_nonce").then_some("n1"));
            }
        }
    }
    assert_eq!(proofs.0.load(Ordering::Relaxed), 5);
}

#[test]
fn credentials_show_no_token() {
    let credentials = Credentials::read([b"Bearer c2VjcmV0".as_slice()]).unwrap();
    assert_eq!(format!("{credentials:?}"), "Bearer(..)");
    assert_eq!(credentials.token(), "c2VjcmV0");
}

#[tokio::test]
async fn each_issuer_has_its_own_keys() {
    let (a, b) = (key("1"), key("1"));
    let server = server(&a).issuer("https://b.example", Arc::new(b.verifying_key().unwrap()));
    let of_b = with("iss", json!("https://b.example"));
    assert_eq!(fault(&server, &token(&b, &of_b)).await, None);
    let refused = Some(Fault::Token(ErrorKind::InvalidSignature));
    assert_eq!(fault(&server, &token(&a, &of_b)).await, refused);
    assert_eq!(fault(&server, &token(&b, &claims())).await, refused);
    assert_eq!(format!("{server:?}"), format!("ResourceServer {{ audience: {AUDIENCE:?}, .. }}"));
}
