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
        #[cfg(target_pointer_width = "64")]
        if let Some(integer) = ten_digits(self.0.as_bytes()) {
            return Some(Floor { integer, inexact: false });
        }
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

/// The number that ten digits make: the first eight at once.
#[cfg(target_pointer_width = "64")]
fn ten_digits(text: &[u8]) -> Option<i64> {
    let &[ref eight @ .., ninth, tenth] = <&[u8; 10]>::try_from(text).ok()?;
    // Digits are 0x30 to 0x39: the upper half is 3, also with 6 more.
    let word = u64::from_le_bytes(*eight);
    let upper = |word: u64| word & 0xf0f0_f0f0_f0f0_f0f0;
    let (ninth, tenth) = (ninth.wrapping_sub(b'0'), tenth.wrapping_sub(b'0'));
    if upper(word) != 0x3030_3030_3030_3030
        || upper(word.wrapping_add(0x0606_0606_0606_0606)) != 0x3030_3030_3030_3030
        || ninth > 9
        || tenth > 9
    {
        return None;
    }
    // Pairs of digits, pairs of those, and those: the first one is the lowest in the word.
    let digits = word & 0x0f0f_0f0f_0f0f_0f0f;
    let twos = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = twos.wrapping_mul(100).wrapping_add(twos >> 16) & 0x0000_ffff_0000_ffff;
    let all = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    let last = u64::from(ninth).wrapping_mul(10).wrapping_add(u64::from(tenth));
    i64::try_from(all.wrapping_mul(100).wrapping_add(last)).ok()
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

#[cfg(target_pointer_width = "64")]
#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;

    use super::ten_digits;

    #[test]
    fn ten_digits_are_the_number_that_they_say() {
        for number in (0..100_000).map(|i: i64| i * 99_991) {
            assert_eq!(ten_digits(format!("{number:010}").as_bytes()), Some(number));
        }
        assert_eq!(ten_digits(b"9999999999"), Some(9_999_999_999));
    }

    #[test]
    fn what_is_no_ten_digits_is_left_to_others() {
        for len in (0..20).filter(|len| *len != 10) {
            assert_eq!(ten_digits(format!("{:01$}", 1, len).as_bytes()).filter(|_| len > 0), None);
        }
        for at in 0..10 {
            for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
                let mut text = *b"1234567890";
                text[at] = byte;
                assert_eq!(ten_digits(&text), None, "{byte:#04x} at {at}");
            }
        }
    }
}
