//! DPoP at the token endpoint (RFC 9449): whose token it is, and that a proof is for one request.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use common::*;
use jwt_core::json::Serde;
use jwt_demo::server::Settings;
use jwt_std::{Algorithm, Minter, PrivateKey, mint, random_jwt_id};
use serde_json::{Value, json};

struct Holder(PrivateKey);

impl Holder {
    fn new() -> Self {
        Self(PrivateKey::generate(Algorithm::Es256).unwrap())
    }

    fn jkt(&self) -> String {
        self.0.thumbprint().unwrap()
    }

    /// A proof with some claims changed; left out where they are null.
    fn proof(&self, world: &World, changed: &Value) -> String {
        let mut claims = json!({
            "jti": random_jwt_id().unwrap(), "htm": "POST", "htu": format!("{}/token", world.origin),
            "iat": world.now(),
        });
        for (name, value) in changed.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let jwk: Value = serde_json::from_str(&self.0.public().unwrap().to_jwk()).unwrap();
        let minter = Minter::new().typ("dpop+jwt").header(Serde(json!({"jwk": jwk})));
        mint(&minter, &self.0.signing_key().unwrap(), &claims).unwrap()
    }
}

async fn ask(world: &World, proof: &str) -> Answer {
    let assertion = world.assertion(&json!({}));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    world.post_with("/token", &[("dpop", proof)], &form).await
}

fn jkt_of(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1).unwrap();
    let mut buf = vec![0; payload.len()];
    let json = jwt_core::base64url::decode(payload.as_bytes(), &mut buf).unwrap();
    let claims: Value = serde_json::from_slice(json).unwrap();
    claims["cnf"]["jkt"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_token_is_bound_to_the_key_of_a_proof_that_is_good_once() {
    let (world, holder) = (World::new().await, Holder::new());
    let proof = holder.proof(&world, &json!({}));
    let answer = ask(&world, &proof).await;
    assert_eq!(answer.text_of("token_type"), "DPoP");
    assert_eq!(jkt_of(&answer.text_of("access_token")), Some(holder.jkt()));
    assert!(!answer.headers.contains_key("dpop-nonce"));
    let again = ask(&world, &proof).await;
    assert_eq!(again.error(), (400, "invalid_dpop_proof".into()));
    assert_eq!(again.json()["error_description"], "the proof was used before");
    // Until the last second in which it could be good.
    let late = holder.proof(&world, &json!({"iat": world.now() + 5}));
    ask(&world, &late).await.text_of("access_token");
    world.advance(70);
    assert_eq!(ask(&world, &late).await.json()["error_description"], "the proof was used before");
    world.advance(1);
    assert_ne!(ask(&world, &late).await.json()["error_description"], "the proof was used before");
    assert_eq!(ask(&world, &late).await.error(), (400, "invalid_dpop_proof".into()));
}

#[tokio::test]
async fn a_proof_for_something_else_is_refused() {
    let (world, holder) = (World::new().await, Holder::new());
    for (what, changed) in [
        ("another method", json!({"htm": "GET"})),
        ("another server", json!({"htu": "https://evil.example/token"})),
        ("another endpoint", json!({"htu": format!("{}/revoke", world.origin)})),
        ("old", json!({"iat": world.now() - 66})),
        ("of the future", json!({"iat": world.now() + 6})),
        ("no jti", json!({"jti": null})),
        ("a long jti", json!({"jti": "x".repeat(129)})),
        ("no htu", json!({"htu": null})),
    ] {
        let answer = ask(&world, &holder.proof(&world, &changed)).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()), "{what}");
    }
    let good = holder.proof(&world, &json!({}));
    let (signed, _) = good.rsplit_once('.').unwrap();
    let foreign = Holder::new().proof(&world, &json!({}));
    let (_, signature) = foreign.rsplit_once('.').unwrap();
    for wrong in ["x", "a.b.c", &format!("{signed}.{signature}"), &format!("{good}, {good}")] {
        assert_eq!(ask(&world, wrong).await.error(), (400, "invalid_dpop_proof".into()));
    }
    let two = [("dpop", good.as_str()), ("dpop", foreign.as_str())];
    let answer = world.post_with("/token", &two, &[("grant_type", "client_credentials")]).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof".into()));
    // None of these used it up.
    ask(&world, &good).await.text_of("access_token");
}

#[tokio::test]
async fn a_nonce_is_asked_for_and_goes_out_of_use() {
    let world = World::with(|settings| Settings { dpop_nonce: true, ..settings }).await;
    let holder = Holder::new();
    let answer = ask(&world, &holder.proof(&world, &json!({}))).await;
    assert_eq!(answer.error(), (400, "use_dpop_nonce".into()));
    let nonce = answer.headers["dpop-nonce"].to_str().unwrap().to_owned();
    let with = |nonce: &str| holder.proof(&world, &json!({"nonce": nonce}));
    ask(&world, &with(&nonce)).await.text_of("access_token");
    world.advance(60);
    let answer = ask(&world, &with(&nonce)).await;
    answer.text_of("access_token");
    assert_ne!(answer.headers["dpop-nonce"].to_str().unwrap(), nonce, "the next one");
    world.advance(60);
    assert_eq!(ask(&world, &with(&nonce)).await.error(), (400, "use_dpop_nonce".into()));
    assert_eq!(ask(&world, &with("made-up")).await.error(), (400, "use_dpop_nonce".into()));
}

#[tokio::test]
async fn a_client_that_binds_its_tokens_does_not_get_others() {
    let world = World::new().await;
    let mut bound = app(&world.key);
    bound["dpop_bound_access_tokens"] = true.into();
    world.server.register(&bound.to_string()).unwrap();
    let plain = world.token(&[("grant_type", "client_credentials")]).await;
    assert_eq!(plain.error(), (400, "invalid_request".into()));
    let proof = Holder::new().proof(&world, &json!({}));
    assert_eq!(ask(&world, &proof).await.text_of("token_type"), "DPoP");
}

#[tokio::test]
async fn the_refresh_tokens_of_a_phone_are_bound_to_its_key() {
    let world = World::new().await.with_alice();
    let (holder, thief) = (Holder::new(), Holder::new());
    let with = |holder: &Holder| holder.proof(&world, &json!({}));
    let code = world.code(&[]).await;
    let form = redemption(&code);
    let answer = world.post_with("/token", &[("dpop", &with(&holder))], &form).await;
    let token = answer.text_of("refresh_token");
    let stolen = world.post_with("/token", &[("dpop", &with(&thief))], &refresh(&token)).await;
    assert_eq!(stolen.error(), (400, "invalid_grant".into()));
    assert_eq!(world.refresh(&token).await.error(), (400, "invalid_grant".into()));
    // The thief has changed nothing.
    let answer = world.post_with("/token", &[("dpop", &with(&holder))], &refresh(&token)).await;
    assert_eq!(jkt_of(&answer.text_of("access_token")), Some(holder.jkt()));
}

#[tokio::test]
async fn a_code_with_a_dpop_jkt_is_for_that_key() {
    let world = World::new().await.with_alice();
    let (holder, thief) = (Holder::new(), Holder::new());
    for (who, proof, status) in
        [("holder", Some(&holder), 200), ("thief", Some(&thief), 400), ("none", None, 400)]
    {
        let code = world.code(&[("dpop_jkt", &holder.jkt())]).await;
        let form = redemption(&code);
        let proof = proof.map(|holder| holder.proof(&world, &json!({})));
        let fields: Vec<_> = proof.iter().map(|proof| ("dpop", proof.as_str())).collect();
        assert_eq!(world.post_with("/token", &fields, &form).await.status, status, "{who}");
    }
}
