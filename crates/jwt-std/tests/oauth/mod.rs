//! An issuer of access tokens and a clock that is set, for the tests of resource servers.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // a test may panic

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jwt_std::{
    Algorithm, Clock, Denial, Fault, Minter, NumericDate, Presented, PrivateKey, ResourceServer,
    Scope, mint,
};
use serde_json::{Value, json};

pub const NOW: i64 = 1_700_000_000;
pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "https://api.example";

/// A clock that moves when it is told to.
#[derive(Clone, Default)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW)))
    }

    pub fn clock(&self) -> Clock {
        let this = self.clone();
        Clock::new(move || this.now())
    }

    pub fn now(&self) -> NumericDate {
        NumericDate::from_seconds(self.0.load(Ordering::SeqCst))
    }

    pub fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

/// A key whose signatures have no twins.
pub fn key(kid: &str) -> PrivateKey {
    PrivateKey::generate(Algorithm::Ed25519).unwrap().with_kid(Some(kid.into()))
}

/// The claims of a good access token.
pub fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "client_id": "app", "jti": "1",
        "iat": NOW, "exp": NOW + 300, "scope": "chat models.read", "tenant": "blue",
    })
}

/// The same with one claim changed; left out where the value is null.
pub fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(name),
        value => claims.as_object_mut().unwrap().insert(name.into(), value),
    };
    claims
}

pub fn token(key: &PrivateKey, claims: &Value) -> String {
    typed(key, "at+jwt", claims)
}

pub fn typed(key: &PrivateKey, typ: &str, claims: &Value) -> String {
    let minter = Minter::new().typ(typ).kid(key.kid().unwrap());
    mint(&minter, &key.signing_key().unwrap(), claims).unwrap()
}

/// A server that knows this key, at a time that stands still.
pub fn server(key: &PrivateKey) -> ResourceServer {
    ResourceServer::new(AUDIENCE)
        .issuer(ISSUER, Arc::new(key.verifying_key().unwrap()))
        .clock(SetClock::new().clock())
}

/// The verdict on these fields, for a scope.
pub async fn check(
    server: &ResourceServer,
    fields: &[&[u8]],
    scope: &str,
) -> Result<jwt_std::AccessToken, Denial> {
    let request = Presented { method: "GET", uri: "/", authorization: fields, dpop: &[] };
    server.check(&request, &Scope::new(scope).unwrap()).await
}

/// The fault that a token with the scheme Bearer meets.
pub async fn fault(server: &ResourceServer, token: &str) -> Option<Fault> {
    let field = format!("Bearer {token}");
    check(server, &[field.as_bytes()], "").await.err().map(|denial| denial.fault().clone())
}
