//! Why claims were refused: all failed checks at once, with how many seconds late or early.

use core::fmt;

/// One of the seven claims of RFC 7519 section 4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegisteredClaim {
    /// "iss" (Issuer), RFC 7519 section 4.1.1.
    Issuer,
    /// "sub" (Subject), RFC 7519 section 4.1.2.
    Subject,
    /// "aud" (Audience), RFC 7519 section 4.1.3.
    Audience,
    /// "exp" (Expiration Time), RFC 7519 section 4.1.4.
    ExpirationTime,
    /// "nbf" (Not Before), RFC 7519 section 4.1.5.
    NotBefore,
    /// "iat" (Issued At), RFC 7519 section 4.1.6.
    IssuedAt,
    /// "jti" (JWT ID), RFC 7519 section 4.1.7.
    JwtId,
}

impl RegisteredClaim {
    /// All seven, in the order of the RFC.
    pub const ALL: [Self; 7] = [
        Self::Issuer,
        Self::Subject,
        Self::Audience,
        Self::ExpirationTime,
        Self::NotBefore,
        Self::IssuedAt,
        Self::JwtId,
    ];

    /// The name of the member.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "iss",
            Self::Subject => "sub",
            Self::Audience => "aud",
            Self::ExpirationTime => "exp",
            Self::NotBefore => "nbf",
            Self::IssuedAt => "iat",
            Self::JwtId => "jti",
        }
    }

    /// The registered claim of this name.
    #[must_use]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "iss" => Self::Issuer,
            "sub" => Self::Subject,
            "aud" => Self::Audience,
            "exp" => Self::ExpirationTime,
            "nbf" => Self::NotBefore,
            "iat" => Self::IssuedAt,
            "jti" => Self::JwtId,
            _ => return None,
        })
    }

    const fn bit(self) -> u32 {
        match self {
            Self::Issuer => 1,
            Self::Subject => 2,
            Self::Audience => 4,
            Self::ExpirationTime => 8,
            Self::NotBefore => 16,
            Self::IssuedAt => 32,
            Self::JwtId => 64,
        }
    }
}

impl fmt::Display for RegisteredClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One failed check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimError {
    /// A registered claim has the wrong JSON type, an `aud` is empty, or a date lies beyond
    /// [`crate::NumericDate::MAX`]. Never taken for an absent claim.
    WrongType(RegisteredClaim),
    /// A registered claim that the policy expects is absent.
    Missing(RegisteredClaim),
    /// A claim that the policy requires by name is absent.
    MissingRequired {
        /// Its place in the policy's list, from 0. See [`crate::Policy::required_claims`].
        index: usize,
    },
    /// `exp` is now or in the past.
    Expired {
        /// By how many seconds, leeway not counted.
        seconds: u64,
    },
    /// `nbf` is in the future.
    NotYetValid {
        /// By how many seconds, leeway not counted.
        seconds: u64,
    },
    /// `iat` is in the future.
    IssuedInTheFuture {
        /// By how many seconds, leeway not counted.
        seconds: u64,
    },
    /// The token is older than the policy allows.
    TooOld {
        /// By how many seconds, leeway not counted.
        seconds: u64,
    },
    /// `iss` is not an expected issuer.
    IssuerMismatch,
    /// `sub` is not the expected subject.
    SubjectMismatch,
    /// `aud` has no expected audience.
    AudienceMismatch,
    /// The token has an `aud` where the policy says that no audience is used.
    UnexpectedAudience,
    /// `typ` is not the expected type (RFC 8725 section 3.11).
    TypeMismatch,
    /// A check of the caller failed, with the words it gave.
    Refused(&'static str),
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType(claim) => write!(f, "{claim} has the wrong type or is out of range"),
            Self::Missing(claim) => write!(f, "{claim} is missing"),
            Self::MissingRequired { index } => {
                write!(f, "required claim number {} is missing", index.saturating_add(1))
            }
            Self::Expired { seconds } => write!(f, "expired {seconds} s ago"),
            Self::NotYetValid { seconds } => write!(f, "not valid for another {seconds} s"),
            Self::IssuedInTheFuture { seconds } => write!(f, "issued {seconds} s in the future"),
            Self::TooOld { seconds } => write!(f, "{seconds} s older than allowed"),
            Self::IssuerMismatch => f.write_str("iss is not the expected issuer"),
            Self::SubjectMismatch => f.write_str("sub is not the expected subject"),
            Self::AudienceMismatch => f.write_str("aud is not the expected audience"),
            Self::UnexpectedAudience => f.write_str("aud is present but no audience is expected"),
            Self::TypeMismatch => f.write_str("typ is not the expected type"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

/// Every check that failed on one token: a small set, never empty where it is returned.
///
/// ```
/// use jwt_core::error::{ClaimError, ClaimErrors};
///
/// let mut errors = ClaimErrors::default();
/// errors.insert(ClaimError::Expired { seconds: 12 });
/// errors.insert(ClaimError::AudienceMismatch);
/// assert!(errors.iter().any(|error| error == ClaimError::Expired { seconds: 12 }));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct ClaimErrors {
    wrong_type: u32,
    missing: u32,
    required: u32,
    expired: Option<u64>,
    not_yet_valid: Option<u64>,
    issued_in_the_future: Option<u64>,
    too_old: Option<u64>,
    issuer: bool,
    subject: bool,
    audience: bool,
    unexpected_audience: bool,
    typ: bool,
    refused: Option<&'static str>,
}

impl ClaimErrors {
    /// Adds an error. Of two [`ClaimError::Refused`] the first is kept. Of required claims past
    /// the 32nd the last is named.
    pub fn insert(&mut self, error: ClaimError) {
        match error {
            ClaimError::WrongType(claim) => self.wrong_type |= claim.bit(),
            ClaimError::Missing(claim) => self.missing |= claim.bit(),
            ClaimError::MissingRequired { index } => {
                self.required |= 1 << index.min(31);
            }
            ClaimError::Expired { seconds } => self.expired = Some(seconds),
            ClaimError::NotYetValid { seconds } => self.not_yet_valid = Some(seconds),
            ClaimError::IssuedInTheFuture { seconds } => self.issued_in_the_future = Some(seconds),
            ClaimError::TooOld { seconds } => self.too_old = Some(seconds),
            ClaimError::IssuerMismatch => self.issuer = true,
            ClaimError::SubjectMismatch => self.subject = true,
            ClaimError::AudienceMismatch => self.audience = true,
            ClaimError::UnexpectedAudience => self.unexpected_audience = true,
            ClaimError::TypeMismatch => self.typ = true,
            ClaimError::Refused(why) => {
                self.refused.get_or_insert(why);
            }
        }
    }

    /// Whether no check failed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The failed checks.
    pub fn iter(&self) -> impl Iterator<Item = ClaimError> {
        let Self { wrong_type, missing, required, .. } = *self;
        let flag = |set: bool, error| set.then_some(error);
        RegisteredClaim::ALL
            .into_iter()
            .filter(move |claim| wrong_type & claim.bit() != 0)
            .map(ClaimError::WrongType)
            .chain(
                RegisteredClaim::ALL
                    .into_iter()
                    .filter(move |claim| missing & claim.bit() != 0)
                    .map(ClaimError::Missing),
            )
            .chain(
                (0..32)
                    .filter(move |index| required & 1 << index != 0)
                    .map(|index| ClaimError::MissingRequired { index }),
            )
            .chain(self.expired.map(|seconds| ClaimError::Expired { seconds }))
            .chain(self.not_yet_valid.map(|seconds| ClaimError::NotYetValid { seconds }))
            .chain(
                self.issued_in_the_future.map(|seconds| ClaimError::IssuedInTheFuture { seconds }),
            )
            .chain(self.too_old.map(|seconds| ClaimError::TooOld { seconds }))
            .chain(flag(self.issuer, ClaimError::IssuerMismatch))
            .chain(flag(self.subject, ClaimError::SubjectMismatch))
            .chain(flag(self.audience, ClaimError::AudienceMismatch))
            .chain(flag(self.unexpected_audience, ClaimError::UnexpectedAudience))
            .chain(flag(self.typ, ClaimError::TypeMismatch))
            .chain(self.refused.map(ClaimError::Refused))
    }
}

impl fmt::Debug for ClaimErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for ClaimErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl core::error::Error for ClaimError {}
impl core::error::Error for ClaimErrors {}
