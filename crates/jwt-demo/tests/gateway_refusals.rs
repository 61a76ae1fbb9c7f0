//! What a gateway answers to those it does not let through: RFC 6750 section 3, RFC 9449 section 7.1.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/gateway.rs"]
mod common;

use common::connection::Answer;
use common::{AUDIENCE, CHAT, Connection, Holder, Issuer, MODELS, prompt};
use jwt_demo::gateway::Gateway;
use jwt_std::{Minter, PrivateKey, mint};
use serde_json::{Value, json};

const BEARER: &str = r#"Bearer realm="jwt-demo""#;
const DPOP: &str = r#"DPoP realm="jwt-demo""#;
const ALGS: &str = r#"algs="ES256""#;

/// The two challenges of an answer, with the error in that of one scheme.
fn challenged(answer: &Answer, status: u16, scheme: &str, error: Option<(&str, &str)>) {
    let error = error.map_or_else(String::new, |(code, description)| {
        format!(r#", error="{code}", error_description="{description}""#)
    });
    let scope = if status == 403 { r#", scope="chat""# } else { "" };
    let (bearer, dpop) = match scheme {
        "Bearer" => (format!("{BEARER}{error}{scope}"), format!("{DPOP}, {ALGS}")),
        _ => (BEARER.to_owned(), format!("{DPOP}{error}{scope}, {ALGS}")),
    };
    assert_eq!((answer.status, answer.challenges()), (status, vec![bearer.as_str(), &dpop]));
    assert_eq!(answer.body, "");
}

/// A token without a signature, and with the header of one that needs none.
fn unsigned(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap();
    format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{payload}.")
}

/// A good token whose claims were changed after it was signed.
fn tampered(issuer: &Issuer) -> String {
    let (good, other) = (issuer.token(), issuer.mint(&issuer.with("sub", json!("mallory"))));
    let payload = other.split('.').nth(1).unwrap();
    let parts: Vec<_> = good.split('.').collect();
    format!("{}.{payload}.{}", parts[0], parts[2])
}

#[tokio::test]
async fn each_refusal_of_a_token_has_its_challenge() {
    let issuer = Issuer::start();
    let mut client = Connection::to(&issuer.gateway().await).await;
    let now = issuer.clock.seconds();
    let good = issuer.token();
    let id_token = {
        let key = PrivateKey::generate(jwt_std::Algorithm::Es256).unwrap();
        mint(&Minter::new().typ("JWT"), &key.signing_key().unwrap(), &issuer.claims()).unwrap()
    };
    let with = |name: &str, value: Value| issuer.mint(&issuer.with(name, value));
    let signature = "the signature of the token is not accepted";
    for (what, token, description) in [
        ("expired", with("exp", json!(now - 6)), "the token has expired"),
        ("from the future", with("nbf", json!(now + 6)), "the token is not valid yet"),
        (
            "wrong issuer",
            with("iss", json!("https://evil.example")),
            "the issuer of the token is not accepted",
        ),
        (
            "wrong audience",
            with("aud", json!("https://other.example")),
            "the token is for another audience",
        ),
        ("alg none", unsigned(&good), signature),
        ("tampered", tampered(&issuer), signature),
        ("forged", issuer.forged(), signature),
        ("an ID token", id_token, signature),
        ("no subject", with("sub", Value::Null), "the token lacks a claim"),
        ("no token", "abc".into(), "the token is malformed"),
    ] {
        println!("{what}");
        let answer = client.bearer(&token).await;
        challenged(&answer, 401, "Bearer", Some(("invalid_token", description)));
    }
    let insufficient = Some(("insufficient_scope", "the token does not have the scope"));
    for scope in [json!("models.read chatter"), json!(""), Value::Null] {
        challenged(&client.bearer(&with("scope", scope)).await, 403, "Bearer", insufficient);
    }
    // And the same connection is as good as before.
    assert_eq!(client.bearer(&good).await.status, 200);
}

#[tokio::test]
async fn each_refusal_of_a_field_has_its_challenge() {
    let issuer = Issuer::start();
    let mut client = Connection::to(&issuer.gateway().await).await;
    let good = format!("Bearer {}", issuer.token());
    let good: (&str, &[u8]) = ("Authorization", good.as_bytes());

    challenged(&client.complete(&[]).await, 401, "Bearer", None);
    let basic: (&str, &[u8]) = ("Authorization", b"Basic eDp5");
    challenged(&client.complete(&[basic]).await, 401, "Bearer", None);
    let malformed = Some(("invalid_request", "the Authorization header is malformed"));
    for field in ["Bearer", "Bearer a b", "Bearer a,b", "Bearer =", "Bearer \u{e9}", ""] {
        println!("{field}");
        let answer = client.complete(&[("Authorization", field.as_bytes())]).await;
        challenged(&answer, 400, "Bearer", malformed);
    }
    let several = Some(("invalid_request", "more than one Authorization header"));
    for two in [[good, good], [good, basic], [basic, good]] {
        challenged(&client.complete(&two).await, 400, "Bearer", several);
    }
    assert_eq!(client.complete(&[good]).await.status, 200);
}

/// RFC 6750 sections 2.2 and 2.3 have two other places for a token. They are none here.
#[tokio::test]
async fn a_token_in_the_query_or_the_body_or_a_cookie_is_none() {
    let issuer = Issuer::start();
    let mut client = Connection::to(&issuer.gateway().await).await;
    let token = issuer.token();
    let in_query = format!("{CHAT}?access_token={token}");
    let in_body = format!("access_token={token}");
    let form: (&str, &[u8]) = ("Content-Type", b"application/x-www-form-urlencoded");
    let cookie = format!("access_token={token}");
    let cookie: (&str, &[u8]) = ("Cookie", cookie.as_bytes());
    for (path, fields, body) in [
        (in_query.as_str(), &[][..], prompt(false)),
        (CHAT, &[form], in_body),
        (CHAT, &[cookie], prompt(false)),
    ] {
        let answer = client.send("POST", path, fields, &body).await.unwrap();
        challenged(&answer, 401, "Bearer", None);
    }
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_of_no_use_without_it() {
    let issuer = Issuer::start();
    let mut client = Connection::to(&issuer.gateway().await).await;
    let (holder, thief) = (Holder::new(1), Holder::new(2));
    let token = issuer.mint(&issuer.with("cnf", holder.confirmation()));

    let bound = Some(("invalid_token", "the token is bound to a key and came without proof of it"));
    challenged(&client.bearer(&token).await, 401, "DPoP", bound);
    let unproven = Some(("invalid_dpop_proof", "the DPoP proof is not accepted"));
    let stolen = thief.proof(&issuer, "1", &token);
    challenged(&client.dpop(&token, &stolen).await, 401, "DPoP", unproven);
    let of_another = holder.proof(&issuer, "2", &issuer.token());
    challenged(&client.dpop(&token, &of_another).await, 401, "DPoP", unproven);
    challenged(&client.dpop(&token, "").await, 401, "DPoP", unproven);

    let proof = holder.proof(&issuer, "3", &token);
    assert_eq!(client.dpop(&token, &proof).await.status, 200);
    challenged(&client.dpop(&token, &proof).await, 401, "DPoP", unproven);
    // A proof is one of its time.
    let late = holder.proof(&issuer, "4", &token);
    issuer.clock.advance(66);
    challenged(&client.dpop(&token, &late).await, 401, "DPoP", unproven);
    // Two proofs are none.
    let (a, b) = (holder.proof(&issuer, "5", &token), holder.proof(&issuer, "6", &token));
    let field = format!("DPoP {token}");
    let fields: [(&str, &[u8]); 3] =
        [("Authorization", field.as_bytes()), ("DPoP", a.as_bytes()), ("DPoP", b.as_bytes())];
    challenged(&client.complete(&fields).await, 401, "DPoP", unproven);
    assert_eq!(client.dpop(&token, &a).await.status, 200);
}

#[tokio::test]
async fn where_only_bound_tokens_are_taken_others_are_not() {
    let issuer = Issuer::start();
    let mut settings = issuer.settings("http://127.0.0.1:1");
    settings.bound_only = true;
    let mut client = Connection::to(&issuer.gateway_of(settings).await).await;
    let answer = client.bearer(&issuer.token()).await;
    let challenge = format!(
        r#"{DPOP}, error="invalid_token", error_description="the token is not bound to a key", {ALGS}"#
    );
    assert_eq!((answer.status, answer.challenges()), (401, vec![challenge.as_str()]));
}

#[tokio::test]
async fn a_list_of_models_needs_a_token_and_no_scope_and_other_paths_are_none() {
    let issuer = Issuer::start();
    let mut client = Connection::to(&issuer.gateway().await).await;
    let field = format!("Bearer {}", issuer.mint(&issuer.with("scope", Value::Null)));
    let fields: [(&str, &[u8]); 1] = [("Authorization", field.as_bytes())];
    for (method, path, with, without) in [
        ("GET", MODELS, 200, 401),
        ("GET", CHAT, 405, 405),
        ("POST", "/v1/embeddings", 404, 404),
        ("GET", "/", 404, 404),
        ("GET", "//v1/models", 404, 404),
        ("GET", "/v1/models/../models", 404, 404),
    ] {
        let answer = client.send(method, path, &fields, "").await.unwrap();
        assert_eq!(answer.status, with, "{method} {path}");
        let answer = client.send(method, path, &[], "").await.unwrap();
        assert_eq!(answer.status, without, "{method} {path}");
    }
}

/// RFC 9728 section 3.1: the path of the resource comes behind the well-known one.
#[tokio::test]
async fn what_the_gateway_is_it_says_where_clients_look_for_it() {
    let issuer = Issuer::start();
    for (audience, path) in [
        (AUDIENCE, ""),
        ("https://api.example/", ""),
        ("https://api.example/v1", "/v1"),
        ("https://api.example/*/:a/{b", "/*/:a/%7Bb"),
    ] {
        let mut settings = issuer.settings("http://127.0.0.1:1");
        settings.audience = audience.into();
        settings.bound_only = audience == AUDIENCE;
        let mut client = Connection::to(&issuer.gateway_of(settings).await).await;
        let path = format!("/.well-known/oauth-protected-resource{path}");
        let metadata = client.send("GET", &path, &[], "").await.unwrap();
        assert_eq!(metadata.fields("content-type"), ["application/json"]);
        let metadata: Value = serde_json::from_str(&metadata.body).unwrap();
        let expected = json!({
            "resource": audience,
            "authorization_servers": [issuer.origin],
            "scopes_supported": ["chat"],
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": ["ES256"],
            "dpop_bound_access_tokens_required": audience == AUDIENCE,
        });
        assert_eq!(metadata, expected);
        assert_eq!(client.send("GET", &format!("{path}/x"), &[], "").await.unwrap().status, 404);
    }
    for audience in ["", "api", "urn:example:api"] {
        let mut settings = issuer.settings("http://127.0.0.1:1");
        settings.audience = audience.into();
        assert!(Gateway::new(settings, issuer.remote()).is_err(), "{audience}");
    }
}
