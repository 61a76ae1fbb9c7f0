//! Strings eight bytes at a time, for processors of 64 bits: nearly all bytes of a string stand for
//! themselves, so they are looked at and copied by words.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Not zero where one of eight bytes cannot stand for itself in a string: a quotation mark, a reverse
/// solidus or a control character (RFC 8259 section 7). The lowest bit that is set is in the first such byte.
#[inline(always)]
pub(super) const fn special(word: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(word);
    let quote = zeros(word ^ ONES.wrapping_mul(0x22));
    let escape = zeros(word ^ ONES.wrapping_mul(0x5c));
    // Below 0x20: the upper three bits are zero.
    let control = zeros(word & ONES.wrapping_mul(0xe0));
    quote | escape | control
}

/// The top bit of each byte that is zero; of bytes above the lowest such, it may be wrong.
#[inline(always)]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & TOPS
}

/// Copies `from` to `to`, which is as long; whether all of it stands for itself.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(super) fn copy(from: &[u8], to: &mut [u8]) -> bool {
    let (words, rest) = from.as_chunks::<8>();
    let (to_words, _) = to.as_chunks_mut::<8>();
    let mut seen = 0;
    for (word, to) in words.iter().zip(to_words) {
        seen |= special(*word);
        *to = *word;
    }
    if rest.is_empty() {
        return seen == 0;
    }
    // The last eight, four or fewer bytes overlap those before them.
    if let Some((word, to)) = from.last_chunk().zip(to.last_chunk_mut()) {
        *to = *word;
        return seen | special(*word) == 0;
    }
    // In registers: bytes that were just written are slow to be read as a word.
    let padded = match (from, to) {
        ([a], [to]) => {
            *to = *a;
            [*a; 8]
        }
        ([a, b], [x, y]) => {
            (*x, *y) = (*a, *b);
            [*a, *b, *a, *b, *a, *b, *a, *b]
        }
        ([a, b, c], [x, y, z]) => {
            (*x, *y, *z) = (*a, *b, *c);
            [*a, *b, *c, *c, *a, *b, *c, *c]
        }
        (from, to) => {
            let first = from.first_chunk().copied().unwrap_or([0; 4]);
            let last = from.last_chunk().copied().unwrap_or([0; 4]);
            if let Some(to) = to.first_chunk_mut() {
                *to = first;
            }
            if let Some(to) = to.last_chunk_mut() {
                *to = last;
            }
            let word = |four| u64::from(u32::from_le_bytes(four));
            (word(first) | word(last) << 32).to_le_bytes()
        }
    };
    special(padded) == 0
}

#[cfg(target_pointer_width = "64")]
#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec;
    use std::vec::Vec;

    use super::{copy, special};

    fn is_plain(byte: u8) -> bool {
        byte != b'"' && byte != b'\\' && byte >= b' '
    }

    #[test]
    fn every_byte_at_every_place_of_every_length_is_copied_and_judged() {
        for len in 0..40_usize {
            let plain: Vec<u8> = (0..len).map(|i| b'a' + u8::try_from(i % 26).unwrap()).collect();
            let mut to = vec![0xa5; len];
            assert!(copy(&plain, &mut to));
            assert_eq!(to, plain);
            for at in 0..len {
                for byte in 0..=u8::MAX {
                    let mut text = plain.clone();
                    text[at] = byte;
                    assert_eq!(
                        copy(&text, &mut to),
                        is_plain(byte),
                        "{byte:#04x} at {at} of {len}"
                    );
                    assert_eq!(to, text);
                }
            }
        }
    }

    #[test]
    fn the_first_special_byte_is_the_one_that_is_told() {
        for at in 0..8 {
            for byte in 0..=u8::MAX {
                for behind in [b'a', b'"', 0x80, 0x21, 0x23, 0x5d, 0x1f] {
                    let mut word = [behind; 8];
                    word[..at].fill(b'~');
                    word[at] = byte;
                    let first = word.iter().position(|byte| !is_plain(*byte)).unwrap_or(8);
                    assert_eq!(special(word).trailing_zeros() / 8, u32::try_from(first).unwrap());
                }
            }
        }
    }
}
