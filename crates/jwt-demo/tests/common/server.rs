//! An authorization server on a loopback port with two clients and a user, and what talks to it.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

#[path = "server_peer.rs"]
mod peer;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jwt_demo::server::{AuthorizationServer, Settings};
use jwt_std::{Algorithm, Clock, Minter, NumericDate, PrivateKey, mint, now, random_jwt_id};
use serde_json::{Value, json};

pub use peer::*;

pub const API: &str = "https://api.example";
pub const OTHER_API: &str = "https://other.example/v1";

pub struct World {
    peer: Peer,
    pub server: Arc<AuthorizationServer>,
    /// The key of the client `app`.
    pub key: PrivateKey,
    clock: Arc<AtomicI64>,
}

impl Deref for World {
    type Target = Peer;

    fn deref(&self) -> &Peer {
        &self.peer
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    /// A server whose settings are changed first.
    pub async fn with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(AtomicI64::new(now().seconds()));
        let mut settings = Settings::new(origin.as_str(), API);
        settings.resources.push(OTHER_API.into());
        settings.clock = reading(&clock);
        let server = AuthorizationServer::open(change(settings)).unwrap();
        let key = PrivateKey::generate(Algorithm::Es256).unwrap().with_kid(Some("k1".into()));
        server.register(&app(&key).to_string()).unwrap();
        server.register(&phone().to_string()).unwrap();
        let router = server.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { peer: Peer::new(origin), server, key, clock }
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The server's.
    pub fn clock(&self) -> Clock {
        reading(&self.clock)
    }

    /// A token request of the client `app`.
    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.asserted(&self.assertion(&json!({})), form).await
    }

    /// The claims of a good assertion, with some of them changed; left out where they are null.
    pub fn claims(&self, changed: &Value) -> Value {
        let now = self.now();
        let mut claims = json!({
            "iss": "app", "sub": "app", "aud": self.origin, "jti": random_jwt_id().unwrap(),
            "iat": now, "exp": now + 60,
        });
        for (name, value) in changed.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    pub fn assertion(&self, changed: &Value) -> String {
        let minter = Minter::new().typ("client-authentication+jwt").kid("k1");
        mint(&minter, &self.key.signing_key().unwrap(), &self.claims(changed)).unwrap()
    }

    /// Adds the user `alice`.
    pub fn with_alice(self) -> Self {
        self.server.add_user("alice", PASSWORD.as_bytes()).unwrap();
        self
    }
}

fn reading(clock: &Arc<AtomicI64>) -> Clock {
    let clock = Arc::clone(clock);
    Clock::new(move || NumericDate::from_seconds(clock.load(Ordering::SeqCst)))
}

/// A client with a key.
pub fn app(key: &PrivateKey) -> Value {
    let jwk: Value = serde_json::from_str(&key.public().unwrap().to_jwk()).unwrap();
    json!({
        "client_id": "app", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [jwk]},
        "grant_types": ["client_credentials"], "scope": "models.read chat", "client_name": "ignored",
    })
}

/// A client without one.
pub fn phone() -> Value {
    json!({
        "client_id": "phone", "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "scope": "chat models.read",
        "redirect_uris": [CALLBACK, "http://127.0.0.1/back", "com.example.phone:/back"],
    })
}
