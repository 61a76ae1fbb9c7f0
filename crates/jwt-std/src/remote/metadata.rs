//! What an authorization server says of itself (RFC 8414, and OpenID Connect Discovery 1.0).

use jwt_core::json::Object;
use reqwest::Url;
use serde::Deserialize;

use super::fetch::{self, Fetcher};
use super::{FetchError, FetchLimits};
use crate::Error;

/// The metadata of an authorization server, of which it is known that they are those of the issuer that was asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    jwks_uri: String,
    token_endpoint: Option<String>,
    #[serde(skip)]
    json: String,
}

impl Metadata {
    /// Asks for the metadata of an issuer: at `/.well-known/oauth-authorization-server`, before the path of the issuer
    /// (RFC 8414 section 3.1), and where there are none, at `/.well-known/openid-configuration` behind it.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] where the issuer is not https and leads to another machine, or has a query; [`Error::Fetch`].
    pub async fn discover(issuer: &str, limits: &FetchLimits) -> Result<Self, Error> {
        let base = fetch::url(issuer)?;
        if base.query().is_some() {
            return Err(Error::InvalidUrl);
        }
        let fetcher = Fetcher::new(&base, limits).map_err(Error::Fetch)?;
        let path = base.path().trim_end_matches('/');
        let at = |path: String| {
            let mut url: Url = base.clone();
            url.set_path(&path);
            url
        };
        let oauth = at(format!("/.well-known/oauth-authorization-server{path}"));
        let openid = at(format!("{path}/.well-known/openid-configuration"));
        let fetched = match fetcher.get(&oauth, None).await {
            Err(FetchError::Status(400..=499)) => fetcher.get(&openid, None).await,
            fetched => fetched,
        };
        let body = fetched.map_err(Error::Fetch)?.body.unwrap_or_default();
        let metadata = Self::read(&body, issuer).map_err(Error::Fetch)?;
        let jwks = fetch::url(&metadata.jwks_uri)?;
        // Whoever is asked with TLS does not send elsewhere without it.
        if base.scheme() == "https" && jwks.scheme() != "https" {
            return Err(Error::InvalidUrl);
        }
        Ok(metadata)
    }

    fn read(body: &[u8], issuer: &str) -> Result<Self, FetchError> {
        let object = Object::parse(body).map_err(|_| FetchError::NotMetadata)?;
        let json = object.as_str().to_owned();
        let metadata: Self = serde_json::from_str(&json).map_err(|_| FetchError::NotMetadata)?;
        // RFC 8414 section 3.3: the issuer "MUST be identical to the authorization server's issuer identifier value".
        if metadata.issuer != issuer {
            return Err(FetchError::IssuerMismatch);
        }
        Ok(Self { json, ..metadata })
    }

    /// "issuer".
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// "jwks_uri".
    #[must_use]
    pub fn jwks_uri(&self) -> &str {
        &self.jwks_uri
    }

    /// "token_endpoint".
    #[must_use]
    pub fn token_endpoint(&self) -> Option<&str> {
        self.token_endpoint.as_deref()
    }

    /// All of them, as JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }
}
