//! heapless 0.9: strings for tokens and claims, and its vectors as the caller's buffers.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // a test may panic
#![cfg(all(feature = "es256", feature = "hmac", feature = "heapless-09"))]

use heapless::{String, Vec};
use jwt_core::{
    Es256SigningKey, ExpectAudience, HmacKey, Hs256, Hs384, Hs512, MintError, Minter, NumericDate,
    Policy, RegisteredClaims, SigningKey, UnverifiedToken,
};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);

fn claims() -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some("caf\u{e9}"),
        expiration_time: Some(NOW.saturating_add(300)),
        ..RegisteredClaims::default()
    }
}

#[test]
fn a_heapless_string_holds_the_token_that_a_buffer_holds() {
    fn same(key: &impl SigningKey) {
        let minter = Minter::new().typ("JWT").kid("k1");
        let mut buf = [0; 256];
        let token = minter.mint(&mut buf, key, &claims()).unwrap();
        let string: String<256> = minter.mint_to_string(key, &claims()).unwrap();
        assert_eq!(string.as_str(), token.as_str());
        let needed = token.as_str().len();
        let too_small = minter.mint_to_string::<64>(key, &claims());
        assert_eq!(too_small, Err(MintError::BufferTooSmall { needed }));
    }
    same(&Es256SigningKey::from_bytes(&[0x42; 32]).unwrap());
    same(&HmacKey::<Hs256>::new(&[0x42; 64]).unwrap());
    same(&HmacKey::<Hs384>::new(&[0x42; 64]).unwrap());
    same(&HmacKey::<Hs512>::new(&[0x42; 64]).unwrap());
}

#[test]
fn heapless_vectors_serve_as_buffer_and_as_scratch() {
    let key = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    let mut buf = Vec::<u8, 192>::new();
    buf.resize(192, 0).unwrap();
    let token = Minter::new().mint(&mut buf, &key, &claims()).unwrap();
    let mut scratch = Vec::<u8, 192>::new();
    let parsed = UnverifiedToken::parse(&token).unwrap();
    scratch.resize(parsed.scratch_len(), 0).unwrap();
    let policy = Policy::new("caf\u{e9}", ExpectAudience::NotUsed);
    let valid = parsed.verify(&key, &mut scratch).unwrap().validate(&policy, NOW).unwrap();
    let issuer: String<8> = valid.claims().issuer().unwrap().to_heapless().unwrap();
    assert_eq!(issuer.as_str(), "caf\u{e9}");
}
