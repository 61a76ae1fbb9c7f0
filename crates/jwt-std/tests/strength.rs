//! Keys of every size that is allowed, and keys that nobody should use: each is refused when it is read, in
//! every form, so that no backend ever sees it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use common::{backends, der, encode, file, forge, from_hex, signer, signs, verdict};
use jwt_core::{KeyError, Stage, VerifyingKey as _};
use jwt_std::{Algorithm, Error, KeyFile, PrivateKey, PublicKey, VerifyingKey};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// The order of each group, and the names of its curve.
const CURVES: [(&str, &str, Algorithm, &str); 4] = [
    (
        "p256",
        "P-256",
        Algorithm::Es256,
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    (
        "p384",
        "P-384",
        Algorithm::Es384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    (
        "p521",
        "P-521",
        Algorithm::Es512,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    (
        "secp256k1",
        "secp256k1",
        Algorithm::Es256k,
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    ),
];

const RSA: [Algorithm; 6] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
];

fn public_error(jwk: &Value, algorithm: Algorithm) -> Error {
    PublicKey::from_jwk(jwk.to_string().as_bytes(), Some(algorithm)).unwrap_err()
}

#[track_caller]
fn assert_refused(jwk: &Value, algorithm: Algorithm, expected: KeyError) {
    match public_error(jwk, algorithm) {
        Error::Key(found) => assert_eq!(found, expected, "{jwk}"),
        other => panic!("{jwk}: {other}"),
    }
}

#[test]
fn rsa_keys_of_every_size_sign_and_verify() {
    // 2049 bits: a modulus whose top byte is 1, where the encoded message of PSS is a byte shorter.
    for (name, bytes) in [
        ("rsa", 256),
        ("rsa-e3", 256),
        ("rsa-2049", 257),
        ("rsa-3072", 384),
        ("rsa-4096", 512),
        ("rsa-8192", 1024),
    ] {
        let pem = file(&format!("{name}.pkcs8.pem"));
        // The private operation of the largest is slow.
        let algorithms = if bytes == 1024 { &RSA[2..4] } else { &RSA[..] };
        for algorithm in algorithms.iter().copied() {
            let key = PrivateKey::from_pem(&pem, Some(algorithm)).unwrap();
            assert_eq!(key.to_pem().unwrap().as_bytes(), pem, "{name}");
            let public = key.public().unwrap();
            let verifying: Vec<VerifyingKey> = backends()
                .into_iter()
                .map(|backend| public.verifying_key_with(backend).unwrap())
                .collect();
            assert!(verifying.iter().all(|key| key.signature_len() == bytes), "{name}");
            let Some(backend) = signer(algorithm) else { continue };
            assert!(signs(backend, algorithm));
            let signing = key.signing_key_with(backend).unwrap();
            assert_eq!(signing.signature_len(), bytes);
            let token = forge(&signing, &json!({"alg": algorithm.name()}).to_string(), b"{}");
            for key in &verifying {
                assert_eq!(verdict(&token, key), Ok(()), "{name} {algorithm}");
                let mut other = token.clone();
                let flipped = if other.pop() == Some('A') { 'Q' } else { 'A' };
                other.push(flipped);
                assert_eq!(verdict(&other, key), Err(Stage::Signature), "{name} {algorithm}");
            }
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn rsa_keys_are_made_in_the_sizes_that_there_are() {
    for bits in [0, 512, 1024, 2047, 2049, 16384, usize::MAX] {
        let error = PrivateKey::generate_rsa(Algorithm::Rs256, bits).unwrap_err();
        assert!(matches!(error, Error::Key(KeyError::RsaModulus { .. })), "{bits}: {error}");
    }
    let key = PrivateKey::generate_rsa(Algorithm::Ps256, 3072).unwrap();
    assert_eq!(key.verifying_key().unwrap().signature_len(), 384);
    let error = PrivateKey::generate_rsa(Algorithm::Es256, 2048).unwrap_err();
    assert!(matches!(error, Error::AlgorithmNotSupported { algorithm: Algorithm::Es256 }));
}

#[test]
fn moduli_and_exponents_that_nobody_should_use_are_refused_for_every_algorithm() {
    let key = PrivateKey::from_pem(&file("rsa.pkcs8.pem"), Some(Algorithm::Rs256)).unwrap();
    let good: Value = serde_json::from_str(&key.public().unwrap().to_jwk()).unwrap();
    let modulus = common::decode(good["n"].as_str().unwrap());
    let odd = |len: usize| [vec![0xff; len - 1], vec![0xfd]].concat();
    let bits = |bits| KeyError::RsaModulus { bits };
    let factorable = common::decode(FACTORABLE);
    let moduli = [
        (vec![1], bits(1)),
        (vec![0, 0, 0], bits(0)),
        (modulus[..128].to_vec(), bits(1024)),
        (odd(255), bits(2040)),
        ([vec![0x7f], odd(255)].concat(), bits(2047)),
        (odd(1025), bits(8200)),
        ([vec![1], odd(1024)].concat(), bits(8193)),
        ([&modulus[..255], &[modulus[255] ^ 1]].concat(), bits(2048)),
        // Leading zeros count for nothing.
        ([vec![0; 200], modulus[..128].to_vec()].concat(), bits(1024)),
        (factorable, KeyError::RsaFactorable),
    ];
    let exponents: [&[u8]; 8] = [
        &[1],
        &[2],
        &[0],
        &[0, 0, 0, 1],
        &[1, 0, 0],                   // even
        &[3, 0xff, 0xff, 0xff, 0xff], // 34 bits
        &[0xff; 256],
        &[0x80; 1024],
    ];
    for algorithm in RSA {
        let with = |member: &str, bytes: &[u8]| {
            let mut jwk = good.clone();
            jwk["alg"] = json!(algorithm.name());
            jwk[member] = json!(encode(bytes));
            jwk
        };
        for (modulus, expected) in &moduli {
            assert_refused(&with("n", modulus), algorithm, *expected);
        }
        for exponent in exponents {
            assert_refused(&with("e", exponent), algorithm, KeyError::RsaExponent);
        }
        for exponent in [&[3][..], &[0, 0, 3], &[1, 0, 1], &[1, 0xff, 0xff, 0xff, 0xff]] {
            let jwk = with("e", exponent).to_string();
            let key = PublicKey::from_jwk(jwk.as_bytes(), None).unwrap();
            for backend in backends() {
                assert!(key.verifying_key_with(backend).is_ok(), "{backend:?} {exponent:?}");
            }
        }
    }
    let error = PrivateKey::from_pem(&file("rsa-1024.pkcs8.pem"), Some(Algorithm::Ps512));
    assert!(matches!(error, Err(Error::Key(KeyError::RsaModulus { bits: 1024 }))));
}

/// A modulus as the chips of CVE-2017-15361 make them, computed for this test: 65537 to some power modulo the
/// product of the primes to 701, plus a multiple of it.
const FACTORABLE: &str = "mOSOx__7dZKZQXCoIKxULmPEBEYUe5lUdOIbrc8gLvnrpkKqDKAFxWfn_oqHcqjOoFQY9ugTZV8Rl2SoW7slOYsbtPTZg00Q7MTtxdJ0Sz5q7OgqlpPKlZKI0APgfJys6PDyJFD0nObOfcx3qxBJByTvurN2do8oqDVQEao4IZkhF0myd7dM1SINo9jIL_ZC48R2nnFdhLjbxZKB3ovJS4k3OboWhzfXSgKixVUQEtTYdplHYAFecX1o-4GiTCLQJXRiAHbPrnaAxgnyySSH-PsBNiFzfcOU3eYjPxdvmpW7fta-bQc1vBKmmCVeSMJ3ckvYJCbtlnsYNwZABOS34Q";

#[test]
fn points_that_are_not_on_their_curve_are_refused_in_every_form() {
    for (name, crv, algorithm, _) in CURVES {
        let spki = der(&format!("{name}.spki.pem"));
        let good = PublicKey::from_der(&spki, None).unwrap();
        let jwk: Value = serde_json::from_str(&good.to_jwk()).unwrap();
        let len = common::decode(jwk["x"].as_str().unwrap()).len();
        let at = spki.len() - 2 * len;
        let invalid = KeyError::InvalidPublicKey;
        let x = &spki[at..at + len];
        let y = &spki[at + len..];
        let flipped = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            *bytes.last_mut().unwrap() ^= 1;
            bytes
        };
        let zero = vec![0; len];
        for (x, y) in [
            (x.to_vec(), flipped(y)),
            (flipped(x), y.to_vec()),
            (y.to_vec(), x.to_vec()),
            (zero.clone(), zero.clone()),
            (x.to_vec(), zero),
            (vec![0xff; len], y.to_vec()),
            (vec![0xff; len], vec![0xff; len]),
        ] {
            let mut other = jwk.clone();
            (other["x"], other["y"]) = (json!(encode(&x)), json!(encode(&y)));
            assert_refused(&other, algorithm, invalid);
            let other = [&spki[..at], &x, &y].concat();
            let error = PublicKey::from_der(&other, None).unwrap_err();
            assert!(matches!(error, Error::Key(found) if found == invalid), "{crv}: {error}");
            let error = KeyFile::parse(other.into()).unwrap().all_verifying_keys().unwrap_err();
            assert!(matches!(error, Error::Key(found) if found == invalid), "{crv}: {error}");
        }
        // The coordinates in other lengths; a point of another curve; half of one.
        for (member, text) in [
            ("x", encode(&[&[0], x].concat())),
            ("y", encode(&y[..len - 1])),
            ("x", String::new()),
            ("y", format!("{}=", encode(y))),
            ("x", "!".to_owned()),
        ] {
            let mut other = jwk.clone();
            other[member] = json!(text);
            let name = if member == "x" { "x" } else { "y" };
            assert_refused(&other, algorithm, KeyError::Member { name });
        }
        for (_, other_crv, other_algorithm, _) in CURVES.into_iter().filter(|it| it.1 != crv) {
            let mut other = jwk.clone();
            other["crv"] = json!(other_crv);
            other["alg"] = json!(other_algorithm.name());
            public_error(&other, other_algorithm);
        }
        // The identity; the forms of SEC 1 that RFC 5480 section 2.2 does not have; a byte more or less.
        let header = spki.len() - 2 * len - 1;
        for point in [
            vec![0],
            vec![0; 2 * len + 1],
            [&[5], x].concat(),
            [&[6 + (y[len - 1] & 1)], x, y].concat(),
            [&[1], x, y].concat(),
            [&[4], x].concat(),
            [&[4], x, y, &[0]].concat(),
            [&[2], x, y].concat(),
            vec![],
        ] {
            let other = with_point(&spki[..header], &point);
            assert!(PublicKey::from_der(&other, None).is_err(), "{crv} {point:?}");
            let file = KeyFile::parse(other.into()).and_then(|file| file.all_verifying_keys());
            assert!(file.is_err(), "{crv} {point:?}");
        }
    }
    let hybrid = file("p256.hybrid-spki.pem");
    assert!(PublicKey::from_pem(&hybrid, None).is_err());
}

/// An SPKI with another point: `head` is all that stands before the point of the whole one.
fn with_point(head: &[u8], point: &[u8]) -> Vec<u8> {
    // SEQUENCE { algorithm, BIT STRING { 0, point } }; what is between the two lengths stays.
    let length = |len: usize| match u8::try_from(len).unwrap() {
        short @ ..0x80 => vec![short],
        long => vec![0x81, long],
    };
    let algorithm = head.iter().skip(2).position(|byte| *byte == 0x30).unwrap() + 2;
    let algorithm = &head[algorithm..algorithm + 2 + usize::from(head[algorithm + 1])];
    let bits = [&[3], length(point.len() + 1).as_slice(), &[0], point].concat();
    let body = [algorithm, &bits].concat();
    [&[0x30], length(body.len()).as_slice(), &body].concat()
}

#[test]
fn scalars_out_of_range_are_refused_in_every_form() {
    for (name, crv, algorithm, order) in CURVES {
        let order = from_hex(order);
        let len = order.len();
        let mut above = order.clone();
        *above.last_mut().unwrap() += 1;
        let mut largest = order.clone();
        *largest.last_mut().unwrap() -= 1;
        let one = [vec![0; len - 1], vec![1]].concat();
        let scalar = |scalar: &[u8]| PrivateKey::new(algorithm, Zeroizing::new(scalar.to_vec()));
        for good in [&one, &largest] {
            assert!(scalar(good).is_ok(), "{crv}");
        }
        let key = PrivateKey::from_pem(&file(&format!("{name}.pkcs8.pem")), None).unwrap();
        let jwk: Value = serde_json::from_str(&key.to_jwk()).unwrap();
        let d = common::decode(jwk["d"].as_str().unwrap());
        let der = key.to_der().unwrap();
        let at = der.windows(len).position(|window| window == d).unwrap();
        for bad in [vec![0; len], order, above, vec![0xff; len]] {
            assert_eq!(scalar(&bad).err(), Some(KeyError::InvalidPrivateKey), "{crv}");
            let mut other = jwk.clone();
            other["d"] = json!(encode(&bad));
            let error = PrivateKey::from_jwk(other.to_string().as_bytes(), None).unwrap_err();
            assert!(matches!(error, Error::Key(KeyError::InvalidPrivateKey)), "{crv}: {error}");
            let other = [&der[..at], &bad, &der[at + len..]].concat();
            let error = PrivateKey::from_der(&other, None).unwrap_err();
            assert!(matches!(error, Error::Key(KeyError::InvalidPrivateKey)), "{crv}: {error}");
        }
        for bad in [one[1..].to_vec(), [vec![0], one.clone()].concat(), vec![]] {
            assert_eq!(scalar(&bad).err(), Some(KeyError::InvalidPrivateKey), "{crv}");
        }
        // Another key's private half.
        let mut other = jwk.clone();
        other["d"] = json!(encode(&one));
        let error = PrivateKey::from_jwk(other.to_string().as_bytes(), None).unwrap_err();
        assert!(matches!(error, Error::Key(KeyError::KeyMismatch)), "{crv}: {error}");
        let other = [&der[..at], &one, &der[at + len..]].concat();
        let error = PrivateKey::from_der(&other, None).unwrap_err();
        assert!(matches!(error, Error::Key(KeyError::KeyMismatch)), "{crv}: {error}");
    }
}

/// The eight points of small order, each in every encoding that some library decodes: y reduced or not, the sign
/// set for x = 0.
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

#[test]
fn ed25519_keys_of_small_order_or_in_another_encoding_are_refused() {
    let spki = der("ed25519.spki.pem");
    for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519] {
        let mut bad: Vec<_> = SMALL_ORDER.into_iter().map(from_hex).collect();
        // No point has y = 2; and y of 31 or 33 bytes.
        bad.push([vec![2], vec![0; 31]].concat());
        for x in &bad {
            let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(x)});
            assert_refused(&jwk, algorithm, KeyError::InvalidPublicKey);
            let other = [&spki[..12], x].concat();
            let error = PublicKey::from_der(&other, Some(algorithm)).unwrap_err();
            assert!(matches!(error, Error::Key(KeyError::InvalidPublicKey)), "{error}");
        }
        for len in [31, 33, 64] {
            let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&vec![0x42; len])});
            assert_refused(&jwk, algorithm, KeyError::InvalidPublicKey);
            let seed = PrivateKey::new(algorithm, Zeroizing::new(vec![0x42; len]));
            assert_eq!(seed.err(), Some(KeyError::InvalidPrivateKey));
        }
    }
    // Reduced, y of more than p would be y − p: 19 encodings are not the one.
    for low in 0xed..=0xffu8 {
        let mut x = [0xff; 32];
        (x[0], x[31]) = (low, 0x7f);
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&x)});
        assert_refused(&jwk, Algorithm::EdDsa, KeyError::InvalidPublicKey);
    }
}

#[test]
fn hmac_secrets_shorter_than_their_hash_are_refused() {
    // RFC 7518 section 3.2.
    for (algorithm, needed) in
        [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)]
    {
        for found in 0..needed {
            let secret = vec![0x42; found];
            let error = KeyError::TooShort { found, needed };
            assert_eq!(VerifyingKey::from_secret(algorithm, &secret).err(), Some(error));
            let key = PrivateKey::new(algorithm, Zeroizing::new(secret.clone()));
            assert_eq!(key.err(), Some(error));
            let jwk = json!({"kty": "oct", "alg": algorithm.name(), "k": encode(&secret)});
            assert!(PrivateKey::from_jwk(jwk.to_string().as_bytes(), None).is_err(), "{jwk}");
        }
        assert!(VerifyingKey::from_secret(algorithm, &vec![0x42; needed]).is_ok());
    }
}
