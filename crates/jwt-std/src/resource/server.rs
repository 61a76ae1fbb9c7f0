//! The verdict on a request, from its header to the access token that it may act on.

use std::fmt;
use std::sync::Arc;

use jwt_core::{Leeway, NumericDate, Policy, VerifyError};

use super::token::Confirmation;
use super::{AccessToken, IssuerKeys, PresentedProof, ProofCheck, ProofError};
use crate::bearer::Realm;
use crate::{
    Clock, Credentials, Denial, Error, ErrorKind, Fault, Issuers, ReplayError, ReplayId,
    ReplayStore, Scope, Token,
};

/// Lets requests through whose access token is that of a known issuer for this audience (RFC 9068 section 4), and
/// says what is answered to all others (RFC 6750 section 3).
///
/// ```
/// use std::sync::Arc;
///
/// use jwt_std::{Algorithm, Fault, Presented, PrivateKey, ResourceServer, Scope};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), jwt_std::Error> {
/// let key = PrivateKey::generate(Algorithm::Es256)?; // of the issuer, whose public key is known here
/// let server = ResourceServer::new("https://api.example")
///     .issuer("https://issuer.example", Arc::new(key.verifying_key()?))
///     .realm("api")?;
///
/// let request = Presented { method: "GET", uri: "/", authorization: &[], dpop: &[] };
/// let denial = server.check(&request, &Scope::default()).await.unwrap_err();
/// assert_eq!((denial.status(), denial.challenges()), (401, vec![r#"Bearer realm="api""#.into()]));
/// # Ok(()) }
/// ```
///
/// It takes tokens from `Authorization` and from nowhere else. A token that is bound to a key ("cnf") is never
/// taken without a proof that [`ResourceServer::proofs`] checks (RFC 9449 section 7.2).
pub struct ResourceServer {
    issuers: Issuers<Arc<dyn IssuerKeys>>,
    audience: String,
    leeway: Leeway,
    realm: Arc<Realm>,
    replay: Option<Arc<dyn ReplayStore>>,
    proofs: Option<Arc<dyn ProofCheck>>,
    clock: Clock,
}

/// What a verdict needs of a request.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The method.
    pub method: &'a str,
    /// The request target.
    pub uri: &'a str,
    /// All `Authorization` fields.
    pub authorization: &'a [&'a [u8]],
    /// All `DPoP` fields.
    pub dpop: &'a [&'a [u8]],
}

impl ResourceServer {
    /// A server that tokens name as their audience. No issuer is known yet, so no token is good.
    pub fn new(audience: impl Into<String>) -> Self {
        Self {
            issuers: Issuers::new(),
            audience: audience.into(),
            leeway: Leeway::NONE,
            realm: Arc::default(),
            replay: None,
            proofs: None,
            clock: Clock::default(),
        }
    }

    /// Takes tokens of this issuer: keys in place of any that it had.
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>, keys: Arc<impl IssuerKeys + 'static>) -> Self {
        Self { issuers: self.issuers.with(issuer, keys), ..self }
    }

    /// Names what is protected, in challenges (RFC 9110 section 11.5).
    ///
    /// # Errors
    /// [`Error::InvalidRealm`].
    pub fn realm(mut self, realm: &str) -> Result<Self, Error> {
        Arc::make_mut(&mut self.realm).set(realm)?;
        Ok(self)
    }

    /// Allows clocks to be this far apart.
    #[must_use]
    pub fn leeway(self, seconds: u64) -> Self {
        Self { leeway: Leeway::from_seconds(seconds), ..self }
    }

    /// Takes each token once: for tokens that are made for one request.
    #[must_use]
    pub fn single_use(self, store: Arc<dyn ReplayStore>) -> Self {
        Self { replay: Some(store), ..self }
    }

    /// Takes tokens that are bound to a key too, with the scheme `DPoP` and a proof (RFC 9449).
    #[must_use]
    pub fn proofs(mut self, check: Arc<dyn ProofCheck>) -> Self {
        Arc::make_mut(&mut self.realm).algs = Some(check.algorithms().to_owned());
        Self { proofs: Some(check), ..self }
    }

    /// Takes no token that is bound to no key: what is stolen is of no use then.
    #[must_use]
    pub fn bound_tokens_only(mut self) -> Self {
        Arc::make_mut(&mut self.realm).dpop_only = true;
        self
    }

    /// Has the time from elsewhere than the system.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The verdict on a request that needs this scope.
    ///
    /// # Errors
    /// The answer to be given in place of that to the request.
    pub async fn check(
        &self,
        request: &Presented<'_>,
        scope: &Scope,
    ) -> Result<AccessToken, Denial> {
        let credentials = Credentials::read(request.authorization.iter().copied());
        let dpop = matches!(credentials, Ok(Credentials::Dpop(_)));
        let denial = |fault| Denial::new(fault, Arc::clone(&self.realm), scope.clone(), dpop);
        let credentials = credentials.map_err(denial)?;
        // A scheme that was not offered is no credentials.
        if dpop && self.proofs.is_none() {
            return Err(denial(Fault::NoCredentials));
        }
        let now = self.clock.now();
        let token = self.verify(credentials.token(), now).await.map_err(denial)?;
        let token = AccessToken::new(token, Arc::clone(&self.realm), dpop)
            .map_err(|error| denial(Fault::Token(error.kind())))?;
        self.prove(request, credentials, &token, now).await.map_err(denial)?;
        token.require(scope)?;
        // Last, so that a token which was refused for anything else is not used up.
        self.take(&token, now).await.map_err(denial)?;
        Ok(token)
    }

    async fn verify(&self, token: &str, now: NumericDate) -> Result<Token, Fault> {
        let (issuer, keys) =
            self.issuers.choose(token).map_err(|error| Fault::Token(error.kind()))?;
        keys.prepare().await.map_err(|_| Fault::Unavailable)?;
        // RFC 9068 section 4; "iss", "aud" and "exp" a policy requires by itself.
        let policy = Policy::new(issuer, self.audience.as_str())
            .typ("at+jwt")
            .leeway(self.leeway)
            .require(&["sub", "client_id", "iat", "jti"]);
        let verdict = match keys.verify(token, &policy, now) {
            Err(Error::Verify(VerifyError::KeyNotFound)) if keys.refetch().await => {
                keys.verify(token, &policy, now)
            }
            verdict => verdict,
        };
        verdict.map_err(|error| Fault::Token(error.kind()))
    }

    /// A token that is bound to a key came with a proof of it; and one that came with a proof is bound.
    async fn prove(
        &self,
        request: &Presented<'_>,
        credentials: Credentials<'_>,
        token: &AccessToken,
        now: NumericDate,
    ) -> Result<(), Fault> {
        let (access_token, check, key_thumbprint) =
            match (credentials, &self.proofs, token.confirmation()) {
                (Credentials::Bearer(_), _, Confirmation::Bearer) if !self.realm.dpop_only => {
                    return Ok(());
                }
                (_, _, Confirmation::Bearer) => return Err(Fault::NotBoundToKey),
                (Credentials::Dpop(access_token), Some(check), Confirmation::Thumbprint(key)) => {
                    (access_token, check, key.as_str())
                }
                // RFC 9449 section 7.2: "MUST reject a DPoP-bound access token received as a bearer token".
                _ => return Err(Fault::BoundToKey),
            };
        // Section 4.3: "There is not more than one DPoP HTTP request header field."
        let [proof] = *request.dpop else { return Err(Fault::InvalidProof) };
        let Presented { method, uri, .. } = *request;
        let proof = PresentedProof { proof, method, uri, access_token, key_thumbprint, now };
        check.check(proof).await.map_err(|error| match error {
            ProofError::Invalid => Fault::InvalidProof,
            ProofError::UseNonce(nonce) => Fault::UseNonce(nonce),
            ProofError::Unavailable => Fault::Unavailable,
        })
    }

    async fn take(&self, token: &AccessToken, now: NumericDate) -> Result<(), Fault> {
        let Some(store) = &self.replay else { return Ok(()) };
        let id = ReplayId { issuer: token.issuer(), jwt_id: token.jwt_id() };
        let expires = token.expiration_time().saturating_add(self.leeway.seconds());
        store.accept(id, expires, now).await.map_err(|error| match error {
            ReplayError::Replayed => Fault::Replayed,
            ReplayError::Expired => Fault::Token(ErrorKind::Expired),
            ReplayError::Full | ReplayError::Unavailable => Fault::Unavailable,
        })
    }
}

impl fmt::Debug for ResourceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceServer").field("audience", &self.audience).finish_non_exhaustive()
    }
}
