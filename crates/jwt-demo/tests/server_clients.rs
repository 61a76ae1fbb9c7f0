//! Clients with a key: what they get, and what is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use std::sync::Arc;

use common::*;
use jwt_core::base64url;
use jwt_demo::server::Settings;
use jwt_std::{
    Algorithm, Claims, Exchange as _, FetchLimits, Metadata, Minter, Policy, PrivateKey,
    RemoteJwks, SigningKey, TokenClient, mint, now, verify,
};
use serde_json::{Value, json};

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

/// The claims of an access token, verified with the keys that the server publishes.
async fn claims(world: &World, token: &str, audience: &str) -> Value {
    let keys = world.get("/jwks.json").await;
    assert_eq!(keys.headers["cache-control"], "public, max-age=60");
    assert_eq!(keys.headers["content-type"], "application/jwk-set+json");
    let keys = jwt_std::KeyFile::parse(keys.text.into_bytes().into()).unwrap();
    let keys = keys.verifying_keys(&[Algorithm::Es256]).unwrap();
    let policy = Policy::new(world.origin.as_str(), audience).typ("at+jwt");
    let now = jwt_std::NumericDate::from_seconds(world.now());
    verify(token, &keys, &policy, now).unwrap().claims().unwrap()
}

#[tokio::test]
async fn a_client_gets_an_access_token_of_rfc_9068() {
    let world = World::new().await;
    let answer = world.token(&CREDENTIALS).await;
    let found = claims(&world, &answer.text_of("access_token"), API).await;
    let expected = json!({
        "iss": world.origin, "sub": "app", "client_id": "app", "aud": API, "iat": world.now(),
        "exp": world.now() + 300, "jti": found["jti"], "scope": "models.read chat",
    });
    assert_eq!(found, expected);
    let mut body = answer.json();
    body["access_token"].take();
    let expected = json!({
        "access_token": null, "token_type": "Bearer", "expires_in": 300, "scope": "models.read chat",
    });
    assert_eq!(body, expected, "no refresh token (RFC 6749 section 4.4.3)");

    let narrow = [CREDENTIALS[0], ("scope", "chat"), ("resource", OTHER_API)];
    let answer = world.token(&narrow).await;
    let narrow = claims(&world, &answer.text_of("access_token"), OTHER_API).await;
    assert_eq!((&narrow["scope"], &narrow["aud"]), (&json!("chat"), &json!(OTHER_API)));
    assert_ne!(narrow["jti"], found["jti"]);
    let both = [CREDENTIALS[0], ("resource", OTHER_API), ("resource", API)];
    let answer = world.token(&both).await;
    let both = claims(&world, &answer.text_of("access_token"), API).await;
    assert_eq!(both["aud"], json!([API, OTHER_API]));
}

#[tokio::test]
async fn the_clients_of_the_other_crates_get_tokens_from_what_the_metadata_say() {
    let world = World::with(|settings| Settings { dpop_nonce: true, ..settings }).await;
    let metadata = Metadata::discover(&world.origin, &FetchLimits::default()).await.unwrap();
    let keys = RemoteJwks::new(metadata.jwks_uri(), FetchLimits::default()).unwrap();
    let client = TokenClient::discover(&world.origin, "app", &world.key).await.unwrap();
    let token = client.exchange().await.unwrap();
    let bound = TokenClient::discover(&world.origin, "app", &world.key).await.unwrap();
    let bound = bound.scope("chat").dpop(&PrivateKey::generate(Algorithm::Es256).unwrap()).unwrap();
    // The nonce is asked for, and sent, without the caller.
    let bound = bound.exchange().await.unwrap();
    let policy = Policy::new(metadata.issuer(), API).typ("at+jwt");
    for token in [token, bound] {
        verify(token.as_str(), &*keys.keys().await.unwrap(), &policy, now()).unwrap();
    }

    let said: Value = serde_json::from_str(metadata.json()).unwrap();
    assert_eq!(said["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(said["authorization_response_iss_parameter_supported"], json!(true));
    for endpoint in ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "jwks_uri"]
    {
        assert!(said[endpoint].as_str().unwrap().starts_with(&world.origin), "{endpoint}");
    }
    assert_eq!(world.get("/.well-known/openid-configuration").await.status, 404);
}

#[tokio::test]
async fn an_assertion_that_is_not_right_authenticates_nobody() {
    let world = World::new().await;
    let now = world.now();
    for (what, changed) in [
        ("another issuer", json!({"iss": "else"})),
        ("no issuer", json!({"iss": null})),
        ("a client that is not known", json!({"iss": "else", "sub": "else"})),
        ("no subject", json!({"sub": null})),
        ("another audience", json!({"aud": "https://as.example"})),
        ("the token endpoint", json!({"aud": format!("{}/token", world.origin)})),
        ("others beside", json!({"aud": [world.origin, "https://as.example"]})),
        ("no audience", json!({"aud": null})),
        ("expired", json!({"exp": now - 6})),
        ("no expiration", json!({"exp": null})),
        ("good for too long", json!({"exp": now + 306})),
        ("of the future", json!({"iat": now + 6})),
        ("not yet", json!({"nbf": now + 6})),
        ("no jti", json!({"jti": null})),
        ("an empty jti", json!({"jti": ""})),
        ("a long jti", json!({"jti": "x".repeat(257)})),
    ] {
        let answer = world.asserted(&world.assertion(&changed), &CREDENTIALS).await;
        assert_eq!(answer.error(), (401, "invalid_client".into()), "{what}");
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    let foreign = PrivateKey::generate(Algorithm::Es256).unwrap();
    // The text of the public key, as a secret that everybody knows.
    let public = world.key.public().unwrap().to_jwk();
    let secret = jwt_core::sha256(public.as_bytes());
    let hs256 = SigningKey::from_secret(Algorithm::Hs256, &secret).unwrap();
    let typed = Minter::new().typ("client-authentication+jwt").kid("k1");
    let claims = world.claims(&json!({}));
    for (what, assertion) in [
        ("a foreign key", mint(&typed, &foreign.signing_key().unwrap(), &claims).unwrap()),
        ("HS256", mint(&typed, &hs256, &claims).unwrap()),
        (
            "another type",
            mint(&typed.typ("at+jwt"), &world.key.signing_key().unwrap(), &claims).unwrap(),
        ),
        (
            "another kid",
            mint(&typed.kid("k2"), &world.key.signing_key().unwrap(), &claims).unwrap(),
        ),
        ("alg none", unsigned(&claims)),
        ("no token", "a.b.c".into()),
        ("words", "not a token".into()),
    ] {
        let answer = world.asserted(&assertion, &CREDENTIALS).await;
        assert_eq!(answer.error(), (401, "invalid_client".into()), "{what}");
    }
    let with = |id| [CREDENTIALS[0], ("client_id", id)];
    assert_eq!(world.token(&with("phone")).await.error(), (401, "invalid_client".into()));
    world.token(&with("app")).await.text_of("access_token");
}

fn unsigned(claims: &Value) -> String {
    let encode = |text: &str| {
        let mut buf = vec![0; base64url::encoded_len(text.len())];
        base64url::encode(text.as_bytes(), &mut buf).unwrap().to_owned()
    };
    format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(&claims.to_string()))
}

#[tokio::test]
async fn an_assertion_is_good_once_also_for_a_request_that_is_refused() {
    let world = World::new().await;
    let assertion = world.assertion(&json!({}));
    world.asserted(&assertion, &CREDENTIALS).await.text_of("access_token");
    let again = world.asserted(&assertion, &CREDENTIALS).await;
    assert_eq!(again.error(), (401, "invalid_client".into()));
    assert_eq!(again.json()["error_description"], "the assertion was used before");

    let assertion = world.assertion(&json!({"exp": world.now() + 300}));
    let refused = world.asserted(&assertion, &[("grant_type", "password")]).await;
    assert_eq!(refused.error(), (400, "unsupported_grant_type".into()));
    // As long as it could be good, whatever else is forgotten.
    world.advance(304);
    world.token(&CREDENTIALS).await.text_of("access_token");
    let again = world.asserted(&assertion, &CREDENTIALS).await;
    assert_eq!(again.json()["error_description"], "the assertion was used before");

    // Of many at once, one.
    let assertion = Arc::new(world.assertion(&json!({})));
    let world = Arc::new(world);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (world, assertion) = (Arc::clone(&world), Arc::clone(&assertion));
            tokio::spawn(async move { world.asserted(&assertion, &CREDENTIALS).await.status })
        })
        .collect();
    let mut good = 0;
    for task in tasks {
        good += i32::from(task.await.unwrap() == 200);
    }
    assert_eq!(good, 1);
}

#[tokio::test]
async fn older_assertions_are_taken_as_far_as_the_server_is_told_to() {
    let untyped = |world: &World, changed: &Value| {
        let key = world.key.signing_key().unwrap();
        mint(&Minter::new(), &key, &world.claims(changed)).unwrap()
    };
    let world = World::new().await;
    let answer = world.asserted(&untyped(&world, &json!({})), &CREDENTIALS).await;
    answer.text_of("access_token");
    let legacy = TokenClient::discover(&world.origin, "app", &world.key).await.unwrap();
    assert!(legacy.legacy_audience().exchange().await.is_err());

    let world = World::with(|settings| Settings { legacy_audience: true, ..settings }).await;
    let legacy = TokenClient::discover(&world.origin, "app", &world.key).await.unwrap();
    legacy.legacy_audience().exchange().await.unwrap();
    world.token(&CREDENTIALS).await.text_of("access_token");
    let claims: Claims = serde_json::from_value(world.claims(&json!({}))).unwrap();
    assert!(claims.audience.contains(&world.origin));
}
