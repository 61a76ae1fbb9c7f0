//! The signing keys of the server: replaced while it works, and the same after it ended.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

#[path = "common/server.rs"]
mod common;

use std::sync::Arc;

use common::*;
use jwt_demo::server::{AuthorizationServer, Settings};
use jwt_std::{Algorithm, KeyFile, Policy, now, verify};
use serde_json::Value;

/// The names of the keys that are published.
async fn kids(world: &World) -> Vec<String> {
    let set = world.get("/jwks.json").await.json();
    let kids = set["keys"].as_array().unwrap().iter();
    kids.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid_of(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let mut buf = vec![0; header.len()];
    let json = jwt_core::base64url::decode(header.as_bytes(), &mut buf).unwrap();
    serde_json::from_slice::<Value>(json).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_published_before_it_mints_and_until_its_last_token_is_over() {
    let world = World::new().await;
    let form = [("grant_type", "client_credentials")];
    let token = async || kid_of(&world.token(&form).await.text_of("access_token"));
    let before = kids(&world).await;
    assert_eq!(before.len(), 2);
    assert_eq!(token().await, before[0]);
    world.server.rotate_keys().unwrap();
    assert_eq!(token().await, before[1]);
    let after = kids(&world).await;
    assert!(after.len() == 3 && after.contains(&before[0]), "its tokens are still out");
    world.advance(359);
    assert!(kids(&world).await.contains(&before[0]));
    world.advance(1);
    assert!(!kids(&world).await.contains(&before[0]));
}

#[tokio::test]
async fn every_token_verifies_while_keys_are_replaced_under_load() {
    let world = Arc::new(World::new().await);
    let rotation = {
        let server = Arc::clone(&world.server);
        tokio::task::spawn_blocking(move || (0..20).for_each(|_| server.rotate_keys().unwrap()))
    };
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                for _ in 0..15 {
                    let answer = world.token(&[("grant_type", "client_credentials")]).await;
                    let token = answer.text_of("access_token");
                    let keys = world.get("/jwks.json").await.text.into_bytes();
                    let keys = KeyFile::parse(keys.into()).unwrap();
                    let keys = keys.verifying_keys(&[Algorithm::Es256]).unwrap();
                    let policy = Policy::new(world.origin.as_str(), API).typ("at+jwt");
                    verify(&token, &keys, &policy, now()).unwrap();
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    rotation.await.unwrap();
}

#[tokio::test]
async fn a_database_keeps_keys_clients_users_and_refresh_tokens() {
    let folder =
        std::env::temp_dir().join(format!("jwt-demo-{}", jwt_std::random_jwt_id().unwrap()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("server.db");
    let with = |settings| Settings { database: Some(file.clone()), ..settings };
    let first = World::with(with).await.with_alice();
    first.server.rotate_keys().unwrap();
    first.server.rotate_keys().unwrap();
    let published = kids(&first).await;
    assert_eq!(published.len(), 4);
    let code = first.code(&[]).await;
    let token = first.redeem(&code, &[]).await.text_of("refresh_token");
    let successor = first.refresh(&token).await.text_of("refresh_token");
    #[cfg(unix)]
    for file in ["server.db", "server.db-wal"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    // Codes and refresh tokens are not in it.
    for file in ["server.db", "server.db-wal"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        for text in [
            &code,
            token.split_once('.').unwrap().1,
            successor.split_once('.').unwrap().1,
            PASSWORD,
        ] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        }
    }
    drop(first);

    let second = World::with(with).await;
    let mut again = kids(&second).await;
    assert_eq!(again.first(), published.first(), "the one that mints");
    again.sort();
    let mut published = published;
    published.sort();
    assert_eq!(again, published);
    assert_eq!(second.refresh(&token).await.text_of("refresh_token"), successor);
    second.code(&[]).await;
    second.server.rotate_keys().unwrap();
    drop(second);

    let other = rusqlite::Connection::open(&file).unwrap();
    other.pragma_update(None, "user_version", 2).unwrap();
    let error =
        AuthorizationServer::open(with(Settings::new("https://as.example", API))).unwrap_err();
    assert_eq!(error.to_string(), "the database is of version 2");
    drop(other);
    std::fs::remove_dir_all(&folder).unwrap();
}
