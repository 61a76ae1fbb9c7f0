//! Requests to the token endpoint that are not what they should be, and clients that are not registered.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use common::*;
use jwt_demo::server::{AuthorizationServer, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn each_error_of_rfc_6749_has_its_code_and_status() {
    let world = World::new().await.with_alice();
    for (form, status, error) in [
        (vec![], 400, "invalid_request"),
        (vec![("grant_type", "")], 400, "invalid_request"),
        (vec![("grant_type", "password")], 400, "unsupported_grant_type"),
        (vec![("grant_type", "authorization_code")], 400, "unauthorized_client"),
        (vec![("grant_type", "refresh_token")], 400, "unauthorized_client"),
        (vec![("grant_type", "client_credentials"), ("scope", "admin")], 400, "invalid_scope"),
        (vec![("grant_type", "client_credentials"), ("scope", "chat  chat")], 400, "invalid_scope"),
        (vec![("grant_type", "client_credentials"), ("scope", "\"")], 400, "invalid_scope"),
        (
            vec![("grant_type", "client_credentials"), ("resource", "https://a.example")],
            400,
            "invalid_target",
        ),
        (vec![("grant_type", "client_credentials"), ("client_secret", "x")], 401, "invalid_client"),
        (
            vec![("grant_type", "client_credentials"), ("scope", "chat"), ("scope", "chat")],
            400,
            "invalid_request",
        ),
        (
            vec![("grant_type", "client_credentials"), ("else", "a"), ("else", "a")],
            400,
            "invalid_request",
        ),
    ] {
        assert_eq!(world.token(&form).await.error(), (status, error.into()), "{form:?}");
    }
    // What is not known is ignored, and what is empty is not there.
    let form = [("grant_type", "client_credentials"), ("else", "a"), ("scope", ""), ("scope", "")];
    world.token(&form).await.text_of("access_token");

    let alone = [("grant_type", "client_credentials")];
    assert_eq!(world.post("/token", &alone).await.error(), (401, "invalid_client".into()));
    for (client, status, error) in [
        ("phone", 400, "unauthorized_client"),
        ("app", 401, "invalid_client"),
        ("nobody", 401, "invalid_client"),
    ] {
        let answer = world.post("/token", &[alone[0], ("client_id", client)]).await;
        assert_eq!(answer.error(), (status, error.into()), "{client}");
    }
    for kind in ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"] {
        let assertion = world.assertion(&json!({}));
        let form =
            [alone[0], ("client_assertion", assertion.as_str()), ("client_assertion_type", kind)];
        assert_eq!(world.post("/token", &form).await.error(), (400, "invalid_request".into()));
    }
    let form = [
        alone[0],
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
    ];
    assert_eq!(world.post("/token", &form).await.error(), (400, "invalid_request".into()));
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let world = World::new().await;
    let good = "grant_type=client_credentials";
    for (headers, body) in [
        (vec![("content-type", "application/json")], good.to_owned()),
        (vec![], good.to_owned()),
        (vec![("content-type", FORM)], format!("grant_type={}", "x".repeat(20_000))),
    ] {
        let answer = world.post_raw("/token", &headers, body).await;
        assert_eq!(answer.error(), (400, "invalid_request".into()));
    }
    let basic = [("authorization", "Basic YXBwOg==")];
    let answer = world.post_with("/token", &basic, &[("grant_type", "client_credentials")]).await;
    assert_eq!(answer.error(), (401, "invalid_client".into()));
    assert_eq!(world.get("/token").await.status, 405);
    assert_eq!(world.get(&format!("/token?{good}")).await.status, 405);
}

#[tokio::test]
async fn metadata_that_do_not_fit_together_register_nobody() {
    let world = World::new().await;
    let with = |name: &str, value: Value| {
        let mut client = if name == "jwks" { app(&world.key) } else { phone() };
        client[name] = value;
        client.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        client
    };
    let private: Value = serde_json::from_str(&world.key.to_jwk()).unwrap();
    for (why, client) in [
        ("client_id", with("client_id", "".into())),
        ("client_id", with("client_id", "a\nb".into())),
        ("scope", with("scope", "a  b".into())),
        ("token_endpoint_auth_method", with("token_endpoint_auth_method", Value::Null)),
        ("client_secret_basic", with("token_endpoint_auth_method", "client_secret_basic".into())),
        ("jwks", with("token_endpoint_auth_method", "private_key_jwt".into())),
        ("implicit", with("grant_types", json!(["implicit"]))),
        ("client_credentials", with("grant_types", json!(["client_credentials"]))),
        ("refresh", with("grant_types", json!(["refresh_token"]))),
        ("redirect_uris", with("redirect_uris", json!([]))),
        ("redirect", with("redirect_uris", json!(["http://phone.example/callback"]))),
        ("redirect", with("redirect_uris", json!(["http://localhost/callback"]))),
        ("redirect", with("redirect_uris", json!(["https://phone.example/callback#top"]))),
        ("redirect", with("redirect_uris", json!(["https://a@phone.example/"]))),
        ("redirect", with("redirect_uris", json!(["javascript:alert(1)"]))),
        ("redirect", with("redirect_uris", json!(["/callback"]))),
        ("private", with("jwks", json!({"keys": [private]}))),
        ("private", with("jwks", json!({"keys": [{"kty": "oct", "k": "AAAA"}]}))),
        ("no key", with("jwks", json!({"keys": []}))),
        ("no key", with("jwks", json!({"keys": [{"kty": "EC"}]}))),
    ] {
        let error = world.server.register(&client.to_string()).unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[test]
fn settings_that_make_tokens_for_nobody_are_refused() {
    let good = || Settings::new("https://as.example", API);
    for settings in [
        Settings { issuer: "as.example".into(), ..good() },
        Settings { issuer: "https://as.example/".into(), ..good() },
        Settings { issuer: "https://as.example/tenant".into(), ..good() },
        Settings { issuer: "ftp://as.example".into(), ..good() },
        Settings { resources: vec![], ..good() },
        Settings { resources: vec!["api".into()], ..good() },
        Settings { resources: vec!["https://api.example/#x".into()], ..good() },
        Settings { access_token_lifetime: 0, ..good() },
    ] {
        assert!(AuthorizationServer::open(settings.clone()).is_err(), "{settings:?}");
    }
    let server = AuthorizationServer::open(good()).unwrap();
    assert!(server.add_user("", b"x").is_err() && server.add_user("alice", b"").is_err());
}

/// Pieces of which some bodies are nearly good.
fn body() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("grant_type".to_owned()),
        Just("client_id".to_owned()),
        Just("client_assertion".to_owned()),
        Just("client_assertion_type".to_owned()),
        Just("refresh_token".to_owned()),
        Just("code".to_owned()),
        Just("code_verifier".to_owned()),
        Just("redirect_uri".to_owned()),
        Just("token".to_owned()),
        "\\PC{0,8}",
    ];
    let value = prop_oneof![
        Just("refresh_token".to_owned()),
        Just("authorization_code".to_owned()),
        Just("phone".to_owned()),
        Just("app".to_owned()),
        Just("urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
        Just("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhcHAifQ.AAAA".to_owned()),
        "[a-z]{0,5}\\.[a-z]{0,5}\\.?[a-z]{0,5}",
        "[%+&=;\\x00-\\x7f]{0,20}",
        "\\PC{0,20}",
    ];
    let pairs = proptest::collection::vec((name, value, any::<bool>()), 0..7);
    pairs.prop_map(|pairs| {
        let pair = |(name, value, is_raw): &(String, String, bool)| match is_raw {
            true => format!("{name}={value}"),
            false => encode(&[(name, value)]),
        };
        pairs.iter().map(pair).collect::<Vec<_>>().join("&")
    })
}

#[test]
fn no_body_breaks_the_server_or_gets_a_token() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = AuthorizationServer::open(Settings::new("https://as.example", API)).unwrap();
    let key = jwt_std::PrivateKey::generate(jwt_std::Algorithm::Es256).unwrap();
    for client in [app(&key), phone()] {
        server.register(&client.to_string()).unwrap();
    }
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(body in body(), path in prop_oneof![Just("/token"), Just("/revoke"), Just("/authorize")],
        proof in proptest::option::of("[a-zA-Z0-9.]{0,40}"))| {
        let mut request = Request::post(path).header("content-type", FORM);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let request = request.body(Body::from(body)).unwrap();
        runtime.block_on(async {
            let answer = server.router().oneshot(request).await.unwrap();
            let status = answer.status().as_u16();
            let is_json = answer.headers().get("content-type").is_some_and(|it| it == "application/json");
            let text = to_bytes(answer.into_body(), 100_000).await.unwrap();
            match path {
                "/token" => assert!([400, 401].contains(&status), "{status}"),
                "/revoke" => assert!([200, 400, 401].contains(&status), "{status}"),
                _ => assert_eq!(status, 400),
            }
            if is_json {
                let body: Value = serde_json::from_slice(&text).unwrap();
                assert!(body["error"].is_string() && body["error_description"].is_string());
            }
        });
    });
}
