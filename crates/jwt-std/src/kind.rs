//! What kind of error it is, one to one with the exceptions of PyJWT, whose names many know.

use std::fmt;

use jwt_core::error::{ClaimError, HeaderError, RegisteredClaim};
use jwt_core::{KeyError, VerifyError};

use crate::Error;

/// The kind of an error: what to branch on, where the facts of [`Error`] are more than is needed.
///
/// The kinds are those of PyJWT 2, so that who comes from there finds each under its name:
///
/// | kind | PyJWT | when |
/// | --- | --- | --- |
/// | `Expired` | `ExpiredSignatureError` | `exp` is now or in the past |
/// | `NotYetValid` | `ImmatureSignatureError` | `nbf` or `iat` is in the future |
/// | `InvalidAudience` | `InvalidAudienceError` | `aud` is another, unexpected, or of the wrong type |
/// | `InvalidIssuer` | `InvalidIssuerError` | `iss` is another, unknown, or of the wrong type |
/// | `InvalidIssuedAt` | `InvalidIssuedAtError` | `iat` is of the wrong type, or too long ago |
/// | `InvalidSubject` | `InvalidSubjectError` | `sub` is another, or of the wrong type |
/// | `InvalidJwtId` | `InvalidJTIError` | `jti` is of the wrong type |
/// | `MissingClaim` | `MissingRequiredClaimError` | a claim that is expected or required is absent |
/// | `InvalidSignature` | `InvalidSignatureError` | the signature is not that of this key over this token |
/// | `InvalidAlgorithm` | `InvalidAlgorithmError` | `alg` is absent, or not the algorithm of the key |
/// | `Malformed` | `DecodeError` | not three segments of base64url and JSON; `exp` or `nbf` of the wrong type |
/// | `InvalidToken` | `InvalidTokenError` | refused for another reason: `crit`, `typ`, a check of the caller |
/// | `InvalidKey` | `InvalidKeyError` | a key is malformed, too weak, or for another use |
/// | `AlgorithmNeeded` | `PyJWKError` | a key does not tell its algorithm, or there are no keys for it here |
/// | `InvalidKeySet` | `PyJWKSetError` | a JWK Set is malformed, or mixes secrets with public keys |
/// | `KeyNotFound` | `PyJWKClientError` | no key, or more than one, fits the header |
/// | `FetchFailed` | `PyJWKClientConnectionError` | keys or metadata were not fetched |
/// | `BackendMissing` | `MissingCryptographyError` | RSA private keys without the feature `aws-lc-rs` |
/// | `Other` | `PyJWTError` | no verdict on a token or key: a file, randomness, what was to be minted |
///
/// `FetchFailed` is met with the feature `remote-jwks` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // the table above says it once
pub enum ErrorKind {
    // Of several, PyJWT raises the first in this order; so `Ord` is that order.
    MissingClaim,
    InvalidIssuedAt,
    NotYetValid,
    Malformed,
    Expired,
    InvalidIssuer,
    InvalidAudience,
    InvalidSubject,
    InvalidJwtId,
    InvalidToken,
    InvalidSignature,
    InvalidAlgorithm,
    InvalidKey,
    AlgorithmNeeded,
    InvalidKeySet,
    KeyNotFound,
    FetchFailed,
    BackendMissing,
    Other,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::MissingClaim,
        Self::InvalidIssuedAt,
        Self::NotYetValid,
        Self::Malformed,
        Self::Expired,
        Self::InvalidIssuer,
        Self::InvalidAudience,
        Self::InvalidSubject,
        Self::InvalidJwtId,
        Self::InvalidToken,
        Self::InvalidSignature,
        Self::InvalidAlgorithm,
        Self::InvalidKey,
        Self::AlgorithmNeeded,
        Self::InvalidKeySet,
        Self::KeyNotFound,
        Self::FetchFailed,
        Self::BackendMissing,
        Self::Other,
    ];

    /// The name of PyJWT's exception.
    #[must_use]
    pub const fn pyjwt(self) -> &'static str {
        match self {
            Self::MissingClaim => "MissingRequiredClaimError",
            Self::InvalidIssuedAt => "InvalidIssuedAtError",
            Self::NotYetValid => "ImmatureSignatureError",
            Self::Malformed => "DecodeError",
            Self::Expired => "ExpiredSignatureError",
            Self::InvalidIssuer => "InvalidIssuerError",
            Self::InvalidAudience => "InvalidAudienceError",
            Self::InvalidSubject => "InvalidSubjectError",
            Self::InvalidJwtId => "InvalidJTIError",
            Self::InvalidToken => "InvalidTokenError",
            Self::InvalidSignature => "InvalidSignatureError",
            Self::InvalidAlgorithm => "InvalidAlgorithmError",
            Self::InvalidKey => "InvalidKeyError",
            Self::AlgorithmNeeded => "PyJWKError",
            Self::InvalidKeySet => "PyJWKSetError",
            Self::KeyNotFound => "PyJWKClientError",
            Self::FetchFailed => "PyJWKClientConnectionError",
            Self::BackendMissing => "MissingCryptographyError",
            Self::Other => "PyJWTError",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Error {
    /// The kind of this error. Of several failed checks, that of the one which PyJWT would raise.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Verify(error) => of_verify(*error),
            Self::Claims { errors, .. } => {
                errors.iter().map(of_claim).min().unwrap_or(ErrorKind::InvalidToken)
            }
            Self::UnknownIssuer => ErrorKind::InvalidIssuer,
            Self::Key(error) => of_key(*error),
            Self::UnknownContainer
            | Self::OtherPem { .. }
            | Self::Encrypted
            | Self::SeveralPemBlocks
            | Self::FileTooLarge { .. }
            | Self::NotExpressible
            | Self::NoPublicPart
            | Self::KidNeeded => ErrorKind::InvalidKey,
            Self::AlgorithmNeeded
            | Self::RsaAlgorithmNeeded
            | Self::AlgorithmNotSupported { .. } => ErrorKind::AlgorithmNeeded,
            Self::TooManyKeys { .. } => ErrorKind::InvalidKeySet,
            #[cfg(feature = "remote-jwks")]
            Self::Fetch(_) => ErrorKind::FetchFailed,
            Self::NoRsaSigning => ErrorKind::BackendMissing,
            Self::AlgorithmNotAllowed | Self::NoAlgorithms => ErrorKind::InvalidAlgorithm,
            Self::NoSingleKey { .. } | Self::NoNextKey => ErrorKind::KeyNotFound,
            Self::Json(_) => ErrorKind::Malformed,
            Self::Serde(_) => ErrorKind::InvalidToken,
            Self::Io(_)
            | Self::Entropy
            | Self::Mint(_)
            | Self::InvalidScope
            | Self::InvalidRealm
            | Self::InvalidUrl => ErrorKind::Other,
        }
    }
}

/// The kind of one failed check.
pub(crate) const fn of_claim(error: ClaimError) -> ErrorKind {
    match error {
        ClaimError::Missing(_) | ClaimError::MissingRequired { .. } => ErrorKind::MissingClaim,
        ClaimError::WrongType(claim) => match claim {
            RegisteredClaim::ExpirationTime | RegisteredClaim::NotBefore => ErrorKind::Malformed,
            RegisteredClaim::Issuer => ErrorKind::InvalidIssuer,
            RegisteredClaim::Subject => ErrorKind::InvalidSubject,
            RegisteredClaim::Audience => ErrorKind::InvalidAudience,
            RegisteredClaim::IssuedAt => ErrorKind::InvalidIssuedAt,
            RegisteredClaim::JwtId => ErrorKind::InvalidJwtId,
        },
        ClaimError::Expired { .. } => ErrorKind::Expired,
        ClaimError::NotYetValid { .. } | ClaimError::IssuedInTheFuture { .. } => {
            ErrorKind::NotYetValid
        }
        ClaimError::TooOld { .. } => ErrorKind::InvalidIssuedAt,
        ClaimError::IssuerMismatch => ErrorKind::InvalidIssuer,
        ClaimError::SubjectMismatch => ErrorKind::InvalidSubject,
        ClaimError::AudienceMismatch | ClaimError::UnexpectedAudience => ErrorKind::InvalidAudience,
        _ => ErrorKind::InvalidToken,
    }
}

fn of_verify(error: VerifyError) -> ErrorKind {
    match error {
        VerifyError::TokenTooLong { .. }
        | VerifyError::HeaderTooLong { .. }
        | VerifyError::NotThreeSegments
        | VerifyError::InvalidBase64url { .. }
        | VerifyError::Header(HeaderError::Json(_))
        | VerifyError::PayloadNotAnObject(_) => ErrorKind::Malformed,
        VerifyError::Header(HeaderError::MissingAlgorithm)
        | VerifyError::AlgorithmMismatch { .. } => ErrorKind::InvalidAlgorithm,
        VerifyError::KeyNotFound
        | VerifyError::AmbiguousKey
        | VerifyError::TooManyCandidates { .. } => ErrorKind::KeyNotFound,
        VerifyError::UnusableKey(error) => of_key(error),
        VerifyError::InvalidSignature => ErrorKind::InvalidSignature,
        VerifyError::BufferTooSmall { .. } => ErrorKind::Other,
        _ => ErrorKind::InvalidToken,
    }
}

fn of_key(error: KeyError) -> ErrorKind {
    match error {
        // Of the members of a JWK none has this name; of a set it is the one.
        KeyError::MixedSet | KeyError::Member { name: "keys" } => ErrorKind::InvalidKeySet,
        _ => ErrorKind::InvalidKey,
    }
}
