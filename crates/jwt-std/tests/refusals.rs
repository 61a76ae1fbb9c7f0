//! What is refused by its name rather than taken for something else.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may panic

use jwt_std::jwt_core::KeyError;
use jwt_std::jwt_core::error::WriteError;
use jwt_std::jwt_core::{MintError, key::MAX_SECRET_LEN};
use jwt_std::{
    Algorithm, Audience, Claims, Error, ErrorKind, KeyFile, Minter, NumericDate, Policy,
    PrivateKey, SigningKey, VerifyingKey, mint, verify,
};
use zeroize::Zeroizing;

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);

fn key() -> PrivateKey {
    PrivateKey::generate(Algorithm::Es256).unwrap()
}

#[test]
fn an_empty_list_of_algorithms_is_not_all_of_them() {
    let jwk = key().public().unwrap().to_jwk();
    for text in [jwk.clone(), format!(r#"{{"keys":[{jwk}]}}"#)] {
        let file = KeyFile::parse(text.into_bytes().into()).unwrap();
        let error = file.verifying_keys(&[]).unwrap_err();
        assert!(matches!(error, Error::NoAlgorithms), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidAlgorithm);
        assert_eq!(file.all_verifying_keys().unwrap().len(), 1);
    }
}

#[test]
fn an_empty_audience_is_not_none() {
    let signing = key().signing_key().unwrap();
    let claims = |claims: Claims| claims.issuer("me").expires_at(NOW.saturating_add(60));
    let empty = claims(Claims::new().audience(Vec::<String>::new()));
    assert!(empty.audience.is_empty() && empty.audience != Audience::default());
    let refused = mint(&Minter::new(), &signing, &empty);
    assert!(matches!(refused, Err(Error::Mint(MintError::Claims(WriteError::Serialize)))));
    assert!(mint(&Minter::new(), &signing, &claims(Claims::new())).is_ok());
    assert!(mint(&Minter::new(), &signing, &claims(Claims::new().audience(["a"]))).is_ok());
}

#[test]
fn a_secret_that_is_taken_can_be_written_and_read_again() {
    for len in [64, MAX_SECRET_LEN, MAX_SECRET_LEN + 1, 600] {
        let mut secret = vec![0; len];
        secret.iter_mut().zip(0_u8..=255).for_each(|(byte, i)| *byte = i ^ 0xa5);
        let made = PrivateKey::new(Algorithm::Hs256, Zeroizing::new(secret.clone()));
        let limit = MAX_SECRET_LEN;
        let expected = if len > limit { Err(KeyError::SecretTooLong { limit }) } else { Ok(()) };
        assert_eq!(made.as_ref().map(|_| ()).map_err(|error| *error), expected, "{len}");
        let signing = SigningKey::from_secret(Algorithm::Hs512, &secret).map(|_| ());
        let verifying = VerifyingKey::from_secret(Algorithm::Hs512, &secret).map(|_| ());
        assert_eq!((signing, verifying), (expected, expected), "{len}");
        if let Ok(made) = made {
            let again = PrivateKey::from_jwk(made.to_jwk().as_bytes(), None).unwrap();
            assert_eq!(*again.to_jwk(), *made.to_jwk());
        }
    }
}

#[test]
fn a_value_with_quotes_does_not_end_where_it_says() {
    let key = key();
    let claims = Claims::new().issuer(r#"me", expected "x\"#).expires_at(NOW.saturating_add(60));
    let token = mint(&Minter::new(), &key.signing_key().unwrap(), &claims).unwrap();
    let policy = Policy::new(r#"a"b"#, jwt_std::ExpectAudience::NotUsed);
    let error = verify(&token, &key.verifying_key().unwrap(), &policy, NOW).unwrap_err();
    let expected = r#"iss is "me\", expected \"x\\", expected "a\"b""#;
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_encrypted_key_in_der_is_called_encrypted() {
    // What openssl makes of a P-256 key with `pkcs8 -topk8 -v2 aes-256-cbc`, shortened.
    let encrypted = [
        0x30, 0x19, 0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d,
        0x04, 0x0a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ];
    let error = KeyFile::parse(Zeroizing::new(encrypted.to_vec())).unwrap_err();
    assert!(matches!(error, Error::Encrypted), "{error}");
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
    // A plain key is none.
    let plain = key().to_der().unwrap();
    assert!(KeyFile::parse(plain).is_ok());
}
