//! What authentication costs a gateway: the same requests to the same gateway without it, with it, and with a
//! memory of good signatures, by turns in one run, so that what else the machine does meets all of them.

mod arrivals;
mod figures;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jwt_std::{
    Algorithm, Claims, Clock, MemoryReplayStore, Minter, PrivateKey, Scope, SignatureCache,
    SigningKey, mint, now, random_jwt_id,
};
use reqwest::Url;
use serde::Serialize;

use crate::backend::Backend;
use crate::gateway::{Gateway, Limits, Proxy, Settings, routes};
use crate::{Result, listen};
use arrivals::{Load, Outcome};
use figures::Figures;

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://api.example";

/// Tokens that are out at once.
const TOKENS: usize = 64;

/// Parts of the throughput of the slowest, at which latency is measured.
const RATES: [f64; 3] = [0.25, 0.5, 0.75];

/// How `jwt-demo load` is called.
#[derive(clap::Args)]
pub struct Arguments {
    /// How often each is measured.
    #[arg(long, default_value_t = 4)]
    rounds: u32,
    /// How long each measurement takes; there are twelve of them in a round.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// How many requests are out at most.
    #[arg(long, default_value_t = 32)]
    connections: usize,
}

/// One of those that are compared.
struct Contender {
    name: &'static str,
    load: Load,
    throughput: Vec<f64>,
    /// Of each rate, those of each round.
    latencies: [Vec<Vec<Duration>>; RATES.len()],
}

/// Measures, and prints a table.
///
/// # Errors
/// A server cannot be had, or answers otherwise than it should.
pub async fn run(arguments: Arguments) -> Result {
    let contenders = contenders(&arguments).await?;
    let measured = tokio::task::spawn_blocking(move || measure(&arguments, contenders));
    print!("{}", measured.await??);
    Ok(())
}

/// Closed loops first, which say how much goes through; then arrivals at rates that all of them can keep up with.
fn measure(arguments: &Arguments, mut contenders: Vec<Contender>) -> std::io::Result<Figures> {
    let time = Duration::try_from_secs_f64(arguments.seconds).map_err(std::io::Error::other)?;
    for contender in &contenders {
        contender.load.saturate(time.min(Duration::from_millis(300)))?;
    }
    for _ in 0..arguments.rounds {
        for contender in &mut contenders {
            let Outcome { throughput, .. } = contender.load.saturate(time)?;
            contender.throughput.push(throughput);
        }
    }
    let medians = contenders.iter().map(|contender| figures::median(&contender.throughput));
    let slowest = medians.fold(f64::INFINITY, f64::min);
    for _ in 0..arguments.rounds {
        for (index, part) in RATES.iter().enumerate() {
            for contender in &mut contenders {
                let outcome = contender.load.arrive(slowest * part, time)?;
                if let Some(rounds) = contender.latencies.get_mut(index) {
                    rounds.push(outcome.latencies);
                }
            }
        }
    }
    Ok(Figures { contenders, rates: RATES.map(|part| slowest * part) })
}

/// Three gateways before one mock. Each gets the same requests, tokens included.
async fn contenders(arguments: &Arguments) -> Result<Vec<Contender>> {
    let backend = Url::parse(&serve(Backend::new(None).router()).await?)?;
    let key = PrivateKey::generate(Algorithm::Es256)?;
    let requests = requests(&key.signing_key()?)?;
    let verifying = key.verifying_key()?;
    let gateway = |key| Gateway::new(settings(&backend), key).map(|it| it.router());
    let proxy = Arc::new(Proxy::new(backend.clone(), None, &Limits::default())?);
    let cached = verifying.cached(&SignatureCache::new(TOKENS.saturating_mul(64))?);
    let mut contenders = Vec::new();
    for (name, router) in [
        ("no authentication", routes(&proxy, &Scope::default(), |route, _| route)),
        ("ES256", gateway(verifying)?),
        ("ES256, remembered", gateway(cached)?),
    ] {
        let origin = serve(router).await?;
        let load = Load::new(&origin, Arc::clone(&requests), arguments.connections)?;
        contenders.push(Contender {
            name,
            load,
            throughput: Vec::new(),
            latencies: Default::default(),
        });
    }
    Ok(contenders)
}

async fn serve(router: Router) -> Result<String> {
    let (listener, origin) = listen::bind("127.0.0.1:0").await?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(origin)
}

fn settings(backend: &Url) -> Settings {
    Settings {
        issuer: ISSUER.into(),
        audience: AUDIENCE.into(),
        origin: AUDIENCE.into(),
        backend: backend.clone(),
        credential: None,
        used: Arc::new(MemoryReplayStore::new(std::num::NonZero::<usize>::MIN)),
        bound_only: false,
        clock: Clock::default(),
        limits: Limits::default(),
    }
}

/// Requests for the models, each with a token of its own.
fn requests(key: &SigningKey) -> Result<Arc<[Vec<u8>]>> {
    #[derive(Serialize)]
    struct Own {
        client_id: &'static str,
    }
    let request = || {
        let claims = Claims::new()
            .with(Own { client_id: "load" })
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .subject("load")
            .jwt_id(random_jwt_id()?)
            .issued_at(now())
            .expires_in(Duration::from_secs(3600));
        let token = mint(&Minter::new().typ("at+jwt"), key, &claims)?;
        let head = "GET /v1/models HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer ";
        Ok(format!("{head}{token}\r\n\r\n").into_bytes())
    };
    (0..TOKENS).map(|_| request()).collect()
}
