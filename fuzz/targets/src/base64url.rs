//! base64url against base64ct: the same verdict, the same bytes, and back to the same text.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::base64url as ours;
use jwt_core::error::Base64Error;

/// The input is text to decode, and bytes to encode.
pub fn base64url(input: &[u8]) {
    decode(input);
    encode(input);
}

fn decode(text: &[u8]) {
    let mut buf = vec![0; text.len()];
    let decoded = ours::decode(text, &mut buf).map(<[u8]>::to_vec);
    let theirs = core::str::from_utf8(text).ok().map(Base64UrlUnpadded::decode_vec);
    match (&decoded, theirs) {
        (Ok(ours), Some(Ok(theirs))) => assert_eq!(*ours, theirs),
        (Err(_), Some(Err(_)) | None) => {}
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}"),
    }
    let checked = ours::check(text);
    assert_eq!(checked, decoded.as_ref().map(Vec::len).map_err(|error| *error));
    let mut in_place = text.to_vec();
    assert_eq!(ours::decode_in_place(&mut in_place).map(|bytes| bytes.to_vec()), decoded);
    let Ok(bytes) = decoded else { return };
    assert_eq!(ours::decode(text, &mut vec![0; bytes.len()]), Ok(bytes.as_slice()));
    if let Some(short) = bytes.len().checked_sub(1) {
        let error = Err(Base64Error::BufferTooSmall { needed: bytes.len() });
        assert_eq!(ours::decode(text, &mut vec![0; short]), error);
    }
    let mut again = bytes.clone();
    again.resize(ours::encoded_len(bytes.len()), 0);
    assert_eq!(ours::encode_in_place(&mut again, bytes.len()).unwrap(), text);
}

fn encode(bytes: &[u8]) {
    let theirs = Base64UrlUnpadded::encode_string(bytes);
    assert_eq!(ours::encoded_len(bytes.len()), theirs.len());
    let mut buf = vec![0; theirs.len()];
    assert_eq!(ours::encode(bytes, &mut buf), Ok(theirs.as_str()));
    buf.fill(0xff);
    buf[..bytes.len()].copy_from_slice(bytes);
    assert_eq!(ours::encode_in_place(&mut buf, bytes.len()).unwrap(), theirs.as_bytes());
    if let Some(short) = theirs.len().checked_sub(1) {
        let error = Base64Error::BufferTooSmall { needed: theirs.len() };
        assert_eq!(ours::encode(bytes, &mut buf[..short]), Err(error));
    }
}
