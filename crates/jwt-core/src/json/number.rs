//! A JSON number as it stands in the text, and exact integers from it.

/// A JSON number (RFC 8259 section 6), not converted: no floating point is involved.
#[derive(Clone, Copy, Debug)]
pub struct Number<'a>(&'a str);

/// The largest integer that is not above a number, and whether anything was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Floor {
    pub(crate) integer: i64,
    pub(crate) inexact: bool,
}

/// Digits before the decimal point at most, so that every integer fits `i64`.
const MAX_INTEGER_DIGITS: i64 = 18;

impl<'a> Number<'a> {
    /// A number that the scanner has passed.
    pub(super) const fn from_scanned(text: &'a str) -> Self {
        Self(text)
    }

    /// The number as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// The integer, where the number is written as one (no fraction, no exponent) and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The integer, where the number is written as one (no fraction, no exponent) and fits.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The number rounded down, in integer arithmetic, whatever its syntax: `1.7e9` is 1700000000.
    /// `None` where that has more than 18 digits.
    pub(crate) fn floor(&self) -> Option<Floor> {
        // Nearly all are plain seconds.
        if self.0.len() <= 18 && self.0.bytes().all(|byte| byte.is_ascii_digit()) {
            let integer = self.0.bytes().fold(0i64, |integer, digit| {
                integer.wrapping_mul(10).wrapping_add(i64::from(digit & 0x0f))
            });
            return Some(Floor { integer, inexact: false });
        }
        let (negative, text) = match self.0.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.0),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));

        // The value is 0.d1d2d3… × 10^point, with d1 not zero.
        let digits = whole.bytes().chain(fraction.bytes());
        let zeros = digits.clone().take_while(|digit| *digit == b'0').count();
        let mut digits = digits.skip(zeros).map(|digit| digit.wrapping_sub(b'0')).peekable();
        if digits.peek().is_none() {
            return Some(Floor { integer: 0, inexact: false });
        }
        let point = i64::try_from(whole.len())
            .ok()?
            .saturating_sub(i64::try_from(zeros).ok()?)
            .saturating_add(exponent);
        if point > MAX_INTEGER_DIGITS {
            return None;
        }

        let mut integer = 0i64;
        for _ in 0..point {
            let digit = i64::from(digits.next().unwrap_or(0));
            integer = integer.saturating_mul(10).saturating_add(digit);
        }
        let inexact = digits.any(|digit| digit != 0);
        if negative {
            integer = integer.saturating_neg().saturating_sub(i64::from(inexact));
        }
        Some(Floor { integer, inexact })
    }
}

/// An exponent that does not fit is as good as the largest that does: the number is out of range
/// or below one either way.
fn parse_exponent(text: &str) -> i64 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = digits.bytes().fold(0i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0')))
    });
    if negative { magnitude.saturating_neg() } else { magnitude }
}
