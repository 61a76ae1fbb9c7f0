//! The wrapper adds nothing to the core's verdicts: the same tokens byte for byte, the same refusals.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use jwt_core::json::Serde;
use jwt_core::{
    Es256SigningKey, ExpectAudience, ExpectIssuer, HmacKey, Hs256, Minter, NumericDate, Policy,
    UnverifiedToken,
};
use jwt_std::{Algorithm, Backend, Error, PrivateKey};
use proptest::prelude::*;
use zeroize::Zeroizing;

#[derive(Clone, Debug, serde::Serialize)]
struct Claims {
    iss: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    nbf: i64,
    text: String,
    list: Vec<(bool, i64, Option<u64>)>,
}

fn claims() -> impl Strategy<Value = Claims> {
    (
        prop_oneof![Just("issuer".to_owned()), any::<String>()],
        prop::option::of(prop::collection::vec(
            prop_oneof![Just("api".to_owned()), any::<String>()],
            1..4,
        )),
        prop::option::of(900i64..1100),
        900i64..1100,
        any::<String>(),
        prop::collection::vec(any::<(bool, i64, Option<u64>)>(), 0..5),
    )
        .prop_map(|(iss, aud, exp, nbf, text, list)| Claims { iss, aud, exp, nbf, text, list })
}

proptest! {
    #[test]
    fn tokens_are_byte_identical_and_verdicts_equal(
        claims in claims(),
        kid in any::<String>(),
        secret in any::<[u8; 32]>(),
        es256 in any::<bool>(),
        at in any::<prop::sample::Index>(),
        byte in prop::option::of(any::<u8>()),
    ) {
        let algorithm = if es256 { Algorithm::Es256 } else { Algorithm::Hs256 };
        let Ok(key) = PrivateKey::new(algorithm, Zeroizing::new(secret.to_vec())) else {
            return Ok(());
        };
        let minter = Minter::new().kid(&kid);
        let signing_key = key.signing_key_with(Backend::RustCrypto).unwrap();
        let ours = jwt_std::mint(&minter, &signing_key, &claims).unwrap();

        let mut buf = vec![0; ours.len()];
        let es256_key = Es256SigningKey::from_bytes(&secret);
        let hs256_key = HmacKey::<Hs256>::new(&secret).unwrap();
        let core = match &es256_key {
            Ok(key) if es256 => minter.mint(&mut buf, key, &Serde(&claims)),
            _ => minter.mint(&mut buf, &hs256_key, &Serde(&claims)),
        };
        prop_assert_eq!(core.unwrap().as_str(), ours.as_str());

        let mut token = ours.into_bytes();
        if let Some(byte) = byte {
            let at = at.index(token.len());
            token[at] = byte;
        }
        let now = NumericDate::from_seconds(1000);
        for policy in [
            Policy::new("issuer", "api"),
            Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed).allow_missing_expiration(),
        ] {
            let std = jwt_std::verify(&token, &key.verifying_key().unwrap(), &policy, now);
            let mut scratch = vec![0; token.len()];
            let core = UnverifiedToken::parse(&token).and_then(|token| match &es256_key {
                Ok(key) if es256 => token.verify(&key.verifying_key(), &mut scratch),
                _ => token.verify(&hs256_key, &mut scratch),
            });
            match (std, core.map(|token| token.validate(&policy, now))) {
                (Ok(std), Ok(Ok(core))) => prop_assert_eq!(std.claims_json(), core.claims().as_str()),
                (Err(Error::Verify(std)), Err(core)) => prop_assert_eq!(std, core),
                (Err(Error::Claims { errors, explained }), Ok(Err(core))) => {
                    prop_assert_eq!(*errors, core);
                    prop_assert_eq!(explained.len(), core.iter().count());
                }
                (std, core) => prop_assert!(false, "std {:?}, core {:?}", std, core),
            }
        }
    }
}
