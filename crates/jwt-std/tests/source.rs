//! A token that is kept and renewed: by one at a time, whoever asks.
#![cfg(feature = "token-source")]
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic
#![allow(clippy::arithmetic_side_effects)] // a test may overflow

mod oauth;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jwt_std::{ExchangeError, IssuedToken, RenewalLimits, TokenSource};
use oauth::SetClock;

/// Tokens that are numbered, or failures where `up` says so; and how many were asked for.
fn source(
    clock: &SetClock,
    up: impl Fn(usize) -> Result<Option<u64>, Option<u64>> + Send + Sync + 'static,
) -> (TokenSource, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let exchange = move || {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        let result = up(number)
            .map(|expires_in| IssuedToken::new(format!("token {number}"), expires_in))
            .map_err(|retry_after| ExchangeError { why: format!("failure {number}"), retry_after });
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            result
        }
    };
    (TokenSource::with_clock(exchange, RenewalLimits::default(), clock.clock()), count)
}

async fn text(source: &TokenSource) -> String {
    match source.token().await {
        Ok(token) => token.as_str().to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_need_a_token_one_asks_and_all_have_the_same() {
    let clock = SetClock::new();
    let (source, count) = source(&clock, |_| Ok(Some(300)));
    for round in 0..3 {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let source = source.clone();
            tasks.spawn(async move { text(&source).await });
        }
        let expected = format!("token {round}");
        assert!(tasks.join_all().await.iter().all(|token| *token == expected));
        assert_eq!(count.load(Ordering::SeqCst), round + 1);
        clock.advance(300);
    }
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_while_the_old_one_is_handed_out() {
    let clock = SetClock::new();
    let (source, count) = source(&clock, |_| Ok(Some(300)));
    assert_eq!(text(&source).await, "token 0");
    // Not sooner than a tenth and a minute before its end, whatever the dice say.
    clock.advance(209);
    assert_eq!(text(&source).await, "token 0");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    clock.advance(31);
    assert_eq!(text(&source).await, "token 0");
    while text(&source).await == "token 0" {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(count.load(Ordering::SeqCst), 2);
    // Nothing is handed out that is over.
    clock.advance(300);
    assert_eq!(text(&source).await, "token 2");
}

#[tokio::test]
async fn after_failures_it_waits_longer_each_time_and_no_longer_than_the_limit() {
    let clock = SetClock::new();
    let (source, count) = source(&clock, |_| Err(None));
    let mut waits = Vec::new();
    for round in 0..10 {
        assert_eq!(text(&source).await, format!("failure {round}"));
        let mut waited = 0;
        while count.load(Ordering::SeqCst) == round + 1 && round < 9 {
            assert_eq!(text(&source).await, format!("failure {round}"));
            clock.advance(1);
            waited += 1;
            if text(&source).await != format!("failure {round}") {
                break;
            }
        }
        waits.push(waited);
    }
    let bounds = [(1, 1), (1, 2), (2, 4), (4, 8), (8, 16), (16, 32), (30, 60), (30, 60), (30, 60)];
    for (wait, (least, most)) in waits.iter().zip(bounds) {
        assert!((least..=most).contains(wait), "{waits:?}");
    }
}

#[tokio::test]
async fn a_good_token_outlives_failures_and_a_server_may_ask_for_a_pause() {
    let clock = SetClock::new();
    let (source, count) = source(&clock, |number| match number {
        0 => Ok(Some(300)),
        1 => Err(Some(40)),
        _ => Ok(None),
    });
    assert_eq!(text(&source).await, "token 0");
    clock.advance(260);
    assert_eq!(text(&source).await, "token 0");
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(count.load(Ordering::SeqCst), 2);
    clock.advance(39);
    assert_eq!(text(&source).await, "token 0");
    clock.advance(1);
    assert_eq!(text(&source).await, "token 2");
    // Its answer did not say for how long: five minutes.
    clock.advance(299);
    assert_eq!(text(&source).await, "token 2");
}

#[tokio::test]
async fn a_token_that_was_refused_or_over_at_once_is_not_handed_out() {
    let clock = SetClock::new();
    let (over, count) = source(&clock, |_| Ok(Some(0)));
    for _ in 0..5 {
        assert_eq!(text(&over).await, "the token that was issued is over already");
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);

    let (source, _) = source(&clock, |_| Ok(Some(300)));
    let token = source.token().await.unwrap();
    source.refused(&token);
    assert_eq!(text(&source).await, "token 1");
    // Long replaced.
    source.refused(&token);
    assert_eq!(text(&source).await, "token 1");
    assert!(!format!("{token:?} {source:?}").contains("token 0"));
}
