//! A client that fetches, keeps, renews and sends access tokens, and knows no socket, no clock and no key.
//!
//! It is a state machine: [`Authenticator::step`] says what to do next, and whatever did it says how it went. So any
//! HTTP client drives it, blocking or not, and any signer.
//!
//! ```text
//!          sign assertion -> (sign proof) -> send token request -> answer
//!          ^                                                        | token
//! sleep <--+<----------------------- try again ---------------------+
//!          |                                                        v
//!          +<--- token refused ---- answer of the API <---- (sign proof) -> use
//! ```
//!
//! ```
//! use jwt_core::{Es256SigningKey, NumericDate, SigningKey as _};
//! use jwt_oauth::{Answer, ApiRequest, Authenticator, Client, Step, Verdict};
//!
//! # let now = || NumericDate::from_seconds(1_780_000_000);
//! # let random = || [7; 16];
//! # let sleep = |_: u32| ();
//! # let post = |_: &str, _: &str, _: &str| (200, br#"{"access_token":"t","token_type":"Bearer","expires_in":300}"#);
//! # let get = |_: &str, authorization: String| { assert_eq!(authorization, "Bearer t"); (200, b"hello") };
//! let key = Es256SigningKey::from_bytes(&[0x42; 32])?;
//! let client = Client::new("device-0001", "https://as.example", "https://as.example/token");
//! let (mut token, mut work) = ([0; 1024], [0; 1536]);
//! let mut auth = Authenticator::new(client, &mut token, &mut work);
//!
//! let api = ApiRequest { method: "GET", uri: "https://api.example/v1/models" };
//! let body = loop {
//!     match auth.step(&api, now(), random())? {
//!         Step::Sign { signing_input, .. } => {
//!             let signature = key.sign(signing_input)?;
//!             auth.signed(&signature)?;
//!         }
//!         Step::Sleep(seconds) => sleep(seconds),
//!         Step::Send(call) => {
//!             let (status, body) = post(call.uri, call.content_type, call.body);
//!             let _ = auth.answer(now(), &Answer::new(status, body))?; // `.header(name, value)` for each
//!         }
//!         Step::Use(authorization) => {
//!             let (status, body) = get(api.uri, authorization.to_string());
//!             if auth.answer(now(), &Answer::new(status, body))? == Verdict::Done {
//!                 break body;
//!             }
//!         }
//!     }
//! };
//! # assert_eq!(body, b"hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Time
//! `now` is the caller's clock. How long a token is good counts from when it was asked for, by that clock alone, so
//! no server and nobody in between makes a token last. A `Date` is believed where an assertion or proof was
//! refused, once until something succeeds, and no further than [`Timing::max_skew`]; it moves "iat" and "exp" of what is minted and
//! nothing else. Without TLS anybody can send a `Date`, and so get assertions that are good that much later.
//!
//! # Randomness
//! `random` are 16 bytes that were never given before: they become "jti", and the jitter of waits. They are drawn
//! from a generator, or from [`CountedIds`](crate::CountedIds) where there is none.

mod answer;
mod client;
mod error;
mod held;
mod patience;
mod step;

use core::fmt;

use jwt_core::{Algorithm, AnyDraft, NumericDate, base64url};

use crate::dpop::{AccessTokenHash, DpopProof, ProofError};
use crate::response::{ErrorCode, ErrorResponse, ResponseError, TokenResponse};
use crate::uri::TargetUri;

pub use answer::Answer;
pub use client::{AssertionAudience, Client, Flow, Timing};
pub use error::AuthError;
pub use held::MAX_NONCE_LEN;
use held::{Held, Nonce};
use patience::Patience;
pub use step::{ApiRequest, Authorization, Purpose, Step, TokenCall, Verdict};

/// Bytes of an RSA signature at most, which a draft leaves room for.
const LONGEST_SIGNATURE: usize = 512;

/// Fetches, keeps, renews and sends access tokens: see the [module](self).
pub struct Authenticator<'a> {
    client: Client<'a>,
    held: Held<'a>,
    work: &'a mut [u8],
    state: State,
    patience: Patience,
    server_nonce: Nonce,
    api_nonce: Nonce,
    /// What is added to the caller's clock where something is minted.
    skew: i64,
    /// A request to the API is on its way.
    is_used: bool,
}

/// Where it stands, since when, and what is in the work buffer: a request from its front, and behind that a proof.
#[derive(Clone, Copy, Debug)]
enum State {
    Idle,
    /// An assertion lacks its signature.
    Assertion {
        since: NumericDate,
        len: usize,
    },
    /// The request is written.
    Body {
        since: NumericDate,
        body: usize,
    },
    /// The proof that goes with it lacks its signature.
    Proof {
        since: NumericDate,
        body: usize,
        len: usize,
    },
    Ready {
        since: NumericDate,
        body: usize,
        proof: usize,
    },
    Sent {
        since: NumericDate,
    },
    /// The proof for the API lacks its signature.
    ApiProof {
        since: NumericDate,
        len: usize,
    },
    ApiReady {
        since: NumericDate,
        proof: usize,
    },
    Failed(AuthError),
}

/// A [`Step`] whose texts are lengths.
enum Next {
    Sign(Purpose, usize, usize),
    Send(usize, usize),
    Sleep(u32),
    Use(usize),
}

impl<'a> Authenticator<'a> {
    /// A client without a token. `token` keeps an access token (1 KB is usual); in `work` requests and proofs are
    /// written (1.5 KB is usual). Too small a buffer is an error that tells the size.
    #[must_use]
    pub fn new(client: Client<'a>, token: &'a mut [u8], work: &'a mut [u8]) -> Self {
        Self {
            client,
            held: Held::none(token),
            work,
            state: State::Idle,
            patience: Patience::default(),
            server_nonce: Nonce::NONE,
            api_nonce: Nonce::NONE,
            skew: 0,
            is_used: false,
        }
    }

    /// What to do next, to send the request `api`; the same request until [`Step::Use`]. A step that is not done
    /// is asked for again, except a request without an answer, which counts as failed.
    ///
    /// # Errors
    /// [`AuthError`]. Where it [is final](AuthError::is_final), nothing is sent until [`Authenticator::reset`].
    pub fn step(
        &mut self,
        api: &ApiRequest<'_>,
        now: NumericDate,
        random: [u8; 16],
    ) -> Result<Step<'_>, AuthError> {
        let next = self.advance(api, now, &random)?;
        let text = |from: usize, len: usize| {
            let bytes = self.work.get(from..from.saturating_add(len)).unwrap_or_default();
            // Only ASCII was written.
            core::str::from_utf8(bytes).unwrap_or_default()
        };
        let proof = |from, len| if len == 0 { None } else { Some(text(from, len)) };
        Ok(match next {
            Next::Sleep(seconds) => Step::Sleep(seconds),
            Next::Sign(purpose, from, len) => {
                Step::Sign { purpose, signing_input: text(from, len).as_bytes() }
            }
            Next::Send(body, proof_len) => Step::Send(TokenCall {
                uri: self.client.token_endpoint,
                content_type: self.client.encoding.content_type(),
                body: text(0, body),
                dpop: proof(body, proof_len),
            }),
            Next::Use(proof_len) => Step::Use(Authorization {
                token_type: self.client.token_type(),
                token: self.held.token(now).unwrap_or_default(),
                dpop: proof(0, proof_len),
            }),
        })
    }

    /// Takes the signature that [`Step::Sign`] asked for.
    ///
    /// # Errors
    /// [`AuthError::Mint`] where it can be none: the step is asked for again. [`AuthError::NotAsked`];
    /// [`AuthError::WorkTooSmall`] and [`AuthError::Request`] for the request around it.
    pub fn signed(&mut self, signature: &[u8]) -> Result<(), AuthError> {
        let finish = |algorithm, work: &mut [u8], len| {
            AnyDraft::resume(algorithm, work, len)
                .finish(signature)
                .map(|token| token.as_str().len())
                .map_err(AuthError::Mint)
        };
        self.state = match self.state {
            State::Assertion { since, len } => {
                let assertion = finish(self.client.algorithm, self.work, len)?;
                // Whatever comes of it, this assertion is not finished twice.
                self.state = State::Idle;
                State::Body { since, body: self.write_body(assertion)? }
            }
            State::Proof { since, body, len } => {
                let free = self.work.get_mut(body..).unwrap_or_default();
                State::Ready { since, body, proof: finish(Algorithm::Es256, free, len)? }
            }
            State::ApiProof { since, len } => {
                State::ApiReady { since, proof: finish(Algorithm::Es256, self.work, len)? }
            }
            _ => return Err(AuthError::NotAsked),
        };
        Ok(())
    }

    /// Takes the answer to what was sent last: a token request, or the request to the API.
    ///
    /// # Errors
    /// [`AuthError`].
    pub fn answer(&mut self, now: NumericDate, answer: &Answer<'_>) -> Result<Verdict, AuthError> {
        if let State::Sent { since } = self.state {
            self.state = State::Idle;
            self.token_answer(since, now, answer)?;
            return Ok(Verdict::Again);
        }
        if !core::mem::take(&mut self.is_used) {
            return Err(AuthError::NotAsked);
        }
        self.api_answer(now, answer)
    }

    /// The token request got no answer.
    pub fn failed(&mut self, now: NumericDate) {
        if let State::Sent { .. } = self.state {
            self.state = State::Idle;
            self.patience.lost(now, 0, 0);
        }
    }

    /// Begins anew after a final error: counts and waits are forgotten, the token is not.
    pub fn reset(&mut self) {
        self.state = State::Idle;
        self.patience = Patience::default();
    }

    /// Forgets the token: the next step fetches another.
    pub fn forget_token(&mut self) {
        self.held.forget();
    }

    fn advance(
        &mut self,
        api: &ApiRequest<'_>,
        now: NumericDate,
        random: &[u8; 16],
    ) -> Result<Next, AuthError> {
        self.failed(now);
        self.patience.draw(&self.client.timing, random);
        if self.state.is_stale(now, &self.client.timing) {
            self.state = State::Idle;
        }
        match self.state {
            State::Failed(error) => Err(error),
            State::Assertion { len, .. } => Ok(Next::Sign(Purpose::Assertion, 0, len)),
            State::Proof { body, len, .. } => Ok(Next::Sign(Purpose::Proof, body, len)),
            State::ApiProof { len, .. } => Ok(Next::Sign(Purpose::Proof, 0, len)),
            State::Body { since, body } => match self.client.dpop {
                None => Ok(self.send(now, body, 0)),
                Some(_) => {
                    let uri = self.client.token_endpoint;
                    let len = self.draft_proof("POST", uri, None, body, now, random)?;
                    self.state = State::Proof { since, body, len };
                    Ok(Next::Sign(Purpose::Proof, body, len))
                }
            },
            State::Ready { body, proof, .. } => Ok(self.send(now, body, proof)),
            State::ApiReady { proof, .. } if self.held.token(now).is_some() => {
                self.state = State::Idle;
                self.is_used = true;
                Ok(Next::Use(proof))
            }
            State::Idle | State::Sent { .. } | State::ApiReady { .. } => {
                self.decide(api, now, random)
            }
        }
    }

    fn send(&mut self, now: NumericDate, body: usize, proof: usize) -> Next {
        self.state = State::Sent { since: now };
        Next::Send(body, proof)
    }

    /// Uses the token, waits, or begins a request. While a token lasts, it is used though it is due and its
    /// renewal fails.
    fn decide(
        &mut self,
        api: &ApiRequest<'_>,
        now: NumericDate,
        random: &[u8; 16],
    ) -> Result<Next, AuthError> {
        self.state = State::Idle;
        let wait = self.patience.left(now);
        let is_exhausted = self.patience.is_exhausted(&self.client.timing);
        let keeps = !self.held.is_due(now) || wait > 0 || is_exhausted;
        if let Some(token) = self.held.token(now).filter(|_| keeps) {
            if self.client.dpop.is_none() {
                self.is_used = true;
                return Ok(Next::Use(0));
            }
            let hash = AccessTokenHash::of(token);
            let uri = TargetUri::parse(api.uri).map_err(|_| AuthError::Proof(ProofError::Uri))?;
            let len = self.draft_proof(api.method, uri.as_str(), Some(hash), 0, now, random)?;
            self.state = State::ApiProof { since: now, len };
            return Ok(Next::Sign(Purpose::Proof, 0, len));
        }
        if is_exhausted {
            return Err(self.fail(AuthError::Exhausted { status: self.patience.status }));
        }
        if wait > 0 {
            return Ok(Next::Sleep(wait));
        }
        let len = self.draft_assertion(now, random)?;
        self.state = State::Assertion { since: now, len };
        Ok(Next::Sign(Purpose::Assertion, 0, len))
    }

    fn fail(&mut self, error: AuthError) -> AuthError {
        self.state = State::Failed(error);
        error
    }

    fn shifted(&self, now: NumericDate) -> NumericDate {
        NumericDate::from_seconds(now.seconds().saturating_add(self.skew))
    }

    fn draft_assertion(&mut self, now: NumericDate, id: &[u8; 16]) -> Result<usize, AuthError> {
        let issued_at = self.shifted(now);
        let Self { client, work, .. } = self;
        let signature = client.algorithm.signature_len().unwrap_or(LONGEST_SIGNATURE);
        let mut text = [0; 22];
        let claims = client.claims(base64url::encode(id, &mut text).unwrap_or_default(), issued_at);
        let draft = client.minter().draft_any(client.algorithm, signature, work, &claims);
        draft
            .map(|draft| draft.signing_input().len())
            .map_err(|error| AuthError::of_draft(error, 0))
    }

    /// A proof behind the first `body` bytes.
    fn draft_proof(
        &mut self,
        method: &str,
        uri: &str,
        access_token: Option<AccessTokenHash>,
        body: usize,
        now: NumericDate,
        id: &[u8; 16],
    ) -> Result<usize, AuthError> {
        let issued_at = self.shifted(now);
        let Some(public_key) = self.client.dpop else { return Err(AuthError::NotAsked) };
        let nonce = if access_token.is_some() { &self.api_nonce } else { &self.server_nonce };
        let mut text = [0; 22];
        let jwt_id = base64url::encode(id, &mut text).unwrap_or_default();
        let nonce = nonce.as_str();
        let proof = DpopProof { public_key, jwt_id, method, uri, issued_at, access_token, nonce };
        let draft = proof.draft(self.work.get_mut(body..).unwrap_or_default());
        draft.map(|draft| draft.signing_input().len()).map_err(|error| match error {
            ProofError::Mint(error) => AuthError::of_draft(error, body),
            error => AuthError::Proof(error),
        })
    }

    /// Writes the request behind its assertion, and moves it to the front.
    fn write_body(&mut self, assertion: usize) -> Result<usize, AuthError> {
        use jwt_core::error::WriteError::BufferTooSmall;
        let Self { client, work, .. } = self;
        let (text, free) = work.split_at_mut_checked(assertion).unwrap_or_default();
        let request = client.request(core::str::from_utf8(text).unwrap_or_default());
        let body = match request.write(client.encoding, free) {
            Ok(body) => body.len(),
            Err(BufferTooSmall { needed }) => {
                let needed = needed.saturating_add(assertion);
                return Err(AuthError::WorkTooSmall { needed });
            }
            Err(error) => return Err(AuthError::Request(error)),
        };
        let end = assertion.saturating_add(body);
        if end <= work.len() {
            work.copy_within(assertion..end, 0);
        }
        Ok(body)
    }

    fn token_answer(
        &mut self,
        since: NumericDate,
        now: NumericDate,
        answer: &Answer<'_>,
    ) -> Result<(), AuthError> {
        let has_new_nonce = self.client.dpop.is_some() && self.server_nonce.learn(answer.nonce);
        match answer.status {
            200 => match TokenResponse::parse(answer.body, self.client.token_type()) {
                Ok(response) => return self.take(&response, since, now),
                Err(error @ (ResponseError::TokenType | ResponseError::NotBound)) => {
                    return Err(self.fail(AuthError::Response(error)));
                }
                Err(_) => {}
            },
            408 | 425 | 429 | 500..=599 => {}
            400..=499 => {
                let code = ErrorResponse::parse(answer.body).ok().map(|error| error.code());
                let Some(code) = code.or(answer.error) else {
                    return Err(self.fail(AuthError::Status(answer.status)));
                };
                match code {
                    ErrorCode::UseDpopNonce if has_new_nonce && !self.patience.server_nonce => {
                        self.patience.server_nonce = true;
                        return Ok(());
                    }
                    ErrorCode::UseDpopNonce
                    | ErrorCode::ServerError
                    | ErrorCode::TemporarilyUnavailable => {}
                    // What a wrong clock looks like from over there.
                    ErrorCode::InvalidClient
                    | ErrorCode::InvalidGrant
                    | ErrorCode::InvalidRequest
                    | ErrorCode::InvalidDpopProof
                        if self.correct_clock(now, answer) =>
                    {
                        return Ok(());
                    }
                    code => return Err(self.fail(AuthError::Refused(code))),
                }
            }
            status => return Err(self.fail(AuthError::Status(status))),
        }
        self.patience.lost(now, answer.status, answer.retry_after(now));
        Ok(())
    }

    fn take(
        &mut self,
        response: &TokenResponse<'_>,
        since: NumericDate,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        let Timing { margin, assumed_lifetime, .. } = self.client.timing;
        let lifetime = response.expires_in().unwrap_or(assumed_lifetime);
        if let Err(error) = self.held.take(response.access_token(), since, lifetime, margin) {
            return Err(self.fail(AuthError::TokenTooLong { needed: error.needed }));
        }
        if self.held.token(now).is_some() {
            self.patience.token_came();
        } else {
            // It was over before it came: asking at once would bring another such.
            self.patience.lost(now, 200, 0);
        }
        Ok(())
    }

    fn api_answer(&mut self, now: NumericDate, answer: &Answer<'_>) -> Result<Verdict, AuthError> {
        let has_new_nonce = self.client.dpop.is_some() && self.api_nonce.learn(answer.nonce);
        if answer.status != 401 {
            self.patience.api_done();
            return Ok(Verdict::Done);
        }
        // RFC 6750 section 3.1 leaves the code out where no token was sent; here one was.
        let code = answer.error.unwrap_or(ErrorCode::InvalidToken);
        match code {
            ErrorCode::UseDpopNonce if has_new_nonce && !self.patience.api_nonce => {
                self.patience.api_nonce = true;
                return Ok(Verdict::Again);
            }
            ErrorCode::InvalidDpopProof if self.correct_clock(now, answer) => {
                return Ok(Verdict::Again);
            }
            ErrorCode::InvalidToken => {
                self.held.forget();
                if !self.patience.new_token {
                    self.patience.new_token = true;
                    return Ok(Verdict::Again);
                }
                // So that a caller who comes back at once does not ask for tokens at that rate.
                self.patience.refused(now, answer.retry_after(now));
            }
            _ => {}
        }
        self.patience.api_nonce = false;
        Err(AuthError::ApiRefused(code))
    }

    /// Learns from a `Date` that the clock is off; whether it did.
    fn correct_clock(&mut self, now: NumericDate, answer: &Answer<'_>) -> bool {
        let (date, timing) = (answer.date(now), &self.client.timing);
        let skew = self.patience.correct(now, date, self.skew, timing);
        self.skew = skew.unwrap_or(self.skew);
        skew.is_some()
    }
}

impl State {
    /// Whether what was drafted is too old to be sent, or from a time that has not come.
    fn is_stale(&self, now: NumericDate, timing: &Timing) -> bool {
        match *self {
            Self::Assertion { since, .. }
            | Self::Body { since, .. }
            | Self::Proof { since, .. }
            | Self::Ready { since, .. }
            | Self::ApiProof { since, .. }
            | Self::ApiReady { since, .. } => {
                let limit = (timing.assertion_lifetime / 2).max(5);
                now < since || now.seconds_since(since) > limit.into()
            }
            Self::Idle | Self::Sent { .. } | Self::Failed(_) => false,
        }
    }
}

impl fmt::Debug for Authenticator<'_> {
    /// Without the token and what is in the buffers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("client", &self.client)
            .field("state", &self.state)
            .field("held", &self.held)
            .field("patience", &self.patience)
            .field("skew", &self.skew)
            .finish_non_exhaustive()
    }
}
