//! What is answered to a request that is not let through.
//!
//! Every word of an answer is fixed, or the server's own: nothing of the request comes back.

use std::fmt;
use std::sync::Arc;

use crate::{Error, ErrorKind, Scope};

/// Why a request is not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No `Authorization`, or one of another scheme.
    NoCredentials,
    /// More than one `Authorization`.
    SeveralCredentials,
    /// An `Authorization` that is not in the grammar of RFC 6750 section 2.1.
    MalformedCredentials,
    /// The token was refused.
    Token(ErrorKind),
    /// A token for one use was used before.
    Replayed,
    /// The token is bound to a key ("cnf", RFC 7800), and came without a proof of it that is checked here.
    BoundToKey,
    /// The token is bound to no key, and one is asked for.
    NotBoundToKey,
    /// There is not one proof, or it does not prove it (RFC 9449 section 4.3).
    InvalidProof,
    /// A proof with this nonce is asked for (RFC 9449 section 9).
    UseNonce(String),
    /// The token does not allow it.
    InsufficientScope,
    /// Keys or used identifiers cannot be had, so there is no verdict.
    Unavailable,
    /// The server is built wrongly: an extractor without its layer.
    Misconfigured,
}

impl Fault {
    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SeveralCredentials | Self::MalformedCredentials => 400,
            Self::InsufficientScope => 403,
            Self::Misconfigured => 500,
            Self::Unavailable => 503,
            _ => 401,
        }
    }

    /// The error code (RFC 6750 section 3.1, RFC 9449 section 12.2). `None` where the request "lacks any
    /// authentication information", and where it is the server that fails.
    #[must_use]
    pub const fn error(&self) -> Option<&'static str> {
        Some(match self {
            Self::SeveralCredentials | Self::MalformedCredentials => "invalid_request",
            Self::Token(_) | Self::Replayed | Self::BoundToKey | Self::NotBoundToKey => {
                "invalid_token"
            }
            Self::InvalidProof => "invalid_dpop_proof",
            Self::UseNonce(_) => "use_dpop_nonce",
            Self::InsufficientScope => "insufficient_scope",
            Self::NoCredentials | Self::Unavailable | Self::Misconfigured => return None,
        })
    }

    /// The error in words, for developers.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        match self {
            Self::NoCredentials => "an access token is needed",
            Self::SeveralCredentials => "more than one Authorization header",
            Self::MalformedCredentials => "the Authorization header is malformed",
            Self::Token(kind) => of_kind(*kind),
            Self::Replayed => "the token was used before",
            Self::BoundToKey => "the token is bound to a key and came without proof of it",
            Self::NotBoundToKey => "the token is not bound to a key",
            Self::InvalidProof => "the DPoP proof is not accepted",
            Self::UseNonce(_) => "the DPoP proof needs a nonce of this server",
            Self::InsufficientScope => "the token does not have the scope",
            Self::Unavailable => "the token cannot be checked now",
            Self::Misconfigured => "no token was checked",
        }
    }

    /// Whether it is about a proof, so that the challenge of DPoP has the error.
    const fn is_of_proof(&self) -> bool {
        matches!(
            self,
            Self::BoundToKey | Self::NotBoundToKey | Self::InvalidProof | Self::UseNonce(_)
        )
    }
}

/// What a client may know of a verdict. Whether a key was missing or a signature wrong tells nobody who is
/// honest anything.
const fn of_kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Expired => "the token has expired",
        ErrorKind::NotYetValid => "the token is not valid yet",
        ErrorKind::InvalidAudience => "the token is for another audience",
        ErrorKind::InvalidIssuer => "the issuer of the token is not accepted",
        ErrorKind::MissingClaim => "the token lacks a claim",
        ErrorKind::Malformed => "the token is malformed",
        ErrorKind::InvalidSignature
        | ErrorKind::InvalidAlgorithm
        | ErrorKind::InvalidKey
        | ErrorKind::KeyNotFound => "the signature of the token is not accepted",
        _ => "the token is not accepted",
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

/// What a server says in all its challenges.
#[derive(Clone, Debug, Default)]
pub(crate) struct Realm {
    /// As a quoted-string, with the quotes.
    realm: Option<String>,
    /// Algorithms of proofs, where they are checked (RFC 9449 section 5.1).
    pub(crate) algs: Option<String>,
    /// Tokens that are bound to no key are not taken.
    pub(crate) dpop_only: bool,
}

impl Realm {
    /// Sets the realm (RFC 9110 section 11.5).
    pub(crate) fn set(&mut self, realm: &str) -> Result<(), Error> {
        if !realm.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(Error::InvalidRealm);
        }
        let escaped = realm.replace('\\', "\\\\").replace('"', "\\\"");
        self.realm = Some(format!("\"{escaped}\""));
        Ok(())
    }
}

/// A request that is not let through, and the answer to it.
#[derive(Clone, Debug)]
pub struct Denial {
    fault: Fault,
    realm: Arc<Realm>,
    /// The scope that is needed.
    scope: Scope,
    /// The request came with the scheme DPoP.
    dpop: bool,
}

impl Denial {
    pub(crate) const fn new(fault: Fault, realm: Arc<Realm>, scope: Scope, dpop: bool) -> Self {
        Self { fault, realm, scope, dpop }
    }

    /// Why.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.fault.status()
    }

    /// The values of the `WWW-Authenticate` fields of the answer, one a scheme; none where the server fails.
    #[must_use]
    pub fn challenges(&self) -> Vec<String> {
        if self.status() >= 500 {
            return Vec::new();
        }
        let Realm { realm, algs, dpop_only } = &*self.realm;
        let about_proof = algs.is_some() && (self.dpop || self.fault.is_of_proof());
        let mut challenges = Vec::new();
        if !dpop_only {
            challenges.push(self.challenge("Bearer", realm.as_deref(), None, !about_proof));
        }
        if let Some(algs) = algs {
            let has_error = about_proof || *dpop_only;
            challenges.push(self.challenge("DPoP", realm.as_deref(), Some(algs), has_error));
        }
        challenges
    }

    /// The value of `DPoP-Nonce`, where the answer has one.
    #[must_use]
    pub fn dpop_nonce(&self) -> Option<&str> {
        match &self.fault {
            Fault::UseNonce(nonce) => Some(nonce),
            _ => None,
        }
    }

    fn challenge(
        &self,
        scheme: &str,
        realm: Option<&str>,
        algs: Option<&str>,
        has_error: bool,
    ) -> String {
        let mut parameters = Vec::new();
        parameters.extend(realm.map(|realm| format!("realm={realm}")));
        if let (true, Some(error)) = (has_error, self.fault.error()) {
            parameters.push(format!("error=\"{error}\""));
            parameters.push(format!("error_description=\"{}\"", self.fault.description()));
            if self.fault == Fault::InsufficientScope {
                parameters.push(format!("scope=\"{}\"", self.scope));
            }
        }
        parameters.extend(algs.map(|algs| format!("algs=\"{algs}\"")));
        match parameters.is_empty() {
            true => scheme.to_owned(),
            false => format!("{scheme} {}", parameters.join(", ")),
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for Denial {}
