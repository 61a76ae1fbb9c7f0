//! The split of a token against a model over base64ct: three segments, their alphabet, their limits.

use jwt_core::error::VerifyError;
use jwt_core::{Stage, UnverifiedToken, danger};

use crate::model::compact::split;

/// The input is a token.
pub fn compact(text: &[u8]) {
    let ours = UnverifiedToken::parse(text);
    let Some(parts) = split(text) else {
        assert_eq!(ours.unwrap_err().stage(), Stage::Structure);
        return;
    };
    let token = ours.unwrap();
    let needed = parts.header.len() + parts.payload.len().max(parts.signature.len());
    assert_eq!(token.scratch_len(), needed);
    if let Some(short) = needed.checked_sub(1) {
        let error = danger::peek(token, &mut vec![0; short]).unwrap_err();
        assert_eq!(error, VerifyError::BufferTooSmall { needed });
    }
    let mut scratch = vec![0xaa; needed];
    match danger::peek(token, &mut scratch) {
        Ok(content) => {
            assert_eq!(content.payload(), parts.payload);
            assert_eq!(content.header().object().as_str().as_bytes(), parts.header);
        }
        Err(error) => assert_eq!(error.stage(), Stage::Header),
    }
}
