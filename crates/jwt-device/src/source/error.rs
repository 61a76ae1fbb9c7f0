//! Why no token was handed out.

use core::convert::Infallible;
use core::fmt;

use jwt_core::{MintError, NumericDate};

use super::shelf::Refused;
use crate::profile::{ProfileError, RuleViolation};
use crate::signer::fmt_failed;
use crate::{ClockError, SignerError};

/// Why no token was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError<E> {
    /// The time is not known.
    Clock(ClockError),
    /// There is no token that would do, and it is too soon for a new one.
    TooSoon {
        /// The earliest time for it.
        retry_at: NumericDate,
    },
    /// A token was asked for that is good for longer than any is.
    TooLong {
        /// Seconds for which a new token is good.
        useful_life: u32,
    },
    /// The token breaks a rule of its API.
    Rule(RuleViolation),
    /// The token could not be written, or the signer returned no valid signature.
    ///
    /// [`MintError::BufferTooSmall`] tells the size of the source's whole buffer.
    Mint(MintError),
    /// The signer failed, and says why.
    Signer(E),
    /// When the signer was done the token was over, or from the future: signing took too long, or the
    /// clock was set meanwhile. Trying again helps.
    Overtaken,
}

impl<E> SourceError<E> {
    /// `tokens` is how many the source's buffer has to hold.
    pub(super) fn from_draft(error: ProfileError<Infallible>, tokens: usize) -> Self {
        match error {
            ProfileError::Rule(violation) => Self::Rule(violation),
            ProfileError::Mint(MintError::BufferTooSmall { needed }) => {
                Self::Mint(MintError::BufferTooSmall { needed: needed.saturating_mul(tokens) })
            }
            ProfileError::Mint(error) => Self::Mint(error),
        }
    }
}

impl<E> From<Refused> for SourceError<E> {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooSoon { retry_at } => Self::TooSoon { retry_at },
            Refused::TooLong { useful_life } => Self::TooLong { useful_life },
        }
    }
}

impl<E: SignerError> fmt::Display for SourceError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(error) => error.fmt(f),
            Self::TooSoon { retry_at } => write!(f, "too soon for a new token until {retry_at}"),
            Self::TooLong { useful_life } => write!(f, "a token is good for {useful_life} s only"),
            Self::Rule(violation) => violation.fmt(f),
            Self::Mint(error) => error.fmt(f),
            Self::Signer(error) => fmt_failed(error, f),
            Self::Overtaken => f.write_str("the token was over when the signer was done"),
        }
    }
}

impl<E: SignerError> core::error::Error for SourceError<E> {}
