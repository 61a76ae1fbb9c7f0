//! Keys of an issuer that is slow, boundless, broken, away and back; and keys that are exchanged under load.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/gateway.rs"]
mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use common::{Connection, Issuer, Keys, key, serve_on_loopback};
use jwt_demo::backend::Backend;
use jwt_demo::gateway::Gateway;
use jwt_std::{NumericDate, RemoteJwks, SignatureCache};
use tokio::task::JoinSet;

const FAULTS: [Keys; 6] =
    [Keys::Slow, Keys::Huge, Keys::Garbage, Keys::Broken, Keys::Status(500), Keys::Status(404)];

/// Seconds that a set is good for where its issuer says nothing, that it may be used on, and between two fetches.
const LIFETIME: i64 = 300;
const STALE: i64 = 3600;
const INTERVAL: i64 = 10;

#[tokio::test]
async fn without_keys_there_is_no_verdict_and_with_them_there_is() {
    for fault in FAULTS {
        let issuer = Issuer::start();
        issuer.answer(fault);
        let mut client = Connection::to(&issuer.gateway().await).await;
        for token in [issuer.token(), issuer.forged()] {
            let answer = client.bearer(&token).await;
            assert_eq!((answer.status, answer.challenges().len()), (503, 0));
            assert_eq!(answer.body, "");
        }
        // It was asked once, and not by each who wants in.
        assert_eq!(issuer.fetched(), 1);
        issuer.answer(Keys::Good);
        issuer.clock.advance(INTERVAL);
        assert_eq!(client.bearer(&issuer.token()).await.status, 200);
        assert_eq!(client.bearer(&issuer.forged()).await.status, 401);
    }
}

#[tokio::test]
async fn keys_that_are_there_are_used_on_for_a_bounded_time() {
    for fault in FAULTS {
        let issuer = Issuer::start();
        let mut client = Connection::to(&issuer.gateway().await).await;
        assert_eq!(client.bearer(&issuer.token()).await.status, 200);
        issuer.answer(fault);
        issuer.clock.advance(LIFETIME);
        for _ in 0..3 {
            assert_eq!(client.bearer(&issuer.token()).await.status, 200);
            assert_eq!(client.bearer(&issuer.forged()).await.status, 401);
        }
        assert_eq!(issuer.fetched(), 2);
        issuer.clock.advance(STALE);
        assert_eq!(client.bearer(&issuer.token()).await.status, 503);
        issuer.answer(Keys::Good);
        issuer.clock.advance(INTERVAL);
        assert_eq!(client.bearer(&issuer.token()).await.status, 200);
    }
}

#[tokio::test]
async fn an_issuer_that_is_away_and_comes_back_with_another_key_is_met_again() {
    let mut issuer = Issuer::start();
    let mut client = Connection::to(&issuer.gateway().await).await;
    let old = issuer.token();
    assert_eq!(client.bearer(&old).await.status, 200);
    issuer.stop();
    issuer.clock.advance(INTERVAL);
    assert_eq!(client.bearer(&old).await.status, 200);
    // A key that nobody has heard of, by an issuer that cannot be asked.
    let now = NumericDate::from_seconds(issuer.clock.seconds());
    issuer.ring.announce(&key("2")).unwrap();
    issuer.ring.rotate(now, Duration::from_secs(300)).unwrap();
    assert_eq!(client.bearer(&issuer.token()).await.status, 401);
    issuer.restart();
    issuer.clock.advance(INTERVAL);
    assert_eq!(client.bearer(&issuer.token()).await.status, 200);
}

#[tokio::test]
async fn a_key_that_was_taken_back_is_gone_with_the_next_set_also_from_the_cache() {
    let issuer = Issuer::start();
    let settings = issuer.settings("http://127.0.0.1:1");
    let keys = issuer.remote().cached(&SignatureCache::new(64).unwrap());
    let gateway = Gateway::new(settings, keys).unwrap();
    let mut client = Connection::to(&serve_on_loopback(gateway.router()).await).await;
    let mut claims = issuer.claims();
    claims["exp"] = (issuer.clock.seconds() + 10_000).into();
    let old = issuer.mint(&claims);
    // Past the gateway, where there is no backend.
    for _ in 0..3 {
        assert_eq!(client.bearer(&old).await.status, 502);
    }
    issuer.ring.announce(&key("2")).unwrap();
    let now = NumericDate::from_seconds(issuer.clock.seconds());
    issuer.ring.rotate(now, Duration::from_secs(300)).unwrap();
    issuer.ring.retire();
    issuer.clock.advance(LIFETIME);
    for _ in 0..3 {
        assert_eq!(client.bearer(&old).await.status, 401);
        assert_eq!(client.bearer(&issuer.token()).await.status, 502);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_exchanged_under_load_and_nobody_is_refused_or_let_in_wrongly() {
    let issuer = Arc::new(Issuer::start());
    let keys = issuer.remote();
    exchange_under_load(issuer, keys).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_are_they_where_signatures_are_remembered() {
    let issuer = Arc::new(Issuer::start());
    let keys = issuer.remote().cached(&SignatureCache::new(64).unwrap());
    exchange_under_load(issuer, keys).await;
}

/// Clients that mint and send while the key is exchanged: all that is good gets in, all that is forged does not.
async fn exchange_under_load(issuer: Arc<Issuer>, keys: RemoteJwks) {
    let backend = Backend::new(None).pause(Duration::ZERO).router();
    let settings = issuer.settings(&serve_on_loopback(backend).await);
    let origin = serve_on_loopback(Gateway::new(settings, keys).unwrap().router()).await;
    let (done, good) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..6 {
        let (issuer, origin) = (Arc::clone(&issuer), origin.clone());
        let (done, good) = (Arc::clone(&done), Arc::clone(&good));
        clients.spawn(async move {
            let mut client = Connection::to(&origin).await;
            while !done.load(Ordering::SeqCst) {
                let token = issuer.token();
                for _ in 0..2 {
                    assert_eq!(client.bearer(&token).await.status, 200);
                }
                assert_eq!(client.bearer(&issuer.forged()).await.status, 401);
                good.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    let mut first = None;
    for kid in 2..12 {
        let now = || NumericDate::from_seconds(issuer.clock.seconds());
        issuer.ring.announce(&key(&kid.to_string())).unwrap();
        // Announced for as long as others keep a set; each token of the key before lives on.
        issuer.clock.advance(LIFETIME);
        some_more(&good, &mut clients).await;
        first.get_or_insert_with(|| issuer.token());
        issuer.ring.rotate(now(), Duration::from_secs(400)).unwrap();
        some_more(&good, &mut clients).await;
    }
    done.store(true, Ordering::SeqCst);
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    // Of a key that is long retired.
    let mut client = Connection::to(&origin).await;
    assert_eq!(client.bearer(&first.unwrap()).await.status, 401);
}

/// Until the clients have gone through some more rounds.
async fn some_more(good: &AtomicUsize, clients: &mut JoinSet<()>) {
    let before = good.load(Ordering::SeqCst);
    while good.load(Ordering::SeqCst) < before + 12 {
        if let Some(ended) = clients.try_join_next() {
            ended.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
