//! An authorization server and an API behind the modem of the image `api_call`. Each request is verified by
//! jwt-oauth; what is answered is a script that has a client need all that it can.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, UNIX_EPOCH};

use jwt_core::key::Thumbprint;
use jwt_core::{Es256SigningKey, Es256VerifyingKey, NumericDate};
use jwt_oauth::{ExpectProof, TargetUri};

use super::api_call::{ApiCall, api_call};
use super::modem::{Reply, Request, Said, Session};
use super::oauth::{self, CLIENT, ISSUER, TOKEN_ENDPOINT};
use super::vectors::hex;
use crate::fresh;
use crate::sh::Result;

const API: &str = "https://llm.example/v1/chat/completions?stream=true";
const SCOPE: &str = "llm:chat llm:list";
const RESOURCE: &str = "https://llm.example/v1?a&b";
const BODY: &str = r#"{"model":"small","messages":[{"role":"user","content":"Grüße"}]}"#;

/// How far the modem's clock is behind.
const BEHIND: u64 = 200;
/// What a server that is busy asks for.
const RETRY_AFTER: u32 = 7;

/// What a request is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// No answer.
    Lost,
    /// Come back later.
    Busy,
    /// The assertion is over: the client's clock is behind.
    Expired,
    /// First a nonce.
    Nonce,
    /// A token, or what the API has.
    Good,
    /// The client may not have this scope.
    Refused,
    /// An answer that a device has no room for.
    Long,
}

use Turn::{Busy, Expired, Good, Long, Lost, Nonce, Refused};

/// A script, by whom the requests are answered in turn, and how the image ends.
struct Script {
    is_dpop: bool,
    token: &'static [Turn],
    api: &'static [Turn],
    end: core::result::Result<u16, &'static str>,
}

const SCRIPTS: [Script; 6] = [
    Script {
        is_dpop: true,
        token: &[Expired, Nonce, Lost, Busy, Good],
        api: &[Nonce, Good],
        end: Ok(200),
    },
    Script { is_dpop: false, token: &[Busy, Expired, Good], api: &[Good], end: Ok(200) },
    Script {
        is_dpop: true,
        token: &[Refused],
        api: &[],
        end: Err("the authorization server refuses: invalid_scope"),
    },
    Script { is_dpop: true, token: &[Long], api: &[], end: Err("the modem's answer is too long") },
    Script {
        is_dpop: false,
        token: &[Lost, Busy, Lost, Busy, Lost],
        api: &[],
        end: Err("too many attempts, the last one: 0"),
    },
    Script {
        is_dpop: false,
        token: &[Expired, Good],
        api: &[Lost],
        end: Err("the request to the API could not be sent"),
    },
];

/// Runs the image for each script. Returns how many assertions and proofs were verified.
pub(super) fn check() -> Result<u64> {
    let mut verified = 0_u64;
    for script in &SCRIPTS {
        let mut servers = Servers::new(script)?;
        servers.serve()?;
        verified = verified.saturating_add(servers.verified);
    }
    Ok(verified)
}

struct Servers {
    script: &'static Script,
    key: Es256SigningKey,
    public: Es256VerifyingKey,
    jkt: Thumbprint,
    /// By the servers' clock.
    now: NumericDate,
    /// The access token, once it is issued.
    token: String,
    /// Whether the client was told the time.
    is_clock_known: bool,
    server_nonce: Option<String>,
    api_nonce: Option<String>,
    /// Each "jti" that was used.
    used: BTreeSet<String>,
    verified: u64,
}

impl Servers {
    fn new(script: &'static Script) -> Result<Self> {
        let key = fresh::new_key()?;
        let public = key.verifying_key();
        Ok(Self {
            script,
            key,
            public,
            jkt: public.thumbprint(),
            now: fresh::now()?,
            token: String::new(),
            is_clock_known: false,
            server_nonce: None,
            api_nonce: None,
            used: BTreeSet::new(),
            verified: 0,
        })
    }

    /// Runs the image to its end, which has to be the script's.
    fn serve(&mut self) -> Result {
        let call = ApiCall {
            key: &self.key,
            client_id: CLIENT,
            issuer: ISSUER,
            token_endpoint: TOKEN_ENDPOINT,
            key_id: Some("dev-0001"),
            scope: Some(SCOPE),
            resource: Some(RESOURCE),
            is_dpop: self.script.is_dpop,
            method: "POST",
            uri: API,
            body: BODY,
        };
        let mut chip = api_call(&call)?;
        let mut session = Session::start(&mut chip.command)?;
        let (mut token, mut api) = (self.script.token.iter(), self.script.api.iter());
        let mut asked_to_wait = 0;
        let end = loop {
            match session.hear()? {
                Said::Time => session.tell_time(self.modem_now())?,
                Said::Sleep(seconds) if seconds >= asked_to_wait => {
                    asked_to_wait = 0;
                    self.now = self.now.saturating_add(seconds.into());
                    session.tell_time(self.modem_now())?;
                }
                Said::Sleep(_) => return Err("the client came back too early".into()),
                Said::Request(_) if asked_to_wait > 0 => return Err("it did not wait".into()),
                Said::Request(request) => {
                    let is_api = request.uri == API;
                    let turns = if is_api { &mut api } else { &mut token };
                    let turn = *turns.next().ok_or("a request that the script does not have")?;
                    asked_to_wait = if turn == Busy { RETRY_AFTER } else { 0 };
                    session.reply(&match is_api {
                        true => self.api(&request, turn)?,
                        false => self.token(&request, turn)?,
                    })?;
                }
                Said::Done(status) => break Ok(status),
                Said::Failed(why) => break Err(why),
            }
        };
        if end.as_ref().copied().map_err(String::as_str) != self.script.end {
            return Err(format!("the image ended with {end:?}").into());
        }
        if token.next().is_some() || api.next().is_some() {
            return Err("the client did not make all requests of the script".into());
        }
        if session.end()? != end.is_ok() { Err("it ended otherwise".into()) } else { Ok(()) }
    }

    /// The token endpoint.
    fn token(&mut self, request: &Request, turn: Turn) -> Result<Reply> {
        if request.method != "POST" || request.uri != TOKEN_ENDPOINT {
            return Err("no request for a token".into());
        }
        expect(request, "Content-Type", "application/x-www-form-urlencoded")?;
        let form: BTreeMap<_, _> = form_urlencoded::parse(&request.body).collect();
        for (name, value) in [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("scope", SCOPE),
            ("resource", RESOURCE),
        ] {
            if form.get(name).is_none_or(|found| found != value) {
                return Err(format!("the form lacks {name}={value}").into());
            }
        }
        let assertion = form.get("client_assertion").ok_or("no assertion")?;
        self.assertion(assertion, turn)?;
        let nonce = self.server_nonce.clone();
        self.proof(request, nonce, |uri| ExpectProof::at_authorization_server("POST", uri))?;
        self.token_reply(turn)
    }

    /// The client authenticates, once by each assertion.
    fn assertion(&mut self, text: &str, turn: Turn) -> Result {
        if turn == Expired && oauth::assertion(text, &self.public, self.now).is_ok() {
            return Err("the assertion should be over".into());
        }
        self.once(oauth::assertion(text, &self.public, self.client_now())?)
    }

    /// The client holds the key, shown once by each proof; a bearer has none.
    fn proof<'r>(
        &mut self,
        request: &'r Request,
        nonce: Option<String>,
        expected: impl FnOnce(TargetUri<'r>) -> ExpectProof<'r>,
    ) -> Result {
        let fields = request.all("DPoP");
        if !self.script.is_dpop {
            return if fields.is_empty() { Ok(()) } else { Err("a bearer with a proof".into()) };
        }
        let expected = expected(TargetUri::parse(&request.uri)?).key(self.jkt);
        self.once(oauth::proof(fields, expected, nonce.as_deref(), self.client_now())?)
    }

    /// Takes a "jti" that was never used.
    fn once(&mut self, jti: String) -> Result {
        self.verified = self.verified.saturating_add(1);
        if self.used.insert(jti) { Ok(()) } else { Err("a jti was used twice".into()) }
    }

    fn token_reply(&mut self, turn: Turn) -> Result<Reply> {
        Ok(match turn {
            Lost => Reply::new(0, String::new()),
            Busy => Reply::new(503, String::new()).with("Retry-After", RETRY_AFTER.to_string()),
            Refused => Reply::new(400, error("invalid_scope")),
            Expired => {
                self.is_clock_known = true;
                let seconds = Duration::from_secs(u64::try_from(self.now.seconds())?);
                let date = UNIX_EPOCH.checked_add(seconds).map(httpdate::fmt_http_date);
                Reply::new(401, error("invalid_client")).with("Date", date.unwrap_or_default())
            }
            Nonce => {
                let nonce = hex(&fresh::bytes()?);
                self.server_nonce = Some(nonce.clone());
                Reply::new(400, error("use_dpop_nonce")).with("DPoP-Nonce", nonce)
            }
            Long => Reply::new(200, " ".repeat(8192)),
            Good => {
                self.token = oauth::access_token(self.now)?;
                Reply::new(200, oauth::token_answer(&self.token, self.token_type(), SCOPE))
            }
        })
    }

    /// The API.
    fn api(&mut self, request: &Request, turn: Turn) -> Result<Reply> {
        expect(request, "Authorization", &format!("{} {}", self.token_type(), self.token))?;
        if request.method != "POST" || request.body != BODY.as_bytes() {
            return Err("another request than was ordered".into());
        }
        let (nonce, token, jkt) = (self.api_nonce.clone(), self.token.clone(), self.jkt);
        self.proof(request, nonce, |uri| ExpectProof::at_resource("POST", uri, &token, jkt))?;
        Ok(match turn {
            Good => Reply::new(200, String::new()),
            Lost => Reply::new(0, String::new()),
            Nonce => {
                let nonce = hex(&fresh::bytes()?);
                self.api_nonce = Some(nonce.clone());
                Reply::new(401, String::new())
                    .with("WWW-Authenticate", r#"DPoP algs="ES256", error="use_dpop_nonce""#)
                    .with("DPoP-Nonce", nonce)
            }
            _ => return Err("the API has no such turn".into()),
        })
    }

    const fn token_type(&self) -> &'static str {
        if self.script.is_dpop { "DPoP" } else { "Bearer" }
    }

    /// By the clock of the modem.
    fn modem_now(&self) -> NumericDate {
        self.now.saturating_sub(BEHIND)
    }

    /// What the client takes for the time.
    fn client_now(&self) -> NumericDate {
        if self.is_clock_known { self.now } else { self.modem_now() }
    }
}

fn expect(request: &Request, name: &str, value: &str) -> Result {
    if request.all(name) == [value] { Ok(()) } else { Err(format!("another {name}").into()) }
}

/// An error as RFC 6749 section 5.2 has it.
fn error(code: &str) -> String {
    format!(r#"{{"error":"{code}","error_description":"by the script"}}"#)
}
