//! What is decided before the server starts.

use std::path::PathBuf;

use jwt_std::Clock;
use reqwest::Url;

use crate::Result;

/// How an authorization server is set up. Times are in seconds.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its issuer identifier: `https://host` or `http://127.0.0.1:PORT`, without a path.
    pub issuer: String,
    /// What access tokens may be for; the first where a request names none.
    pub resources: Vec<String>,
    /// The file of the database; in memory where there is none.
    pub database: Option<PathBuf>,
    /// How long an access token lives: 300.
    pub access_token_lifetime: u64,
    /// How long a family of refresh tokens lives, whatever is done with it: 30 days.
    pub family_lifetime: u64,
    /// How long a family of refresh tokens lives without use: 7 days.
    pub idle_lifetime: u64,
    /// Whether assertions may be addressed to the token endpoint (RFC 7523 of 2015).
    pub legacy_audience: bool,
    /// Whether DPoP proofs have to hold a nonce of this server (RFC 9449 section 8).
    pub dpop_nonce: bool,
    /// The time.
    pub clock: Clock,
}

impl Settings {
    /// A server in memory for one resource.
    #[must_use]
    pub fn new(issuer: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            resources: vec![resource.into()],
            database: None,
            access_token_lifetime: 300,
            family_lifetime: 30 * 24 * 3600,
            idle_lifetime: 7 * 24 * 3600,
            legacy_audience: false,
            dpop_nonce: false,
            clock: Clock::default(),
        }
    }

    /// Refuses what would make tokens that nobody can check.
    pub(super) fn check(&self) -> Result {
        let issuer = Url::parse(&self.issuer).map_err(|_| "the issuer is no URL")?;
        // The metadata are at the root: an issuer with a path would have them elsewhere (RFC 8414 section 3.1).
        if !matches!(issuer.scheme(), "http" | "https")
            || issuer.origin().ascii_serialization() != self.issuer
        {
            return Err("the issuer has more than a scheme, a host and a port".into());
        }
        // RFC 8707 section 2: "an absolute URI [...] MUST NOT include a fragment component".
        let good = |uri: &String| Url::parse(uri).is_ok_and(|uri| uri.fragment().is_none());
        if self.resources.is_empty() || !self.resources.iter().all(good) {
            return Err("a resource is no absolute URI".into());
        }
        if self.access_token_lifetime == 0 {
            return Err("an access token has to live".into());
        }
        Ok(())
    }

    pub(super) fn token_endpoint(&self) -> String {
        format!("{}/token", self.issuer)
    }
}
