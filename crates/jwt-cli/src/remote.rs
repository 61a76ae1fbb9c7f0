//! The network, for one run of the command; and keys that are fetched.

use std::sync::Arc;

use jwt_std::{Algorithm, Error, FetchLimits, KeySet, RemoteJwks};

use crate::exit::{Failure, Result, io, usage};

/// What comes of work that waits for the network.
pub(crate) fn wait_for<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(io)?.block_on(work))
}

/// The keys at this URL, or of this issuer; for these algorithms, for all with a public key where there is none.
pub(crate) fn keys(
    url: Option<&str>,
    issuer: Option<&str>,
    allowed: Vec<Algorithm>,
) -> Result<Arc<KeySet>> {
    let mut limits = FetchLimits::default();
    if !allowed.is_empty() {
        if allowed.iter().any(|algorithm| !limits.algorithms.contains(algorithm)) {
            return Err(usage("what is fetched is public, so no secret for HS256, HS384 or HS512"));
        }
        limits.algorithms = allowed;
    }
    let fetched: std::result::Result<_, Error> = wait_for(async {
        let remote = match url {
            Some(url) => RemoteJwks::new(url, limits)?,
            None => RemoteJwks::discover(issuer.unwrap_or_default(), limits).await?,
        };
        remote.keys().await
    })?;
    fetched.map_err(|error| Failure::from(error).about(url.or(issuer).unwrap_or_default()))
}
