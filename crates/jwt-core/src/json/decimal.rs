//! The decimal digits of a number.

/// Writes `number` to the end of `digits`; returns what was written.
pub(super) fn decimal(number: u64, digits: &mut [u8; 20]) -> &[u8] {
    if cfg!(target_pointer_width = "64") {
        by_word(number, digits)
    } else {
        by_half_word(number, digits)
    }
}

/// The digits of a number that has no more than sixteen, at the front of an array, and how many they are.
#[cfg(target_pointer_width = "64")]
pub(super) fn sixteen_digits(number: u64) -> Option<([u8; 16], usize)> {
    const EIGHT: u64 = 100_000_000;
    let (high, low) = (number / EIGHT, number % EIGHT);
    if high >= EIGHT {
        return None;
    }
    let digits = u128::from(eight_digits(high)) | u128::from(eight_digits(low)) << 64;
    // The first digits are the lowest bytes. A zero is written.
    let zeros = (digits.trailing_zeros() / 8).min(15);
    let text = (digits | u128::from_le_bytes([b'0'; 16])) >> zeros.wrapping_mul(8);
    Some((text.to_le_bytes(), usize::try_from(16_u32.wrapping_sub(zeros)).ok()?))
}

/// The eight digits of a number below 10^8, a byte each, the first one lowest: halves are divided at once.
#[cfg(target_pointer_width = "64")]
const fn eight_digits(number: u64) -> u64 {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    // Below 10^4, n / 100 is n * 10486 / 2^20; below 100, n / 10 is n * 103 / 2^10.
    let hundreds = fours.wrapping_mul(10_486) >> 20 & 0x0000_007f_0000_007f;
    let twos = hundreds | fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16;
    let tens = twos.wrapping_mul(103) >> 10 & 0x000f_000f_000f_000f;
    tens | twos.wrapping_sub(tens.wrapping_mul(10)) << 8
}

/// For processors that divide 64 bits at once, or nearly so.
fn by_word(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    for slot in digits.iter_mut().rev() {
        let [digit, ..] = (number % 10).to_le_bytes();
        *slot = b'0' | digit;
        number /= 10;
        start = start.saturating_sub(1);
        if number == 0 {
            break;
        }
    }
    digits.get(start..).unwrap_or_default()
}

/// Long division by ten, half a word at a time: where words have 32 bits, division of 64 is a routine
/// that is larger than all of this and slower.
fn by_half_word(number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
    let mut high = u32::from_be_bytes([a, b, c, d]);
    let mut low = u32::from_be_bytes([e, f, g, h]);
    let mut start = digits.len();
    for slot in digits.iter_mut().rev() {
        let middle = (high % 10) << 16 | low >> 16;
        let last = (middle % 10) << 16 | low & 0xffff;
        let [digit, ..] = (last % 10).to_le_bytes();
        *slot = b'0' | digit;
        high /= 10;
        low = ((middle / 10) << 16) | (last / 10);
        start = start.wrapping_sub(1);
        if high | low == 0 {
            break;
        }
    }
    digits.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString as _;

    use super::{by_half_word, by_word};

    /// Each half of four digits in all its values, beside the edges of the others; and the lengths.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn sixteen_digits_are_those_of_the_number() {
        let fours = (0..10_000).flat_map(|n| [n, n * 10_000, n * 10_001, n * 10_000 + 9_999]);
        let places =
            fours.flat_map(|n| [n, n * 100_000_000, n * 100_000_001, n * 100_000_000 + 99_999_999]);
        for number in
            places.chain((0..16).flat_map(|power| [10_u64.pow(power), 10_u64.pow(power) - 1]))
        {
            let (digits, len) = super::sixteen_digits(number).unwrap();
            assert_eq!(&digits[..len], number.to_string().as_bytes());
        }
        assert_eq!(super::sixteen_digits(10_000_000_000_000_000), None);
        assert_eq!(super::sixteen_digits(u64::MAX), None);
    }

    #[test]
    fn both_ways_print_what_core_prints() {
        let edges = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit]);
        let tens = (0..20).flat_map(|power| [10_u64.pow(power) - 1, 10_u64.pow(power)]);
        let others = (0..64).map(|i| 0x5deece66d_u64.wrapping_mul(i * i * i + 7 + (i << 57)));
        // Whose halves are equal after a digit.
        let halves = (1..10).map(|i| 0xa_0000_000a_u64 * i + i);
        let numbers = edges.chain(tens).chain(others).chain(halves);
        for number in numbers.chain([1_700_000_000, u64::MAX]) {
            let text = number.to_string();
            assert_eq!(by_word(number, &mut [0; 20]), text.as_bytes());
            assert_eq!(by_half_word(number, &mut [0; 20]), text.as_bytes());
        }
    }
}
