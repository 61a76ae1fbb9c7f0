//! Lets requests with an access token through to a backend, and nothing of the token.
//!
//! It holds no state that cannot be had again: keys are those of the issuer, and used DPoP proofs are in Redis where
//! there are several gateways. So more of them serve more.

mod fields;
mod proxy;
mod refusal;
mod resource;
mod settings;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{MethodRouter, get};
use jwt_std::{BearerLayer, DpopProofs, IssuerKeys, Leeway, RemoteJwks, ResourceServer, Scope};

use crate::{Result, listen, log};
pub(crate) use proxy::{Proxy, routes};
pub use settings::{Arguments, Limits, Settings};

/// Seconds that clocks may be apart.
const LEEWAY: u64 = 5;

/// The scope of completions.
const CHAT: &str = "chat";

/// Serves until it is interrupted.
///
/// # Errors
/// The issuer's metadata cannot be had, a setting is none, or the socket cannot be had.
pub async fn run(arguments: Arguments) -> Result {
    let (listener, origin) = listen::bind(&arguments.listen).await?;
    let cache = arguments.signature_cache()?;
    let settings = arguments.settings(&origin).await?;
    let keys = RemoteJwks::discover(&settings.issuer, settings.limits.fetch.clone()).await;
    let mut keys = keys.map_err(|error| format!("{}: {error}", settings.issuer))?;
    if let Some(cache) = cache {
        keys = keys.cached(&cache);
    }
    let router = Gateway::new(settings, keys)?.router();
    listen::serve(listener, &origin, router.layer(middleware::from_fn(log::requests))).await
}

/// A gateway.
pub struct Gateway {
    server: Arc<ResourceServer>,
    chat: Scope,
    proxy: Arc<Proxy>,
    /// Where its metadata are, and what they say.
    metadata: (String, String),
}

impl Gateway {
    /// A gateway with these keys of its issuer.
    ///
    /// # Errors
    /// The origin or the audience is none.
    pub fn new(settings: Settings, keys: impl IssuerKeys + 'static) -> Result<Self> {
        let proofs = DpopProofs::new(&settings.origin, Arc::clone(&settings.used));
        let proofs = proofs
            .map_err(|error| format!("{}: {error}", settings.origin))?
            .window(settings.limits.proof_age, Leeway::from_seconds(LEEWAY));
        let mut server = ResourceServer::new(&settings.audience)
            .issuer(&settings.issuer, Arc::new(keys))
            .realm("jwt-demo")?
            .leeway(LEEWAY)
            .clock(settings.clock.clone())
            .proofs(Arc::new(proofs));
        if settings.bound_only {
            server = server.bound_tokens_only();
        }
        let metadata = resource::metadata(&settings)?;
        let proxy = Arc::new(Proxy::new(settings.backend, settings.credential, &settings.limits)?);
        Ok(Self { server: Arc::new(server), chat: Scope::new(CHAT)?, proxy, metadata })
    }

    /// What it serves.
    pub fn router(&self) -> Router {
        let guard = |route: MethodRouter, scope: Scope| {
            route.route_layer(BearerLayer::new(Arc::clone(&self.server)).scope(scope))
        };
        let (path, metadata) = self.metadata.clone();
        routes(&self.proxy, &self.chat, guard)
            // No path of an audience is a pattern: URLs have no braces.
            .without_v07_checks()
            .route(&path, get(async || ([("content-type", "application/json")], metadata)))
    }
}
