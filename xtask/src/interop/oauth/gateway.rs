//! What every gateway is asked: tokens that it has to let through to the API behind it, and tokens that it must not.

use std::path::Path;

use serde_json::{Value, json};

use super::http::{self, Answer};
use super::process::Process;
use super::same;
use super::tokens::{KeyPair, Token, seconds};
use crate::interop::Tally;
use crate::interop::jwt::Jwt;
use crate::sh::{Result, cmd, root};

pub(super) const AUDIENCE: &str = "https://api.example/v1";
pub(super) const ISSUER: &str = "https://as.example";

/// An API, and keys that are published beside it.
pub(super) struct Upstream {
    _process: Process,
    pub(super) port: u16,
}

impl Upstream {
    pub(super) fn start(jwks: &Value, log: &Path) -> Result<Self> {
        let script = root().join("xtask/interop/upstream.mjs");
        let settings = json!({"jwks": jwks});
        let (process, said) = Process::told(cmd("node").arg(script), &settings, log)?;
        let said: Value = serde_json::from_str(&said)?;
        let port = said.get("port").and_then(Value::as_u64).and_then(|port| port.try_into().ok());
        Ok(Self { _process: process, port: port.ok_or("no port")? })
    }

    pub(super) fn jwks_url(&self) -> String {
        format!("http://127.0.0.1:{}/jwks.json", self.port)
    }
}

/// An access token that is good now (RFC 9068).
pub(super) fn access_token<'t>(
    key: &'t KeyPair,
    issuer: &str,
    audience: &str,
) -> Result<Token<'t>> {
    let now = seconds()?;
    let claims = json!({
        "iss": issuer, "sub": "device-0001", "client_id": "device-0001", "aud": audience,
        "scope": "models.read", "jti": "by-hand", "iat": now, "exp": now.saturating_add(300),
    });
    Ok(Token { key, typ: "at+jwt", header: json!({}), claims })
}

/// How a gateway says no, where that is not 401 (RFC 6750 section 3.1).
pub(super) struct Refused {
    /// To a token for another audience.
    pub(super) audience: u16,
}

/// The good token goes through, and none of those that are good but for one thing.
pub(super) fn ask(
    jwt: &Jwt,
    url: &str,
    good: &Token<'_>,
    stranger: &KeyPair,
    with: &Refused,
    tally: &mut Tally,
) -> Result {
    let mut refused = good.spoilt(jwt, stranger)?;
    refused.push(("that is empty", String::new()));
    refused.push(("that is none", String::from("by hand")));
    let token = good.mint(jwt)?;
    tally.case("let through: the good token", let_through(url, &token));
    for (name, token) in refused {
        let status = if name == "for another audience" { with.audience } else { 401 };
        tally.case(format_args!("refused: a token {name}"), self::refused(url, &token, status));
    }
    let outcome = http::get(url, &[]).and_then(|answer| is_refused(&answer, 401));
    tally.case("refused: no token", outcome);
    let basic = format!("Basic {token}");
    let outcome =
        http::get(url, &[("Authorization", &basic)]).and_then(|answer| is_refused(&answer, 401));
    tally.case("refused: the good token under another scheme", outcome);
    // After all those too.
    tally.case("let through: the good token again", let_through(url, &token));
    Ok(())
}

/// The API answers, and had the token.
pub(super) fn let_through(url: &str, token: &str) -> Result {
    let answer = with_token(url, token)?;
    same("status", answer.status, 200)?;
    same("the API", answer.at("/api"), Some(json!(true)))?;
    let expected = format!("Bearer {token}");
    same("what reached it", answer.at("/headers/authorization"), Some(json!(expected)))
}

/// The API hears nothing of it.
pub(super) fn refused(url: &str, token: &str, status: u16) -> Result {
    is_refused(&with_token(url, token)?, status)
}

fn with_token(url: &str, token: &str) -> Result<Answer> {
    http::get(url, &[("Authorization", &format!("Bearer {token}"))])
}

fn is_refused(answer: &Answer, status: u16) -> Result {
    same("status", answer.status, status)?;
    same("the API", answer.at("/api"), None)
}
