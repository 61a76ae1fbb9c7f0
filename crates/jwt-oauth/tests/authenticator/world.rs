//! A device, an authorization server and an API that say what a test tells them to.
#![allow(dead_code, unreachable_pub)] // each test uses a part

use jwt_core::{Es256SigningKey, NumericDate, SigningKey as _};
use jwt_oauth::{Answer, ApiRequest, AuthError, Authenticator, Purpose, Step, Verdict};

pub const START: i64 = 1_780_000_000;
pub const API: ApiRequest<'static> =
    ApiRequest { method: "GET", uri: "https://api.example/v1?x=1" };

pub fn date(seconds: i64) -> NumericDate {
    NumericDate::from_seconds(seconds)
}

pub fn key() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Sleep(u32),
    /// The body and the proof of a token request.
    Send(String, Option<String>),
    /// `Authorization` and `DPoP`.
    Use(String, Option<String>),
    Done,
}

/// An answer that owns what it says.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub body: String,
    pub headers: Vec<(&'static str, String)>,
    /// Seconds on the way.
    pub takes: i64,
}

impl Reply {
    pub fn new(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), ..Self::default() }
    }

    pub fn token(token: &str, kind: &str, expires_in: u32) -> Self {
        let body = format!(
            r#"{{"access_token":"{token}","token_type":"{kind}","expires_in":{expires_in}}}"#
        );
        Self::new(200, &body)
    }

    pub fn error(status: u16, code: &str) -> Self {
        Self::new(status, &format!(r#"{{"error":"{code}"}}"#))
    }

    pub fn challenge(code: &str) -> Self {
        Self::new(401, "").header("WWW-Authenticate", &format!("DPoP error=\"{code}\", Bearer"))
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn takes(self, takes: i64) -> Self {
        Self { takes, ..self }
    }

    pub fn answer(&self) -> Answer<'_> {
        let answer = Answer::new(self.status, self.body.as_bytes());
        self.headers
            .iter()
            .fold(answer, |answer, (name, value)| answer.header(name, value.as_bytes()))
    }
}

/// Drives one call to the API: the servers give these answers in turn.
pub struct World {
    pub now: i64,
    draws: u8,
}

impl World {
    pub fn new() -> Self {
        Self { now: START, draws: 0 }
    }

    pub fn random(&mut self) -> [u8; 16] {
        self.draws = self.draws.wrapping_add(1);
        [self.draws; 16]
    }

    /// Steps until the call is over, an error, or the answers are used up.
    pub fn call(
        &mut self,
        auth: &mut Authenticator<'_>,
        replies: &[Reply],
    ) -> (Vec<Event>, Result<(), AuthError>) {
        let mut events = Vec::new();
        let mut replies = replies.iter();
        let result = self.drive(auth, &mut replies, &mut events);
        assert!(result.is_err() || replies.next().is_none(), "answers are left: {events:?}");
        (events, result)
    }

    fn drive(
        &mut self,
        auth: &mut Authenticator<'_>,
        replies: &mut std::slice::Iter<'_, Reply>,
        events: &mut Vec<Event>,
    ) -> Result<(), AuthError> {
        loop {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            match auth.step(&API, date(self.now), self.random())? {
                Step::Sign { signing_input, purpose } => {
                    let _: Purpose = purpose;
                    let signature = key().sign(signing_input).unwrap();
                    auth.signed(&signature)?;
                    continue;
                }
                Step::Sleep(seconds) => {
                    events.push(Event::Sleep(seconds));
                    self.now += i64::from(seconds);
                    continue;
                }
                Step::Send(call) => {
                    assert_eq!(call.uri, "https://as.example/token");
                    events.push(Event::Send(call.body.to_owned(), owned(call.dpop)));
                }
                Step::Use(used) => {
                    let mut buf = [0; 256];
                    let value = used.write_value_into(&mut buf).unwrap();
                    assert_eq!(value, used.to_string());
                    events.push(Event::Use(value.to_owned(), owned(used.dpop())));
                }
            }
            let Some(reply) = replies.next() else { return Ok(()) };
            self.now += reply.takes;
            if reply.status == 0 {
                auth.failed(date(self.now));
            } else if auth.answer(date(self.now), &reply.answer())? == Verdict::Done {
                events.push(Event::Done);
                return Ok(());
            }
        }
    }
}

/// The members of a form.
pub fn form(body: &str) -> std::collections::BTreeMap<&str, &str> {
    body.split('&').filter_map(|pair| pair.split_once('=')).collect()
}

/// Header and payload of a token, as JSON.
pub fn decoded(token: &str) -> (serde_json::Value, serde_json::Value) {
    let mut parts = token.split('.').map(|part| {
        let mut buf = vec![0; part.len()];
        let bytes = jwt_core::base64url::decode(part.as_bytes(), &mut buf).unwrap();
        serde_json::from_slice(bytes)
    });
    (parts.next().unwrap().unwrap(), parts.next().unwrap().unwrap())
}
