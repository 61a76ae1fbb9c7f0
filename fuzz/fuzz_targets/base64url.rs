//! base64url against base64ct: the same verdict, the same bytes, and back to the same text.
#![no_main]

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::base64url;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut buf = vec![0; text.len()];
    let ours = base64url::decode(text, &mut buf).map(<[u8]>::to_vec);
    let theirs = core::str::from_utf8(text).ok().map(Base64UrlUnpadded::decode_vec);
    match (&ours, theirs) {
        (Ok(ours), Some(Ok(theirs))) => assert_eq!(*ours, theirs),
        (Err(_), Some(Err(_)) | None) => {}
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}"),
    }
    assert_eq!(base64url::check(text).is_ok(), ours.is_ok());
    let mut in_place = text.to_vec();
    assert_eq!(base64url::decode_in_place(&mut in_place).map(|bytes| bytes.to_vec()), ours);
    if let Ok(bytes) = ours {
        let mut again = bytes.clone();
        again.resize(base64url::encoded_len(bytes.len()), 0);
        let again = base64url::encode_in_place(&mut again, bytes.len()).unwrap();
        assert_eq!(again, text);
    }
});
