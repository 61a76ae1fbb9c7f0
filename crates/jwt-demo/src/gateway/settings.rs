//! What a gateway is told.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use jwt_std::{
    Clock, FetchLimits, MemoryReplayStore, RedisReplayStore, ReplayStore, SignatureCache,
};
use reqwest::Url;

use crate::backend::Backend;
use crate::{Result, credential, listen};

/// Proofs that are remembered at most without Redis: some 40 MB of them.
const PROOFS: NonZeroUsize = NonZeroUsize::new(1 << 18).unwrap();

/// Signatures that are remembered: some 2 MB of them.
const SIGNATURES: usize = 1 << 16;

/// How `jwt-demo gateway` is called.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where to listen; at port 0, one that is free. The address is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(super) listen: String,
    /// The issuer of the access tokens. Its metadata say where its keys are.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// What access tokens have to name as their audience.
    #[arg(long, value_name = "URL")]
    audience: String,
    /// The scheme and authority under which clients reach this gateway, and which their proofs name. Where it listens,
    /// if nothing is said.
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// Where requests go on to; a mock in this process, if nothing is said.
    #[arg(long, value_name = "URL")]
    backend: Option<Url>,
    /// A file with the key of this gateway at the backend.
    #[arg(long, value_name = "FILE")]
    backend_key_file: Option<PathBuf>,
    /// Where used proofs are remembered, if there are several gateways: redis://HOST:PORT.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Take no token that is bound to no key.
    #[arg(long)]
    bound_only: bool,
    /// Remember good signatures, for tokens that are seen many times.
    #[arg(long)]
    cache: bool,
}

/// What a gateway is built from.
pub struct Settings {
    /// The issuer of the access tokens.
    pub issuer: String,
    /// Their audience.
    pub audience: String,
    /// The scheme and authority under which clients reach it, for DPoP proofs.
    pub origin: String,
    /// Where requests go on to: their path is put behind the one of this URL.
    pub backend: Url,
    /// The value of `Authorization` for the backend.
    pub credential: Option<HeaderValue>,
    /// Remembers used proofs.
    pub used: Arc<dyn ReplayStore>,
    /// Takes no token that is bound to no key.
    pub bound_only: bool,
    /// Where the time is from.
    pub clock: Clock,
    /// How much and how long.
    pub limits: Limits,
}

/// How much and how long.
#[derive(Clone)]
pub struct Limits {
    /// Bytes of a request's body at most: 1 MiB.
    pub body: usize,
    /// How long a connection to the backend may take: five seconds.
    pub connect: Duration,
    /// How long the backend may be silent, before its answer and within it: one minute.
    pub silence: Duration,
    /// How many seconds old a proof may be: 60.
    pub proof_age: u64,
    /// Those of fetching keys.
    pub fetch: FetchLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(60),
            proof_age: 60,
            fetch: FetchLimits::default(),
        }
    }
}

impl Arguments {
    pub(super) fn signature_cache(&self) -> Result<Option<SignatureCache>> {
        Ok(self.cache.then(|| SignatureCache::new(SIGNATURES)).transpose()?)
    }

    /// `listening` is where the gateway does.
    pub(super) async fn settings(self, listening: &str) -> Result<Settings> {
        let credential = self.backend_key_file.as_deref().map(credential::read).transpose()?;
        let backend = match self.backend {
            Some(url) => url,
            None => mock(credential.clone()).await?,
        };
        let used: Arc<dyn ReplayStore> = match &self.redis {
            Some(url) => Arc::new(redis(url)?),
            None => Arc::new(MemoryReplayStore::new(PROOFS)),
        };
        Ok(Settings {
            issuer: self.issuer,
            audience: self.audience,
            origin: self.origin.unwrap_or_else(|| listening.to_owned()),
            backend,
            credential,
            used,
            bound_only: self.bound_only,
            clock: Clock::default(),
            limits: Limits::default(),
        })
    }
}

/// A backend in this process. It ends with it.
async fn mock(credential: Option<HeaderValue>) -> Result<Url> {
    let (listener, origin) = listen::bind("127.0.0.1:0").await?;
    let router = Backend::new(credential).router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Url::parse(&origin)?)
}

fn redis(url: &str) -> Result<RedisReplayStore> {
    // An argument is seen by everybody on the machine. A URL without `@` has no password.
    if url.contains('@') {
        return Err(
            "the URL of Redis has a user or a password in it: arguments are no secrets".into()
        );
    }
    let store = RedisReplayStore::new(url, "jwt-demo:dpop:");
    Ok(store.map_err(|error| format!("--redis: {error}"))?)
}
