//! The three segments of a token (RFC 7515 section 7.1), decoded by base64ct.

use base64ct::{Base64UrlUnpadded, Encoding as _};

/// What stands in the three segments.
pub(crate) struct Parts<'t> {
    pub(crate) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) signing_input: &'t [u8],
}

/// `None` where a token has not the form or the size of one.
pub(crate) fn split(token: &[u8]) -> Option<Parts<'_>> {
    if token.len() > 65_536 {
        return None;
    }
    let segments: Vec<&[u8]> = token.split(|byte| *byte == b'.').collect();
    let [header, payload, signature] = segments.as_slice() else { return None };
    if header.len() > 16_384 {
        return None;
    }
    let end = token.len() - signature.len() - 1;
    Some(Parts {
        header: decode(header)?,
        payload: decode(payload)?,
        signature: decode(signature)?,
        signing_input: &token[..end],
    })
}

pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(core::str::from_utf8(text).ok()?).ok()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
