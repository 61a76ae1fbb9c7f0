//! Access tokens for a client that proves who it is by a token of its own: private_key_jwt (RFC 7523, updated by RFC
//! 10070), with DPoP (RFC 9449) or without.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jwt_core::error::WriteError;
use jwt_core::{Algorithm, Draft, Es256, Jwk, KeyError, MintError, RegisteredClaims};
use jwt_oauth::{
    AccessTokenHash, ClientAssertion, DpopProof, Encoding, ErrorCode, ErrorResponse, Grant,
    LegacyClientAssertion, PublicPoint, TokenRequest, TokenResponse, TokenType, field,
};
use reqwest::Url;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::remote::{Fetcher, Posted, url};
use crate::{
    BoxFuture, Clock, Error, Exchange, ExchangeError, FetchLimits, IssuedToken, Metadata,
    PrivateKey, SigningKey, mint_members, random_jwt_id,
};

/// Bytes of a proof at most: its URI and the hash of the token are all that differs.
const PROOF: usize = 4096;

/// Seconds that an assertion is good for.
const LIFETIME: u32 = 60;

/// A client of an authorization server, which asks for access tokens on its own authority (RFC 6749 section 4.4).
///
/// It is the [`Exchange`] of a [`crate::TokenSource`], which keeps the tokens and renews them.
///
/// ```no_run
/// use jwt_std::{Algorithm, PrivateKey, RenewalLimits, TokenClient, TokenSource};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = PrivateKey::from_pem(&std::fs::read("client.pem")?, Some(Algorithm::Es256))?;
/// let client = TokenClient::discover("https://as.example", "app", &key).await?.scope("models.read");
/// let source = TokenSource::new(client, RenewalLimits::default());
/// println!("Authorization: Bearer {}", source.token().await?.as_str());
/// # Ok(()) }
/// ```
pub struct TokenClient {
    client_id: String,
    issuer: String,
    endpoint: Url,
    key: SigningKey,
    kid: Option<String>,
    is_legacy: bool,
    scope: Option<String>,
    resource: Vec<String>,
    audience: Vec<String>,
    dpop: Option<Dpop>,
    fetcher: Fetcher,
    clock: Clock,
}

/// The key that tokens are bound to, and what the server wants in the next proof.
struct Dpop {
    key: SigningKey,
    public: PublicPoint,
    nonce: Mutex<Option<String>>,
}

impl TokenClient {
    /// A client of the authorization server with this issuer identifier and token endpoint.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] where the endpoint is not https and leads to another machine; [`Error::Fetch`] where there is no
    /// TLS; those of [`PrivateKey::signing_key`].
    pub fn new(
        issuer: impl Into<String>,
        token_endpoint: &str,
        client_id: impl Into<String>,
        key: &PrivateKey,
    ) -> Result<Self, Error> {
        let endpoint = url(token_endpoint)?;
        let limits =
            FetchLimits { body: jwt_oauth::response::MAX_RESPONSE_LEN, ..FetchLimits::default() };
        Ok(Self {
            client_id: client_id.into(),
            issuer: issuer.into(),
            fetcher: Fetcher::new(&endpoint, &limits).map_err(Error::Fetch)?,
            endpoint,
            key: key.signing_key()?,
            kid: key.kid().map(str::to_owned),
            is_legacy: false,
            scope: None,
            resource: Vec::new(),
            audience: Vec::new(),
            dpop: None,
            clock: Clock::default(),
        })
    }

    /// As [`TokenClient::new`], with the token endpoint that the server's metadata name.
    ///
    /// # Errors
    /// Those of [`Metadata::discover`] and of [`TokenClient::new`].
    pub async fn discover(
        issuer: &str,
        client_id: impl Into<String>,
        key: &PrivateKey,
    ) -> Result<Self, Error> {
        let metadata = Metadata::discover(issuer, &FetchLimits::default()).await?;
        let endpoint = metadata.token_endpoint().ok_or(Error::InvalidUrl)?;
        // Whoever is asked with TLS does not send elsewhere without it.
        if issuer.starts_with("https:") && url(endpoint)?.scheme() != "https" {
            return Err(Error::InvalidUrl);
        }
        Self::new(issuer, endpoint, client_id, key)
    }

    /// Asks for this "scope".
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }

    /// Asks for a token for this "resource" too (RFC 8707).
    #[must_use]
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resource.push(resource.into());
        self
    }

    /// Asks for a token for this "audience" too, where the server knows RFC 8693's parameter.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.push(audience.into());
        self
    }

    /// Addresses assertions to the token endpoint, for servers that know RFC 7523 of 2015 only: see
    /// [`LegacyClientAssertion`] for what is wrong with it.
    #[must_use]
    pub fn legacy_audience(self) -> Self {
        Self { is_legacy: true, ..self }
    }

    /// Has tokens bound to this key, which may be the client's own (RFC 9449).
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] for another key than one for ES256.
    pub fn dpop(self, key: &PrivateKey) -> Result<Self, Error> {
        let mismatch = KeyError::AlgorithmMismatch { needed: Algorithm::Es256 };
        let public =
            key.public().filter(|_| key.algorithm() == Algorithm::Es256).ok_or(mismatch)?;
        let point = Jwk::parse(public.to_jwk().as_bytes())?.es256_verifying_key()?.to_sec1();
        let public = PublicPoint::from_sec1(&point).ok_or(KeyError::InvalidPublicKey)?;
        let dpop = Dpop { key: key.signing_key()?, public, nonce: Mutex::default() };
        Ok(Self { dpop: Some(dpop), ..self })
    }

    /// Has the time from elsewhere than the system.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// A DPoP proof for one request with this access token, and with the nonce that the API's last answer had;
    /// `None` where tokens are bound to no key.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] where the URI or method is none; [`Error::Entropy`].
    pub fn proof(
        &self,
        method: &str,
        uri: &str,
        access_token: &str,
        nonce: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let Some(dpop) = &self.dpop else { return Ok(None) };
        let uri = uri.split(['?', '#']).next().unwrap_or_default();
        let hash = AccessTokenHash::of(access_token);
        dpop.proof(method, uri, Some(hash), nonce, &self.clock).map(Some)
    }

    /// Asks once; and once more where the server wants a nonce in the proof (RFC 9449 section 8).
    async fn fetch(&self) -> Result<IssuedToken, ExchangeError> {
        let mut posted = self.post().await?;
        if self.wants_nonce(&posted) {
            posted = self.post().await?;
        }
        let asked = if self.dpop.is_some() { TokenType::Dpop } else { TokenType::Bearer };
        if posted.status != 200 {
            return Err(refused(&posted));
        }
        let response = TokenResponse::parse(&posted.body, asked).map_err(failed)?;
        let expires_in = response.expires_in().map(u64::from);
        Ok(IssuedToken::new(response.access_token().to_string(), expires_in))
    }

    async fn post(&self) -> Result<Posted, ExchangeError> {
        let body = self.body().map_err(failed)?;
        let mut fields =
            vec![("content-type", Encoding::Form.content_type()), ("accept", "application/json")];
        let proof = match &self.dpop {
            Some(dpop) => {
                let nonce = dpop.nonce();
                let endpoint = self.endpoint.as_str().split('?').next().unwrap_or_default();
                let nonce = nonce.as_deref();
                Some(dpop.proof("POST", endpoint, None, nonce, &self.clock).map_err(failed)?)
            }
            None => None,
        };
        fields.extend(proof.as_deref().map(|proof| ("dpop", proof)));
        let posted = self.fetcher.post(&self.endpoint, &fields, body).await.map_err(failed)?;
        if let (Some(dpop), Some(nonce)) = (&self.dpop, nonce_of(&posted.headers)) {
            *dpop.nonce.lock().unwrap_or_else(PoisonError::into_inner) = Some(nonce);
        }
        Ok(posted)
    }

    fn wants_nonce(&self, posted: &Posted) -> bool {
        let asked = ErrorResponse::parse(&posted.body).map(|error| error.code());
        posted.status != 200
            && self.dpop.is_some()
            && nonce_of(&posted.headers).is_some()
            && asked == Ok(ErrorCode::UseDpopNonce)
    }

    fn body(&self) -> Result<String, Error> {
        let assertion = self.assertion()?;
        let resource: Vec<_> = self.resource.iter().map(String::as_str).collect();
        let audience: Vec<_> = self.audience.iter().map(String::as_str).collect();
        let request = TokenRequest {
            client_assertion: Some(&assertion),
            scope: self.scope.as_deref(),
            resource: &resource,
            audience: &audience,
            ..TokenRequest::new(Grant::ClientCredentials)
        };
        let write = |buf: &mut [u8]| request.write(Encoding::Form, buf).map(str::len);
        let mut buf = Vec::new();
        if let Err(WriteError::BufferTooSmall { needed }) = write(&mut buf) {
            buf.resize(needed, 0);
        }
        let len = write(&mut buf).map_err(MintError::Claims)?;
        buf.truncate(len);
        // What was written is ASCII.
        Ok(String::from_utf8(buf).unwrap_or_default())
    }

    fn assertion(&self) -> Result<String, Error> {
        let (jwt_id, issued_at) = (random_jwt_id()?, self.clock.now());
        let (client_id, jwt_id) = (self.client_id.as_str(), jwt_id.as_str());
        let new = ClientAssertion {
            client_id,
            server_issuer: &self.issuer,
            jwt_id,
            issued_at,
            lifetime: LIFETIME,
        };
        let legacy = LegacyClientAssertion {
            client_id,
            token_endpoint: self.endpoint.as_str(),
            jwt_id,
            issued_at,
            lifetime: LIFETIME,
        };
        let (minter, claims): (_, RegisteredClaims<'_>) = if self.is_legacy {
            (LegacyClientAssertion::minter(), legacy.registered())
        } else {
            (ClientAssertion::minter(), new.registered())
        };
        match &self.kid {
            Some(kid) => mint_members(&minter.kid(kid), &self.key, &claims),
            None => mint_members(&minter, &self.key, &claims),
        }
    }
}

impl Exchange for TokenClient {
    fn exchange(&self) -> BoxFuture<'_, Result<IssuedToken, ExchangeError>> {
        Box::pin(self.fetch())
    }
}

impl Dpop {
    fn nonce(&self) -> Option<String> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn proof(
        &self,
        method: &str,
        uri: &str,
        access_token: Option<AccessTokenHash>,
        nonce: Option<&str>,
        clock: &Clock,
    ) -> Result<String, Error> {
        let jwt_id = random_jwt_id()?;
        let proof = DpopProof {
            public_key: &self.public,
            jwt_id: &jwt_id,
            method,
            uri,
            issued_at: clock.now(),
            access_token,
            nonce,
        };
        let (mut buf, mut signature) = ([0; PROOF], [0; 64]);
        let draft: Draft<'_, Es256> = proof.draft(&mut buf).map_err(|_| Error::InvalidUrl)?;
        let signature = self.key.sign(draft.signing_input(), &mut signature);
        let signature = signature.map_err(|_| MintError::SigningFailed)?;
        Ok(draft.finish(signature)?.as_str().to_owned())
    }
}

fn nonce_of(headers: &HeaderMap) -> Option<String> {
    field::dpop_nonce(headers.get("dpop-nonce")?.as_bytes()).ok().map(str::to_owned)
}

/// What the server says is wrong, by the code of its RFC: its other words are not shown.
fn refused(posted: &Posted) -> ExchangeError {
    let why = match ErrorResponse::parse(&posted.body) {
        Ok(error) => {
            format!("the authorization server answers {}: {}", posted.status, error.code())
        }
        Err(_) => format!("the authorization server answers {}", posted.status),
    };
    let retry_after =
        posted.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    ExchangeError { why, retry_after }
}

fn failed(error: impl fmt::Display) -> ExchangeError {
    ExchangeError { why: error.to_string(), retry_after: None }
}

impl fmt::Debug for TokenClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenClient")
            .field("client_id", &self.client_id)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
