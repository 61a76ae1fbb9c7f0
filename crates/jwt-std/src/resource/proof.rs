//! Where the check of DPoP proofs (RFC 9449) plugs in.

use jwt_core::NumericDate;

use crate::BoxFuture;

/// A request with a token that is bound to a key, and the proof that came with it.
#[derive(Clone, Copy, Debug)]
pub struct PresentedProof<'a> {
    /// The one `DPoP` field of the header.
    pub proof: &'a [u8],
    /// The method, to be compared with "htm".
    pub method: &'a str,
    /// The request target as the server received it, often without scheme and host. "htu" has both: whoever
    /// checks a proof knows under which origin this server is reached.
    pub uri: &'a str,
    /// The access token, whose hash is "ath".
    pub access_token: &'a str,
    /// "jkt" of the access token: the RFC 7638 thumbprint of the key that has to be that of the proof.
    pub key_thumbprint: &'a str,
    /// The time now.
    pub now: NumericDate,
}

/// Why a proof is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// It does not prove it, or it was used before.
    Invalid,
    /// It has to have this nonce.
    UseNonce(String),
    /// There is no verdict: used proofs cannot be remembered.
    Unavailable,
}

/// Checks DPoP proofs as RFC 9449 section 4.3 says, their "jti" included: see [`crate::ReplayStore`].
pub trait ProofCheck: Send + Sync {
    /// The algorithms of proofs that are taken, with a space between them: `algs` of the challenge.
    fn algorithms(&self) -> &str;

    /// Checks a proof.
    ///
    /// # Errors
    /// [`ProofError`].
    fn check<'a>(&'a self, proof: PresentedProof<'a>) -> BoxFuture<'a, Result<(), ProofError>>;
}
