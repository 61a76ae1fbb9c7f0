//! What gateways are tested with: an issuer whose keys are served, clients with keys of their own, and a clock that is
//! set.
#![allow(dead_code, unreachable_pub, unused_imports)] // each test file uses a part
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // a test may panic
#![allow(clippy::indexing_slicing)]

use std::num::NonZero;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use jwt_core::Es256SigningKey;
use jwt_demo::backend::Backend;
use jwt_demo::gateway::{Gateway, Limits, Settings};
use jwt_oauth::{AccessTokenHash, DpopProof, PublicPoint};
use jwt_std::{
    Algorithm, Clock, FetchLimits, KeyRing, MemoryReplayStore, Minter, NumericDate, PrivateKey,
    RemoteJwks, ReplayStore, mint,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[path = "gateway_connection.rs"]
pub mod connection;
pub use connection::Connection;

pub const NOW: i64 = 1_700_000_000;
pub const AUDIENCE: &str = "https://api.example";
pub const CHAT: &str = "/v1/chat/completions";
pub const MODELS: &str = "/v1/models";

/// A clock that moves when it is told to.
#[derive(Clone)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub fn clock(&self) -> Clock {
        let this = self.clone();
        Clock::new(move || NumericDate::from_seconds(this.seconds()))
    }

    pub fn seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

/// What an issuer answers where its keys are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    Good,
    /// The beginning of an answer, and never its end.
    Slow,
    /// An answer without an end.
    Huge,
    Garbage,
    /// An answer that breaks off.
    Broken,
    Status(u16),
}

/// An issuer of access tokens. Its keys are served from threads of its own, which end at once when it stops.
pub struct Issuer {
    pub ring: Arc<KeyRing>,
    pub clock: SetClock,
    pub keys: Arc<Mutex<Keys>>,
    pub origin: String,
    fetched: Arc<AtomicU64>,
    address: std::net::SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
    jwt_ids: AtomicU64,
}

#[derive(Clone)]
struct Site {
    ring: Arc<KeyRing>,
    clock: SetClock,
    keys: Arc<Mutex<Keys>>,
    origin: String,
    fetched: Arc<AtomicU64>,
}

pub fn key(kid: &str) -> PrivateKey {
    PrivateKey::generate(Algorithm::Es256).unwrap().with_kid(Some(kid.into()))
}

impl Issuer {
    pub fn start() -> Self {
        Self::at(NOW)
    }

    pub fn at(now: i64) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut issuer = Self {
            ring: Arc::new(KeyRing::new(&key("1")).unwrap()),
            clock: SetClock(Arc::new(AtomicI64::new(now))),
            keys: Arc::new(Mutex::new(Keys::Good)),
            origin: format!("http://{address}"),
            fetched: Arc::default(),
            address,
            runtime: None,
            jwt_ids: AtomicU64::new(0),
        };
        issuer.listen(listener);
        issuer
    }

    /// Ends all connections, and takes no more.
    pub fn stop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
        // The threads end in a moment.
        while std::net::TcpStream::connect(self.address).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Is there again, where it was.
    pub fn restart(&mut self) {
        let bind = || std::net::TcpListener::bind(self.address);
        let listener = std::iter::repeat_with(bind).take(1000).find_map(Result::ok).unwrap();
        self.listen(listener);
    }

    fn listen(&mut self, listener: std::net::TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let site = Site {
            ring: Arc::clone(&self.ring),
            clock: self.clock.clone(),
            keys: Arc::clone(&self.keys),
            origin: self.origin.clone(),
            fetched: Arc::clone(&self.fetched),
        };
        let app = Router::new().fallback(serve).with_state(site);
        runtime.spawn(async move {
            axum::serve(TcpListener::from_std(listener).unwrap(), app).await.unwrap();
        });
        self.runtime = Some(runtime);
    }

    pub fn answer(&self, keys: Keys) {
        *self.keys.lock().unwrap() = keys;
    }

    /// How often the keys were asked for.
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::SeqCst)
    }

    /// The claims of a good access token.
    pub fn claims(&self) -> Value {
        let now = self.clock.seconds();
        let jti = self.jwt_ids.fetch_add(1, Ordering::SeqCst).to_string();
        json!({
            "iss": self.origin, "aud": AUDIENCE, "sub": "alice", "client_id": "app", "jti": jti,
            "iat": now, "exp": now + 300, "scope": "chat",
        })
    }

    /// The same with one claim changed; left out where the value is null.
    pub fn with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.into(), value),
        };
        claims
    }

    pub fn mint(&self, claims: &Value) -> String {
        self.ring.mint(Minter::new().typ("at+jwt"), claims).unwrap()
    }

    pub fn token(&self) -> String {
        self.mint(&self.claims())
    }

    /// By another key, under the name of the one in use.
    pub fn forged(&self) -> String {
        let (key, kid) = (key("x"), self.ring.kid());
        let minter = Minter::new().typ("at+jwt").kid(&kid);
        mint(&minter, &key.signing_key().unwrap(), &self.claims()).unwrap()
    }

    /// Keys that are fetched, by the clock of this issuer. Nobody waits long for them.
    pub fn remote(&self) -> RemoteJwks {
        let limits = FetchLimits {
            timeout: Duration::from_secs(1),
            ahead: Duration::ZERO,
            ..FetchLimits::default()
        };
        RemoteJwks::with_clock(&format!("{}/jwks", self.origin), limits, self.clock.clock())
            .unwrap()
    }

    pub fn settings(&self, backend: &str) -> Settings {
        Settings {
            issuer: self.origin.clone(),
            audience: AUDIENCE.into(),
            origin: AUDIENCE.into(),
            backend: backend.parse().unwrap(),
            credential: None,
            used: memory(1000),
            bound_only: false,
            clock: self.clock.clock(),
            limits: Limits::default(),
        }
    }

    /// A gateway in front of a mock, and where it is.
    pub async fn gateway(&self) -> String {
        let backend = serve_on_loopback(Backend::new(None).pause(Duration::ZERO).router()).await;
        self.gateway_of(self.settings(&backend)).await
    }

    pub async fn gateway_of(&self, settings: Settings) -> String {
        serve_on_loopback(Gateway::new(settings, self.remote()).unwrap().router()).await
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(State(site): State<Site>, uri: Uri) -> Response {
    let Site { ring, clock, keys, origin, fetched } = site;
    if uri.path() == "/.well-known/oauth-authorization-server" {
        let jwks_uri = format!("{origin}/jwks");
        return json!({"issuer": origin, "jwks_uri": jwks_uri}).to_string().into_response();
    }
    fetched.fetch_add(1, Ordering::SeqCst);
    let answer = *keys.lock().unwrap();
    let pieces = |pieces: usize| {
        let pieces = std::iter::repeat_n(" ".repeat(1 << 16), pieces);
        futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>))
    };
    match answer {
        Keys::Good => {
            let now = NumericDate::from_seconds(clock.seconds());
            ring.public_jwk_set(now).unwrap().into_response()
        }
        Keys::Slow => {
            let never = futures_util::stream::pending();
            Body::from_stream(pieces(1).chain(never)).into_response()
        }
        Keys::Huge => Body::from_stream(pieces(usize::MAX)).into_response(),
        Keys::Garbage => r#"{"keys": [{"kty": "EC"#.into_response(),
        Keys::Broken => {
            let end = futures_util::stream::iter([Err(std::io::Error::other("broken"))]);
            Body::from_stream(pieces(1).chain(end)).into_response()
        }
        Keys::Status(status) => Response::builder().status(status).body(Body::empty()).unwrap(),
    }
}

pub fn memory(capacity: usize) -> Arc<dyn ReplayStore> {
    Arc::new(MemoryReplayStore::new(NonZero::new(capacity).unwrap()))
}

pub async fn serve_on_loopback(app: Router) -> String {
    let (listener, origin) = jwt_demo::listen::bind("127.0.0.1:0").await.unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    origin
}

/// A client's key, and the proofs it makes.
pub struct Holder(Es256SigningKey);

impl Holder {
    pub fn new(byte: u8) -> Self {
        Self(Es256SigningKey::from_bytes(&[byte; 32]).unwrap())
    }

    pub fn confirmation(&self) -> Value {
        json!({"jkt": self.0.verifying_key().thumbprint().encode(&mut [0; 43])})
    }

    /// A proof for a completion.
    pub fn proof(&self, issuer: &Issuer, jwt_id: &str, token: &str) -> String {
        let proof = DpopProof {
            public_key: &PublicPoint::from_sec1(&self.0.verifying_key().to_sec1()).unwrap(),
            jwt_id,
            method: "POST",
            uri: &format!("{AUDIENCE}{CHAT}"),
            issued_at: NumericDate::from_seconds(issuer.clock.seconds()),
            access_token: Some(AccessTokenHash::of(token)),
            nonce: None,
        };
        proof.mint(&mut [0; 1024], &self.0).unwrap().as_str().to_owned()
    }
}

/// The body of a completion.
pub fn prompt(stream: bool) -> String {
    let message = json!({"role": "user", "content": "one two three"});
    json!({"model": "word-counter", "messages": [message], "stream": stream}).to_string()
}
