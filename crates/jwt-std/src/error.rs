//! One error for this crate: the core's errors with their facts, and what only std can meet.

use std::fmt;

use jwt_core::json::JsonError;
use jwt_core::{Algorithm, ClaimErrors, KeyError, MintError, Stage, VerifyError};

use crate::Refusal;

/// What went wrong: facts. What to branch on is [`Error::kind`]. No variant holds a secret or a whole
/// token. [`Error::Claims`] and [`Error::Serde`] show values of claims, and come after a good signature only.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    Io(std::io::Error),
    /// A key was refused.
    Key(KeyError),
    /// A file holds neither a JWK, a JWK Set, PEM nor DER.
    UnknownContainer,
    /// PEM that is not one plain key: a certificate, an encrypted key.
    OtherPem {
        /// Its label, RFC 7468 section 3: capital letters, digits and spaces.
        label: String,
    },
    /// DER that is an encrypted private key.
    Encrypted,
    /// More than one PEM block, so it is not clear which is meant.
    SeveralPemBlocks,
    /// A JWK Set has more keys than are looked at.
    TooManyKeys {
        /// Keys allowed.
        limit: usize,
    },
    /// A key file has more bytes than are read.
    FileTooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// A symmetric JWK without `alg`, and the caller did not say which algorithm it is for.
    AlgorithmNeeded,
    /// An RSA key that does not say which of its six algorithms it is for, and neither did the caller.
    RsaAlgorithmNeeded,
    /// RSA private keys are not used or made in pure Rust: that needs the feature `aws-lc-rs`.
    NoRsaSigning,
    /// No algorithm was named that is allowed.
    NoAlgorithms,
    /// The algorithm of the key is not one that the caller allows.
    AlgorithmNotAllowed,
    /// There are no keys of this algorithm here.
    AlgorithmNotSupported {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// No key of a set fits, or more than one does.
    NoSingleKey {
        /// How many fit.
        fitting: usize,
    },
    /// The form cannot hold this key: PEM and DER hold no symmetric key.
    NotExpressible,
    /// A symmetric key has no public part, so it cannot be published.
    NoPublicPart,
    /// A key of a ring needs a `kid`, and another one than the other keys have.
    KidNeeded,
    /// No key was announced that a ring could turn to.
    NoNextKey,
    /// No randomness from the operating system.
    Entropy,
    /// No token was minted.
    Mint(MintError),
    /// The "iss" of a token is that of no known issuer, so there are no keys to verify it with.
    UnknownIssuer,
    /// A token was not verified.
    Verify(VerifyError),
    /// A token was verified, and its claims were refused.
    Claims {
        /// The failed checks.
        errors: Box<ClaimErrors>,
        /// The same, with what was expected and what was found.
        explained: Vec<Refusal>,
    },
    /// JSON for claims or header members is no strict JSON object.
    Json(JsonError),
    /// A scope that is not in the grammar of RFC 6749 section 3.3.
    InvalidScope,
    /// A realm with other characters than those of printable ASCII.
    InvalidRealm,
    /// A URL that is none, or not one that is used here: see where it is given.
    InvalidUrl,
    /// Keys or metadata were not fetched.
    #[cfg(feature = "remote-jwks")]
    Fetch(crate::FetchError),
    /// Claims do not fit the type that was asked for, or cannot be written as JSON.
    Serde(serde_json::Error),
}

impl Error {
    /// How far a token got, where a token was refused.
    #[must_use]
    pub const fn stage(&self) -> Option<Stage> {
        match self {
            Self::Verify(error) => Some(error.stage()),
            Self::Claims { .. } => Some(Stage::Claims),
            Self::Key(_)
            | Self::UnknownContainer
            | Self::OtherPem { .. }
            | Self::Encrypted
            | Self::NoAlgorithms
            | Self::SeveralPemBlocks
            | Self::TooManyKeys { .. }
            | Self::FileTooLarge { .. }
            | Self::AlgorithmNeeded
            | Self::RsaAlgorithmNeeded
            | Self::NoRsaSigning
            | Self::AlgorithmNotAllowed
            | Self::AlgorithmNotSupported { .. }
            | Self::UnknownIssuer
            | Self::NoPublicPart
            | Self::KidNeeded
            | Self::NoNextKey
            | Self::NoSingleKey { .. } => Some(Stage::Key),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
            Self::UnknownContainer => f.write_str("this is neither a JWK, a JWK Set, PEM nor DER"),
            Self::OtherPem { label } => {
                write!(f, "this PEM holds no plain key but {label}")
            }
            Self::Encrypted => f.write_str("this is an ENCRYPTED PRIVATE KEY"),
            Self::NoAlgorithms => f.write_str("no algorithm is allowed; name at least one"),
            Self::SeveralPemBlocks => f.write_str("more than one PEM block; one key is needed"),
            Self::TooManyKeys { limit } => write!(f, "the JWK Set has more than {limit} keys"),
            Self::FileTooLarge { limit } => write!(f, "the file has more than {limit} bytes"),
            Self::AlgorithmNeeded => {
                f.write_str("the symmetric key does not say its algorithm; say it")
            }
            Self::RsaAlgorithmNeeded => {
                f.write_str("the RSA key does not say its algorithm; say it")
            }
            Self::NoRsaSigning => {
                f.write_str("RSA private keys need the feature aws-lc-rs of jwt-std")
            }
            Self::AlgorithmNotAllowed => {
                f.write_str("the algorithm of the key is not among those allowed")
            }
            Self::AlgorithmNotSupported { algorithm } => {
                write!(f, "there are no keys for {algorithm} here")
            }
            Self::NoSingleKey { fitting: 0 } => f.write_str("no key of the set fits"),
            Self::NoSingleKey { fitting } => {
                write!(f, "{fitting} keys of the set fit; a kid has to choose")
            }
            Self::NotExpressible => f.write_str("PEM and DER hold no symmetric key; use a JWK"),
            Self::NoPublicPart => f.write_str("a symmetric key has no public part"),
            Self::KidNeeded => f.write_str("the key needs a kid of its own"),
            Self::NoNextKey => f.write_str("no next key was announced"),
            Self::Entropy => f.write_str("the operating system gave no randomness"),
            Self::UnknownIssuer => f.write_str("the iss of the token is no known issuer"),
            Self::Mint(error) => error.fmt(f),
            Self::Verify(error) => error.fmt(f),
            Self::Claims { explained, .. } => {
                for (i, refusal) in explained.iter().enumerate() {
                    let between = if i > 0 { "; " } else { "" };
                    write!(f, "{between}{refusal}")?;
                }
                Ok(())
            }
            Self::InvalidScope => f.write_str("a scope is names with one space between them"),
            Self::InvalidRealm => f.write_str("a realm is printable ASCII"),
            Self::InvalidUrl => f.write_str("the URL is invalid, or not allowed here"),
            #[cfg(feature = "remote-jwks")]
            Self::Fetch(error) => error.fmt(f),
            Self::Json(error) => error.fmt(f),
            Self::Serde(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Key(error) => Some(error),
            Self::Mint(error) => Some(error),
            Self::Verify(error) => Some(error),
            Self::Claims { errors, .. } => Some(errors.as_ref()),
            #[cfg(feature = "remote-jwks")]
            Self::Fetch(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::Serde(error) => Some(error),
            _ => None,
        }
    }
}

/// Conversions that lose nothing.
macro_rules! from {
    ($($source:ty => $variant:ident),*) => { $(
        impl From<$source> for Error {
            fn from(error: $source) -> Self {
                Self::$variant(error)
            }
        }
    )* };
}

from! {
    std::io::Error => Io,
    KeyError => Key,
    MintError => Mint,
    VerifyError => Verify,
    JsonError => Json,
    serde_json::Error => Serde
}
