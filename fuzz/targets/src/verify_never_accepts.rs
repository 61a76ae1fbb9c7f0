//! Nobody but the holder of a key can make a token for it: no input verifies under keys that it cannot
//! know, and none makes the reader panic.

use jwt_core::{NumericDate, UnverifiedToken, danger};

use crate::model::signature::KEYS;

/// The input is a token.
pub fn verify_never_accepts(text: &[u8]) {
    let Ok(token) = UnverifiedToken::parse(text) else { return };
    let mut scratch = vec![0; token.scratch_len()];
    assert!(token.verify_payload(&KEYS.es256_public, &mut scratch).is_err());
    assert!(token.verify_payload(&KEYS.hs256, &mut scratch).is_err());
    assert!(token.verify_payload(&KEYS.hs384, &mut scratch).is_err());
    assert!(token.verify_payload(&KEYS.hs512, &mut scratch).is_err());
    assert!(token.verify_trying([&KEYS.hs256, &KEYS.hs256], &mut scratch).is_err());
    // Reading the claims of a stranger must not panic either.
    let Ok(content) = danger::peek(token, &mut scratch) else { return };
    let Ok((claims, _)) = content.claims() else { return };
    let _ = (claims.issuer(), claims.audience().map(|audience| audience.iter().count()));
    let _ = claims.expiration_time().map(NumericDate::seconds);
}
