//! Nobody but the holder of a key can make a token for it: no input verifies under keys that this
//! target made up, and none makes the reader panic.
#![no_main]

use std::sync::OnceLock;

use jwt_core::{
    Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, NumericDate, UnverifiedToken, danger,
};
use libfuzzer_sys::fuzz_target;

static KEYS: OnceLock<(Es256VerifyingKey, HmacKey<Hs256>)> = OnceLock::new();

fuzz_target!(|text: &[u8]| {
    let Ok(token) = UnverifiedToken::parse(text) else { return };
    let (es256, hs256) = KEYS.get_or_init(|| {
        let key = Es256SigningKey::from_bytes(&[0x5a; 32]).unwrap();
        (key.verifying_key(), HmacKey::new(&[0xa5; 32]).unwrap())
    });
    let mut scratch = vec![0; token.scratch_len()];
    assert!(token.verify_payload(es256, &mut scratch).is_err());
    assert!(token.verify_payload(hs256, &mut scratch).is_err());
    // Reading the claims of a stranger must not panic either.
    let Ok(content) = danger::peek(token, &mut scratch) else { return };
    let Ok((claims, _)) = content.claims() else { return };
    let _ = (claims.issuer(), claims.audience().map(|audience| audience.iter().count()));
    let _ = claims.expiration_time().map(NumericDate::seconds);
});
