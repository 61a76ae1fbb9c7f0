//! The decimal digits of a number.

/// Writes `number` to the end of `digits`; returns what was written.
pub(super) fn decimal(number: u64, digits: &mut [u8; 20]) -> &[u8] {
    if cfg!(target_pointer_width = "64") {
        by_word(number, digits)
    } else {
        by_half_word(number, digits)
    }
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

    #[test]
    fn both_ways_print_what_core_prints() {
        let edges = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit]);
        let tens = (0..20).flat_map(|power| [10_u64.pow(power) - 1, 10_u64.pow(power)]);
        let others = (0..64).map(|i| 0x5deece66d_u64.wrapping_mul(i * i * i + 7 + (i << 57)));
        for number in edges.chain(tens).chain(others).chain([1_700_000_000, u64::MAX]) {
            let text = number.to_string();
            assert_eq!(by_word(number, &mut [0; 20]), text.as_bytes());
            assert_eq!(by_half_word(number, &mut [0; 20]), text.as_bytes());
        }
    }
}
