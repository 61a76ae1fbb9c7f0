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

/// What stands before and after the byte `at`.
fn cut(text: &[u8], at: usize) -> Result<(&[u8], &[u8]), VerifyError> {
    text.split_at_checked(at)
        .and_then(|(before, after)| Some((before, after.get(1..)?)))
        .ok_or(VerifyError::NotThreeSegments)
}
