//! Any sequence of answers, failures and jumps of the clock: what an `Authenticator` never does.
#![cfg(feature = "es256")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)] // a test may panic

#[path = "authenticator/world.rs"]
mod world;

use jwt_core::NumericDate;
use jwt_oauth::{AuthError, Authenticator, Client, PublicPoint, Step, Timing, Verdict};
use proptest::prelude::*;

use world::{API, Reply, START, date, key};

/// What happens in one turn, made of bytes.
#[derive(Clone, Copy, Debug)]
struct Turn {
    what: u8,
    how: u8,
    seconds: u16,
    random: [u8; 16],
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = (any::<u8>(), any::<u8>(), any::<u16>(), any::<[u8; 16]>())
        .prop_map(|(what, how, seconds, random)| Turn { what, how, seconds, random });
    prop::collection::vec(turn, 0..120)
}

/// What is known of the token that is in use.
struct Token {
    name: String,
    from: i64,
    end: i64,
}

struct Model {
    now: i64,
    tokens: u32,
    token: Option<Token>,
    /// Requests and uses since a sleep, an answer that ended a call, or an error; and requests since time went by,
    /// which is as good as a sleep.
    sends: u32,
    sent: i64,
    uses: u32,
    /// Requests that failed since one succeeded.
    failed: u32,
}

const MAX_ATTEMPTS: u8 = 4;

impl Model {
    fn http_date(&self, seconds: i64) -> String {
        // Days and months by hand would be a second reader: asctime of a known day, and seconds within it.
        let of_day = (self.now + seconds).rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        format!("Thu, 28 May 2026 {hour:02}:{minute:02}:{second:02} GMT")
    }

    fn token_reply(&mut self, turn: Turn, kind: &str) -> (Reply, bool) {
        let mut reply = match turn.what % 12 {
            0..=3 => {
                self.tokens += 1;
                let lifetime = u32::from(turn.seconds % 600) + 1;
                let mut reply = Reply::token(&format!("t{}", self.tokens), kind, lifetime);
                reply.takes = i64::from(turn.how % 4);
                return (reply, true);
            }
            4 => {
                Reply::error(400, "use_dpop_nonce").header("DPoP-Nonce", &format!("n{}", turn.how))
            }
            5 => Reply::error(
                401,
                ["invalid_client", "invalid_dpop_proof"][usize::from(turn.how % 2)],
            ),
            6 => Reply::new(503, "").header("Retry-After", &turn.seconds.to_string()),
            7 => Reply::new(0, ""),
            8 => Reply::new(
                200,
                ["{", "{}", r#"{"access_token":"x","token_type":"mac"}"#]
                    [usize::from(turn.how % 3)],
            ),
            9 => Reply::new(u16::from(turn.how) * 3, ""),
            10 => Reply::error(
                400,
                ["temporarily_unavailable", "invalid_scope"][usize::from(turn.how % 2)],
            ),
            _ => Reply::new(429, "").header("Retry-After", "nonsense"),
        };
        reply = reply.header("Date", &self.http_date(i64::from(turn.seconds % 700) - 350));
        reply.takes = i64::from(turn.how % 4);
        (reply, false)
    }

    fn api_reply(&self, turn: Turn) -> Reply {
        let reply = match turn.what % 8 {
            0..=2 => Reply::new(200, ""),
            3 => Reply::new(401, ""),
            4 => Reply::challenge("invalid_token"),
            5 => Reply::challenge("use_dpop_nonce").header("DPoP-Nonce", &format!("a{}", turn.how)),
            6 => Reply::challenge("invalid_dpop_proof"),
            _ => Reply::new(403, ""),
        };
        reply.header("Date", &self.http_date(i64::from(turn.seconds % 700) - 350))
    }

    fn turn(&mut self, auth: &mut Authenticator<'_>, turn: Turn, kind: &str) {
        // The clock goes on, and now and then jumps.
        self.now += match turn.how {
            255 => -i64::from(turn.seconds),
            250..=254 => i64::from(turn.seconds),
            how => i64::from(how % 2),
        };
        let now = |model: &Self| -> NumericDate { date(model.now) };
        match auth.step(&API, now(self), turn.random) {
            Ok(Step::Sign { signing_input, .. }) => {
                assert_eq!(signing_input.split(|byte| *byte == b'.').count(), 2);
                if turn.what == 77 {
                    assert!(matches!(auth.signed(&[0; 64]), Err(AuthError::Mint(_))));
                } else {
                    auth.signed(&[0x11; 64]).unwrap();
                }
            }
            Ok(Step::Sleep(seconds)) => {
                assert!((1..=86_400).contains(&seconds));
                // Not everybody sleeps as long as they are told.
                let slept = if turn.how.is_multiple_of(5) { seconds / 2 } else { seconds };
                self.now += i64::from(slept);
                (self.sends, self.uses) = (0, 0);
            }
            Ok(Step::Send(call)) => {
                assert!(call.body.is_ascii() && call.dpop.is_some() == (kind == "DPoP"));
                if self.now.abs_diff(self.sent) >= 2 {
                    self.sends = 0;
                }
                self.sends += 1;
                assert!(self.sends <= 6, "requests without a sleep");
                let sent = self.now;
                self.sent = sent;
                let (reply, is_token) = self.token_reply(turn, kind);
                self.now += reply.takes;
                if reply.status == 0 {
                    auth.failed(now(self));
                } else if let Err(error) = auth.answer(now(self), &reply.answer()) {
                    self.error(auth, error);
                    return;
                }
                if is_token {
                    let end = sent + i64::from(turn.seconds % 600) + 1;
                    if self.now < end {
                        self.failed = 0;
                    } else {
                        self.failed += 1;
                    }
                    self.token = Some(Token { name: format!("t{}", self.tokens), from: sent, end });
                } else {
                    self.failed += 1;
                }
                // A nonce and a skew may cost one request each beside the budget.
                assert!(self.failed <= 3 * u32::from(MAX_ATTEMPTS), "more than the budget");
            }
            Ok(Step::Use(used)) => {
                let (scheme, name) = used.parts();
                let token = self.token.as_ref().unwrap_or_else(|| panic!("{name} is not good"));
                assert_eq!((scheme, name), (kind, token.name.as_str()));
                assert!(token.from <= self.now && self.now < token.end, "a token out of its time");
                assert_eq!(used.dpop().is_some(), kind == "DPoP");
                self.uses += 1;
                assert!(self.uses <= 6, "uses without an end");
                if turn.what == 200 {
                    return; // the caller never says how it went
                }
                let reply = self.api_reply(turn);
                let verdict = auth.answer(now(self), &reply.answer());
                if turn.what % 8 == 3 || turn.what % 8 == 4 {
                    self.token = None; // it was refused: it is never sent again
                }
                match verdict {
                    Ok(Verdict::Done) => (self.sends, self.uses) = (0, 0),
                    Ok(Verdict::Again) => assert_eq!(reply.status, 401),
                    Err(error) => self.error(auth, error),
                }
            }
            Err(error) => self.error(auth, error),
        }
    }

    fn error(&mut self, auth: &mut Authenticator<'_>, error: AuthError) {
        (self.sends, self.uses) = (0, 0);
        if error.is_final() {
            // Nothing is sent any more.
            for _ in 0..3 {
                let again = auth.step(&API, date(self.now), [0; 16]).map(drop);
                assert_eq!(again, Err(error));
            }
            auth.reset();
            self.failed = 0;
        } else {
            assert!(matches!(error, AuthError::ApiRefused(_)), "{error:?}");
        }
    }
}

fn run(turns: &[Turn], is_bound: bool) {
    let point = PublicPoint::from(&key().verifying_key());
    let client = Client {
        dpop: is_bound.then_some(&point),
        timing: Timing { max_attempts: MAX_ATTEMPTS, ..Timing::default() },
        ..Client::new("device-0001", "https://as.example", "https://as.example/token")
    };
    let (mut token, mut work) = ([0; 64], [0; 1536]);
    let mut auth = Authenticator::new(client, &mut token, &mut work);
    let mut model =
        Model { now: START, tokens: 0, token: None, sends: 0, sent: START, uses: 0, failed: 0 };
    for turn in turns {
        model.turn(&mut auth, *turn, if is_bound { "DPoP" } else { "Bearer" });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_servers_and_clocks_do_it_sends_no_dead_token_and_never_spins(
        turns in turns(), is_bound in any::<bool>(),
    ) {
        run(&turns, is_bound);
    }
}
