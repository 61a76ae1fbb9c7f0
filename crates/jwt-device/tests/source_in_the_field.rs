//! Months of a token source on a device in the field, whose clock steps and whose signer fails, against what
//! whoever receives the tokens sees; and every decision there is.
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

use block_on::block_on;
use jwt_device::source::{Decision, Plan, decide};
use jwt_device::{ClockError, Renewal, SignerErrorKind, SourceError};
use proptest::prelude::*;
use world::{World, date, read};

fn any_renewal() -> impl Strategy<Value = Renewal> {
    let short = || prop_oneof![Just(0), 0..5_000_u32, any::<u32>()];
    let max_interval = prop_oneof![Just(0), Just(u32::MAX), 0..5_000_u32];
    (short(), short(), short(), max_interval, short()).prop_map(
        |(lifetime, margin, min_interval, max_interval, jitter)| Renewal {
            lifetime,
            margin,
            min_interval,
            max_interval,
            jitter,
        },
    )
}

/// A device in the field.
#[derive(Clone, Copy, Debug)]
enum Event {
    Pass(u32),
    Step(i32),
    Request(u32),
    Invalidate,
    SignerFails(bool),
    ClockFails(bool),
    Latency(i32),
    Jitter(u32),
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..600_u32).prop_map(Event::Pass),
        2 => (0..200_000_u32).prop_map(Event::Pass),
        1 => (-5_000..5_000).prop_map(Event::Step),
        1 => (-5_000_000..5_000_000).prop_map(Event::Step),
        8 => Just(Event::Request(0)),
        3 => (0..4_000_u32).prop_map(Event::Request),
        1 => Just(Event::Invalidate),
        1 => any::<bool>().prop_map(Event::SignerFails),
        1 => prop::bool::weighted(0.2).prop_map(Event::ClockFails),
        1 => prop_oneof![3 => Just(0), 2 => 0..20, 1 => -2_000..4_000].prop_map(Event::Latency),
        1 => any::<u32>().prop_map(Event::Jitter),
    ]
}

fn field_renewal() -> impl Strategy<Value = Renewal> {
    let max_interval = prop_oneof![3 => Just(u32::MAX), 1 => 1_000..4_000_u32, 1 => Just(0)];
    (60..4_000_u32, 0..300_u32, 0..2_000_u32, max_interval, 0..100_u32).prop_map(
        |(lifetime, margin, min_interval, max_interval, jitter)| Renewal {
            lifetime,
            margin,
            min_interval,
            max_interval,
            jitter,
        },
    )
}

/// The last token, as whoever receives it sees it.
#[derive(Clone, Copy, Debug)]
struct Seen {
    iat: i64,
    end: i64,
    number: i64,
    refused: bool,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_decision_panics_and_each_is_what_it_says(
        renewal in any_renewal(),
        minted: i64,
        now: i64,
        near in prop::option::of(-10_000..10_000_i64),
        random: u32,
        seconds: u32,
        spent: bool,
    ) {
        let minted = date(minted);
        let now = near.map_or(date(now), |near| date(minted.seconds().saturating_add(near)));
        let mut plan = Plan::new(minted, &renewal, random);
        if spent {
            plan.spend();
        }
        let early = u64::from(renewal.margin) + u64::from(renewal.jitter);
        prop_assert!(plan.renew_at() <= plan.end());
        prop_assert!(plan.renew_at() >= plan.end().saturating_sub(early));
        match decide(now, Some(&plan), seconds, &renewal) {
            Decision::Reuse | Decision::Renew => {
                prop_assert!(!spent && !renewal.is_single_use());
                prop_assert!(minted <= now && now < plan.end());
                prop_assert!(plan.end().seconds() - now.seconds() >= i64::from(seconds));
            }
            Decision::Mint => {}
            Decision::TooSoon { retry_at } => {
                prop_assert!(now < retry_at);
                prop_assert!(retry_at.seconds() - now.seconds() <= i64::from(renewal.min_interval));
                let then = decide(retry_at, Some(&plan), seconds, &renewal);
                let is_too_soon = matches!(then, Decision::TooSoon { .. });
                prop_assert!(!is_too_soon);
            }
            Decision::TooLong { useful_life } => {
                prop_assert!(useful_life < seconds || useful_life == 0);
            }
        }
    }

    /// Months on a device: each of up to 200 events passes up to two days or steps up to two months.
    #[test]
    fn a_device_in_the_field_never_sends_a_token_that_it_should_not(
        renewal in field_renewal(),
        events in prop::collection::vec(any_event(), 1..200),
    ) {
        let (world, waiting) = (World::new(), World::new());
        let (mut buf, mut waiting_buf) = ([0; 512], [0; 512]);
        let mut source = world.source(&mut buf, renewal);
        let mut waiting_source = waiting.source(&mut waiting_buf, renewal);
        let mut last: Option<Seen> = None;
        for event in events {
            let worlds = [&world, &waiting];
            match event {
                Event::Pass(seconds) => worlds.map(|world| world.pass(i64::from(seconds))),
                Event::Step(seconds) => worlds.map(|world| world.pass(i64::from(seconds))),
                Event::SignerFails(fails) => worlds
                    .map(|world| world.signer_error.set(fails.then_some(SignerErrorKind::Bus))),
                Event::ClockFails(fails) => worlds
                    .map(|world| world.clock_error.set(fails.then_some(ClockError::OutOfRange))),
                Event::Latency(seconds) => worlds.map(|world| world.latency.set(i64::from(seconds))),
                Event::Jitter(random) => {
                    source.set_jitter(random);
                    waiting_source.set_jitter(random);
                    [(); 2]
                }
                Event::Invalidate => {
                    source.invalidate();
                    waiting_source.invalidate();
                    if let Some(last) = &mut last {
                        last.refused = true;
                    }
                    [(); 2]
                }
                Event::Request(seconds) => {
                    let asked_at = world.now.get();
                    let attempts = world.attempts.get();
                    let answer = source.token_valid_for(seconds).map(|token| token.to_string());
                    let answered_at = world.now.get();
                    let tried = world.attempts.get() != attempts;

                    let other = block_on(waiting_source.token_valid_for_async(seconds));
                    let other = other.map(|token| token.to_string());
                    prop_assert_eq!(&answer, &other, "the blocking and the waiting way decide alike");
                    let failure = source.take_failure();
                    prop_assert_eq!(failure, waiting_source.take_failure());

                    let mut check = || check_answer(Answer {
                        renewal, seconds, asked_at, answered_at, tried, failure,
                        drafts: i64::from(world.attempts.get()),
                        text: answer.as_deref(), failing: world.signer_error.get().is_some(),
                    }, &mut last);
                    check()?;
                    [(); 2]
                }
            };
        }
    }
}

struct Answer<'a> {
    renewal: Renewal,
    seconds: u32,
    asked_at: i64,
    answered_at: i64,
    /// How many tokens were drafted so far, which is the number of the last.
    drafts: i64,
    /// The signer was asked.
    tried: bool,
    failing: bool,
    failure: Option<SourceError<SignerErrorKind>>,
    text: Result<&'a str, &'a SourceError<SignerErrorKind>>,
}

/// What has to be true of an answer, given the last token that left; and takes note of the next one.
fn check_answer(answer: Answer<'_>, last: &mut Option<Seen>) -> Result<(), TestCaseError> {
    let Answer { renewal, seconds, asked_at, answered_at, drafts, tried, failing, failure, text } =
        answer;
    let min_interval = i64::from(renewal.min_interval);
    let useful_life = i64::from(renewal.useful_life());
    let may_mint = |last: &Seen| asked_at < last.iat || asked_at - last.iat >= min_interval;
    let would_do = |last: &Seen| {
        !last.refused
            && !renewal.is_single_use()
            && (last.iat..last.end).contains(&asked_at)
            && last.end - asked_at >= i64::from(seconds)
    };
    let is_known = !matches!(text, Err(SourceError::Clock(_)));
    if let Some(last) = last
        && is_known
        && asked_at < last.iat
    {
        // From a future that did not come: not even when the clock gets to it.
        last.refused = true;
    }
    if tried {
        prop_assert!(last.is_none_or(|last| may_mint(&last)), "asked the signer too soon");
    }
    let minted = tried && !failing;
    match text {
        Ok(text) => {
            let (iat, exp, number) = read(text);
            let end = exp.min(iat + useful_life);
            prop_assert!(iat <= answered_at, "from the future");
            prop_assert!(answered_at < end, "over");
            prop_assert!(end - asked_at >= i64::from(seconds), "over too soon");
            prop_assert_eq!(exp - iat, i64::from(renewal.lifetime));
            if minted {
                prop_assert_eq!((iat, number), (asked_at, drafts));
                prop_assert_eq!(failure, None);
                *last = Some(Seen { iat, end, number, refused: false });
                return Ok(());
            }
            let last = last.unwrap();
            prop_assert_eq!((iat, number), (last.iat, last.number));
            prop_assert!(would_do(&last));
            prop_assert_eq!(failure.is_some(), tried, "a failed renewal is reported");
            let due = asked_at >= end - i64::from(renewal.margin);
            prop_assert!(!due || !may_mint(&last) || failing, "renewed before the margin");
        }
        Err(SourceError::TooSoon { retry_at }) => {
            let last = last.unwrap();
            prop_assert!(!tried && !would_do(&last) && !may_mint(&last));
            prop_assert_eq!(retry_at.seconds(), last.iat + min_interval);
        }
        Err(SourceError::TooLong { useful_life }) => prop_assert!(!tried && *useful_life < seconds),
        Err(SourceError::Signer(SignerErrorKind::Bus)) => {
            prop_assert!(tried && failing);
            // Whatever there was is no good now, or was none before.
            let good_now = |last: Seen| (last.iat..last.end).contains(&answered_at);
            prop_assert!(last.is_none_or(|last| !would_do(&last) || !good_now(last)));
            if let Some(last) = last {
                last.refused |= would_do(last) && answered_at < last.iat;
            }
        }
        Err(SourceError::Overtaken) => {
            prop_assert!(minted);
            prop_assert!(answered_at < asked_at || answered_at >= asked_at + useful_life);
            // It counts as minted although nobody has seen it, and is no good where the clock went back.
            let end = asked_at + useful_life;
            let refused = answered_at < asked_at;
            *last = Some(Seen { iat: asked_at, end, number: drafts, refused });
        }
        Err(SourceError::Clock(ClockError::OutOfRange)) => prop_assert!(!tried),
        Err(other) => prop_assert!(false, "{other:?}"),
    }
    Ok(())
}
