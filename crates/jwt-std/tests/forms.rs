//! Keys as OpenSSL writes them, in every form, and what is no key for this.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // a test may panic

mod common;

use common::{der, file, rows};
use jwt_core::KeyError;
use jwt_core::error::KeyForm;
use jwt_std::{Algorithm, Error, KeyFile, PrivateKey, PublicKey};
use serde_json::{Value, json};

const KEYS: [(&str, Algorithm); 6] = [
    ("p256", Algorithm::Es256),
    ("p384", Algorithm::Es384),
    ("p521", Algorithm::Es512),
    ("secp256k1", Algorithm::Es256k),
    ("ed25519", Algorithm::EdDsa),
    ("rsa", Algorithm::Ps384),
];

#[test]
fn every_form_of_a_key_is_that_key() {
    for (name, algorithm) in KEYS {
        let said = (name == "rsa").then_some(algorithm);
        let pkcs8 = file(&format!("{name}.pkcs8.pem"));
        let key = PrivateKey::from_pem(&pkcs8, said).unwrap();
        let public = key.public().unwrap();
        assert_eq!((key.algorithm(), public.algorithm()), (algorithm, algorithm));
        assert_eq!(key.to_pem().unwrap().as_bytes(), pkcs8, "{name}");
        let other = match name {
            "ed25519" => None,
            "rsa" => Some("rsa.pkcs1.pem".to_owned()),
            _ => Some(format!("{name}.sec1.pem")),
        };
        for other in other.iter().chain([&format!("{name}.pkcs8.pem")]) {
            for again in
                [PrivateKey::from_pem(&file(other), said), PrivateKey::from_der(&der(other), said)]
            {
                assert_eq!(again.unwrap().to_jwk(), key.to_jwk(), "{other}");
            }
            // Of a private key, the public part.
            assert_eq!(PublicKey::from_pem(&file(other), said).unwrap(), public);
        }
        let jwk = PrivateKey::from_jwk(key.to_jwk().as_bytes(), None).unwrap();
        assert_eq!(jwk.to_der().unwrap(), key.to_der().unwrap());
        assert_eq!(jwk.thumbprint().unwrap(), public.thumbprint().unwrap());

        let spki = file(&format!("{name}.spki.pem"));
        assert_eq!(public.to_pem().unwrap().as_bytes(), spki);
        let certificate = file(&format!("{name}.certificate.pem"));
        for again in [
            PublicKey::from_pem(&spki, said),
            PublicKey::from_pem(&certificate, said),
            PublicKey::from_der(&der(&format!("{name}.certificate.pem")), said),
            KeyFile::parse(der(&format!("{name}.certificate.pem")).into())
                .and_then(|file| file.public_key(said)),
            KeyFile::parse(certificate.into()).and_then(|file| file.public_key(said)),
            PublicKey::from_der(&der(&format!("{name}.spki.pem")), said),
            PublicKey::from_jwk(public.to_jwk().as_bytes(), None),
        ] {
            assert_eq!(again.unwrap(), public, "{name}");
        }
        let error = PrivateKey::from_pem(&spki, said).unwrap_err();
        assert!(matches!(error, Error::Key(KeyError::PublicKey)), "{error}");
    }
    let public = PublicKey::from_pem(&file("rsa.spki.pem"), Some(Algorithm::Rs256)).unwrap();
    let pkcs1 = file("rsa.pkcs1-public.pem");
    assert_eq!(PublicKey::from_pem(&pkcs1, Some(Algorithm::Rs256)).unwrap(), public);
}

#[test]
fn keys_of_the_wrong_kind_are_told_apart() {
    let wrong = |found, needed| KeyError::WrongForm { found, needed };
    let edwards = wrong(KeyForm::Edwards, KeyForm::Ed25519);
    for (name, algorithm, expected) in [
        ("p384.pkcs8.pem", Algorithm::Es256, wrong(KeyForm::P384, KeyForm::P256)),
        ("p256.pkcs8.pem", Algorithm::Es256k, wrong(KeyForm::P256, KeyForm::Secp256k1)),
        ("rsa.pkcs8.pem", Algorithm::EdDsa, wrong(KeyForm::Rsa, KeyForm::Ed25519)),
        ("ed25519.pkcs8.pem", Algorithm::Rs256, wrong(KeyForm::Ed25519, KeyForm::Rsa)),
        ("p521.sec1.pem", Algorithm::Hs256, wrong(KeyForm::P521, KeyForm::Symmetric)),
        ("x25519.pkcs8.pem", Algorithm::EdDsa, edwards),
        ("ed448.pkcs8.pem", Algorithm::EdDsa, edwards),
        ("rsa-pss.pkcs8.pem", Algorithm::Ps256, wrong(KeyForm::RsaPss, KeyForm::Rsa)),
        ("brainpool-p256.pkcs8.pem", Algorithm::Es256, wrong(KeyForm::OtherCurve, KeyForm::P256)),
        ("brainpool-p256.sec1.pem", Algorithm::Es256, wrong(KeyForm::OtherCurve, KeyForm::P256)),
        ("rsa-1024.pkcs8.pem", Algorithm::Rs256, KeyError::RsaModulus { bits: 1024 }),
    ] {
        match PrivateKey::from_pem(&file(name), Some(algorithm)) {
            Err(Error::Key(found)) => assert_eq!(found, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(PrivateKey::from_pem(&file("rsa-3-primes.pkcs8.pem"), Some(Algorithm::Rs256)).is_err());
    let rsa = PrivateKey::from_pem(&file("rsa.pkcs8.pem"), None);
    assert!(matches!(rsa, Err(Error::RsaAlgorithmNeeded)));
}

/// What a file is refused for, by the library and as the file of a command.
fn refusals(name: &str, algorithm: Algorithm) -> [Error; 2] {
    let pem = file(name);
    let key_file = KeyFile::parse(pem.clone().into());
    let by_file = key_file.and_then(|file| file.verifying_keys(&[algorithm])).unwrap_err();
    [PublicKey::from_pem(&pem, Some(algorithm)).unwrap_err(), by_file]
}

#[test]
fn what_stands_before_a_key_in_pem_is_not_guessed_at() {
    for (name, algorithm) in KEYS {
        for form in ["pkcs8", "spki"] {
            let pem = file(&format!("{name}.{form}.pem"));
            let reads = |before: &[u8]| {
                let text = [before, &pem].concat();
                let private = PrivateKey::from_pem(&text, Some(algorithm)).is_ok();
                (private, PublicKey::from_pem(&text, Some(algorithm)).is_ok())
            };
            let private = form == "pkcs8";
            assert_eq!(reads(b" \n"), (private, true), "{name}");
            for before in [&b"Subject: a key\n"[..], b"\xff\n", b">", b"{}", b"-----BEGIN\n"] {
                assert_eq!(reads(before), (false, false), "{name} after {before:?}");
            }
        }
    }
    // Nor what stands between the parameters of a curve and its key.
    let sec1 = String::from_utf8(file("p384.sec1.pem")).unwrap();
    assert!(PrivateKey::from_pem(sec1.as_bytes(), None).is_ok());
    let between = sec1.replace("-----BEGIN EC PRIVATE", "text\n-----BEGIN EC PRIVATE");
    assert_eq!(
        PrivateKey::from_pem(between.as_bytes(), None).unwrap_err().to_string(),
        Error::Key(KeyError::InvalidPem).to_string()
    );
}

#[test]
fn encrypted_keys_are_refused_by_their_name() {
    for (name, algorithm, expected) in [
        ("p256.encrypted.pem", Algorithm::Es256, "ENCRYPTED PRIVATE KEY"),
        ("rsa.encrypted.pem", Algorithm::Rs256, "ENCRYPTED PRIVATE KEY"),
        ("p256.encrypted-sec1.pem", Algorithm::Es256, "ENCRYPTED EC PRIVATE KEY"),
        ("rsa.encrypted-pkcs1.pem", Algorithm::Ps256, "ENCRYPTED RSA PRIVATE KEY"),
    ] {
        for error in refusals(name, algorithm) {
            assert!(matches!(&error, Error::OtherPem { label } if label == expected), "{error}");
        }
        let error = PrivateKey::from_pem(&file(name), Some(algorithm)).unwrap_err();
        assert!(error.to_string().ends_with(expected), "{name}: {error}");
    }
}

#[test]
fn curves_that_are_spelled_out_are_refused() {
    // RFC 5480 section 2.1.1: "specifiedCurve MUST NOT be used in PKIX".
    for name in ["p256.explicit-sec1.pem", "p256.explicit-pkcs8.pem", "p256.explicit-spki.pem"] {
        for error in refusals(name, Algorithm::Es256) {
            let other = KeyError::WrongForm { found: KeyForm::OtherCurve, needed: KeyForm::P256 };
            let Error::Key(found) = error else { panic!("{name}: {error}") };
            assert!(found == other, "{name}: {found}");
        }
    }
}

#[test]
fn rsa_keys_that_are_reserved_for_pss_are_refused_by_their_name() {
    let expected = KeyError::WrongForm { found: KeyForm::RsaPss, needed: KeyForm::Rsa };
    for name in ["rsa-pss.pkcs8.pem", "rsa-pss.spki.pem", "rsa-pss.certificate.pem"] {
        for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
            let error = PublicKey::from_der(&der(name), Some(algorithm)).unwrap_err();
            assert!(matches!(error, Error::Key(found) if found == expected), "{name}: {error}");
            for error in refusals(name, algorithm) {
                assert!(matches!(error, Error::Key(found) if found == expected), "{name}: {error}");
            }
        }
    }
}

#[test]
fn compressed_points_are_read() {
    for (name, algorithm) in KEYS.into_iter().take(4) {
        let key = PublicKey::from_pem(&file(&format!("{name}.spki.pem")), None).unwrap();
        let compressed = file(&format!("{name}.compressed-spki.pem"));
        for again in [
            PublicKey::from_pem(&compressed, Some(algorithm)),
            PublicKey::from_der(&der(&format!("{name}.compressed-spki.pem")), None),
            KeyFile::parse(compressed.into()).and_then(|file| file.public_key(None)),
        ] {
            assert_eq!(again.unwrap(), key, "{name}");
        }
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    for (name, algorithm) in KEYS {
        let key = PrivateKey::from_pem(&file(&format!("{name}.pkcs8.pem")), Some(algorithm));
        let jwk: Value = serde_json::from_str(&key.unwrap().to_jwk()).unwrap();
        let secret = ["d", "p", "q", "dp", "dq", "qi"];
        for member in secret.into_iter().filter(|member| jwk.get(member).is_some()) {
            let mut broken = jwk.clone();
            let mut text = jwk[member].as_str().unwrap().to_owned();
            // Not the first character, which could make it longer than the rest allows.
            let other = if text.get(5..6) == Some("A") { "B" } else { "A" };
            text.replace_range(5..6, other);
            broken[member] = json!(text);
            let text = broken.to_string();
            let error = PrivateKey::from_jwk(text.as_bytes(), None).unwrap_err();
            let public = PublicKey::from_jwk(text.as_bytes(), None);
            assert!(
                matches!(error, Error::Key(KeyError::KeyMismatch | KeyError::InvalidPrivateKey)),
                "{name} {member}: {error}"
            );
            assert!(public.is_err(), "{name} {member}");
        }
        if name == "rsa" {
            // RFC 7518 section 6.3.2: all of them or none. From d alone they are found again.
            let mut bare = jwk.clone();
            for member in ["p", "q", "dp", "dq", "qi"] {
                let mut some = jwk.clone();
                some.as_object_mut().unwrap().remove(member);
                assert!(PrivateKey::from_jwk(some.to_string().as_bytes(), None).is_err());
                bare.as_object_mut().unwrap().remove(member);
            }
            let again = PrivateKey::from_jwk(bare.to_string().as_bytes(), None).unwrap();
            assert_eq!(again.public().unwrap().algorithm(), algorithm);
        }
        for (member, value) in [
            ("alg", json!("HS256")),
            ("use", json!("enc")),
            ("key_ops", json!(["encrypt"])),
            ("crv", json!("P-999")),
        ] {
            let mut other = jwk.clone();
            other[member] = value;
            let error = PrivateKey::from_jwk(other.to_string().as_bytes(), None);
            assert!(error.is_err() || (member == "crv" && name == "rsa"), "{name} {member}");
        }
    }
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let vectors = common::testdata("rfc7638_thumbprints.json");
    let mut compared = 0;
    for row in rows(&vectors) {
        let jwk = row["jwk"].to_string();
        // Of a symmetric key there is no public part.
        if row["jwk"]["kty"] != "oct" {
            let key = PublicKey::from_jwk(jwk.as_bytes(), None).unwrap();
            assert_eq!(key.thumbprint().unwrap(), row["thumbprint"].as_str().unwrap());
            compared += 1;
        }
    }
    assert!(compared >= 3, "{compared}");
}
