//! Keys in every container: those that openssl writes, JWKs, and what each is refused for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(all(feature = "es256", feature = "hmac", feature = "pem"))]

mod common;

use jwt_core::danger::{secret_bytes, short_hmac_key};
use jwt_core::error::{JsonError, JsonErrorKind, KeyError, KeyForm};
use jwt_core::json::write_object;
use jwt_core::key::{MAX_SECRET_LEN, SPKI_DER_LEN, Thumbprint};
use jwt_core::{
    Algorithm, Es256SigningKey, Es256VerifyingKey, HmacAlgorithm, HmacKey, Hs256, Hs384, Hs512,
    Jwk, SigningKey, VerifyingKey, base64url,
};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use proptest::prelude::*;

/// The private key in every P-256 container below, as openssl shows it.
const SCALAR: [u8; 32] = [
    0xc8, 0xc5, 0xe1, 0x2e, 0x29, 0xbb, 0x68, 0x2a, 0x52, 0x8e, 0x0a, 0x7a, 0x57, 0x95, 0x18, 0xc8,
    0x3a, 0x99, 0x08, 0x5f, 0x8f, 0xe6, 0x29, 0xcd, 0x91, 0x62, 0x4c, 0xec, 0x78, 0x26, 0xd9, 0x1f,
];

fn key() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&SCALAR).unwrap()
}

fn other() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

fn signing(pem: &str) -> Result<[u8; 32], KeyError> {
    Es256SigningKey::from_pem(pem.as_bytes(), &mut [0; 2048]).map(|key| *secret_bytes(&key))
}

fn verifying(pem: &str) -> Result<Es256VerifyingKey, KeyError> {
    Es256VerifyingKey::from_pem(pem.as_bytes(), &mut [0; 2048])
}

fn signing_der(der: &[u8]) -> Result<[u8; 32], KeyError> {
    Es256SigningKey::from_der(der).map(|key| *secret_bytes(&key))
}

/// The DER inside a PEM text, by a decoder of the test's own.
fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let body = body.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let mut buf = vec![0; body.len()];
    base64url::decode(body.as_bytes(), &mut buf).unwrap().to_vec()
}

fn wrong(found: KeyForm, needed: KeyForm) -> KeyError {
    KeyError::WrongForm { found, needed }
}

fn not_p256(found: KeyForm) -> KeyError {
    wrong(found, KeyForm::P256)
}

fn encode(bytes: &[u8]) -> String {
    let mut buf = vec![0; base64url::encoded_len(bytes.len())];
    base64url::encode(bytes, &mut buf).unwrap().to_owned()
}

// --- PEM

#[test]
fn every_private_p256_container_of_openssl_gives_the_key() {
    for pem in [PARAMETERS_AND_SEC1, SEC1, SEC1_NO_PUBLIC, PKCS8] {
        assert_eq!(signing(pem), Ok(SCALAR), "{pem}");
        assert_eq!(verifying(pem), Err(KeyError::PrivateKey), "{pem}");
        // White space around, other line ends, and no line end at all.
        for text in
            [format!("\n \t{pem}\n\n"), pem.replace('\n', "\r\n"), pem.trim_end().to_owned()]
        {
            assert_eq!(signing(&text), Ok(SCALAR), "{text:?}");
        }
    }
    for pem in [SEC1, SEC1_NO_PUBLIC, PKCS8] {
        assert_eq!(signing_der(&der(pem)), Ok(SCALAR));
        assert_eq!(Es256VerifyingKey::from_spki_der(&der(pem)), Err(KeyError::PrivateKey));
    }
}

#[test]
fn every_public_p256_container_of_openssl_gives_the_key() {
    for pem in [SPKI, SPKI_COMPRESSED] {
        assert_eq!(verifying(pem), Ok(key().verifying_key()), "{pem}");
        assert_eq!(signing(pem), Err(KeyError::PublicKey), "{pem}");
        assert_eq!(Es256VerifyingKey::from_spki_der(&der(pem)), Ok(key().verifying_key()));
        assert_eq!(signing_der(&der(pem)), Err(KeyError::PublicKey));
    }
    // Out again as openssl writes it.
    assert_eq!(key().verifying_key().to_spki_der()[..], der(SPKI));
    assert_eq!(der(SPKI).len(), SPKI_DER_LEN);
}

#[test]
fn every_other_container_of_openssl_is_refused_by_its_name() {
    for (pem, error) in [
        (SEC1_EXPLICIT, not_p256(KeyForm::OtherCurve)),
        (SPKI_EXPLICIT, not_p256(KeyForm::OtherCurve)),
        (P384_SEC1, not_p256(KeyForm::P384)),
        (P384_PKCS8, not_p256(KeyForm::P384)),
        (P384_SPKI, not_p256(KeyForm::P384)),
        (P521_SEC1, not_p256(KeyForm::P521)),
        (P521_PKCS8, not_p256(KeyForm::P521)),
        (P521_SPKI, not_p256(KeyForm::P521)),
        (K256_SEC1, not_p256(KeyForm::Secp256k1)),
        (K256_PKCS8, not_p256(KeyForm::Secp256k1)),
        (K256_SPKI, not_p256(KeyForm::Secp256k1)),
        (BRAINPOOL_SEC1, not_p256(KeyForm::OtherCurve)),
        (BRAINPOOL_PKCS8, not_p256(KeyForm::OtherCurve)),
        (BRAINPOOL_SPKI, not_p256(KeyForm::OtherCurve)),
        (RSA_PKCS1, not_p256(KeyForm::Rsa)),
        (RSA_PKCS1_PUBLIC, not_p256(KeyForm::Rsa)),
        (RSA_PKCS8, not_p256(KeyForm::Rsa)),
        (RSA_PSS_PKCS8, not_p256(KeyForm::Rsa)),
        (RSA_SPKI, not_p256(KeyForm::Rsa)),
        (ED25519_PKCS8, not_p256(KeyForm::Edwards)),
        (ED25519_SPKI, not_p256(KeyForm::Edwards)),
        (X25519_PKCS8, not_p256(KeyForm::Edwards)),
        (PKCS8_ENCRYPTED, KeyError::UnsupportedPem),
        (CERTIFICATE, KeyError::UnsupportedPem),
        (REQUEST, KeyError::UnsupportedPem),
        (SEC1_ENCRYPTED, KeyError::InvalidPem),
        (ONLY_PARAMETERS, KeyError::InvalidPem),
    ] {
        assert_eq!(signing(pem), Err(error), "{pem}");
        assert_eq!(verifying(pem), Err(error), "{pem}");
        if !pem.contains("ENCRYPTED") {
            // The same inside another label, and as DER: never a key.
            assert!(signing_der(&der(pem)).is_err(), "{pem}");
            assert!(Es256VerifyingKey::from_spki_der(&der(pem)).is_err(), "{pem}");
        }
    }
    assert_eq!(signing_der(&der(RSA_PKCS1)), Err(not_p256(KeyForm::Rsa)));
    assert_eq!(Es256VerifyingKey::from_spki_der(&der(RSA_PKCS1)), Err(not_p256(KeyForm::Rsa)));
    // A public key where a private one is needed, and of another kind too: the kind is told.
    assert_eq!(signing_der(&der(SPKI)), Err(KeyError::PublicKey));
    assert_eq!(signing_der(&der(RSA_SPKI)), Err(not_p256(KeyForm::Rsa)));
}

#[test]
fn text_that_is_not_exactly_one_pem_key_is_refused() {
    let invalid = Err(KeyError::InvalidPem);
    let broken = |from: &str, to: &str| PKCS8.replacen(from, to, 1);
    for text in [
        String::new(),
        " \n".to_owned(),
        "-----BEGIN ".to_owned(),
        "-----BEGIN PRIVATE KEY-----".to_owned(),
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\nx".to_owned(),
        format!("key: 1\n{PKCS8}"),
        format!("{PKCS8}trailing"),
        format!("{PKCS8}{PKCS8}"),
        format!("\u{feff}{PKCS8}"),
        broken("-----END PRIVATE KEY-----", ""),
        broken("END PRIVATE KEY", "END EC PRIVATE KEY"),
        broken("-----BEGIN", "----BEGIN"),
        broken("MIGH", "MI!H"),
        broken("MIGH", "MI-H"),
        format!("{ONLY_PARAMETERS}{ONLY_PARAMETERS}{SEC1}"),
        "-----BEGIN EC PARAMETERS-----".to_owned(),
        "-----BEGIN EC PARAMETERS-----\n-----END EC PARAMETERS-----".to_owned(),
        "{\"kty\":\"EC\"}".to_owned(),
    ] {
        assert_eq!(signing(&text), invalid, "{text:?}");
        assert!(matches!(verifying(&text), Err(KeyError::InvalidPem)), "{text:?}");
    }
    // A body under the wrong label is what its structure says.
    let relabel = |pem: &str, from: &str, to: &str| pem.replace(from, to);
    assert_eq!(signing(&relabel(PKCS8, "PRIVATE KEY", "EC PRIVATE KEY")), Ok(SCALAR));
    assert_eq!(signing(&relabel(PKCS8, "PRIVATE KEY", "PUBLIC KEY")), Err(KeyError::PrivateKey));
    assert_eq!(verifying(&relabel(SPKI, "PUBLIC KEY", "PRIVATE KEY")), Err(KeyError::PublicKey));
    for label in ["", "OPENSSH PRIVATE KEY", "DSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK", "X"] {
        assert!(signing(&relabel(PKCS8, "PRIVATE KEY", label)).is_err(), "{label}");
    }
}

#[test]
fn every_buffer_for_pem_is_too_small_or_enough_and_needed_is_exact() {
    for pem in [SEC1, SEC1_NO_PUBLIC, PKCS8, PARAMETERS_AND_SEC1] {
        let inner = if pem == PARAMETERS_AND_SEC1 { SEC1 } else { pem };
        let needed = der(inner).len();
        for size in 0..needed + 3 {
            let mut buf = vec![0xa5; size];
            let verdict = Es256SigningKey::from_pem(pem.as_bytes(), &mut buf);
            if size < needed {
                assert_eq!(verdict.err(), Some(KeyError::BufferTooSmall { needed }), "{size}");
            } else {
                assert!(verdict.is_ok(), "{size}");
            }
            assert!(buf.iter().all(|byte| *byte == 0), "the buffer is wiped");
        }
    }
    let needed = SPKI_DER_LEN;
    for size in 0..needed + 3 {
        let verdict = Es256VerifyingKey::from_pem(SPKI.as_bytes(), &mut vec![0; size]);
        let wanted = (size < needed).then_some(KeyError::BufferTooSmall { needed });
        assert_eq!(verdict.err(), wanted, "{size}");
    }
    // A private key that was taken for a public one is wiped too.
    let mut buf = [0xa5; 256];
    assert!(Es256VerifyingKey::from_pem(PKCS8.as_bytes(), &mut buf).is_err());
    assert_eq!(buf, [0; 256]);
}

#[test]
fn no_secret_is_left_in_the_buffer_where_a_pem_is_refused() {
    for pem in [PKCS8, SEC1, PARAMETERS_AND_SEC1] {
        let begin = pem.rfind("KEY-----\nM").unwrap() + 9;
        let end = pem.rfind("\n-----END").unwrap();
        // Broken at one character, when all before it may have been decoded.
        for at in begin..end {
            let text = [&pem[..at], "!", &pem[at + 1..]].concat();
            let (mut one, mut other) = ([0; 256], [0; 256]);
            let private = Es256SigningKey::from_pem(text.as_bytes(), &mut one);
            assert_eq!(private.err(), Some(KeyError::InvalidPem), "{text}");
            let public = Es256VerifyingKey::from_pem(text.as_bytes(), &mut other);
            assert_eq!(public, Err(KeyError::InvalidPem), "{text}");
            assert!(one == [0; 256] && other == [0; 256], "{text}");
        }
    }
    // A private key under the label of a public one.
    let mut buf = [0; 256];
    let text = PKCS8.replace("PRIVATE KEY", "PUBLIC KEY");
    let public = Es256VerifyingKey::from_pem(text.as_bytes(), &mut buf);
    assert_eq!((public, buf), (Err(KeyError::PrivateKey), [0; 256]));
}

// --- DER

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    match u8::try_from(content.len()) {
        Ok(len @ 0..=0x7f) => [&[tag, len], content].concat(),
        Ok(len) => [&[tag, 0x81, len], content].concat(),
        Err(_) => {
            let len = (content.len() as u16).to_be_bytes();
            [&[tag, 0x82], &len[..], content].concat()
        }
    }
}

const P256_OID: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const EC_OID: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P384_OID: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];

/// A SEC1 key of these parts; an empty slice leaves an optional one out.
fn sec1(version: u8, scalar: &[u8], parameters: &[u8], point: &[u8]) -> Vec<u8> {
    let mut body = [&[2, 1, version], element(4, scalar).as_slice()].concat();
    if !parameters.is_empty() {
        body.extend(element(0xa0, parameters));
    }
    if !point.is_empty() {
        body.extend(element(0xa1, &element(3, &[&[0], point].concat())));
    }
    element(0x30, &body)
}

/// A PKCS#8 key of these parts, and whatever follows them.
fn pkcs8(version: u8, algorithm: &[u8], inner: &[u8], rest: &[u8]) -> Vec<u8> {
    let algorithm = element(0x30, algorithm);
    let parts = [&[2, 1, version], algorithm.as_slice(), &element(4, inner), rest].concat();
    element(0x30, &parts)
}

#[test]
fn a_point_has_one_of_the_three_forms_of_rfc_5480() {
    let point = key().verifying_key().to_sec1();
    for first in 0..=u8::MAX {
        let is_compressed = matches!(first, 2 | 3);
        let x_only = [&[first], &point[1..33]].concat();
        assert_eq!(Es256VerifyingKey::from_sec1(&x_only).is_ok(), is_compressed, "{first}");
        let whole = [&[first], &point[1..]].concat();
        assert_eq!(Es256VerifyingKey::from_sec1(&whole).is_ok(), first == 4, "{first}");
    }
    assert!(Es256VerifyingKey::from_sec1(&[]).is_err());
}

#[test]
fn a_sec1_key_is_taken_in_all_its_shapes_and_refused_for_what_is_wrong() {
    let point = key().verifying_key().to_sec1();
    let mut compressed = [0; 33];
    compressed.copy_from_slice(&point[..33]);
    compressed[0] = 2 + (point[64] & 1);
    let mut off_curve = point;
    off_curve[64] ^= 1;
    let (d, p) = (&SCALAR[..], P256_OID);
    let order = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    assert_eq!(sec1(1, d, p, &point), der(SEC1), "the builder builds what openssl does");
    for (der, verdict) in [
        (sec1(1, d, p, &point), Ok(SCALAR)),
        (sec1(1, d, p, &compressed), Ok(SCALAR)),
        (sec1(1, d, p, &[]), Ok(SCALAR)),
        // Without an envelope the key has to name its curve.
        (sec1(1, d, &[], &point), Err(not_p256(KeyForm::OtherCurve))),
        (sec1(1, d, P384_OID, &point), Err(not_p256(KeyForm::P384))),
        (sec1(1, d, &[5, 0], &point), Err(not_p256(KeyForm::OtherCurve))),
        (sec1(1, d, &[p, &[5, 0]].concat(), &point), Err(not_p256(KeyForm::OtherCurve))),
        (sec1(0, d, p, &point), Err(KeyError::InvalidDer)),
        (sec1(2, d, p, &point), Err(KeyError::InvalidDer)),
        (sec1(1, &[0; 32], p, &[]), Err(KeyError::InvalidPrivateKey)),
        (sec1(1, &order, p, &[]), Err(KeyError::InvalidPrivateKey)),
        (sec1(1, &[0xff; 32], p, &[]), Err(KeyError::InvalidPrivateKey)),
        (sec1(1, &d[1..], p, &[]), Err(KeyError::InvalidPrivateKey)),
        (sec1(1, &[&[0], d].concat(), p, &[]), Err(KeyError::InvalidPrivateKey)),
        (sec1(1, &[], p, &[]), Err(KeyError::InvalidPrivateKey)),
        (sec1(1, d, p, &other().verifying_key().to_sec1()), Err(KeyError::KeyMismatch)),
        (sec1(1, d, p, &off_curve), Err(KeyError::InvalidPublicKey)),
        (sec1(1, d, p, &[0]), Err(KeyError::InvalidPublicKey)),
        (sec1(1, d, p, &point[1..]), Err(KeyError::InvalidPublicKey)),
    ] {
        assert_eq!(signing_der(&der), verdict, "{der:02x?}");
        // The same inside PKCS#8, where the envelope may name the curve instead.
        let inner = match verdict {
            Err(KeyError::WrongForm { .. }) => continue,
            other => other,
        };
        assert_eq!(signing_der(&pkcs8(0, &[EC_OID, p].concat(), &der, &[])), inner);
    }
    let inner = sec1(1, d, &[], &point);
    assert_eq!(signing_der(&pkcs8(0, &[EC_OID, p].concat(), &inner, &[])), Ok(SCALAR));
    // Two curves that contradict each other.
    let inner = sec1(1, d, P384_OID, &[]);
    let both = pkcs8(0, &[EC_OID, p].concat(), &inner, &[]);
    assert_eq!(signing_der(&both), Err(not_p256(KeyForm::P384)));
}

#[test]
fn a_pkcs8_key_is_taken_in_both_versions_and_refused_for_what_is_wrong() {
    let point = key().verifying_key().to_sec1();
    let inner = sec1(1, &SCALAR, &[], &point);
    let algorithm = [EC_OID, P256_OID].concat();
    let public = |tag: u8, point: &[u8]| element(tag, &[&[0], point].concat());
    let attributes = element(0xa0, &[]);
    assert_eq!(pkcs8(0, &algorithm, &inner, &[]), der(PKCS8), "as openssl does");
    let invalid = Err(KeyError::InvalidDer);
    for (version, algorithm, rest, verdict) in [
        (0, &algorithm, vec![], Ok(SCALAR)),
        (1, &algorithm, vec![], invalid),
        (0, &algorithm, attributes.clone(), Ok(SCALAR)),
        (1, &algorithm, public(0x81, &point), Ok(SCALAR)),
        (1, &algorithm, [attributes.clone(), public(0x81, &point)].concat(), Ok(SCALAR)),
        (
            1,
            &algorithm,
            public(0x81, &other().verifying_key().to_sec1()),
            Err(KeyError::KeyMismatch),
        ),
        (1, &algorithm, public(0x81, &[4; 65]), Err(KeyError::InvalidPublicKey)),
        (1, &algorithm, element(0x81, &[]), invalid),
        (1, &algorithm, element(0x81, &[&[1], &point[..]].concat()), invalid),
        (0, &algorithm, public(0x81, &point), invalid),
        (1, &algorithm, [public(0x81, &point), attributes.clone()].concat(), invalid),
        (1, &algorithm, public(0xa1, &point), invalid),
        (2, &algorithm, vec![], invalid),
        (0, &algorithm, vec![5, 0], invalid),
        (0, &EC_OID.to_vec(), vec![], Err(not_p256(KeyForm::OtherCurve))),
        (0, &[EC_OID, P384_OID].concat(), vec![], Err(not_p256(KeyForm::P384))),
        (0, &[EC_OID, P256_OID, P256_OID].concat(), vec![], Err(not_p256(KeyForm::OtherCurve))),
        (0, &vec![6, 3, 0x2a, 3, 4], vec![], Err(not_p256(KeyForm::Other))),
        (0, &vec![], vec![], invalid),
    ] {
        let der = pkcs8(version, algorithm, &inner, &rest);
        assert_eq!(signing_der(&der), verdict, "{version} {algorithm:02x?} {rest:02x?}");
    }
    // Attributes that make lengths of two bytes, and another element of such a length.
    let mut long = pkcs8(0, &algorithm, &inner, &element(0xa0, &[0; 0x100]));
    assert_eq!(signing_der(&long), Ok(SCALAR));
    long[0] = 0x31;
    assert_eq!(signing_der(&long), invalid);
    // 128 bytes are one more than a length of one byte can say.
    let mut at_the_edge = (0..0x80)
        .map(|len| pkcs8(0, &algorithm, &sec1(1, &SCALAR, &[], &[]), &element(0xa0, &vec![0; len])))
        .find(|der| der.starts_with(&[0x30, 0x81, 0x80]))
        .unwrap();
    assert_eq!(signing_der(&at_the_edge), Ok(SCALAR));
    at_the_edge.remove(1);
    assert_eq!(signing_der(&at_the_edge), invalid);
}

#[test]
fn der_lengths_are_minimal_and_definite_and_nothing_follows() {
    type Read = fn(&[u8]) -> bool;
    let readers: [(Vec<u8>, Read); 4] = [
        (der(SEC1), |der| Es256SigningKey::from_der(der).is_ok()),
        (der(PKCS8), |der| Es256SigningKey::from_der(der).is_ok()),
        (der(SPKI), |der| Es256VerifyingKey::from_spki_der(der).is_ok()),
        (der(SPKI_COMPRESSED), |der| Es256VerifyingKey::from_spki_der(der).is_ok()),
    ];
    for (good, read) in readers {
        assert!(read(&good));
        let content = if good[1] == 0x81 { &good[3..] } else { &good[2..] };
        let len = u8::try_from(content.len()).unwrap();
        let wrap = |header: &[u8], rest: &[u8]| [header, content, rest].concat();
        assert!(!read(&wrap(&[0x30, 0x82, 0, len], &[])), "three bytes for a short length");
        assert!(!read(&wrap(&[0x30, 0x83, 0, 0, len], &[])), "four bytes");
        assert!(!read(&wrap(&[0x30, 0x84, 0, 0, 0, len], &[])), "five bytes");
        assert!(!read(&wrap(&[0x30, 0x80], &[0, 0])), "indefinite");
        assert!(!read(&wrap(&[0x31, len], &[])), "another tag");
        if len < 0x80 {
            assert!(!read(&wrap(&[0x30, 0x81, len], &[])), "two bytes for one");
        }
        for rest in [&[0][..], &[0, 0], b"\n", &good] {
            assert!(!read(&[good.as_slice(), rest].concat()), "trailing {rest:?}");
        }
        for end in 0..good.len() {
            assert!(!read(&good[..end]), "cut at {end}");
        }
        for at in 0..good.len() {
            let mut shorter = good.clone();
            shorter.remove(at);
            assert!(!read(&shorter), "without byte {at}");
        }
    }
    for der in
        [&[][..], &[0x30], &[0x30, 0], &[0x30, 0x80], &[0x30, 2, 2, 0], &[0x30, 0xff], &[4, 0]]
    {
        assert_eq!(signing_der(der), Err(KeyError::InvalidDer), "{der:02x?}");
        assert_eq!(Es256VerifyingKey::from_spki_der(der), Err(KeyError::InvalidDer), "{der:02x?}");
    }
}

#[test]
fn an_spki_key_is_refused_for_what_is_wrong() {
    let point = key().verifying_key().to_sec1();
    let algorithm = [EC_OID, P256_OID].concat();
    let spki = |algorithm: &[u8], bits: &[u8], rest: &[u8]| {
        element(0x30, &[element(0x30, algorithm), element(3, bits), rest.to_vec()].concat())
    };
    let bits = |unused: u8, point: &[u8]| [&[unused], point].concat();
    assert_eq!(spki(&algorithm, &bits(0, &point), &[]), der(SPKI));
    for (der, error) in [
        (spki(&algorithm, &bits(1, &point), &[]), KeyError::InvalidDer),
        (spki(&algorithm, &[], &[]), KeyError::InvalidDer),
        (spki(&algorithm, &bits(0, &point), &[5, 0]), KeyError::InvalidDer),
        (spki(&algorithm, &bits(0, &[]), &[]), KeyError::InvalidPublicKey),
        (spki(&algorithm, &bits(0, &[0]), &[]), KeyError::InvalidPublicKey),
        (spki(&algorithm, &bits(0, &point[..64]), &[]), KeyError::InvalidPublicKey),
        (spki(&algorithm, &bits(0, &[&point[..], &[0]].concat()), &[]), KeyError::InvalidPublicKey),
        (spki(&algorithm, &bits(0, &[4; 65]), &[]), KeyError::InvalidPublicKey),
        // The hybrid form of X9.62 is none of RFC 5480's.
        (
            spki(&algorithm, &bits(0, &[&[6 + (point[64] & 1)], &point[1..]].concat()), &[]),
            KeyError::InvalidPublicKey,
        ),
        (spki(EC_OID, &bits(0, &point), &[]), not_p256(KeyForm::OtherCurve)),
        (spki(&[EC_OID, P384_OID].concat(), &bits(0, &point), &[]), not_p256(KeyForm::P384)),
        (spki(&[6, 3, 0x2a, 3, 4], &bits(0, &point), &[]), not_p256(KeyForm::Other)),
    ] {
        assert_eq!(Es256VerifyingKey::from_spki_der(&der), Err(error), "{der:02x?}");
    }
}

fn mutated(good: Vec<u8>, edits: Vec<(prop::sample::Index, u8, u8)>) -> Vec<u8> {
    let mut bytes = good;
    for (at, byte, kind) in edits {
        let at = at.index(bytes.len() + 1);
        match kind {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => {
                bytes.remove(at);
            }
            2 if at < bytes.len() => bytes[at] ^= 1 << (byte % 8),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => bytes.push(byte),
        }
    }
    bytes
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..8), 0..3)
}

proptest! {
    #![proptest_config(common::cases(1500))]

    #[test]
    fn what_is_taken_as_a_private_key_p256_takes_as_the_same(edits in edits(), which in 0usize..4) {
        let good = match which {
            0 => der(SEC1),
            1 => der(PKCS8),
            2 => der(SEC1_NO_PUBLIC),
            _ => {
                let point = key().verifying_key().to_sec1();
                let public = element(0x81, &[&[0], &point[..]].concat());
                pkcs8(1, &[EC_OID, P256_OID].concat(), &sec1(1, &SCALAR, &[], &[]), &public)
            }
        };
        let changed = mutated(good, edits);
        if let Ok(scalar) = signing_der(&changed) {
            let theirs = if which % 2 == 0 {
                p256::SecretKey::from_sec1_der(&changed).ok()
            } else {
                p256::SecretKey::from_pkcs8_der(&changed).ok()
            };
            let theirs = theirs.map(|key| <[u8; 32]>::from(key.to_bytes()));
            prop_assert_eq!(theirs, Some(scalar), "{:02x?}", changed);
        }
    }

    #[test]
    fn what_is_taken_as_a_public_key_p256_takes_as_the_same(edits in edits(), compressed: bool) {
        let changed = mutated(der(if compressed { SPKI_COMPRESSED } else { SPKI }), edits);
        if let Ok(ours) = Es256VerifyingKey::from_spki_der(&changed) {
            let theirs = p256::PublicKey::from_public_key_der(&changed).ok();
            let ours = p256::PublicKey::from_sec1_bytes(&ours.to_sec1()).ok();
            prop_assert_eq!(theirs, ours, "{:02x?}", changed);
        }
    }

    #[test]
    fn every_door_leads_to_the_same_key(bytes: [u8; 32]) {
        let Ok(key) = Es256SigningKey::from_bytes(&bytes) else { return Ok(()) };
        let public = key.verifying_key();
        prop_assert_eq!(*secret_bytes(&key), bytes);
        let point = public.to_sec1();
        prop_assert_eq!(Es256VerifyingKey::from_sec1(&point), Ok(public));
        prop_assert_eq!(Es256VerifyingKey::from_spki_der(&public.to_spki_der()), Ok(public));
        let (x, y) = (point[1..33].try_into().unwrap(), point[33..].try_into().unwrap());
        prop_assert_eq!(Es256VerifyingKey::from_coordinates(&x, &y), Ok(public));
        let mut buf = [0; 256];
        let jwk = write_object(&mut buf, &public).unwrap();
        prop_assert_eq!(Jwk::parse(jwk.as_bytes()).unwrap().es256_verifying_key(), Ok(public));
        let private = jwk.replacen('{', &format!(r#"{{"d":"{}","#, encode(&bytes)), 1);
        let private = Jwk::parse(private.as_bytes()).unwrap();
        prop_assert_eq!(private.es256_signing_key().map(|key| *secret_bytes(&key)), Ok(bytes));
        let theirs = p256::SecretKey::from_slice(&bytes).unwrap().public_key();
        prop_assert_eq!(p256::PublicKey::from_sec1_bytes(&point).ok(), Some(theirs));
        prop_assert_eq!(public.thumbprint(), private.thumbprint().unwrap());
    }
}

#[test]
fn raw_bytes_are_a_key_only_in_range_and_on_the_curve() {
    let invalid = Some(KeyError::InvalidPrivateKey);
    assert_eq!(Es256SigningKey::from_bytes(&[0; 32]).err(), invalid);
    assert_eq!(Es256SigningKey::from_bytes(&[0xff; 32]).err(), invalid);
    let mut one = [0; 32];
    one[31] = 1;
    assert!(Es256SigningKey::from_bytes(&one).is_ok());
    let point = key().verifying_key().to_sec1();
    for len in (0..70).filter(|len| *len != 65) {
        let bytes: Vec<u8> = point.iter().copied().cycle().take(len).collect();
        assert_eq!(Es256VerifyingKey::from_sec1(&bytes), Err(KeyError::InvalidPublicKey), "{len}");
    }
    for tag in (0..=u8::MAX).filter(|tag| *tag != 4) {
        let mut bytes = point;
        bytes[0] = tag;
        assert_eq!(Es256VerifyingKey::from_sec1(&bytes), Err(KeyError::InvalidPublicKey), "{tag}");
    }
}

// --- JWK

/// The JWK of the key, private, with one member replaced; an empty value leaves it out.
fn jwk(change: &[(&str, &str)]) -> String {
    let point = key().verifying_key().to_sec1();
    let quoted = |bytes: &[u8]| format!("\"{}\"", encode(bytes));
    let mut members = vec![
        ("kty", "\"EC\"".to_owned()),
        ("crv", "\"P-256\"".to_owned()),
        ("x", quoted(&point[1..33])),
        ("y", quoted(&point[33..])),
        ("d", quoted(&SCALAR)),
    ];
    for (name, value) in change {
        members.retain(|(found, _)| found != name);
        if !value.is_empty() {
            members.push((name, (*value).to_owned()));
        }
    }
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn jwk_signing(text: &str) -> Result<[u8; 32], KeyError> {
    Jwk::parse(text.as_bytes())?.es256_signing_key().map(|key| *secret_bytes(&key))
}

fn jwk_verifying(text: &str) -> Result<Es256VerifyingKey, KeyError> {
    Jwk::parse(text.as_bytes())?.es256_verifying_key()
}

#[test]
fn what_a_jwk_says_of_its_use_has_to_agree_with_the_use() {
    let needed = Algorithm::Es256;
    let member = |name| Err(KeyError::Member { name });
    let allowed = |needed| Err(KeyError::OperationNotAllowed { needed });
    let mismatch = Err(KeyError::AlgorithmMismatch { needed });
    let purpose = Err(KeyError::NotForSignatures);
    let many = format!("[{}]", (0..17).map(|i| format!("\"{i}\"")).collect::<Vec<_>>().join(","));
    let many_with = format!("[\"sign\",\"verify\",{}", &many[1..]);
    type Verdict = Result<(), KeyError>;
    let table: &[(&str, &str, Verdict, Verdict)] = &[
        ("alg", "\"ES256\"", Ok(()), Ok(())),
        ("alg", "\"\\u0045S256\"", Ok(()), Ok(())),
        ("alg", "\"ES384\"", mismatch, mismatch),
        ("alg", "\"HS256\"", mismatch, mismatch),
        ("alg", "\"es256\"", mismatch, mismatch),
        ("alg", "\"\"", mismatch, mismatch),
        ("alg", "\"ECDH-ES\"", mismatch, mismatch),
        ("alg", "null", member("alg"), member("alg")),
        ("alg", "[\"ES256\"]", member("alg"), member("alg")),
        ("use", "\"sig\"", Ok(()), Ok(())),
        ("use", "\"enc\"", purpose, purpose),
        ("use", "\"SIG\"", purpose, purpose),
        ("use", "\"\"", purpose, purpose),
        ("use", "null", member("use"), member("use")),
        ("use", "[\"sig\"]", member("use"), member("use")),
        ("key_ops", "[\"sign\"]", Ok(()), allowed("verify")),
        ("key_ops", "[\"verify\"]", allowed("sign"), Ok(())),
        ("key_ops", "[\"sign\",\"verify\"]", Ok(()), Ok(())),
        ("key_ops", "[\"x\",\"verif\\u0079\",\"sign\"]", Ok(()), Ok(())),
        ("key_ops", "[]", allowed("sign"), allowed("verify")),
        ("key_ops", "[\"encrypt\",\"deriveKey\"]", allowed("sign"), allowed("verify")),
        ("key_ops", "[\"Sign\",\"Verify\"]", allowed("sign"), allowed("verify")),
        ("key_ops", "[\"sign\",\"sign\",\"verify\"]", member("key_ops"), member("key_ops")),
        ("key_ops", "[\"sign\",\"verify\",\"s\\u0069gn\"]", member("key_ops"), member("key_ops")),
        ("key_ops", "[\"sign\",\"verify\",1]", member("key_ops"), member("key_ops")),
        ("key_ops", "[\"sign\",\"verify\",null]", member("key_ops"), member("key_ops")),
        ("key_ops", "\"sign verify\"", member("key_ops"), member("key_ops")),
        ("key_ops", "null", member("key_ops"), member("key_ops")),
        ("key_ops", "{\"sign\":1,\"verify\":1}", member("key_ops"), member("key_ops")),
        ("key_ops", &many, member("key_ops"), member("key_ops")),
        ("key_ops", &many_with, member("key_ops"), member("key_ops")),
        ("kid", "\"x\"", Ok(()), Ok(())),
        ("kid", "1", member("kid"), member("kid")),
        ("x5c", "[1]", Ok(()), Ok(())),
        ("anything", "{\"x\":1,\"x\":2}", Ok(()), Ok(())),
    ];
    for (name, value, sign, verify) in table {
        let text = jwk(&[(name, value)]);
        assert_eq!(jwk_signing(&text).map(|_| ()), *sign, "{text}");
        assert_eq!(jwk_verifying(&text).map(|_| ()), *verify, "{text}");
    }
}

#[test]
fn the_kind_of_a_jwk_is_told_where_another_is_needed() {
    for (members, form) in [
        (r#""kty":"EC","crv":"P-256""#, KeyForm::P256),
        (r#""kty":"EC","crv":"P-384""#, KeyForm::P384),
        (r#""kty":"EC","crv":"P-521""#, KeyForm::P521),
        (r#""kty":"EC","crv":"secp256k1""#, KeyForm::Secp256k1),
        (r#""kty":"EC","crv":"p-256""#, KeyForm::OtherCurve),
        (r#""kty":"EC","crv":"""#, KeyForm::OtherCurve),
        (r#""kty":"RSA""#, KeyForm::Rsa),
        (r#""kty":"RSA","crv":"P-256""#, KeyForm::Rsa),
        (r#""kty":"OKP","crv":"Ed25519""#, KeyForm::Edwards),
        (r#""kty":"oct""#, KeyForm::Symmetric),
        (r#""kty":"oct","crv":"P-256""#, KeyForm::Symmetric),
        (r#""kty":"ec","crv":"P-256""#, KeyForm::Other),
        (r#""kty":"OCT""#, KeyForm::Other),
        (r#""kty":"""#, KeyForm::Other),
    ] {
        let text = format!("{{{members}}}");
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        assert_eq!(jwk.form(), form, "{text}");
        if form != KeyForm::P256 {
            assert_eq!(jwk.es256_verifying_key().err(), Some(not_p256(form)), "{text}");
            assert_eq!(jwk.es256_signing_key().err(), Some(not_p256(form)), "{text}");
        }
        if form != KeyForm::Symmetric {
            let needed = KeyForm::Symmetric;
            assert_eq!(
                jwk.hmac_verifying_key::<Hs256>().err(),
                Some(wrong(form, needed)),
                "{text}"
            );
            assert_eq!(jwk.hmac_signing_key::<Hs512>().err(), Some(wrong(form, needed)), "{text}");
        }
    }
    for text in [jwk(&[("crv", "")]), jwk(&[("crv", "1")]), jwk(&[("crv", "null")])] {
        assert_eq!(jwk_verifying(&text), Err(KeyError::Member { name: "crv" }), "{text}");
    }
    for text in
        [jwk(&[("kty", "")]), jwk(&[("kty", "1")]), jwk(&[("kty", "[\"EC\"]")]), "{}".into()]
    {
        assert_eq!(
            Jwk::parse(text.as_bytes()).err(),
            Some(KeyError::Member { name: "kty" }),
            "{text}"
        );
    }
    for text in [
        "",
        "[]",
        "{",
        r#"{"kty":"EC","kty":"EC"}"#,
        r#"{"kty":"EC","k\u0074y":"oct"}"#,
        "{\"kty\":\"\n\"}",
    ] {
        assert!(matches!(Jwk::parse(text.as_bytes()), Err(KeyError::Json(_))), "{text}");
    }
}

#[test]
fn the_numbers_of_a_jwk_have_their_exact_lengths_and_belong_together() {
    let quoted = |bytes: &[u8]| format!("\"{}\"", encode(bytes));
    let point = key().verifying_key().to_sec1();
    let (x, y, d) = (&point[1..33], &point[33..], &SCALAR[..]);
    let theirs = other().verifying_key().to_sec1();
    for (name, number) in [("x", x), ("y", y)] {
        let member = Err(KeyError::Member { name });
        for (value, verdict) in [
            (quoted(&number[1..]), member),
            (quoted(&[&[0], number].concat()), member),
            (quoted(&[]), member),
            (format!("\"{}=\"", encode(number)), member),
            (format!("\" {}\"", encode(number)), member),
            (
                format!("\"\\u{:04x}{}\"", encode(number).as_bytes()[0], &encode(number)[1..]),
                member,
            ),
            ("1".to_owned(), member),
            ("null".to_owned(), member),
            (String::new(), member),
            (quoted(&[0xff; 32]), Err(KeyError::InvalidPublicKey)),
            (quoted(&[0; 32]), Err(KeyError::InvalidPublicKey)),
            (quoted(&theirs[1..33]), Err(KeyError::InvalidPublicKey)),
        ] {
            let text = jwk(&[(name, &value)]);
            assert_eq!(jwk_verifying(&text).map(|_| ()), verdict, "{text}");
            assert_eq!(jwk_signing(&text).map(|_| ()), verdict, "{text}");
        }
    }
    let member = Err(KeyError::Member { name: "d" });
    let range = Err(KeyError::InvalidPrivateKey);
    for (value, verdict) in [
        (quoted(&[0x42; 32]), Err(KeyError::KeyMismatch)),
        (quoted(&[0; 32]), range),
        (quoted(&[0xff; 32]), range),
        (quoted(&d[1..]), range),
        (quoted(&[]), range),
        (quoted(&[d, &[0]].concat()), member),
        (format!("\"{}=\"", encode(d)), member),
        ("\"not base64url!\"".to_owned(), member),
        ("1".to_owned(), member),
        ("null".to_owned(), member),
    ] {
        let text = jwk(&[("d", &value)]);
        assert_eq!(jwk_signing(&text).map(|_| ()), verdict, "{text}");
        // The public part of a private JWK that is wrong is not trusted either.
        assert_eq!(jwk_verifying(&text).map(|_| ()), verdict, "{text}");
    }
    let public = jwk(&[("d", "")]);
    assert_eq!(jwk_signing(&public), Err(KeyError::PublicKey));
    assert_eq!(jwk_verifying(&public), Ok(key().verifying_key()));
    assert_eq!(jwk_signing(&jwk(&[])), Ok(SCALAR));
    // x and y exchanged.
    let swapped = jwk(&[("x", &quoted(y)), ("y", &quoted(x))]);
    assert_eq!(jwk_verifying(&swapped), Err(KeyError::InvalidPublicKey));
}

#[test]
fn a_jwk_shows_its_names_and_hides_its_secrets() {
    let text = jwk(&[("kid", "\"caf\\u00e9\""), ("alg", "\"ES256\"")]);
    let private = Jwk::parse(text.as_bytes()).unwrap();
    assert!(private.is_private());
    assert!(private.kid().is_some_and(|kid| kid == "caf\u{e9}"));
    assert!(private.alg().is_some_and(|alg| alg == "ES256"));
    assert_eq!(private.object().members().count(), 7);
    assert!(!format!("{private:?}").contains(&encode(&SCALAR)));
    let public = jwk(&[("d", "")]);
    let public = Jwk::parse(public.as_bytes()).unwrap();
    assert!(!public.is_private() && public.kid().is_none() && public.alg().is_none());
    assert!(Jwk::parse(br#"{"kty":"oct","k":"AA"}"#).unwrap().is_private());
    // The key as a JWK holds the four public members and nothing else.
    let mut buf = [0; 256];
    let out = write_object(&mut buf, &key().verifying_key()).unwrap();
    let point = key().verifying_key().to_sec1();
    let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
    assert_eq!(out, format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
}

#[test]
fn a_thumbprint_that_is_written_is_read_and_nothing_else_is() {
    let thumbprint = key().verifying_key().thumbprint();
    let text = thumbprint.to_string();
    assert_eq!(Thumbprint::parse(&text), Ok(thumbprint));
    let not_canonical = format!("{}_", &text[..42]);
    for text in [
        "",
        "a",
        &text[1..],
        &format!("{text}A"),
        &format!("{text}="),
        &"=".repeat(43),
        &not_canonical,
    ] {
        assert!(Thumbprint::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_thumbprint_is_that_of_the_required_members_alone() {
    let thumbprint = |text: &str| Jwk::parse(text.as_bytes()).unwrap().thumbprint();
    let wanted = key().verifying_key().thumbprint();
    for text in [jwk(&[]), jwk(&[("d", "")]), jwk(&[("kid", "\"x\""), ("use", "\"enc\"")])] {
        assert_eq!(thumbprint(&text), Ok(wanted));
    }
    let mut buf = [0; 43];
    assert_eq!(wanted.encode(&mut buf), wanted.to_string());
    assert_eq!(encode(wanted.as_bytes()), wanted.to_string());
    assert_eq!(format!("{wanted:?}"), wanted.to_string());
    assert_ne!(thumbprint(r#"{"kty":"oct","k":"AA"}"#), thumbprint(r#"{"kty":"oct","k":"AQ"}"#));
    for (text, name) in [
        (r#"{"kty":"oct"}"#, "k"),
        (r#"{"kty":"RSA","n":"AA"}"#, "e"),
        (r#"{"kty":"RSA","e":"AQAB"}"#, "n"),
        (r#"{"kty":"OKP","x":"AA"}"#, "crv"),
        (r#"{"kty":"OKP","crv":"Ed25519"}"#, "x"),
        (r#"{"kty":"EC","crv":"P-256","x":"AA"}"#, "y"),
        (r#"{"kty":"EC","crv":"P-384","x":1,"y":"AA"}"#, "x"),
    ] {
        assert_eq!(thumbprint(text), Err(KeyError::Member { name }), "{text}");
    }
    assert_eq!(thumbprint(r#"{"kty":"AKP"}"#), Err(not_p256(KeyForm::Other)));
}

// --- HMAC secrets

fn oct(k: &str, members: &str) -> String {
    format!(r#"{{"kty":"oct","k":{k}{members}}}"#)
}

#[test]
fn an_hmac_secret_has_at_least_the_length_of_the_hash() {
    fn lengths<A: HmacAlgorithm>(needed: usize) {
        for found in 0..needed + 70 {
            let secret = vec![0x42; found];
            let error = (found < needed).then_some(KeyError::TooShort { found, needed });
            assert_eq!(HmacKey::<A>::new(&secret).err(), error);
            let text = oct(&format!("\"{}\"", encode(&secret)), "");
            let jwk = Jwk::parse(text.as_bytes()).unwrap();
            assert_eq!(jwk.hmac_signing_key::<A>().err(), error);
            assert_eq!(jwk.hmac_verifying_key::<A>().err(), error);
        }
        assert_eq!(HmacKey::<A>::new(&[0x42; 64]).unwrap().algorithm(), A::ALGORITHM);
    }
    lengths::<Hs256>(32);
    lengths::<Hs384>(48);
    lengths::<Hs512>(64);
    // Longer than the block of the hash, and shorter by the dangerous door.
    assert!(HmacKey::<Hs256>::new(&[1; 4096]).is_ok());
    let short = short_hmac_key::<Hs256>(b"key").unwrap();
    assert!(short.verify(b"input", &short.sign(b"input").unwrap()).is_ok());
    assert!(short.verify(b"input", &short.sign(b"input").unwrap()[..31]).is_err());
    assert!(short.verify(b"input", &[]).is_err());
}

#[test]
fn an_oct_jwk_is_refused_for_what_is_wrong() {
    let good = encode(&[0x42; 32]);
    let member = |name| Some(KeyError::Member { name });
    let longest = encode(&[0x42; MAX_SECRET_LEN]);
    let too_long = encode(&[0x42; MAX_SECRET_LEN + 1]);
    let inner = encode(jwk(&[("d", "")]).as_bytes());
    let quoted = |text: &str| format!("\"{text}\"");
    for (text, error) in [
        (oct(&quoted(&good), ""), None),
        (oct(&quoted(&longest), ""), None),
        (oct(&quoted(&too_long), ""), Some(KeyError::SecretTooLong { limit: MAX_SECRET_LEN })),
        (oct(&quoted(""), ""), Some(KeyError::TooShort { found: 0, needed: 32 })),
        (oct(&quoted(&inner), ""), Some(KeyError::NotASecret)),
        (oct(&quoted(&format!("{good}=")), ""), member("k")),
        (oct(&quoted(&good.replacen('Q', "+", 1)), ""), member("k")),
        (oct(&quoted(&format!("{}\\n", &good[..42])), ""), member("k")),
        (oct(&quoted(&format!("{}J", &good[..42])), ""), member("k")),
        (oct(&quoted(&good[..41]), ""), member("k")),
        (oct("null", ""), member("k")),
        (oct("1", ""), member("k")),
        (oct("[\"AA\"]", ""), member("k")),
        (r#"{"kty":"oct"}"#.to_owned(), member("k")),
        (oct(&quoted(&good), r#","alg":"HS256","use":"sig","key_ops":["sign","verify"]"#), None),
        (
            oct(&quoted(&good), r#","alg":"HS384""#),
            Some(KeyError::AlgorithmMismatch { needed: Algorithm::Hs256 }),
        ),
        (
            oct(&quoted(&good), r#","alg":"ES256""#),
            Some(KeyError::AlgorithmMismatch { needed: Algorithm::Hs256 }),
        ),
        (
            oct(&quoted(&good), r#","alg":"A256GCM""#),
            Some(KeyError::AlgorithmMismatch { needed: Algorithm::Hs256 }),
        ),
        (oct(&quoted(&good), r#","alg":1"#), member("alg")),
        (oct(&quoted(&good), r#","use":"enc""#), Some(KeyError::NotForSignatures)),
        (oct(&quoted(&good), r#","key_ops":["verify","verify"]"#), member("key_ops")),
    ] {
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        assert_eq!(jwk.hmac_verifying_key::<Hs256>().err(), error, "{text}");
        assert_eq!(jwk.hmac_signing_key::<Hs256>().err(), error, "{text}");
    }
    let text = oct(&quoted(&good), r#","key_ops":["verify"]"#);
    let jwk = Jwk::parse(text.as_bytes()).unwrap();
    assert!(jwk.hmac_verifying_key::<Hs256>().is_ok());
    let needed = "sign";
    assert_eq!(
        jwk.hmac_signing_key::<Hs256>().err(),
        Some(KeyError::OperationNotAllowed { needed })
    );
}

#[test]
fn the_containers_of_openssl_are_no_hmac_secrets() {
    for pem in [
        PARAMETERS_AND_SEC1,
        SEC1,
        SEC1_NO_PUBLIC,
        PKCS8,
        SPKI,
        SPKI_COMPRESSED,
        SEC1_EXPLICIT,
        SPKI_EXPLICIT,
        SEC1_ENCRYPTED,
        PKCS8_ENCRYPTED,
        CERTIFICATE,
        REQUEST,
        ONLY_PARAMETERS,
        P384_SEC1,
        P384_SPKI,
        K256_SPKI,
        BRAINPOOL_PKCS8,
        RSA_PKCS1,
        RSA_PKCS8,
        RSA_SPKI,
        RSA_PKCS1_PUBLIC,
        ED25519_PKCS8,
        ED25519_SPKI,
        X25519_PKCS8,
    ] {
        assert_eq!(
            HmacKey::<Hs256>::new(pem.as_bytes()).err(),
            Some(KeyError::NotASecret),
            "{pem}"
        );
    }
    for pem in [
        SEC1,
        SEC1_NO_PUBLIC,
        PKCS8,
        SPKI,
        SPKI_COMPRESSED,
        SPKI_EXPLICIT,
        CERTIFICATE,
        REQUEST,
        P384_SEC1,
        P384_SPKI,
        P521_PKCS8,
        P521_SPKI,
        K256_SEC1,
        K256_SPKI,
        RSA_PKCS8,
        RSA_PSS_PKCS8,
        RSA_SPKI,
        ED25519_PKCS8,
        ED25519_SPKI,
        X25519_PKCS8,
    ] {
        assert_eq!(HmacKey::<Hs256>::new(&der(pem)).err(), Some(KeyError::NotASecret), "{pem}");
    }
}

// --- errors

#[test]
fn every_error_says_what_was_found_and_what_is_needed() {
    let json = JsonError { kind: JsonErrorKind::NotAnObject, offset: 0 };
    for (error, text) in [
        (
            KeyError::TooShort { found: 3, needed: 32 },
            "the secret has 3 bytes; at least 32 are needed",
        ),
        (KeyError::NotASecret, "this is an encoded key, not a secret for HMAC"),
        (KeyError::SecretTooLong { limit: 512 }, "the secret has more than 512 bytes"),
        (not_p256(KeyForm::P384), "this is a P-384 key; a P-256 key is needed"),
        (not_p256(KeyForm::P521), "this is a P-521 key; a P-256 key is needed"),
        (not_p256(KeyForm::Secp256k1), "this is a secp256k1 key; a P-256 key is needed"),
        (not_p256(KeyForm::OtherCurve), "this is a key on an unknown curve; a P-256 key is needed"),
        (not_p256(KeyForm::Rsa), "this is an RSA key; a P-256 key is needed"),
        (
            not_p256(KeyForm::Edwards),
            "this is an Edwards or Montgomery curve key; a P-256 key is needed",
        ),
        (
            wrong(KeyForm::Other, KeyForm::Symmetric),
            "this is a key of an unknown kind; a symmetric key is needed",
        ),
        (KeyError::PublicKey, "this is a public key; a private key is needed"),
        (KeyError::PrivateKey, "this is a private key; a public key is needed"),
        (KeyError::InvalidDer, "not a DER key in SEC1, PKCS#8 or SPKI form"),
        (KeyError::InvalidPem, "not PEM"),
        (KeyError::UnsupportedPem, "this PEM holds no plain key"),
        (KeyError::BufferTooSmall { needed: 121 }, "buffer too small: 121 bytes needed"),
        (KeyError::InvalidPrivateKey, "the private key is out of range"),
        (KeyError::InvalidPublicKey, "the public key is no point of the curve"),
        (KeyError::KeyMismatch, "the private part does not match the public part"),
        (KeyError::Json(json), "not a JWK: not a JSON object at byte 0"),
        (KeyError::Member { name: "x" }, "the x of the JWK is missing or invalid"),
        (
            KeyError::AlgorithmMismatch { needed: Algorithm::Es256 },
            "the alg of the JWK is not ES256",
        ),
        (KeyError::NotForSignatures, "the use of the JWK is not sig"),
        (
            KeyError::OperationNotAllowed { needed: "sign" },
            "the key_ops of the JWK do not allow to sign",
        ),
        (KeyError::MixedSet, "the JWK Set mixes symmetric and asymmetric keys"),
    ] {
        assert_eq!(error.to_string(), text);
        let other_use = matches!(
            error,
            KeyError::WrongForm { .. }
                | KeyError::PublicKey
                | KeyError::PrivateKey
                | KeyError::AlgorithmMismatch { .. }
                | KeyError::NotForSignatures
                | KeyError::OperationNotAllowed { .. }
        );
        assert_eq!(error.is_other_use(), other_use, "{text}");
    }
}

// Made once with the openssl command, version 3.0, for these tests and nothing else; every P-256
// one holds the same key.

const PARAMETERS_AND_SEC1: &str = "\
-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMjF4S4pu2gqUo4KeleVGMg6mQhfj+YpzZFiTOx4JtkfoAoGCCqGSM49
AwEHoUQDQgAEkmgQeW9NJYWmPAzENIAIscvUoG1Ow89yHvOcWPlzLLlHyvAaHqAj
E6+R4UudcssEbT7eEJIQ6nRxDsLcPgO5UA==
-----END EC PRIVATE KEY-----
";

const SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMjF4S4pu2gqUo4KeleVGMg6mQhfj+YpzZFiTOx4JtkfoAoGCCqGSM49
AwEHoUQDQgAEkmgQeW9NJYWmPAzENIAIscvUoG1Ow89yHvOcWPlzLLlHyvAaHqAj
E6+R4UudcssEbT7eEJIQ6nRxDsLcPgO5UA==
-----END EC PRIVATE KEY-----
";

const SEC1_NO_PUBLIC: &str = "\
-----BEGIN EC PRIVATE KEY-----
MDECAQEEIMjF4S4pu2gqUo4KeleVGMg6mQhfj+YpzZFiTOx4JtkfoAoGCCqGSM49
AwEH
-----END EC PRIVATE KEY-----
";

const PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyMXhLim7aCpSjgp6
V5UYyDqZCF+P5inNkWJM7Hgm2R+hRANCAASSaBB5b00lhaY8DMQ0gAixy9SgbU7D
z3Ie85xY+XMsuUfK8BoeoCMTr5HhS51yywRtPt4QkhDqdHEOwtw+A7lQ
-----END PRIVATE KEY-----
";

const SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkmgQeW9NJYWmPAzENIAIscvUoG1O
w89yHvOcWPlzLLlHyvAaHqAjE6+R4UudcssEbT7eEJIQ6nRxDsLcPgO5UA==
-----END PUBLIC KEY-----
";

const SPKI_COMPRESSED: &str = "\
-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACkmgQeW9NJYWmPAzENIAIscvUoG1O
w89yHvOcWPlzLLk=
-----END PUBLIC KEY-----
";

const SEC1_EXPLICIT: &str = "\
-----BEGIN EC PRIVATE KEY-----
MIIBaAIBAQQgyMXhLim7aCpSjgp6V5UYyDqZCF+P5inNkWJM7Hgm2R+ggfowgfcC
AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////
MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr
vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE
axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W
K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8
YyVRAgEBoUQDQgAEkmgQeW9NJYWmPAzENIAIscvUoG1Ow89yHvOcWPlzLLlHyvAa
HqAjE6+R4UudcssEbT7eEJIQ6nRxDsLcPgO5UA==
-----END EC PRIVATE KEY-----
";

const SPKI_EXPLICIT: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA
AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////
///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd
NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5
RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA
//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABJJoEHlvTSWFpjwMxDSACLHL
1KBtTsPPch7znFj5cyy5R8rwGh6gIxOvkeFLnXLLBG0+3hCSEOp0cQ7C3D4DuVA=
-----END PUBLIC KEY-----
";

const SEC1_ENCRYPTED: &str = "\
-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,39A436B74E7383A0C41517D4EE579908

+6A0P2ySKTQNvwRbeP6523hPdkFap01TULxD8OqU90W15+FagLPq9Nz8Iuu61kRn
kGlzyBve90LBD1Qj37vdTi+lYJ7tTkcKiYgBtu3YQ2I4x/3dJ0SPFTHeW+l73cGh
94vkXMUoRlKlpPhgdxaCetnF/F1w20zyu4HeeLsKTqo=
-----END EC PRIVATE KEY-----
";

const PKCS8_ENCRYPTED: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiqDnr+z3YKrwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJMBmooAG7KP8gy1+8149qYEgZDb
wvbh0bf8Ms7w4YImV06kHAWXBEADXQpwWN0VRY+/ZAPYMI+CEs+3GALOJjbqgW5J
9b5hduZORN369GukPg4oFD71K5YQyOFGmDjKcnMuNJMwcAc4EVwi1bvHkoOX+l3X
WiS+CMoTvTZHWRZSYtRfX1dN2OZsTay1lUDrzxYOwMcvfVeZUp6UDu5yLtWhr+E=
-----END ENCRYPTED PRIVATE KEY-----
";

const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBbTCCAROgAwIBAgIUQm+AWwDijBkpgTYnWm4yi3nrw3swCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBdDAeFw0yNjExMjQxMjI2MjRaFw0yNjEyMjQxMjI2MjRaMAwx
CjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASSaBB5b00lhaY8
DMQ0gAixy9SgbU7Dz3Ie85xY+XMsuUfK8BoeoCMTr5HhS51yywRtPt4QkhDqdHEO
wtw+A7lQo1MwUTAdBgNVHQ4EFgQU46HvSsjZe5d7PnQAzp3fNyePpsQwHwYDVR0j
BBgwFoAU46HvSsjZe5d7PnQAzp3fNyePpsQwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNIADBFAiEAiDOjksu4ovAP2C28zzzHO2TOMDdU6S3wD/YOMIStTmEC
IGG5nYjh3N5gqP3Dd8zSqgIrWV7/g6y4VIs42IHCFw6k
-----END CERTIFICATE-----
";

const REQUEST: &str = "\
-----BEGIN CERTIFICATE REQUEST-----
MIHFMG4CAQAwDDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BJJoEHlvTSWFpjwMxDSACLHL1KBtTsPPch7znFj5cyy5R8rwGh6gIxOvkeFLnXLL
BG0+3hCSEOp0cQ7C3D4DuVCgADAKBggqhkjOPQQDAgNHADBEAiA6uAiuf5ONQLrf
pkKrwYIZMnG9bUst5wnz75WdsK7L2QIgGFmDcv7ZQFmawb+mGM3ybWnpTM8BNyAW
rbtRqEk/Bg0=
-----END CERTIFICATE REQUEST-----
";

const ONLY_PARAMETERS: &str = "\
-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
";

const P384_SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MIGkAgEBBDAH00AY9Le3/xmz2H/T/HgqWrDb+xqaDWAJ+LaoZPB4votKEJ9RE70E
NMFmFAdLLrKgBwYFK4EEACKhZANiAATMBpvg1jpOtsbWPCY7E95H08d87XYBUv/+
jIqv0ludImxN5oljyXfEjuKmuRUfxdLuA+s0GEuiYLZMNwk1aDUoZDFjWnjJuQrY
rkqaklPkSUJ4c2yaiKYsqLGFlQoBtmo=
-----END EC PRIVATE KEY-----
";

const P384_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAH00AY9Le3/xmz2H/T
/HgqWrDb+xqaDWAJ+LaoZPB4votKEJ9RE70ENMFmFAdLLrKhZANiAATMBpvg1jpO
tsbWPCY7E95H08d87XYBUv/+jIqv0ludImxN5oljyXfEjuKmuRUfxdLuA+s0GEui
YLZMNwk1aDUoZDFjWnjJuQrYrkqaklPkSUJ4c2yaiKYsqLGFlQoBtmo=
-----END PRIVATE KEY-----
";

const P384_SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEzAab4NY6TrbG1jwmOxPeR9PHfO12AVL/
/oyKr9JbnSJsTeaJY8l3xI7iprkVH8XS7gPrNBhLomC2TDcJNWg1KGQxY1p4ybkK
2K5KmpJT5ElCeHNsmoimLKixhZUKAbZq
-----END PUBLIC KEY-----
";

const P521_SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MIHcAgEBBEIAxE6TLxwtfIcBi5g9PnjMoaJ3PTggLYvYYraoHQ8LgL65hG1Kj7Xi
CQDNEtZPAXR9AfSgOE+K6qItNtH88dubX7igBwYFK4EEACOhgYkDgYYABAAgR67H
lTHpLlpu4jkjNnWzEkI5jFSDAYq5Mol85Sy3MVrjaHvrDN/QW9yvBJiHu6KMhxcd
tlLlO4izIuLsA1B2ggFg37S5RWo2+Og+cIp/UPxUlgJV4/0qUjUC94C1biVU349B
+loYqRnAVO628/9GXdzozgRd7WkXwLtXJp+7ve7xJw==
-----END EC PRIVATE KEY-----
";

const P521_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAxE6TLxwtfIcBi5g9
PnjMoaJ3PTggLYvYYraoHQ8LgL65hG1Kj7XiCQDNEtZPAXR9AfSgOE+K6qItNtH8
8dubX7ihgYkDgYYABAAgR67HlTHpLlpu4jkjNnWzEkI5jFSDAYq5Mol85Sy3MVrj
aHvrDN/QW9yvBJiHu6KMhxcdtlLlO4izIuLsA1B2ggFg37S5RWo2+Og+cIp/UPxU
lgJV4/0qUjUC94C1biVU349B+loYqRnAVO628/9GXdzozgRd7WkXwLtXJp+7ve7x
Jw==
-----END PRIVATE KEY-----
";

const P521_SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAIEeux5Ux6S5abuI5IzZ1sxJCOYxU
gwGKuTKJfOUstzFa42h76wzf0FvcrwSYh7uijIcXHbZS5TuIsyLi7ANQdoIBYN+0
uUVqNvjoPnCKf1D8VJYCVeP9KlI1AveAtW4lVN+PQfpaGKkZwFTutvP/Rl3c6M4E
Xe1pF8C7Vyafu73u8Sc=
-----END PUBLIC KEY-----
";

const K256_SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MHQCAQEEIHSXJdrId6fVpg8E0zYB0P4rtWA532pAa18c/TU3ZkKMoAcGBSuBBAAK
oUQDQgAECkGnTm5VFd/AtucwkiYDoDL3DlV6wVC54kgqn9IBli6e5YDuN12Y9ZmX
tpYxnr5SCRpNHPZKOXK7k4MUQUwbPA==
-----END EC PRIVATE KEY-----
";

const K256_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgdJcl2sh3p9WmDwTTNgHQ
/iu1YDnfakBrXxz9NTdmQoyhRANCAAQKQadOblUV38C25zCSJgOgMvcOVXrBULni
SCqf0gGWLp7lgO43XZj1mZe2ljGevlIJGk0c9ko5cruTgxRBTBs8
-----END PRIVATE KEY-----
";

const K256_SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAECkGnTm5VFd/AtucwkiYDoDL3DlV6wVC5
4kgqn9IBli6e5YDuN12Y9ZmXtpYxnr5SCRpNHPZKOXK7k4MUQUwbPA==
-----END PUBLIC KEY-----
";

const BRAINPOOL_SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MHgCAQEEIEScSHy5AmlhvRWJHtBZaTnQFyv3KndPvxEnApl1vO2RoAsGCSskAwMC
CAEBB6FEA0IABAonCthnGkNOevknApDVv4dQHWMudjdgwUgmtI2Ix9OnbRczLZn+
5/YmZbumqWP5tJ9NXR4V5X+BPFjORUka/ms=
-----END EC PRIVATE KEY-----
";

const BRAINPOOL_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIGIAgEAMBQGByqGSM49AgEGCSskAwMCCAEBBwRtMGsCAQEEIEScSHy5AmlhvRWJ
HtBZaTnQFyv3KndPvxEnApl1vO2RoUQDQgAECicK2GcaQ056+ScCkNW/h1AdYy52
N2DBSCa0jYjH06dtFzMtmf7n9iZlu6apY/m0n01dHhXlf4E8WM5FSRr+aw==
-----END PRIVATE KEY-----
";

const BRAINPOOL_SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MFowFAYHKoZIzj0CAQYJKyQDAwIIAQEHA0IABAonCthnGkNOevknApDVv4dQHWMu
djdgwUgmtI2Ix9OnbRczLZn+5/YmZbumqWP5tJ9NXR4V5X+BPFjORUka/ms=
-----END PUBLIC KEY-----
";

const RSA_PKCS1: &str = "\
-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQCxc9YfEN0wrn+AOyearccnAPdVgync2m3rUDJO/2FmxLZf1a9R
W+wipQ15pvXWoRfQ+QjzBjniC+sWl7W9aofEam/2sT6s7D34o8A2a4SDAU6RE2+T
9zb5hesq15qAO6u6TSR1PFp+z5OUrGbWS/b8ZUeyIGxQFF5m+asY12iVnwIDAQAB
AoGATdhxIGO3hPmn+Ur6DsMZUKT928eUf8xa2BXwW/NweTLmhpgpNtnKd1BM3wc9
ZZB58DSvll0u21k7IkgfdB7du7LLN64xMKZH0Ac/T8T0M6eOpH4H3OJ6RRpUFgRI
MQC/VTTB8EL9s/ahQA16mrD6z4O28/TFLQ110v1S19dwvCECQQDq3QIiq/6Q9g1/
ceYofvyEQNiAWjn0p088/Q4+I2XzNO1iEa6oihwFpyFyV7mUlE13GXKq8tyaYKtU
K4MOih7pAkEAwWwlW6Zw9PdCm9NxOSxzIfEQ/Rz7vtws0Tov+NjFnLbJmuNuXNbA
vpYkoWozvyeN1lAWW9+Mxuq6I+x+IdYLRwJBAKkS/zWMkc8zgpYLnb/rYsemkvUb
fvtT8qQaHEW5X+xMXtOpnQ2xluiu31IcOvnuJTIm/Lh56zurecs3I7q0zfkCQELN
wj1cSAkjWRsOtT1E7+LaKr7xArXRv5zn1ufAnsfYjdr0EAr6lQl+O9qQHp034RIT
CRXkKPAO5AlCRfITxkMCQDwGPOwyU926/RmnK2awra3eAz5fd8aFM+D3kELEE8LO
fnFvk0Do0fyFpcBCJ0cQNWecjb66nC0U8SpSnJUYUxc=
-----END RSA PRIVATE KEY-----
";

const RSA_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBALso/z1p4qRDgTbU
vmP3FWrhjcY/IwxZCeLCrJ/lgBrfjYGSWSsY8YN9YSUtcfseRyGRPf4qksw4ojJt
NT507PIf6nZLM/Bj8itCO+BvRQI2PJzQA2BVp4gfqO0sVujO4CkLFGTBh10MjRvy
HRdFPO9m9Kw35fRCK5t4uCcbTetHAgMBAAECgYEAi77SxeJX7drRkkVLW4zUGxgL
KelenAuni/9bsZBFFMuy9vp1Re679jgZ3w6Nurki13eBWFQlhAMNaKWOSfI4ME//
m52n4jIuVAmg6leurwzsGXcB1p7jcqth0TV4xeOkUMod7nkQno8HWf3brPWz2cFF
3bP8VjMHKalPmov5jdECQQD4ztuq33P0UV1nqqPVKsIJh+yZM1drPhCxJ/X3vPmV
r+ihdYrhWl9OyFmW7kapXhKsTazFz82DtpZGYTXdbWQzAkEAwJH0Lv8jutLRA4vT
1QPFrM9F4fCZDRjBtxK2kX4Yd3avz4bt7Z118WImXco392MGLYygM3ms1OIAA9Mb
vrKonQJBALdca1LwPpotZHLDtN2iF0HC5EC7L4+fO9nzIzgiEqWX8A8deu49FcQP
rsamb3jeFVDaJZvaWxDYfML9XR8EQTUCQHAVQ5wLEr/NrqwyuaQVYvv3VIRyZpLR
4wZslOjQDOuToDbZISkZaimJ6CzU44hREap3XFM5sdfihwGy4UY4dJ0CQG+Jkh+z
qK1khiIC7/OouqbRfjL9ng0rwlkuygUzD6Ew2chES1ImeP7qFkJb7sG9JOdhqV7y
KPsYjr7qoYy0JE0=
-----END PRIVATE KEY-----
";

const RSA_PSS_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIICdgIBADALBgkqhkiG9w0BAQoEggJiMIICXgIBAAKBgQC9/O6Pbp5PfTDpVE6D
Cyz0MI2tZBLIjMDBu7bSaEgupCEmaUe4O/PjzfOyYo7EiJYOHMBE9MxPWRw1Yhi1
0Iounhj+w2hkovcDlwzaGeuyzU4kHNhoW838tfM+yYc+RiUVdCNSFsFZBu/NkXB5
tRTkMhrO48g5/dyAMOv6o8wCxQIDAQABAoGBAIU9AezzLfEfIhMwvdLnHoKuHl3w
Zb/h/jiftao/2gdjsZ/ni5Wn7fXf9L0wo2EvTNTe0vRJHZO0MbU6c4vmkVDB6Dqu
gRsumb/8fTJpTFuHQ8wROXZ3MbNMmoy0he5k407aUSpnhRj8mhLtebdE40ytZ807
Hja7DuTmQXGv/HNhAkEA/RvzfdhCW6d+zTPdfB4o6JYIBUGWPSnNujtU9VUcgC2b
GLmP3kdccg++dBsitpLB3rAiJU1S3o9ZGoXIC1EXfQJBAMAobM2IMWLILVKG/3F0
0Ogdcoa+16+b9xIOAZhtRLhZkOgCamJo6AkkTffiENZhG1TmtU41vHR8C9apFPBZ
yukCQQDS26dErpXRjz8Wql+Yl/OSl/KElngX6iyGOglz/Hyq19N+jJArKB3+s9kB
Ft4bZTV3VBqOItWnrZoYe10E+IBtAkAgGmDbEabWjwTrZbxlcxO3w7uvgVC9ePwV
GxvvIEo71lLcQBMP7+DcLiGMiUsw1bZgP88Iive6KkM8ELF72jSJAkEA9hII3szN
4ED4n+6x52WMj4EosHFqIkWM7AG3unHa5ILO9wh8wspSoMA7S7jjz1Jqmg98+0Bx
lFLlIcCNx+zmuA==
-----END PRIVATE KEY-----
";

const RSA_SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCxc9YfEN0wrn+AOyearccnAPdV
gync2m3rUDJO/2FmxLZf1a9RW+wipQ15pvXWoRfQ+QjzBjniC+sWl7W9aofEam/2
sT6s7D34o8A2a4SDAU6RE2+T9zb5hesq15qAO6u6TSR1PFp+z5OUrGbWS/b8ZUey
IGxQFF5m+asY12iVnwIDAQAB
-----END PUBLIC KEY-----
";

const RSA_PKCS1_PUBLIC: &str = "\
-----BEGIN RSA PUBLIC KEY-----
MIGJAoGBALFz1h8Q3TCuf4A7J5qtxycA91WDKdzabetQMk7/YWbEtl/Vr1Fb7CKl
DXmm9dahF9D5CPMGOeIL6xaXtb1qh8Rqb/axPqzsPfijwDZrhIMBTpETb5P3NvmF
6yrXmoA7q7pNJHU8Wn7Pk5SsZtZL9vxlR7IgbFAUXmb5qxjXaJWfAgMBAAE=
-----END RSA PUBLIC KEY-----
";

const ED25519_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEID7ZuE14UOpPmfqZc27XbDa2aTIhbntQHkRU3q0C2XoK
-----END PRIVATE KEY-----
";

const ED25519_SPKI: &str = "\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA9trmftSfefQFlunQ14SFeRrO+UkKkhhqgnd3EdRVpGs=
-----END PUBLIC KEY-----
";

const X25519_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIKjiiNBYuQXJI0zEDg107p5vd62hS6ZC3yxIesiVYS1i
-----END PRIVATE KEY-----
";
