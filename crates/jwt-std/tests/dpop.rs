//! Access tokens that are bound to a key, with proofs that jwt-oauth mints: what a thief of the token cannot do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // a test may panic

mod oauth;

use std::num::NonZero;
use std::sync::Arc;

use jwt_core::Es256SigningKey;
use jwt_oauth::{AccessTokenHash, DpopProof, PublicPoint};
use jwt_std::{
    DpopProofs, Error, Fault, MemoryReplayStore, NumericDate, Presented, ResourceServer, Scope,
};
use oauth::{AUDIENCE, NOW, key, token, with};
use serde_json::json;

fn memory(capacity: usize) -> MemoryReplayStore {
    MemoryReplayStore::new(NonZero::new(capacity).unwrap())
}

/// A client's key, and the proofs it makes.
struct Client(Es256SigningKey);

impl Client {
    fn new(byte: u8) -> Self {
        Self(Es256SigningKey::from_bytes(&[byte; 32]).unwrap())
    }

    fn point(&self) -> PublicPoint {
        PublicPoint::from_sec1(&self.0.verifying_key().to_sec1()).unwrap()
    }

    fn thumbprint(&self) -> String {
        self.0.verifying_key().thumbprint().encode(&mut [0; 43]).to_owned()
    }

    fn proof(&self, jwt_id: &str, method: &str, uri: &str, iat: i64, token: &str) -> String {
        let proof = DpopProof {
            public_key: &self.point(),
            jwt_id,
            method,
            uri,
            issued_at: NumericDate::from_seconds(iat),
            access_token: Some(AccessTokenHash::of(token)),
            nonce: None,
        };
        proof.mint(&mut [0; 1024], &self.0).unwrap().as_str().to_owned()
    }
}

async fn fault(server: &ResourceServer, uri: &str, token: &str, proof: &str) -> Option<Fault> {
    let field = format!("DPoP {token}");
    let authorization: &[&[u8]] = &[field.as_bytes()];
    let request = Presented { method: "POST", uri, authorization, dpop: &[proof.as_bytes()] };
    let verdict = server.check(&request, &Scope::default()).await;
    verdict.err().map(|denial| denial.fault().clone())
}

#[tokio::test]
async fn a_stolen_token_is_of_no_use_and_a_proof_is_good_for_one_request() {
    let issuer = key("1");
    let (client, thief) = (Client::new(1), Client::new(2));
    let bound = token(&issuer, &with("cnf", json!({"jkt": client.thumbprint()})));
    let other = token(&issuer, &with("cnf", json!({"jkt": client.thumbprint(), "x": 1})));
    let proofs = DpopProofs::new(AUDIENCE, Arc::new(memory(100))).unwrap();
    let server = oauth::server(&issuer).proofs(Arc::new(proofs));
    let uri = "https://api.example/v1/chat";
    let good = client.proof("1", "POST", uri, NOW, &bound);

    assert_eq!(fault(&server, "/v1/chat?stream=true", &bound, &good).await, None);
    // Again, however the request is written.
    let invalid = Some(Fault::InvalidProof);
    for target in ["/v1/chat", "https://api.example/v1/chat", "/v1/chat?a"] {
        assert_eq!(fault(&server, target, &bound, &good).await, invalid, "{target}");
    }
    // The host that a request names does not count; the path does.
    let proof = |jti: &str| client.proof(jti, "POST", uri, NOW, &bound);
    assert_eq!(fault(&server, "http://elsewhere.example/v1/chat", &bound, &proof("2")).await, None);
    for target in ["/v1/models", "/", "*", "", "v1/chat"] {
        assert_eq!(fault(&server, target, &bound, &proof("3")).await, invalid, "{target}");
    }
    // What was refused is not used up.
    assert_eq!(fault(&server, "/v1/./chat", &bound, &proof("3")).await, None);
    for (what, proof) in [
        ("a thief's key", thief.proof("4", "POST", uri, NOW, &bound)),
        ("another method", client.proof("5", "GET", uri, NOW, &bound)),
        ("another host", client.proof("6", "POST", "https://x.example/v1/chat", NOW, &bound)),
        ("another scheme", client.proof("7", "POST", "http://api.example/v1/chat", NOW, &bound)),
        ("another token", client.proof("8", "POST", uri, NOW, &other)),
        ("an old one", client.proof("9", "POST", uri, NOW - 66, &bound)),
        ("one from the future", client.proof("10", "POST", uri, NOW + 6, &bound)),
        ("none", String::new()),
        ("the token itself", bound.clone()),
    ] {
        assert_eq!(fault(&server, "/v1/chat", &bound, &proof).await, invalid, "{what}");
    }
    for (jti, iat) in [("11", NOW - 65), ("12", NOW + 5)] {
        let proof = client.proof(jti, "POST", uri, iat, &bound);
        assert_eq!(fault(&server, "/v1/chat", &bound, &proof).await, None, "{jti}");
        assert_eq!(fault(&server, "/v1/chat", &bound, &proof).await, invalid, "{jti}");
    }
}

#[tokio::test]
async fn without_room_for_what_was_used_there_is_no_verdict() {
    let issuer = key("1");
    let client = Client::new(1);
    let bound = token(&issuer, &with("cnf", json!({"jkt": client.thumbprint()})));
    let proofs = DpopProofs::new(AUDIENCE, Arc::new(memory(1))).unwrap();
    let server = oauth::server(&issuer).proofs(Arc::new(proofs));
    let proof = |jti: &str| client.proof(jti, "POST", "https://api.example/", NOW, &bound);
    assert_eq!(fault(&server, "/", &bound, &proof("1")).await, None);
    assert_eq!(fault(&server, "/", &bound, &proof("2")).await, Some(Fault::Unavailable));
}

#[test]
fn an_origin_is_a_scheme_and_an_authority() {
    let store = Arc::new(memory(1));
    for good in ["https://api.example", "http://127.0.0.1:8080", "https://[::1]:8443"] {
        assert!(DpopProofs::new(good, store.clone()).is_ok(), "{good}");
    }
    for bad in
        ["", "api.example", "https://", "https://a/", "https://a?b", "ftp://a", "https://u@a"]
    {
        let error = DpopProofs::new(bad, store.clone()).unwrap_err();
        assert!(matches!(error, Error::InvalidUrl), "{bad}");
    }
}
