//! What servers say is wrong, and what is wrong with what they say.

use core::fmt;

use jwt_core::error::JsonError;

/// Why an answer of a token endpoint was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseError {
    /// The answer has more than [`super::MAX_RESPONSE_LEN`] bytes.
    TooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// The answer is no strict JSON object.
    Json(JsonError),
    /// A required member is absent.
    Missing {
        /// Its name.
        member: &'static str,
    },
    /// A member has another type than its RFC says.
    WrongType {
        /// Its name.
        member: &'static str,
    },
    /// A member is empty, or has characters that its RFC leaves out.
    Characters {
        /// Its name.
        member: &'static str,
    },
    /// "token_type" is none that was asked for.
    TokenType,
    /// A token bound to a key was asked for, and this one is not: whoever steals it can use it.
    NotBound,
    /// "expires_in" is no whole number from 1 to [`super::MAX_EXPIRES_IN`].
    ExpiresIn,
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => write!(f, "the answer has more than {limit} bytes"),
            Self::Json(error) => error.fmt(f),
            Self::Missing { member } => write!(f, "no {member}"),
            Self::WrongType { member } => write!(f, "{member} has the wrong type"),
            Self::Characters { member } => {
                write!(f, "{member} is empty or has characters that it must not have")
            }
            Self::TokenType => f.write_str("token_type is not the one that was asked for"),
            Self::NotBound => f.write_str("the token is not bound to the key"),
            Self::ExpiresIn => f.write_str("expires_in is no number of seconds"),
        }
    }
}

impl core::error::Error for ResponseError {}

/// "error" of an answer, in a body or in a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum ErrorCode {
    /// RFC 6749 section 5.2, RFC 6750 section 3.1.
    InvalidRequest,
    /// RFC 6749 section 5.2: the client is unknown, or its assertion is refused.
    InvalidClient,
    /// RFC 6749 section 5.2.
    InvalidGrant,
    /// RFC 6749 section 5.2.
    UnauthorizedClient,
    /// RFC 6749 section 5.2.
    UnsupportedGrantType,
    /// RFC 6749 section 5.2.
    InvalidScope,
    /// RFC 8707 section 2, RFC 8693 section 2.2.2.
    InvalidTarget,
    /// RFC 6749 section 4.1.2.1.
    ServerError,
    /// RFC 6749 section 4.1.2.1.
    TemporarilyUnavailable,
    /// RFC 6750 section 3.1: the access token is expired, revoked, or otherwise no good.
    InvalidToken,
    /// RFC 6750 section 3.1.
    InsufficientScope,
    /// RFC 9449 section 5.
    InvalidDpopProof,
    /// RFC 9449 section 8.
    UseDpopNonce,
    /// None of these.
    Other,
}

impl ErrorCode {
    /// Those that have a name.
    const NAMED: [(Self, &'static str); 13] = [
        (Self::InvalidRequest, "invalid_request"),
        (Self::InvalidClient, "invalid_client"),
        (Self::InvalidGrant, "invalid_grant"),
        (Self::UnauthorizedClient, "unauthorized_client"),
        (Self::UnsupportedGrantType, "unsupported_grant_type"),
        (Self::InvalidScope, "invalid_scope"),
        (Self::InvalidTarget, "invalid_target"),
        (Self::ServerError, "server_error"),
        (Self::TemporarilyUnavailable, "temporarily_unavailable"),
        (Self::InvalidToken, "invalid_token"),
        (Self::InsufficientScope, "insufficient_scope"),
        (Self::InvalidDpopProof, "invalid_dpop_proof"),
        (Self::UseDpopNonce, "use_dpop_nonce"),
    ];

    /// The code whose name `is` says it is.
    pub(crate) fn find(is: impl Fn(&str) -> bool) -> Self {
        Self::NAMED.iter().find(|(_, name)| is(name)).map_or(Self::Other, |(code, _)| *code)
    }

    /// The name; "other" where it has none.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(code, _)| *code == self).map_or("other", |(_, name)| name)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
