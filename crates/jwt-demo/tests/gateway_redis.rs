//! Several gateways that share Redis: of all of them one takes a proof, also where Redis was away.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/gateway.rs"]
mod common;
#[path = "../../jwt-std/tests/redis_server/mod.rs"]
mod redis_server;

use std::sync::Arc;
use std::time::Duration;

use common::{Connection, Holder, Issuer, serve_on_loopback};
use jwt_demo::backend::Backend;
use jwt_std::RedisReplayStore;
use redis_server::Server;

/// Two gateways, each with a connection of its own to Redis.
async fn two_gateways(issuer: &Issuer, redis: &Server) -> [String; 2] {
    let backend = Backend::new(None).pause(Duration::ZERO).router();
    let backend = serve_on_loopback(backend).await;
    let gateway = async || {
        let mut settings = issuer.settings(&backend);
        settings.used = Arc::new(RedisReplayStore::new(&redis.url(), "test:").unwrap());
        issuer.gateway_of(settings).await
    };
    [gateway().await, gateway().await]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_sent_at_once_to_two_gateways_one_is_let_through() {
    let Some(redis) = Server::start("gateways") else { return };
    let issuer = Issuer::start();
    let gateways = two_gateways(&issuer, &redis).await;
    let holder = Holder::new(1);
    for round in 0..10 {
        let token = issuer.mint(&issuer.with("cnf", holder.confirmation()));
        let proof = holder.proof(&issuer, &format!("proof {round}"), &token);
        let mut connections = Vec::new();
        for gateway in gateways.iter().cycle().take(50) {
            connections.push(Connection::to(gateway).await);
        }
        let mut sends = tokio::task::JoinSet::new();
        for mut connection in connections {
            let (token, proof) = (token.clone(), proof.clone());
            sends.spawn(async move { connection.dpop(&token, &proof).await });
        }
        let answers = sends.join_all().await;
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(200), count(401)), (1, 49));
        let refused = answers.iter().filter(|answer| answer.status == 401);
        for answer in refused {
            assert!(answer.challenges().concat().contains(r#"error="invalid_dpop_proof""#));
        }
    }
}

#[tokio::test]
async fn without_redis_nobody_gets_in_with_a_proof_and_nothing_is_lost() {
    let Some(mut redis) = Server::start("gateways-restart") else { return };
    let issuer = Issuer::start();
    let [a, b] = two_gateways(&issuer, &redis).await;
    let (mut a, mut b) = (Connection::to(&a).await, Connection::to(&b).await);
    let holder = Holder::new(1);
    let token = issuer.mint(&issuer.with("cnf", holder.confirmation()));
    let proof = |jti: usize| holder.proof(&issuer, &jti.to_string(), &token);

    let used: Vec<_> = (0..20).map(proof).collect();
    for proof in &used {
        assert_eq!(a.dpop(&token, proof).await.status, 200);
    }
    redis.kill();
    let unused = proof(100);
    for proof in [&used[0], &unused] {
        for client in [&mut a, &mut b] {
            let answer = client.dpop(&token, proof).await;
            assert_eq!((answer.status, answer.challenges().len()), (503, 0));
            assert_eq!(answer.body, "");
        }
    }
    // What needs nothing remembered goes on.
    assert_eq!(a.bearer(&issuer.token()).await.status, 200);

    redis.restart();
    for proof in &used {
        assert_eq!(verdict(&mut b, &token, proof).await, 401);
    }
    assert_eq!(verdict(&mut a, &token, &unused).await, 200);
    assert_eq!(verdict(&mut b, &token, &unused).await, 401);
}

/// Asks until there is a verdict: Redis reads its file first, and is not asked again at once.
async fn verdict(client: &mut Connection, token: &str, proof: &str) -> u16 {
    for _ in 0..200 {
        match client.dpop(token, proof).await.status {
            503 => tokio::time::sleep(Duration::from_millis(20)).await,
            status => return status,
        }
    }
    panic!("Redis stays away");
}
