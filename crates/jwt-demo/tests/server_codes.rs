//! Codes: whom they are given to, and what each is good for.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use common::*;

#[tokio::test]
async fn a_user_allows_a_client_and_the_code_is_good_once() {
    let world = World::new().await.with_alice();
    let page = world.authorize(&World::request(&[("scope", "chat")])).await;
    let answer = world.fill_in(&page, &ALICE).await;
    assert!(answer.headers["location"].to_str().unwrap().starts_with(CALLBACK));
    assert_eq!(answer.parameter("state").unwrap(), "a&b");
    assert_eq!(answer.parameter("iss").unwrap(), world.origin);
    let code = answer.parameter("code").unwrap();
    let answer = world.redeem(&code, &[]).await;
    assert_eq!(answer.text_of("scope"), "chat");
    let claims: serde_json::Value = claims_of(&answer.text_of("access_token"));
    assert_eq!((&claims["sub"], &claims["client_id"]), (&"alice".into(), &"phone".into()));
    assert_eq!(claims["auth_time"], world.now());

    // RFC 6749 section 4.1.2: used twice, and what came of it is revoked.
    let refresh = world.refresh(&answer.text_of("refresh_token")).await.text_of("refresh_token");
    assert_eq!(world.redeem(&code, &[]).await.error(), (400, "invalid_grant".into()));
    assert_eq!(world.refresh(&refresh).await.error(), (400, "invalid_grant".into()));
}

/// What a token says that was just issued.
fn claims_of(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    let mut buf = vec![0; payload.len()];
    let json = jwt_core::base64url::decode(payload.as_bytes(), &mut buf).unwrap();
    serde_json::from_slice(json).unwrap()
}

#[tokio::test]
async fn a_code_is_for_its_client_redirect_uri_verifier_and_minute() {
    let world = World::new().await.with_alice();
    let mut tablet = phone();
    tablet["client_id"] = "tablet".into();
    world.server.register(&tablet.to_string()).unwrap();
    let invalid = (400, "invalid_grant".to_owned());

    // Another client learns nothing and breaks nothing.
    let code = world.code(&[]).await;
    assert_eq!(world.redeem(&code, &[("client_id", "tablet")]).await.error(), invalid);
    assert_eq!(world.redeem(&code, &[("client_id", "app")]).await.error().0, 401);
    for missing in ["code", "redirect_uri", "code_verifier"] {
        let answer = world.redeem(&code, &[(missing, "")]).await;
        assert_eq!(answer.error(), (400, "invalid_request".into()), "{missing}");
    }
    world.redeem(&code, &[]).await.text_of("access_token");

    // What the client itself gets wrong uses the code up.
    let other = "x".repeat(43);
    for (name, value) in [
        ("redirect_uri", "com.example.phone:/back"),
        ("code_verifier", other.as_str()),
        ("code_verifier", CHALLENGE), // as if the method were "plain"
        ("code_verifier", "short"),
        ("resource", OTHER_API),
        ("scope", "admin"),
    ] {
        let code = world.code(&[]).await;
        let answer = world.redeem(&code, &[(name, value)]).await;
        let expected = match name {
            "resource" => "invalid_target",
            "scope" => "invalid_scope",
            _ => "invalid_grant",
        };
        assert_eq!(answer.error(), (400, expected.into()), "{name}={value}");
        assert_eq!(world.redeem(&code, &[]).await.error(), invalid, "{name}={value}");
    }

    let code = world.code(&[]).await;
    world.advance(60);
    assert_eq!(world.redeem(&code, &[]).await.error(), invalid);
    assert_eq!(world.redeem("unknown", &[]).await.error(), invalid);
}

#[tokio::test]
async fn nobody_is_sent_where_the_client_does_not_say() {
    let world = World::new().await;
    for (name, value) in [
        ("client_id", "nobody"),
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "https://phone.example/callback/"),
        ("redirect_uri", "https://phone.example/callback?more"),
        ("redirect_uri", "https://phone.example:444/callback"),
        ("redirect_uri", "https://PHONE.example/callback"),
        ("redirect_uri", "http://127.0.0.1:80@evil.example/back"),
        ("redirect_uri", "http://127.0.0.1.evil.example/back"),
        ("redirect_uri", "http://127.0.0.1:99999/back"),
        ("redirect_uri", "http://127.0.0.1:/back"),
        ("redirect_uri", "http://127.0.0.1:1/other"),
        ("redirect_uri", "http://localhost:1/back"),
        ("redirect_uri", "http://[::1]:1/back"),
        ("redirect_uri", "com.example.phone://evil/back"),
    ] {
        let answer = world.authorize(&World::request(&[(name, value)])).await;
        assert_eq!(answer.status, 400, "{name}={value}");
        assert!(
            answer.text.contains("This link is wrong") && !answer.headers.contains_key("location")
        );
    }
    let mut twice = World::request(&[]);
    twice.push(("redirect_uri", CALLBACK.into()));
    assert_eq!(world.authorize(&twice).await.status, 400);
    for uri in ["http://127.0.0.1/back", "http://127.0.0.1:50123/back", "com.example.phone:/back"] {
        assert_eq!(
            world.authorize(&World::request(&[("redirect_uri", uri)])).await.status,
            200,
            "{uri}"
        );
    }
}

#[tokio::test]
async fn what_else_is_wrong_the_client_is_told() {
    let world = World::new().await;
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("dpop_jkt", "short", "invalid_request"),
        ("scope", "admin", "invalid_scope"),
        ("scope", "a  b", "invalid_scope"),
        ("resource", "https://evil.example", "invalid_target"),
    ] {
        let answer = world.authorize(&World::request(&[(name, value)])).await;
        assert_eq!(answer.parameter("error").as_deref(), Some(error), "{name}={value}");
        assert_eq!(answer.parameter("state").unwrap(), "a&b");
        assert_eq!(answer.parameter("iss").unwrap(), world.origin);
        assert_eq!(answer.parameter("code"), None);
    }
    let mut app = app(&world.key);
    app["redirect_uris"] = serde_json::json!([CALLBACK]);
    world.server.register(&app.to_string()).unwrap();
    let answer = world.authorize(&World::request(&[("client_id", "app")])).await;
    assert_eq!(answer.parameter("error").unwrap(), "unauthorized_client");
}
