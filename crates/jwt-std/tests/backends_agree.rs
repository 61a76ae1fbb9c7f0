//! The backends give one verdict on everything: keys that are drawn at random, tokens that are changed at
//! random, and what both refuse they refuse for one reason.
#![cfg(feature = "aws-lc-rs")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use std::sync::OnceLock;

use common::{encode, key, sign, signer};
use jwt_core::{UnverifiedToken, VerifyError, VerifyingKey as _};
use jwt_std::{Algorithm, Backend, PrivateKey, PublicKey, SigningKey, VerifyingKey};
use proptest::prelude::*;
use serde_json::json;

/// A key of each algorithm, ready for both backends.
struct Ready {
    key: PrivateKey,
    signing: SigningKey,
    verifying: [VerifyingKey; 2],
}

fn ready(algorithm: Algorithm) -> &'static Ready {
    static KEYS: OnceLock<Vec<Ready>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        Algorithm::ALL
            .into_iter()
            .map(|algorithm| {
                let key = key(algorithm);
                let signing = key.signing_key_with(signer(algorithm).unwrap()).unwrap();
                let verifying = [Backend::RustCrypto, Backend::AwsLc]
                    .map(|backend| key.verifying_key_with(backend).unwrap());
                Ready { key, signing, verifying }
            })
            .collect()
    });
    keys.iter().find(|ready| ready.key.algorithm() == algorithm).unwrap()
}

/// How something is changed.
#[derive(Clone, Debug)]
enum Change {
    Nothing,
    Bit(prop::sample::Index, u8),
    Byte(prop::sample::Index, u8),
    Fill(prop::sample::Index, prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Append(Vec<u8>),
    Swap(prop::sample::Index, prop::sample::Index),
    Replace(Vec<u8>),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let len = bytes.len();
        match self {
            Self::Append(more) => bytes.extend(more),
            Self::Replace(others) => bytes.clone_from(others),
            _ if len == 0 => {}
            Self::Nothing => {}
            Self::Bit(at, bit) => bytes[at.index(len)] ^= 1 << (bit % 8),
            Self::Byte(at, byte) => bytes[at.index(len)] = *byte,
            Self::Fill(from, to, byte) => {
                let (from, to) = (from.index(len), to.index(len));
                bytes[from.min(to)..from.max(to)].fill(*byte);
            }
            Self::Cut(at) => bytes.truncate(at.index(len)),
            Self::Swap(a, b) => bytes.swap(a.index(len), b.index(len)),
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    let extreme = prop_oneof![Just(0), Just(0xff), any::<u8>()];
    prop_oneof![
        2 => Just(Change::Nothing),
        3 => (at(), any::<u8>()).prop_map(|(at, bit)| Change::Bit(at, bit)),
        3 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        2 => (at(), at(), extreme).prop_map(|(from, to, byte)| Change::Fill(from, to, byte)),
        1 => at().prop_map(Change::Cut),
        1 => prop::collection::vec(any::<u8>(), 1..4).prop_map(Change::Append),
        1 => (at(), at()).prop_map(|(a, b)| Change::Swap(a, b)),
        1 => prop::collection::vec(any::<u8>(), 0..140).prop_map(Change::Replace),
    ]
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ALL.to_vec())
}

fn verdict(token: &str, key: &VerifyingKey) -> Result<Vec<u8>, VerifyError> {
    let mut scratch = vec![0; token.len()];
    let verified = UnverifiedToken::parse(token)?.verify_payload(key, &mut scratch)?;
    Ok(verified.payload().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_changed_signature_or_input_has_one_verdict(
        algorithm in algorithm(),
        input in prop::collection::vec(any::<u8>(), 0..100),
        of_input in change(),
        of_signature in change(),
    ) {
        let Ready { signing, verifying, .. } = ready(algorithm);
        let mut signature = sign(signing, &input);
        let good = signature.clone();
        let mut other = input.clone();
        of_input.apply(&mut other);
        of_signature.apply(&mut signature);
        let [a, b] = verifying.each_ref().map(|key| key.verify(&other, &signature).is_ok());
        prop_assert_eq!(a, b, "{} {:?} {:?}", algorithm, of_input, of_signature);
        prop_assert!(a || other != input || signature != good);
        prop_assert!(!a || other == input);
    }

    #[test]
    fn a_changed_token_has_one_verdict_and_one_reason(
        algorithm in algorithm(),
        named in algorithm(),
        own in any::<bool>(),
        payload in prop::collection::vec(any::<u8>(), 0..60),
        segment in 0..4usize,
        inside in change(),
        outside in change(),
    ) {
        let Ready { signing, verifying, .. } = ready(algorithm);
        let header = json!({ "alg": if own { algorithm } else { named }.name() }).to_string();
        let input = format!("{}.{}", encode(header.as_bytes()), encode(&payload));
        let signature = sign(signing, input.as_bytes());
        let mut parts = [header.into_bytes(), payload, signature];
        // Changed within a segment, which is still base64url, or the text as a whole.
        if let Some(part) = parts.get_mut(segment) {
            inside.apply(part);
        }
        let mut token = parts.map(|part| encode(&part)).join(".").into_bytes();
        if segment == 3 {
            outside.apply(&mut token);
        }
        let token = String::from_utf8_lossy(&token).into_owned();
        let [a, b] = verifying.each_ref().map(|key| verdict(&token, key));
        prop_assert_eq!(a, b, "{} {}", algorithm, token);
    }

    #[test]
    fn a_changed_key_is_refused_before_any_backend_or_taken_by_both(
        algorithm in algorithm(),
        form in 0..3usize,
        changes in prop::collection::vec(change(), 1..3),
    ) {
        let Ready { key, signing, .. } = ready(algorithm);
        let Some(public) = key.public() else { return Ok(()) };
        let mut bytes = match form {
            0 => public.to_der().unwrap(),
            1 => key.to_der().unwrap().to_vec(),
            _ => public.to_jwk().into_bytes(),
        };
        changes.iter().for_each(|change| change.apply(&mut bytes));
        let read = match form {
            0 | 1 => PublicKey::from_der(&bytes, Some(algorithm)),
            _ => PublicKey::from_jwk(&bytes, Some(algorithm)),
        };
        if let Ok(read) = read {
            let signature = sign(signing, b"input");
            let [a, b] = [Backend::RustCrypto, Backend::AwsLc].map(|backend| {
                let key = read.verifying_key_with(backend).unwrap();
                key.verify(b"input", &signature).is_ok()
            });
            prop_assert_eq!(a, b, "{} {:?}", algorithm, changes);
            prop_assert!(!a || read == public.with_kid(read.kid().map(str::to_owned)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_modulus_and_exponent_that_is_taken_in_is_good_for_both(
        bits in 2040..2120usize,
        long in any::<bool>(),
        modulus in prop::collection::vec(any::<u8>(), 1025),
        exponent in prop_oneof![0..20u64, any::<u64>(), 0..1u64 << 34, Just(1 << 33), Just((1 << 33) - 1)],
        pss in any::<bool>(),
        signature in prop::collection::vec(any::<u8>(), 1025),
    ) {
        // Around the smallest modulus and around the largest.
        let bits = if long { bits + 6120 } else { bits };
        let len = bits.div_ceil(8);
        let mut n = modulus[..len.min(1025)].to_vec();
        let top = (bits - 1) % 8;
        n[0] = n[0] & ((1u8 << top) - 1) | 1 << top;
        *n.last_mut().unwrap() |= 1;
        let algorithm = if pss { Algorithm::Ps384 } else { Algorithm::Rs512 };
        let jwk = json!({
            "kty": "RSA", "alg": algorithm.name(), "n": encode(&n), "e": encode(&exponent.to_be_bytes()),
        });
        let read = PublicKey::from_jwk(jwk.to_string().as_bytes(), None);
        let bits = n.len() * 8 - usize::try_from(n[0].leading_zeros()).unwrap();
        let allowed = (2048..=8192).contains(&bits) && exponent % 2 == 1 && (3..1 << 33).contains(&exponent);
        prop_assert_eq!(read.is_ok(), allowed, "{} bits, exponent {}", bits, exponent);
        if let Ok(read) = read {
            for backend in [Backend::RustCrypto, Backend::AwsLc] {
                let key = read.verifying_key_with(backend).unwrap();
                prop_assert_eq!(key.signature_len(), n.len());
                prop_assert!(key.verify(b"input", &signature[..n.len()]).is_err());
            }
        }
    }
}
