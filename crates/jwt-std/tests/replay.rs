//! Used identifiers: one acceptance each, whoever asks and whatever stops in between.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic
#![allow(clippy::arithmetic_side_effects)] // a test may overflow

#[cfg(feature = "redis")]
mod redis_server;

use std::sync::Arc;

use jwt_std::{MemoryReplayStore, NumericDate, ReplayError, ReplayId, ReplayStore};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);

async fn accept(store: &dyn ReplayStore, jwt_id: &str, seconds: u64) -> Result<(), ReplayError> {
    let id = ReplayId { issuer: "me", jwt_id };
    store.accept(id, NOW.saturating_add(seconds), NOW).await
}

/// Has many tasks of each store accept the same identifiers at once: those that were accepted.
async fn race(stores: &[Arc<dyn ReplayStore>], ids: u32, tasks: usize) -> Vec<(u32, usize)> {
    let mut accepted = tokio::task::JoinSet::new();
    for id in 0..ids {
        for task in 0..tasks {
            let store = Arc::clone(stores.get(task % stores.len()).unwrap());
            accepted.spawn(async move {
                let verdict = accept(&*store, &format!("race {id}"), 60).await;
                assert!(matches!(verdict, Ok(()) | Err(ReplayError::Replayed)), "{verdict:?}");
                verdict.is_ok().then_some(id)
            });
        }
    }
    let accepted: Vec<u32> = accepted.join_all().await.into_iter().flatten().collect();
    (0..ids).map(|id| (id, accepted.iter().filter(|it| **it == id).count())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_memory_accepts_one() {
    let store: Arc<dyn ReplayStore> = Arc::new(MemoryReplayStore::new(200.try_into().unwrap()));
    for (id, accepted) in race(&[store], 200, 50).await {
        assert_eq!(accepted, 1, "{id}");
    }
}

#[tokio::test]
async fn memory_is_bounded_refuses_when_full_and_forgets_what_is_over() {
    let store = MemoryReplayStore::new(1000.try_into().unwrap());
    for i in 0..10_000_u64 {
        let verdict = accept(&store, &i.to_string(), 60 + i % 2).await;
        assert_eq!(verdict, if i < 1000 { Ok(()) } else { Err(ReplayError::Full) });
    }
    assert_eq!((accept(&store, "0", 60).await, store.len()), (Err(ReplayError::Replayed), 1000));
    // Half of them is over a minute later, to the second.
    let id = ReplayId { issuer: "me", jwt_id: "new" };
    let later = |seconds| NOW.saturating_add(seconds);
    assert_eq!(store.accept(id, later(90), later(59)).await, Err(ReplayError::Full));
    assert_eq!(store.accept(id, later(90), later(60)).await, Ok(()));
    assert_eq!((store.len(), store.is_empty()), (501, false));
    // What is over is not accepted, also where the clock goes back.
    assert_eq!(accept(&store, "0", 60).await, Err(ReplayError::Expired));
    assert_eq!(accept(&store, "x", 0).await, Err(ReplayError::Expired));
}

#[tokio::test]
async fn an_identifier_is_one_of_its_issuer() {
    let store = MemoryReplayStore::new(10.try_into().unwrap());
    for (issuer, jwt_id) in [("a", "bc"), ("ab", "c"), ("", "abc"), ("abc", "")] {
        let id = ReplayId { issuer, jwt_id };
        assert_eq!(store.accept(id, NOW.saturating_add(1), NOW).await, Ok(()), "{issuer} {jwt_id}");
    }
}

#[cfg(feature = "redis")]
mod redis {
    use std::time::Duration;

    use jwt_std::RedisReplayStore;

    use super::redis_server::Server;
    use super::*;

    fn store(server: &Server) -> Arc<dyn ReplayStore> {
        Arc::new(RedisReplayStore::new(&server.url(), "jti:").unwrap())
    }

    /// Asks until there is a verdict: Redis reads its file first.
    async fn verdict(store: &dyn ReplayStore, id: &str) -> Result<(), ReplayError> {
        for _ in 0..100 {
            match accept(store, id, 600).await {
                Err(ReplayError::Unavailable) => {
                    tokio::time::sleep(Duration::from_millis(20)).await
                }
                verdict => return verdict,
            }
        }
        panic!("Redis stays away");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_two_servers_that_share_redis_one_accepts() {
        let Some(server) = Server::start("race") else { return };
        for (id, accepted) in race(&[store(&server), store(&server)], 100, 20).await {
            assert_eq!(accepted, 1, "{id}");
        }
        assert_eq!(accept(&*store(&server), "over", 0).await, Err(ReplayError::Expired));
    }

    #[tokio::test]
    async fn without_redis_nothing_is_accepted_and_afterwards_nothing_twice() {
        let Some(mut server) = Server::start("restart") else { return };
        let (a, b) = (store(&server), store(&server));
        for id in 0..50 {
            assert_eq!(accept(&*a, &id.to_string(), 600).await, Ok(()), "{id}");
        }
        assert_eq!(accept(&*b, "0", 600).await, Err(ReplayError::Replayed));
        server.kill();
        for store in [&a, &b] {
            for id in ["0", "new", "newer"] {
                assert_eq!(accept(&**store, id, 600).await, Err(ReplayError::Unavailable), "{id}");
            }
        }
        server.restart();
        for id in 0..50 {
            let store = if id % 2 == 0 { &a } else { &b };
            let verdict = verdict(&**store, &id.to_string()).await;
            assert_eq!(verdict, Err(ReplayError::Replayed), "{id}");
        }
        assert_eq!(verdict(&*a, "new").await, Ok(()));
        assert_eq!(verdict(&*b, "new").await, Err(ReplayError::Replayed));
    }

    #[test]
    fn a_url_that_is_none_is_refused_and_none_is_shown() {
        assert!(RedisReplayStore::new("http://127.0.0.1", "").is_err());
        let store = RedisReplayStore::new("redis://:hunter2@127.0.0.1", "jti:").unwrap();
        assert!(!format!("{store:?}").contains("hunter2"));
    }
}
