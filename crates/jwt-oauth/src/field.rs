//! Values of HTTP fields: `DPoP-Nonce` (RFC 9449 section 8.1) and `Retry-After` (RFC 9110 section 10.2.3).

use core::fmt;

use jwt_core::NumericDate;

use crate::date::{DateError, http_date};

/// Why the value of a field was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum FieldError {
    /// The value is not in the grammar of the field.
    Syntax {
        /// Where it ceases to be: bytes from its beginning.
        at: usize,
    },
    /// A challenge has a parameter twice (RFC 9110 section 11.2: "each parameter name MUST only occur once per
    /// challenge").
    DuplicateParameter,
    /// More challenges and parameters than [`crate::challenge::MAX_ITEMS`].
    TooMany,
    /// The value is no date.
    Date(DateError),
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { at } => write!(f, "malformed from byte {at} on"),
            Self::DuplicateParameter => f.write_str("a parameter twice in a challenge"),
            Self::TooMany => f.write_str("too many challenges and parameters"),
            Self::Date(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for FieldError {}

/// Reads a `DPoP-Nonce` field.
///
/// # Errors
/// [`FieldError::Syntax`].
pub fn dpop_nonce(value: &[u8]) -> Result<&str, FieldError> {
    let at = value.iter().position(|byte| !is_nqchar(*byte)).unwrap_or(value.len());
    match core::str::from_utf8(value) {
        Ok(nonce) if is_nonce(value) => Ok(nonce),
        _ => Err(FieldError::Syntax { at }),
    }
}

/// `1*NQCHAR`.
pub(crate) fn is_nonce(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| is_nqchar(*byte))
}

/// `NQCHAR` (RFC 6749 appendix A): printable, without a space, a quotation mark and a backslash.
pub(crate) const fn is_nqchar(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}

/// A `Retry-After` field: when to come back.
///
/// ```
/// use jwt_core::NumericDate;
/// use jwt_oauth::field::RetryAfter;
///
/// let now = NumericDate::from_seconds(784_111_757);
/// assert_eq!(RetryAfter::parse(b"120", now)?.seconds(now), 120);
/// assert_eq!(RetryAfter::parse(b"Sun, 06 Nov 1994 08:49:37 GMT", now)?.seconds(now), 20);
/// # Ok::<(), jwt_oauth::field::FieldError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// `delay-seconds`; what is too large for the type is its largest.
    Delay(u32),
    /// `HTTP-date`, by the clock of the server.
    At(NumericDate),
}

impl RetryAfter {
    /// Reads the value of the field. `floor` is as for [`http_date`].
    ///
    /// # Errors
    /// [`FieldError`].
    pub fn parse(value: &[u8], floor: NumericDate) -> Result<Self, FieldError> {
        if !value.first().is_some_and(u8::is_ascii_digit) {
            return http_date(value, floor).map(Self::At).map_err(FieldError::Date);
        }
        if let Some(at) = value.iter().position(|byte| !byte.is_ascii_digit()) {
            return Err(FieldError::Syntax { at });
        }
        let seconds = value.iter().fold(0_u32, |seconds, digit| {
            seconds.saturating_mul(10).saturating_add(u32::from(digit & 0x0f))
        });
        Ok(Self::Delay(seconds))
    }

    /// How long to wait at the time `now` by the clock of the server.
    #[must_use]
    pub fn seconds(self, now: NumericDate) -> u32 {
        match self {
            Self::Delay(seconds) => seconds,
            Self::At(date) => u32::try_from(date.seconds_since(now)).unwrap_or(u32::MAX),
        }
    }
}
