//! A small document from a URL, or a reason why not.

use std::fmt;
use std::time::Duration;

use jwt_core::Algorithm;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use reqwest::{Client, Response, StatusCode, Url, redirect};
#[cfg(feature = "token-client")]
use zeroize::Zeroizing;

use crate::{Error, SigningKey};

/// How much, how long and how often is fetched.
#[derive(Clone, Debug)]
pub struct FetchLimits {
    /// How long a set is kept at least, whatever its headers say: one minute.
    pub floor: Duration,
    /// How long at most: one day.
    pub ceiling: Duration,
    /// How long where its headers say nothing: five minutes.
    pub lifetime: Duration,
    /// How long after a set should have been fetched anew and could not be it is used on: one hour. For that
    /// long a key that was taken back is still good for whoever can keep this server from fetching.
    pub stale_if_error: Duration,
    /// How long before its time is over a set is fetched anew, while tokens are verified with the old one: 30
    /// seconds.
    pub ahead: Duration,
    /// How long there is between two fetches at least, for whatever reason: ten seconds.
    pub interval: Duration,
    /// How often, between two fetches that are due, a `kid` that is not in the set has it fetched: 5.
    pub unknown_kids: u32,
    /// Bytes of an answer at most: 256 KiB.
    pub body: usize,
    /// How long an answer may take, to its last byte: five seconds.
    pub timeout: Duration,
    /// The algorithms that keys are for: all but those with a secret. Secrets that are published are none.
    pub algorithms: Vec<Algorithm>,
}

impl Default for FetchLimits {
    fn default() -> Self {
        let is_symmetric =
            |it: &Algorithm| matches!(it, Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512);
        let seconds = Duration::from_secs;
        Self {
            floor: seconds(60),
            ceiling: seconds(24 * 60 * 60),
            lifetime: seconds(300),
            stale_if_error: seconds(60 * 60),
            ahead: seconds(30),
            interval: seconds(10),
            unknown_kids: 5,
            body: 256 * 1024,
            timeout: seconds(5),
            algorithms: SigningKey::ALGORITHMS.into_iter().filter(|it| !is_symmetric(it)).collect(),
        }
    }
}

/// Why nothing was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// No TLS could be set up.
    Tls,
    /// No connection, or one that broke.
    Connection,
    /// It took too long.
    Timeout,
    /// It is elsewhere. Redirects are not followed.
    Redirect,
    /// Another status than 200.
    Status(u16),
    /// The answer has more bytes than are read.
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The answer is no JWK Set, or one whose keys cannot be used.
    NotAJwkSet,
    /// The answer is no metadata, or lacks what is needed of them.
    NotMetadata,
    /// The metadata are those of another issuer (RFC 8414 section 3.3).
    IssuerMismatch,
    /// It has been tried too short a time ago.
    TooSoon,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tls => f.write_str("TLS could not be set up"),
            Self::Connection => f.write_str("no connection"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Redirect => f.write_str("redirects are not followed"),
            Self::Status(status) => write!(f, "the answer has status {status}"),
            Self::TooLarge { limit } => write!(f, "the answer has more than {limit} bytes"),
            Self::NotAJwkSet => f.write_str("the answer is no JWK Set with usable keys"),
            Self::NotMetadata => f.write_str("the answer is no metadata with a jwks_uri"),
            Self::IssuerMismatch => f.write_str("the metadata are those of another issuer"),
            Self::TooSoon => f.write_str("it was tried a moment ago"),
        }
    }
}

impl std::error::Error for FetchError {}

/// A URL to fetch keys from: https, or http where it leads to this machine.
pub(crate) fn url(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::InvalidUrl)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if plain && allowed { Ok(url) } else { Err(Error::InvalidUrl) }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address: Option<std::net::IpAddr> = address.parse().ok();
    // RFC 6761 section 6.3: the name is that of this machine.
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}

/// What was fetched.
pub(super) struct Fetched {
    /// `None` where it is what it was.
    pub(super) body: Option<Vec<u8>>,
    pub(super) headers: HeaderMap,
}

impl Fetched {
    pub(super) fn etag(&self) -> Option<HeaderValue> {
        self.headers.get(ETAG).cloned()
    }
}

/// The answer to a body that was sent. It may hold a token, so it is wiped.
#[cfg(feature = "token-client")]
pub(crate) struct Posted {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

#[derive(Debug)]
pub(crate) struct Fetcher {
    client: Client,
    limit: usize,
}

impl Fetcher {
    pub(crate) fn new(url: &Url, limits: &FetchLimits) -> Result<Self, FetchError> {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(limits.timeout)
            .user_agent(concat!("jwt-std/", env!("CARGO_PKG_VERSION")));
        if is_loopback(url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|_| FetchError::Tls)?;
        Ok(Self { client, limit: limits.body })
    }

    /// `etag` is that of what is there already.
    pub(super) async fn get(
        &self,
        url: &Url,
        etag: Option<HeaderValue>,
    ) -> Result<Fetched, FetchError> {
        let mut request = self.client.get(url.clone());
        let asked = etag.is_some();
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let mut response = request.send().await.map_err(failed)?;
        let headers = std::mem::take(response.headers_mut());
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if asked => return Ok(Fetched { body: None, headers }),
            status if status.is_redirection() => return Err(FetchError::Redirect),
            status => return Err(FetchError::Status(status.as_u16())),
        }
        Ok(Fetched { body: Some(self.body(response).await?), headers })
    }

    /// Sends a body with these fields. The answer is one whatever its status, but for a redirect.
    #[cfg(feature = "token-client")]
    pub(crate) async fn post(
        &self,
        url: &Url,
        fields: &[(&'static str, &str)],
        body: String,
    ) -> Result<Posted, FetchError> {
        let mut request = self.client.post(url.clone()).body(body);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let mut response = request.send().await.map_err(failed)?;
        let headers = std::mem::take(response.headers_mut());
        let status = response.status();
        if status.is_redirection() {
            return Err(FetchError::Redirect);
        }
        let body = Zeroizing::new(self.body(response).await?);
        Ok(Posted { status: status.as_u16(), headers, body })
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, FetchError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len().saturating_add(chunk.len()) > self.limit {
                return Err(FetchError::TooLarge { limit: self.limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Nothing of the library's error is kept: it may show the URL.
fn failed(error: reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::Timeout } else { FetchError::Connection }
}
