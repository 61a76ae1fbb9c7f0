//! JWK Sets that are fetched, and kept for as long as their issuer says and the limits here allow. Tokens are
//! verified with what is there: no look-up of a key waits for a network.

mod fetch;
mod freshness;
mod jwks;
mod metadata;

pub use fetch::{FetchError, FetchLimits};
#[cfg(feature = "token-client")]
pub(crate) use fetch::{Fetcher, Posted, url};
pub use jwks::RemoteJwks;
pub use metadata::Metadata;
