//! The JWS Compact Serialization (RFC 7515 section 7.1): three segments between two dots.
//!
//! This room knows where segments begin and end, and the limits on their length. What is in them,
//! and how it is encoded, it does not know.

use crate::error::VerifyError;

/// Characters of a token at most.
///
/// More than any HTTP server takes in a header, and little enough that work on a hostile token
/// is bounded.
pub const MAX_TOKEN_LEN: usize = 65_536;

/// Characters of the encoded header at most: room for a certificate chain that is then ignored.
pub const MAX_HEADER_LEN: usize = 16_384;

/// The three segments of a token, and the first two with their dot.
#[derive(Clone, Copy)]
pub(crate) struct Segments<'t> {
    pub(crate) header: &'t [u8],
    pub(crate) payload: &'t [u8],
    pub(crate) signature: &'t [u8],
    /// "ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload))",
    /// RFC 7515 section 2.
    pub(crate) signing_input: &'t [u8],
}

/// Splits `token` at its two dots.
pub(crate) fn split(token: &[u8]) -> Result<Segments<'_>, VerifyError> {
    if token.len() > MAX_TOKEN_LEN {
        return Err(VerifyError::TokenTooLong { limit: MAX_TOKEN_LEN });
    }
    let dot = |byte: &u8| *byte == b'.';
    let last = token.iter().rposition(dot).ok_or(VerifyError::NotThreeSegments)?;
    let (signing_input, signature) = cut(token, last)?;
    let first = signing_input.iter().position(dot).ok_or(VerifyError::NotThreeSegments)?;
    let (header, payload) = cut(signing_input, first)?;
    if payload.contains(&b'.') {
        return Err(VerifyError::NotThreeSegments);
    }
    if header.len() > MAX_HEADER_LEN {
        return Err(VerifyError::HeaderTooLong { limit: MAX_HEADER_LEN });
    }
    Ok(Segments { header, payload, signature, signing_input })
}

/// As [`split`] for a good token, at its first and its last dot: where no segment is found to hold another
/// character than symbols, there were no other dots. Of a bad token [`split`] says what is wrong.
#[cfg(target_pointer_width = "64")]
pub(crate) fn split_good(token: &[u8]) -> Option<Segments<'_>> {
    if token.len() > MAX_TOKEN_LEN {
        return None;
    }
    let (signing_input, signature) = cut(token, last_dot(token)?).ok()?;
    let (header, payload) = cut(signing_input, first_dot(signing_input)?).ok()?;
    (header.len() <= MAX_HEADER_LEN).then_some(Segments {
        header,
        payload,
        signature,
        signing_input,
    })
}

/// Eight bytes at a time.
#[cfg(target_pointer_width = "64")]
fn first_dot(text: &[u8]) -> Option<usize> {
    let (words, rest) = text.as_chunks::<8>();
    let mut at = 0_usize;
    for word in words {
        let dots = dots(*word);
        if dots != 0 {
            return at.checked_add(usize::try_from(dots.trailing_zeros() / 8).ok()?);
        }
        at = at.wrapping_add(8);
    }
    at.checked_add(rest.iter().position(|byte| *byte == b'.')?)
}

/// Eight bytes at a time.
#[cfg(target_pointer_width = "64")]
fn last_dot(text: &[u8]) -> Option<usize> {
    let (rest, words) = text.as_rchunks::<8>();
    let mut end = text.len();
    for word in words.iter().rev() {
        // The other way round, so that the last dot is the lowest, which is told rightly.
        let mut word = *word;
        word.reverse();
        let dots = dots(word);
        if dots != 0 {
            return end
                .checked_sub(usize::try_from(dots.trailing_zeros() / 8).ok()?)?
                .checked_sub(1);
        }
        end = end.wrapping_sub(8);
    }
    rest.iter().rposition(|byte| *byte == b'.')
}

/// The top bit of each dot; of bytes above the lowest one, it may be wrong.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
fn dots(word: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(word) ^ u64::from_le_bytes([b'.'; 8]);
    word.wrapping_sub(u64::from_le_bytes([1; 8])) & !word & u64::from_le_bytes([0x80; 8])
}

/// What stands before and after the byte `at`.
fn cut(text: &[u8], at: usize) -> Result<(&[u8], &[u8]), VerifyError> {
    text.split_at_checked(at)
        .and_then(|(before, after)| Some((before, after.get(1..)?)))
        .ok_or(VerifyError::NotThreeSegments)
}

#[cfg(target_pointer_width = "64")]
#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec;

    use super::{first_dot, last_dot, split, split_good};

    #[test]
    fn dots_are_found_wherever_they_stand() {
        for len in 0..40_usize {
            for (a, b) in (0..=len).flat_map(|a| (a..=len).map(move |b| (a, b))) {
                // Next to a dot: what borrows and carries would show.
                for filler in [b'A', b'/', b'-', 0, 0xae, 0xff] {
                    let mut text = vec![filler; len];
                    for at in [a, b] {
                        if let Some(byte) = text.get_mut(at) {
                            *byte = b'.';
                        }
                    }
                    assert_eq!(first_dot(&text), text.iter().position(|byte| *byte == b'.'));
                    assert_eq!(last_dot(&text), text.iter().rposition(|byte| *byte == b'.'));
                    // Where the strict way finds segments, these are they.
                    if let Ok(strict) = split(&text) {
                        let good = split_good(&text).unwrap();
                        assert_eq!(good.header, strict.header);
                        assert_eq!(good.payload, strict.payload);
                        assert_eq!(good.signature, strict.signature);
                        assert_eq!(good.signing_input, strict.signing_input);
                    }
                }
            }
        }
    }
}
