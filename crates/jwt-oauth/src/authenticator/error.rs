//! Why there is no access token.

use core::fmt;

use jwt_core::MintError;
use jwt_core::error::{BufferTooSmall, WriteError};

use crate::dpop::ProofError;
use crate::response::{ErrorCode, ResponseError};

/// Why an [`Authenticator`](super::Authenticator) cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthError {
    /// The authorization server refuses, and will again: an unknown client, a wrong scope.
    Refused(ErrorCode),
    /// The authorization server answers with a status that says nothing.
    Status(u16),
    /// The authorization server answers what no client can use.
    Response(ResponseError),
    /// As many requests failed as [`Timing::max_attempts`](super::Timing::max_attempts) says; the last one by
    /// this status, or 0 for no answer.
    Exhausted {
        /// The status.
        status: u16,
    },
    /// The API refuses a token that is new, or the request.
    ApiRefused(ErrorCode),
    /// A signature was given, or an answer, that was not asked for.
    NotAsked,
    /// The access token is longer than the buffer for it.
    TokenTooLong {
        /// Size in bytes that suffices.
        needed: usize,
    },
    /// The buffer to work in is too small.
    WorkTooSmall {
        /// Size in bytes that suffices for the next step.
        needed: usize,
    },
    /// The assertion cannot be minted, or the signer returned no signature.
    Mint(MintError),
    /// The proof cannot be minted: the URI or method is none.
    Proof(ProofError),
    /// The request cannot be written.
    Request(WriteError),
}

impl AuthError {
    /// Whether it stays so until somebody changes something: the error is returned again and again, and nothing
    /// is sent, until [`Authenticator::reset`](super::Authenticator::reset).
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Refused(_)
                | Self::Status(_)
                | Self::Response(_)
                | Self::Exhausted { .. }
                | Self::TokenTooLong { .. }
        )
    }

    /// What is wrong with a draft, `before` of whose buffer is in use.
    pub(super) fn of_draft(error: MintError, before: usize) -> Self {
        match error {
            MintError::BufferTooSmall { needed } => {
                Self::WorkTooSmall { needed: needed.saturating_add(before) }
            }
            error => Self::Mint(error),
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => write!(f, "the authorization server refuses: {code}"),
            Self::Status(status) => write!(f, "the authorization server answers {status}"),
            Self::Response(error) => write!(f, "the answer of the authorization server: {error}"),
            Self::Exhausted { status } => write!(f, "too many attempts, the last one: {status}"),
            Self::ApiRefused(code) => write!(f, "the API refuses a new token: {code}"),
            Self::NotAsked => f.write_str("nothing of that kind was asked for"),
            Self::TokenTooLong { needed } | Self::WorkTooSmall { needed } => {
                BufferTooSmall { needed: *needed }.fmt(f)
            }
            Self::Mint(error) => error.fmt(f),
            Self::Proof(error) => error.fmt(f),
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for AuthError {}
