//! The `Authorization` header: the same text by every way, and by none too much.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use jwt_core::error::BufferTooSmall;
use jwt_core::{Es256SigningKey, Minter, NumericDate, RegisteredClaims};
use jwt_device::{
    Bearer, BearerToken, Clock, ClockError, Renewal, SoftwareSigner, TokenSource, Window, source,
};

const NAME: &str = "Authorization: Bearer ";

fn key() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

/// Every way to write a header comes to the same.
fn assert_written(bearer: &Bearer<impl BearerToken>, token: &str) {
    let header = format!("{NAME}{token}");
    assert_eq!(bearer.parts(), (NAME, token));
    assert_eq!(bearer.to_string(), header);
    for (value, text) in [(false, header.as_str()), (true, &header["Authorization: ".len()..])] {
        let write = |buf: &mut [u8]| {
            let written = if value { bearer.write_value_into(buf) } else { bearer.write_into(buf) };
            written.map(str::to_owned)
        };
        let needed = text.len();
        for len in 0..needed {
            let mut buf = vec![0xAA; len];
            assert_eq!(write(&mut buf), Err(BufferTooSmall { needed }), "{len}");
            assert!(
                buf.iter().all(|byte| *byte == 0xAA),
                "a header that does not fit is not begun"
            );
        }
        assert_eq!(write(&mut vec![0; needed]).as_deref(), Ok(text));
        let mut larger = vec![0xAA; needed + 3];
        assert_eq!(write(&mut larger).as_deref(), Ok(text));
        assert_eq!(larger[needed..], [0xAA; 3], "nothing behind it");
    }
    let is_header_text = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    assert!(header.bytes().all(is_header_text), "no line ending gets into a header");
    assert_eq!(format!("{bearer:?}"), "Bearer(token)");
    assert_eq!(format!("{bearer:#?}"), "Bearer(token)");
}

#[test]
fn carries_a_token_that_was_just_minted() {
    let mut buf = [0; 256];
    let claims = RegisteredClaims { issuer: Some("a\r\nX: b"), ..Default::default() };
    let token = Minter::new().kid("\r\n").mint(&mut buf, &key(), &claims).unwrap();
    assert_written(&Bearer(token), token.as_str());
    assert_written(&Bearer(&token), token.as_str());
}

#[test]
fn carries_a_token_of_a_source() {
    struct Fixed;
    impl Clock for Fixed {
        fn now(&mut self) -> Result<NumericDate, ClockError> {
            Ok(NumericDate::from_seconds(1_780_000_000))
        }
    }
    let recipe = source::with_claims(Minter::new(), |window: Window| RegisteredClaims {
        expiration_time: Some(window.expiration_time),
        ..Default::default()
    });
    let signer = SoftwareSigner::new(key(), None);
    let mut buf = [0; 512];
    let mut source = TokenSource::new(&mut buf, signer, Fixed, recipe, Renewal::lasting(300));
    let token = source.token().unwrap();
    assert_written(&Bearer(token), token.as_str());
}
