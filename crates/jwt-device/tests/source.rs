//! Token sources: when they mint, what they hand out, and months of it under clocks that nobody would
//! want to have.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

#[path = "support/block_on.rs"]
mod block_on;
#[path = "source/world.rs"]
mod world;

use std::pin::pin;
use std::task::{Context, Waker};

use block_on::block_on;
use jwt_core::{Es256, MintError, NumericDate};
use jwt_device::profile::{
    AppStoreConnect, AppleApns, Coinbase, ProviderToken as _, Rule, WebPush,
};
use jwt_device::source::{Plan, for_provider};
use jwt_device::{
    Clock as _, ClockError, JwsSigner, Renewal, SignerErrorKind, SignerKey, SourceError,
    TokenSource, Window,
};
use world::{START, World, date, read};

fn number(token: Result<jwt_device::Token<'_>, SourceError<SignerErrorKind>>) -> i64 {
    read(token.unwrap().as_str()).2
}
const FIVE_MINUTES: Renewal = Renewal { margin: 60, ..Renewal::lasting(300) };
const LIMITED: Renewal = Renewal { min_interval: 120, ..FIVE_MINUTES };
// --- minting and reusing ---

#[test]
fn mints_once_and_hands_the_same_token_out_until_the_margin() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    let first = source.token().unwrap().to_string();
    assert_eq!(read(&first), (START, START + 300, 1));
    world.pass(239);
    assert_eq!(source.token().unwrap().as_str(), first);
    assert_eq!(world.attempts.get(), 1);
    world.pass(1);
    assert_eq!(read(source.token().unwrap().as_str()), (START + 240, START + 540, 2));
}

#[test]
fn mints_nothing_without_the_time() {
    let world = World::new();
    world.clock_error.set(Some(ClockError::NotSynchronised));
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    let error = SourceError::Clock(ClockError::NotSynchronised);
    assert_eq!(source.token().unwrap_err(), error);
    assert_eq!(world.attempts.get(), 0);
    assert_eq!(source.plan(), None);
    world.clock_error.set(None);
    assert_eq!(number(source.token()), 1);
    // Nor does it hand out what it has, once the clock has lost the time.
    world.clock_error.set(Some(ClockError::CounterWentBack));
    assert_eq!(source.token().unwrap_err(), SourceError::Clock(ClockError::CounterWentBack));
}

#[test]
fn hands_out_a_token_that_is_valid_for_as_long_as_asked() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    assert_eq!(number(source.token_valid_for(300)), 1);
    world.pass(100);
    assert_eq!(number(source.token_valid_for(200)), 1);
    assert_eq!(number(source.token_valid_for(201)), 2);
    assert_eq!(source.token_valid_for(301).unwrap_err(), SourceError::TooLong { useful_life: 300 });
    assert_eq!(world.attempts.get(), 2);
}

#[test]
fn asks_no_signer_for_a_token_that_is_over_when_it_is_minted() {
    for renewal in [Renewal::lasting(0), Renewal::single_use(0)] {
        let world = World::new();
        let mut buf = [0; 512];
        let mut source = world.source(&mut buf, renewal);
        let error = SourceError::TooLong { useful_life: 0 };
        assert_eq!(source.token().unwrap_err(), error);
        assert_eq!(world.attempts.get(), 0);
    }
}

#[test]
fn a_token_for_one_request_is_handed_out_once_and_has_the_whole_buffer() {
    let world = World::new();
    let mut buf = [0; 256];
    let needed = {
        let mut source = world.source(&mut buf, Renewal::single_use(120));
        source.token().unwrap().as_str().len()
    };
    let mut buf = vec![0; needed];
    let mut source = world.source(&mut buf, Renewal::single_use(120));
    for n in 1..5 {
        assert_eq!(read(source.token().unwrap().as_str()), (START, START + 120, n));
    }
}

#[test]
fn too_small_a_buffer_is_told_with_the_size_for_two_tokens() {
    let world = World::new();
    for (renewal, tokens) in [(FIVE_MINUTES, 2), (Renewal::single_use(120), 1)] {
        let mut buf = [0; 40];
        let error = world.source(&mut buf, renewal).token().unwrap_err();
        let SourceError::Mint(MintError::BufferTooSmall { needed }) = error else {
            panic!("{error:?}")
        };
        assert_eq!(needed % tokens, 0);
        let mut buf = vec![0; needed - 1];
        assert_eq!(world.source(&mut buf, renewal).token().unwrap_err(), error);
        let mut buf = vec![0; needed];
        let mut source = world.source(&mut buf, renewal);
        // Both halves are large enough.
        for n in 1..4 {
            assert_eq!(number(source.token()), n);
            source.invalidate();
        }
    }
}

#[test]
fn no_token_is_handed_out_past_the_interval_whatever_its_lifetime() {
    let world = World::new();
    let mut buf = [0; 512];
    let renewal = Renewal { margin: 0, max_interval: 100, ..FIVE_MINUTES };
    let mut source = world.source(&mut buf, renewal);
    assert_eq!(number(source.token()), 1);
    world.pass(99);
    assert_eq!(number(source.token()), 1);
    world.pass(1);
    assert_eq!(read(source.token().unwrap().as_str()), (START + 100, START + 400, 2));
}

// --- least interval, refusal ---

#[test]
fn a_refused_token_is_never_handed_out_again() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    assert_eq!(number(source.token()), 1);
    source.invalidate();
    world.signer_error.set(Some(SignerErrorKind::Busy));
    assert_eq!(source.token().unwrap_err(), SourceError::Signer(SignerErrorKind::Busy));
    world.signer_error.set(None);
    assert_eq!(number(source.token()), 3, "the second draft was not signed");
}

#[test]
fn invalidating_before_the_first_token_changes_nothing() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, LIMITED);
    source.invalidate();
    assert_eq!(number(source.token()), 1);
}

#[test]
fn says_when_to_try_again_where_it_is_too_soon() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, LIMITED);
    assert_eq!(number(source.token()), 1);
    world.pass(10);
    let too_soon = SourceError::TooSoon { retry_at: date(START + 120) };
    assert_eq!(source.token_valid_for(295).unwrap_err(), too_soon);
    assert_eq!(number(source.token()), 1, "good enough without that wish");
    source.invalidate();
    assert_eq!(source.token().unwrap_err(), too_soon);
    world.pass(109);
    assert_eq!(source.token().unwrap_err(), too_soon);
    world.pass(1);
    assert_eq!(number(source.token()), 2);
}

#[test]
fn a_token_that_may_not_be_renewed_yet_is_used_to_its_end() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, Renewal { min_interval: 400, ..FIVE_MINUTES });
    assert_eq!(number(source.token()), 1);
    world.pass(299);
    assert_eq!(number(source.token()), 1);
    world.pass(1);
    let too_soon = SourceError::TooSoon { retry_at: date(START + 400) };
    assert_eq!(source.token().unwrap_err(), too_soon);
    world.pass(100);
    assert_eq!(number(source.token()), 2);
}

// --- failures ---

#[test]
fn a_failed_renewal_hands_out_the_last_token_and_reports() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    let first = source.token().unwrap().to_string();
    assert_eq!(source.take_failure(), None);
    world.pass(250);
    world.signer_error.set(Some(SignerErrorKind::Bus));
    assert_eq!(source.token().unwrap().as_str(), first, "drafting next to it has not touched it");
    assert_eq!(source.take_failure(), Some(SourceError::Signer(SignerErrorKind::Bus)));
    assert_eq!(source.take_failure(), None);
    // The same where a dead chip leaves zeros.
    world.signer_error.set(None);
    world.signature.set([0; 64]);
    assert_eq!(source.token().unwrap().as_str(), first);
    assert_eq!(source.take_failure(), Some(SourceError::Mint(MintError::InvalidSignature)));
    // At its end there is nothing to hand out.
    world.pass(50);
    assert_eq!(source.token().unwrap_err(), SourceError::Mint(MintError::InvalidSignature));
    world.signature.set([1; 64]);
    // Numbers count drafts: 1, then one for the bus and two for the zeros.
    assert_eq!(number(source.token()), 5);
    assert_eq!(source.take_failure(), None);
}

#[test]
fn a_success_ends_a_failure_that_nobody_asked_for() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    source.token().unwrap();
    world.pass(250);
    world.signer_error.set(Some(SignerErrorKind::Bus));
    source.token().unwrap();
    world.signer_error.set(None);
    source.token().unwrap();
    assert_eq!(source.take_failure(), None);
}

#[test]
fn an_error_ends_a_failure_that_nobody_asked_for_too() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    source.token().unwrap();
    world.pass(250);
    world.signer_error.set(Some(SignerErrorKind::Bus));
    source.token().unwrap();
    world.pass(50);
    world.signer_error.set(Some(SignerErrorKind::Locked));
    assert_eq!(source.token().unwrap_err(), SourceError::Signer(SignerErrorKind::Locked));
    assert_eq!(source.take_failure(), None, "of an earlier attempt");
}

#[test]
fn a_failed_renewal_is_the_error_where_the_last_token_ended_meanwhile() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    source.token().unwrap();
    world.pass(290);
    world.latency.set(10);
    world.signer_error.set(Some(SignerErrorKind::Busy));
    assert_eq!(source.token().unwrap_err(), SourceError::Signer(SignerErrorKind::Busy));
}

#[test]
fn a_failed_attempt_does_not_count_as_a_minting() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, LIMITED);
    world.signer_error.set(Some(SignerErrorKind::Busy));
    assert_eq!(source.token().unwrap_err(), SourceError::Signer(SignerErrorKind::Busy));
    world.signer_error.set(None);
    assert_eq!(number(source.token()), 2);
}

// --- clocks that are set ---

#[test]
fn a_token_from_the_future_is_not_handed_out_and_the_interval_does_not_hold_up_the_next() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, LIMITED);
    assert_eq!(number(source.token()), 1);
    world.pass(-1);
    assert_eq!(read(source.token().unwrap().as_str()), (START - 1, START + 299, 2));
}

#[test]
fn a_token_that_was_from_the_future_once_is_never_handed_out_again() {
    // Asked before its time, or found to be before its time when the signer was done.
    for (age, latency) in [(-10, 0), (250, -300)] {
        let world = World::new();
        let mut buf = [0; 512];
        let mut source = world.source(&mut buf, FIVE_MINUTES);
        assert_eq!(number(source.token()), 1);
        world.pass(age);
        world.latency.set(latency);
        world.signer_error.set(Some(SignerErrorKind::Bus));
        assert_eq!(source.token().unwrap_err(), SourceError::Signer(SignerErrorKind::Bus));
        world.now.set(START + 100);
        world.latency.set(0);
        assert_eq!(source.token().unwrap_err(), SourceError::Signer(SignerErrorKind::Bus));
        world.signer_error.set(None);
        assert_eq!(read(source.token().unwrap().as_str()), (START + 100, START + 400, 4));
    }
}

#[test]
fn a_clock_that_goes_back_by_less_than_the_age_of_the_token_changes_nothing() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, LIMITED);
    assert_eq!(number(source.token()), 1);
    world.pass(200);
    world.pass(-200);
    assert_eq!(number(source.token()), 1);
}

#[test]
fn a_clock_that_goes_forwards_past_the_end_ends_the_token() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, LIMITED);
    assert_eq!(number(source.token()), 1);
    world.pass(10 * 365 * 86_400);
    assert_eq!(number(source.token()), 2);
}

#[test]
fn a_token_that_is_over_or_from_the_future_when_it_is_signed_is_not_handed_out() {
    for latency in [300, 86_400, -1] {
        let world = World::new();
        let mut buf = [0; 512];
        let mut source = world.source(&mut buf, FIVE_MINUTES);
        world.latency.set(latency);
        assert_eq!(source.token().unwrap_err(), SourceError::Overtaken, "{latency}");
        world.latency.set(299);
        assert_eq!(number(source.token()), 2);
    }
}

#[test]
fn tokens_end_where_dates_end() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    let last = NumericDate::MAX.seconds();
    world.now.set(last - 1);
    assert_eq!(read(source.token().unwrap().as_str()), (last - 1, last, 1));
    world.now.set(last);
    assert_eq!(source.token().unwrap_err(), SourceError::Overtaken);
}

// --- waiting ---

#[test]
fn a_dropped_future_leaves_the_last_token_in_place() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    let first = block_on(source.token_async()).unwrap().to_string();
    world.pass(250);
    {
        let mut future = pin!(source.token_async());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    world.signer_error.set(Some(SignerErrorKind::Busy));
    assert_eq!(block_on(source.token_async()).unwrap().as_str(), first);
}

#[test]
fn a_dropped_future_counts_as_no_minting_and_its_half_of_the_buffer_is_used_again() {
    let renewals = [LIMITED, Renewal { min_interval: 120, ..Renewal::single_use(300) }];
    for renewal in renewals {
        let world = World::new();
        let mut buf = [0; 512];
        let mut source = world.source(&mut buf, renewal);
        for _ in 0..3 {
            let mut future = pin!(source.token_async());
            assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        assert_eq!((world.attempts.get(), source.plan()), (0, None));
        assert_eq!(read(block_on(source.token_async()).unwrap().as_str()).0, START);
    }
}

#[cfg(feature = "rand_core-010")]
#[test]
fn jitter_is_drawn_from_a_generator() {
    struct Constant(u32);
    impl rand_core::TryRng for Constant {
        type Error = rand_core::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(self.0)
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            panic!("32 bits suffice")
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
            panic!("32 bits suffice")
        }
    }
    for (drawn, renew_after) in [(0, 240), (u32::MAX, 210)] {
        let world = World::new();
        let mut buf = [0; 512];
        let mut source = world.source(&mut buf, Renewal { jitter: 30, ..FIVE_MINUTES });
        source.draw_jitter(&mut Constant(drawn)).unwrap();
        source.token().unwrap();
        assert_eq!(source.plan().unwrap().renew_at(), date(START + renew_after));
    }
}

#[test]
fn clock_signer_and_recipe_can_be_reached() {
    let world = World::new();
    let mut buf = [0; 512];
    let mut source = world.source(&mut buf, FIVE_MINUTES);
    assert_eq!(source.clock_mut().now(), Ok(date(START)));
    assert_eq!(source.signer_mut().key_id(), Some("k1"));
    let _ = source.recipe_mut();
}

// --- providers ---

#[test]
fn apns_gets_a_new_token_between_20_and_60_minutes() {
    let world = World::new();
    let mut buf = [0; 512];
    struct Named<'w>(&'w World);
    impl SignerKey for Named<'_> {
        type Algorithm = Es256;
        type Error = SignerErrorKind;

        fn key_id(&self) -> Option<&str> {
            Some("ABC123DEFG")
        }
    }
    impl JwsSigner for Named<'_> {
        fn sign(&mut self, _: &[u8]) -> Result<[u8; 64], SignerErrorKind> {
            self.0.sign_now()
        }
    }
    let renewal = Renewal::of(&AppleApns::PROFILE);
    assert!(renewal.is_consistent());
    let recipe = for_provider(|window: Window| AppleApns {
        team_id: "DEF123GHIJ",
        issued_at: window.issued_at,
    });
    let mut source = TokenSource::new(&mut buf, Named(&world), &world, recipe, renewal);
    source.set_jitter(u32::MAX);
    for minute in 0..24 * 60 {
        source.token().unwrap();
        if minute % 7 == 0 {
            source.token().unwrap();
        }
        world.pass(60);
    }
    assert_eq!(world.attempts.get(), 24 * 60 / 55 + 1);
    source.invalidate();
    assert!(matches!(source.token(), Err(SourceError::TooSoon { .. })));
}

#[test]
fn a_rule_of_the_api_is_an_error_before_anything_is_signed() {
    let world = World::new();
    let mut buf = [0; 512];
    let recipe = for_provider(|window: Window| AppleApns {
        team_id: "DEF123GHIJ",
        issued_at: window.issued_at,
    });
    let renewal = Renewal::of(&AppleApns::PROFILE);
    let mut source = TokenSource::new(&mut buf, &world, &world, recipe, renewal);
    let SourceError::Rule(violation) = source.token().unwrap_err() else { panic!() };
    assert_eq!(violation.rule, Rule::KeyIdLength { found: 2, expected: 10 });
    assert_eq!(world.attempts.get(), 0);
}

#[test]
fn a_token_that_ends_before_its_plan_is_refused_before_anything_is_signed() {
    let world = World::new();
    let mut buf = [0; 1024];
    let mut lifetime = 60;
    let recipe = for_provider(|window: Window| {
        let token =
            AppStoreConnect { issuer_id: "i", issued_at: window.issued_at, lifetime, scope: &[] };
        lifetime = window.lifetime;
        token
    });
    let renewal = Renewal::of(&AppStoreConnect::PROFILE);
    let mut source = TokenSource::new(&mut buf, &world, &world, recipe, renewal);
    let SourceError::Rule(violation) = source.token().unwrap_err() else { panic!() };
    assert_eq!(violation.rule, Rule::EndsBeforePlan { seconds: 60, planned: 900 });
    let text = "App Store Connect: exp is after 60 s, before the end of the renewal's 900 s";
    assert_eq!(violation.to_string(), text);
    assert_eq!(world.attempts.get(), 0);
    source.token().unwrap();
}

#[test]
fn a_renewal_says_what_the_profile_says() {
    let connect = Renewal::of(&AppStoreConnect::PROFILE);
    let expected = Renewal { margin: 90, ..Renewal::lasting(900) };
    assert_eq!(connect, expected);
    let push = Renewal::of(&WebPush::PROFILE);
    assert_eq!((push.lifetime, push.margin, push.max_interval), (43_200, 300, u32::MAX));
    let coinbase = Renewal::of(&Coinbase::PROFILE);
    assert_eq!(coinbase, Renewal::single_use(coinbase.lifetime));
    assert!([connect, push, coinbase].iter().all(Renewal::is_consistent));
}

#[test]
fn a_renewal_that_cannot_come_in_time_is_inconsistent() {
    let at = |min_interval| Renewal { min_interval, jitter: 40, ..FIVE_MINUTES }.is_consistent();
    assert!(at(0) && at(200));
    assert!(!at(201));
    assert!(!Renewal { margin: 300, ..FIVE_MINUTES }.is_consistent());
    assert!(!Renewal { min_interval: 1, ..Renewal::single_use(60) }.is_consistent());
    assert!(!Renewal::lasting(0).is_consistent());
}

// --- errors ---

#[test]
fn errors_say_what_happened() {
    let error = SourceError::<SignerErrorKind>::TooSoon { retry_at: date(5) };
    assert_eq!(error.to_string(), "too soon for a new token until 5");
    let error = SourceError::Signer(SignerErrorKind::Locked);
    assert_eq!(error.to_string(), "the signer failed: Locked");
}

// --- decisions ---

#[test]
fn jitter_comes_on_top_of_the_margin() {
    let renewal = Renewal { jitter: 30, ..FIVE_MINUTES };
    let renew_at = |random| Plan::new(date(START), &renewal, random).renew_at().seconds() - START;
    assert_eq!(renew_at(0), 240);
    assert_eq!(renew_at(u32::MAX / 2), 225);
    assert_eq!(renew_at(u32::MAX), 210);
    let whole = Renewal { jitter: u32::MAX, ..FIVE_MINUTES };
    let plan = Plan::new(date(START), &whole, u32::MAX);
    assert_eq!(plan.renew_at(), plan.end().saturating_sub(60 + u64::from(u32::MAX)));
}
