//! Refresh tokens: one chain of them, whatever is lost, repeated or stolen.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::*;
use jwt_demo::server::Settings;

const INVALID: (u16, &str) = (400, "invalid_grant");

/// The first refresh token of a family of `alice`.
async fn first(world: &World) -> String {
    let code = world.code(&[]).await;
    world.redeem(&code, &[]).await.text_of("refresh_token")
}

async fn next(world: &World, token: &str) -> String {
    world.refresh(token).await.text_of("refresh_token")
}

async fn assert_refused(world: &World, token: &str) {
    let (status, error) = world.refresh(token).await.error();
    assert_eq!((status, error.as_str()), INVALID);
}

#[tokio::test]
async fn each_use_replaces_the_token_and_the_answer_can_be_had_again_for_ten_seconds() {
    let world = World::new().await.with_alice();
    let a = first(&world).await;
    let b = next(&world, &a).await;
    assert_ne!(a, b);
    world.advance(10);
    assert_eq!(next(&world, &a).await, b, "an answer that was lost");
    // That was no use of its own: the grace is not longer for it.
    let c = next(&world, &b).await;
    assert_eq!(next(&world, &b).await, c);
    world.advance(11);
    assert_refused(&world, &b).await;
    assert_refused(&world, &c).await;
}

#[tokio::test]
async fn a_token_of_long_ago_revokes_the_family() {
    let world = World::new().await.with_alice();
    let (a, other) = (first(&world).await, first(&world).await);
    let b = next(&world, &a).await;
    let c = next(&world, &b).await;
    // Its successor was used: no grace, however short the time.
    assert_refused(&world, &a).await;
    assert_refused(&world, &c).await;
    assert_refused(&world, &b).await;
    next(&world, &other).await;
}

#[tokio::test]
async fn many_at_once_get_one_successor() {
    let world = Arc::new(World::new().await.with_alice());
    let mut token = first(&world).await;
    for _ in 0..3 {
        let tasks: Vec<_> = (0..24)
            .map(|_| {
                let (world, token) = (Arc::clone(&world), token.clone());
                tokio::spawn(async move { next(&world, &token).await })
            })
            .collect();
        let mut successors = BTreeSet::new();
        for task in tasks {
            successors.insert(task.await.unwrap());
        }
        assert_eq!(successors.len(), 1);
        token = successors.pop_first().unwrap();
    }
    next(&world, &token).await;
}

#[tokio::test]
async fn two_who_share_a_token_never_have_two_chains() {
    let world = World::new().await.with_alice();
    let shared = first(&world).await;
    let (owner, thief) = (next(&world, &shared).await, next(&world, &shared).await);
    assert_eq!(owner, thief);
    let owner = next(&world, &owner).await;
    world.advance(11);
    assert_refused(&world, &thief).await;
    assert_refused(&world, &owner).await;
}

#[tokio::test]
async fn what_is_no_token_of_this_client_changes_nothing() {
    let world = World::new().await.with_alice();
    let mut other = phone();
    other["client_id"] = "tablet".into();
    world.server.register(&other.to_string()).unwrap();
    let token = first(&world).await;
    for wrong in ["", "x", "x.y", ".", &token.replace('.', ""), "\u{0}.\u{fffd}"] {
        let (status, error) = world.refresh(wrong).await.error();
        let expected = if wrong.is_empty() { "invalid_request" } else { "invalid_grant" };
        assert_eq!((status, error.as_str()), (400, expected), "{wrong}");
    }
    let mut form = refresh(&token);
    form[1].1 = "tablet";
    assert_eq!(world.post("/token", &form).await.error(), (400, "invalid_grant".into()));
    let mut wide = refresh(&token).to_vec();
    wide.push(("scope", "chat admin"));
    assert_eq!(world.post("/token", &wide).await.error(), (400, "invalid_scope".into()));
    let mut elsewhere = refresh(&token).to_vec();
    elsewhere.push(("resource", OTHER_API));
    assert_eq!(world.post("/token", &elsewhere).await.error(), (400, "invalid_target".into()));

    // A narrower access token, and a refresh token for all of it.
    let mut narrow = refresh(&token).to_vec();
    narrow.push(("scope", "chat"));
    let answer = world.post("/token", &narrow).await;
    assert_eq!(answer.text_of("scope"), "chat");
    let answer = world.refresh(&answer.text_of("refresh_token")).await;
    assert_eq!(answer.text_of("scope"), "chat models.read");
}

#[tokio::test]
async fn a_family_ends_when_nobody_uses_it_and_in_any_case_some_day() {
    let lifetimes = |settings| Settings { idle_lifetime: 100, family_lifetime: 250, ..settings };
    let world = World::with(lifetimes).await.with_alice();
    let (idle, mut used) = (first(&world).await, first(&world).await);
    for _ in 0..2 {
        world.advance(99);
        used = next(&world, &used).await;
    }
    assert_refused(&world, &idle).await;
    world.advance(51);
    used = next(&world, &used).await;
    world.advance(1);
    assert_refused(&world, &used).await;
}

#[tokio::test]
async fn revocation_takes_the_family_and_knows_no_access_tokens() {
    let world = World::new().await.with_alice();
    let code = world.code(&[]).await;
    let answer = world.redeem(&code, &[]).await;
    let (a, access) = (answer.text_of("refresh_token"), answer.text_of("access_token"));
    let other = first(&world).await;
    let b = next(&world, &a).await;
    let revoke = |client: &'static str, token: &str| {
        let token = token.to_owned();
        let world = &world;
        async move {
            let form =
                [("client_id", client), ("token", &token), ("token_type_hint", "access_token")];
            world.post("/revoke", &form).await
        }
    };
    let unsupported = (400, "unsupported_token_type".into());
    assert_eq!(revoke("phone", &access).await.error(), unsupported);
    assert_eq!(revoke("phone", "").await.error(), (400, "invalid_request".into()));
    assert_eq!(revoke("app", &b).await.error(), (401, "invalid_client".into()));
    assert_eq!(revoke("nobody", &b).await.error(), (401, "invalid_client".into()));
    assert_eq!(revoke("phone", "unknown").await.status, 200);
    assert_eq!(revoke("phone", "un.known").await.status, 200);
    let b = next(&world, &b).await;

    let done = revoke("phone", &b).await;
    assert_eq!((done.status, done.text.as_str()), (200, ""));
    assert_refused(&world, &b).await;
    assert_eq!(revoke("phone", &b).await.status, 200, "once more (RFC 7009 section 2.2)");
    next(&world, &other).await;
}
