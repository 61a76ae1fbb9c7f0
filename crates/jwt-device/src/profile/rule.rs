//! The rules as errors: which one was broken, in which API, by how much.

use core::fmt;

use jwt_core::MintError;

use crate::signer::fmt_failed;
use crate::{DeviceError, SignerError};

/// A rule that a token breaks, with the facts.
///
/// It holds names and numbers, never text of a token, so it can be logged as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum Rule {
    /// The header needs a "kid", and the signer's key has no name.
    KeyIdMissing,
    /// "kid" has the wrong length.
    KeyIdLength {
        /// Its length in characters.
        found: usize,
        /// The length that the API wants.
        expected: usize,
    },
    /// "kid" has characters other than ASCII letters and digits.
    KeyIdCharacters,
    /// "kid" has to be the text of "sub".
    KeyIdNotSubject,
    /// A claim that the API requires is absent.
    Missing {
        /// Its name.
        claim: &'static str,
    },
    /// A claim that the API refuses is present.
    Forbidden {
        /// Its name.
        claim: &'static str,
    },
    /// A claim has to be one certain text.
    Fixed {
        /// Its name.
        claim: &'static str,
        /// The text.
        expected: &'static str,
    },
    /// "aud" has to be one string, not an array.
    AudienceNotSingle,
    /// "iss" and "sub" have to be the same.
    IssuerNotSubject,
    /// A text is empty.
    Empty {
        /// The claim or header member.
        member: &'static str,
    },
    /// A text is too long.
    TooLong {
        /// The claim or header member.
        member: &'static str,
        /// Its length in characters.
        found: usize,
        /// Characters allowed.
        max: usize,
    },
    /// "exp" is too early: before the API's minimum, or not after the token is minted.
    LifetimeTooShort {
        /// Seconds from the minting to "exp".
        seconds: u64,
        /// Seconds required.
        min: u32,
    },
    /// "exp" is too late.
    LifetimeTooLong {
        /// Seconds from the minting to "exp".
        seconds: u64,
        /// Seconds allowed.
        max: u32,
    },
    /// "exp" is before the end that a [`TokenSource`](crate::TokenSource) plans with: the token's lifetime
    /// is not that of the [`Renewal`](crate::Renewal).
    EndsBeforePlan {
        /// Seconds from the minting to "exp".
        seconds: u64,
        /// Seconds planned: [`Renewal::lifetime`](crate::Renewal::lifetime).
        planned: u32,
    },
    /// A text is no origin: `https://`, a host, perhaps a port, and no path.
    NotAnOrigin {
        /// The claim.
        claim: &'static str,
    },
    /// A text is neither a `mailto:` nor an `https:` URI.
    NotAContact {
        /// The claim.
        claim: &'static str,
    },
    /// A text is no HTTP method in upper case.
    NotAMethod {
        /// The claim.
        claim: &'static str,
    },
    /// A text is no host name, with or without a port.
    NotAHost {
        /// The claim.
        claim: &'static str,
    },
    /// A text is no path that begins with `/` and has neither query nor fragment.
    NotAPath {
        /// The claim.
        claim: &'static str,
    },
    /// A text is no `https:` or `http:` URI without query and fragment.
    NotATargetUri {
        /// The claim.
        claim: &'static str,
    },
    /// A text is not the name of a hardware, a dot and a UUID.
    NotHardwareAndUuid {
        /// The claim.
        claim: &'static str,
    },
    /// A text holds the secret half of an API key, which would be published by every token.
    SecretInClaim {
        /// The claim.
        claim: &'static str,
    },
    /// A token was minted too short a time ago for a new one.
    RenewedTooSoon {
        /// Seconds since.
        seconds: u64,
        /// Seconds required.
        min: u32,
    },
    /// A token is too old to be sent.
    TooOld {
        /// Its age in seconds.
        seconds: u64,
        /// Seconds allowed.
        max: u32,
    },
    /// A token may be sent once.
    SingleUse,
    /// A rule of a provider outside this crate, in its words.
    Other(&'static str),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::KeyIdMissing => f.write_str("kid is required, and the signer's key has no name"),
            Self::KeyIdLength { found, expected } => {
                write!(f, "kid has {found} characters, not {expected}")
            }
            Self::KeyIdCharacters => {
                f.write_str("kid has characters other than ASCII letters and digits")
            }
            Self::KeyIdNotSubject => f.write_str("kid is not the text of sub"),
            Self::Missing { claim } => write!(f, "{claim} is required"),
            Self::Forbidden { claim } => write!(f, "{claim} is not allowed"),
            Self::Fixed { claim, expected } => write!(f, "{claim} is not {expected}"),
            Self::AudienceNotSingle => f.write_str("aud is not a single string"),
            Self::IssuerNotSubject => f.write_str("iss and sub are not the same"),
            Self::Empty { member } => write!(f, "{member} is empty"),
            Self::TooLong { member, found, max } => {
                write!(f, "{member} has {found} characters, more than {max}")
            }
            Self::LifetimeTooShort { seconds, min } => {
                write!(f, "exp is after {seconds} s, less than {min} s")
            }
            Self::LifetimeTooLong { seconds, max } => {
                write!(f, "exp is after {seconds} s, more than {max} s")
            }
            Self::EndsBeforePlan { seconds, planned } => {
                write!(f, "exp is after {seconds} s, before the end of the renewal's {planned} s")
            }
            Self::NotAnOrigin { claim } => {
                write!(f, "{claim} is not an origin: https, a host and no path")
            }
            Self::NotAContact { claim } => write!(f, "{claim} is not a mailto: or https: URI"),
            Self::NotAMethod { claim } => {
                write!(f, "{claim} has no HTTP method in upper case")
            }
            Self::NotAHost { claim } => write!(f, "{claim} has no host name"),
            Self::NotAPath { claim } => {
                write!(f, "{claim} has no path that begins with / and ends before any ? or #")
            }
            Self::NotATargetUri { claim } => {
                write!(f, "{claim} is not an http or https URI without query and fragment")
            }
            Self::NotHardwareAndUuid { claim } => {
                write!(f, "{claim} is not the name of a hardware, a dot and a UUID")
            }
            Self::SecretInClaim { claim } => {
                write!(f, "{claim} holds a whole API key: the part behind its dot is the secret")
            }
            Self::RenewedTooSoon { seconds, min } => {
                write!(f, "the last token was minted {seconds} s ago, less than {min} s")
            }
            Self::TooOld { seconds, max } => {
                write!(f, "the token is {seconds} s old, more than {max} s")
            }
            Self::SingleUse => f.write_str("each request needs a token of its own"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl core::error::Error for Rule {}

impl Rule {
    /// Refuses an empty text.
    pub(super) fn not_empty(member: &'static str, text: &str) -> Result<(), Self> {
        if text.is_empty() { Err(Self::Empty { member }) } else { Ok(()) }
    }

    /// Whether a URI or path has no query, no fragment, and nothing that no URI has.
    /// By its bytes: the search of `str` is larger.
    pub(super) fn is_bare(text: &str) -> bool {
        Self::is_of_uri(text) && text.bytes().all(|byte| !matches!(byte, b'?' | b'#'))
    }

    /// Whether a text has only what a URI may have, and two hexadecimal digits behind each percent sign
    /// (RFC 3986 section 2).
    pub(super) fn is_of_uri(text: &str) -> bool {
        let is_hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            let fits = match byte {
                b'%' => is_hex(bytes.next()) && is_hex(bytes.next()),
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
                byte => byte.is_ascii_graphic(),
            };
            if !fits {
                return false;
            }
        }
        true
    }

    /// Refuses a text that is no HTTP method.
    ///
    /// A method is any token (RFC 9110 section 9.1), and case-sensitive; one with a lower case letter is
    /// taken for the slip that it is.
    pub(super) fn method(claim: &'static str, text: &str) -> Result<(), Self> {
        let is_method = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_');
        if !text.is_empty() && text.bytes().all(is_method) {
            Ok(())
        } else {
            Err(Self::NotAMethod { claim })
        }
    }
}

/// A rule that a token breaks, and whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct RuleViolation {
    /// The name of the API.
    pub api: &'static str,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for RuleViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.api, self.rule)
    }
}

impl core::error::Error for RuleViolation {}

/// Why no token was minted for an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileError<E> {
    /// The token would break a rule of the API. Nothing was signed.
    Rule(RuleViolation),
    /// The token could not be written, or the signer returned no valid signature.
    Mint(MintError),
    /// The signer failed, and says why.
    Signer(E),
}

impl<E> From<RuleViolation> for ProfileError<E> {
    fn from(violation: RuleViolation) -> Self {
        Self::Rule(violation)
    }
}

impl<E> From<DeviceError<E>> for ProfileError<E> {
    fn from(error: DeviceError<E>) -> Self {
        match error {
            DeviceError::Mint(error) => Self::Mint(error),
            DeviceError::Signer(error) => Self::Signer(error),
        }
    }
}

impl<E: SignerError> fmt::Display for ProfileError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(violation) => violation.fmt(f),
            Self::Mint(error) => error.fmt(f),
            Self::Signer(error) => fmt_failed(error, f),
        }
    }
}

impl<E: SignerError> core::error::Error for ProfileError<E> {}

/// Of the signer's own error its kind, for its type need not know defmt.
#[cfg(feature = "defmt-1")]
impl<E: SignerError> defmt::Format for ProfileError<E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Rule(violation) => defmt::write!(f, "Rule({})", violation),
            Self::Mint(error) => defmt::write!(f, "Mint({})", defmt::Debug2Format(error)),
            Self::Signer(error) => defmt::write!(f, "Signer({})", error.kind()),
        }
    }
}
