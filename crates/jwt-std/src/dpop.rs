//! The check of DPoP proofs by jwt-oauth, each proof once.

use std::fmt;
use std::sync::Arc;

use jwt_core::key::Thumbprint;
use jwt_core::{Jwk, KeyError, Leeway, NumericDate};
use jwt_oauth::{ExpectProof, TargetUri};

use crate::{
    BoxFuture, Error, PresentedProof, ProofCheck, ProofError, PublicKey, ReplayError, ReplayId,
    ReplayStore, VerifyingKey,
};

/// Takes DPoP proofs with ES256 for requests to one origin, each of them once (RFC 9449 section 4.3).
///
/// ```
/// use std::num::NonZero;
/// use std::sync::Arc;
///
/// use jwt_std::{DpopProofs, MemoryReplayStore, ResourceServer};
///
/// const CAPACITY: NonZero<usize> = NonZero::new(100_000).unwrap();
/// let store = Arc::new(MemoryReplayStore::new(CAPACITY));
/// let proofs = DpopProofs::new("https://api.example", store)?;
/// let server = ResourceServer::new("https://api.example").proofs(Arc::new(proofs));
/// # Ok::<(), jwt_std::Error>(())
/// ```
pub struct DpopProofs {
    origin: String,
    used: Arc<dyn ReplayStore>,
    max_age: u64,
    leeway: Leeway,
}

impl DpopProofs {
    /// Proofs for the scheme and authority under which clients reach this server, whatever a request says of
    /// them; `used` remembers proofs until they are over.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] where it is no `http` or `https` URI, or has more than an authority.
    pub fn new(origin: impl Into<String>, used: Arc<dyn ReplayStore>) -> Result<Self, Error> {
        let origin = origin.into();
        TargetUri::parse(&origin).map_err(|_| Error::InvalidUrl)?;
        match origin.split_once("://") {
            Some((_, authority)) if !authority.contains(['/', '?', '#']) => {}
            _ => return Err(Error::InvalidUrl),
        }
        Ok(Self { origin, used, max_age: 60, leeway: Leeway::from_seconds(5) })
    }

    /// How many seconds old a proof may be (60), and how far the clocks may be apart (5).
    #[must_use]
    pub fn window(self, max_age: u64, leeway: Leeway) -> Self {
        Self { max_age, leeway, ..self }
    }

    /// "jti" of a proof that is one, and until when it has to be remembered.
    fn verify(&self, presented: &PresentedProof<'_>) -> Option<(String, NumericDate)> {
        let uri = format!("{}{}", self.origin, path(presented.uri)?);
        let uri = TargetUri::parse(&uri).ok()?;
        let bound = Thumbprint::parse(presented.key_thumbprint).ok()?;
        let mut scratch = vec![0; presented.proof.len()];
        let proof = ExpectProof::at_resource(presented.method, uri, presented.access_token, bound)
            .window(self.max_age, self.leeway)
            .verify_with([presented.proof], presented.now, &mut scratch, es256)
            .ok()?;
        Some((proof.jti().to_string(), proof.forget_after()))
    }
}

impl ProofCheck for DpopProofs {
    fn algorithms(&self) -> &str {
        "ES256"
    }

    fn check<'a>(&'a self, presented: PresentedProof<'a>) -> BoxFuture<'a, Result<(), ProofError>> {
        Box::pin(async move {
            let (jti, forget_after) = self.verify(&presented).ok_or(ProofError::Invalid)?;
            let id = ReplayId { issuer: presented.key_thumbprint, jwt_id: &jti };
            // A proof is still good in the second in which it may be forgotten.
            let expires = forget_after.saturating_add(1);
            self.used.accept(id, expires, presented.now).await.map_err(|error| match error {
                ReplayError::Replayed | ReplayError::Expired => ProofError::Invalid,
                ReplayError::Full | ReplayError::Unavailable => ProofError::Unavailable,
            })
        })
    }
}

/// The path of a request target (RFC 9112 section 3.2) in origin-form or absolute-form. Whose it is, the origin
/// says and not the request.
fn path(target: &str) -> Option<&str> {
    if target.starts_with('/') {
        return Some(target);
    }
    let (_, rest) = target.split_once("://")?;
    Some(rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"))
}

/// The key of a proof, by the rules of the core and on the backend of this crate.
fn es256(jwk: &Jwk<'_>) -> Result<VerifyingKey, KeyError> {
    let key = jwk.es256_verifying_key()?;
    let key = PublicKey::new(&key).and_then(|key| key.verifying_key());
    key.map_err(|_| KeyError::InvalidPublicKey)
}

impl fmt::Debug for DpopProofs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopProofs").field("origin", &self.origin).finish_non_exhaustive()
    }
}
