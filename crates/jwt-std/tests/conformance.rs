//! One suite of public vectors, run with every backend: Project Wycheproof, the examples of RFC 7515 and
//! RFC 8037, and RFC 7520.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use common::{backends, encode, hex, rows, say, sign, signer, testdata, text, vectors};
use jwt_core::{SigningKey as _, UnverifiedToken, VerifyingKey as _, base64url};
use jwt_std::{Algorithm, PrivateKey, PublicKey, SigningKeyOf};
use serde_json::Value;

/// Folder of Wycheproof's files.
const FOLDER: &str = "wycheproof/testvectors_v1";

/// Runs the cases of a file with every backend, under keys in SPKI; returns how many there are.
///
/// What is "acceptable" to Wycheproof is refused: a signature with an encoding of its own.
fn check(file: &str, algorithm: Algorithm) -> u64 {
    let Some(file) = vectors(&format!("{FOLDER}/{file}_test.json")) else { return 0 };
    let mut cases = 0;
    for group in rows(&file["testGroups"]) {
        let spki = hex(group, "publicKeyDer");
        let public = match PublicKey::from_der(&spki, Some(algorithm)) {
            Ok(public) => public,
            Err(error) => {
                // A key that is refused verifies nothing.
                for case in rows(&group["tests"]) {
                    assert_ne!(text(case, "result"), "valid", "{error}: {case}");
                    cases += 1;
                }
                continue;
            }
        };
        assert_eq!(public.to_der().unwrap(), spki);
        let keys: Vec<_> = backends()
            .into_iter()
            .map(|backend| (backend, public.verifying_key_with(backend).unwrap()))
            .collect();
        for case in rows(&group["tests"]) {
            let (message, signature) = (hex(case, "msg"), hex(case, "sig"));
            for (backend, key) in &keys {
                let valid = key.verify(&message, &signature).is_ok();
                assert_eq!(valid, text(case, "result") == "valid", "{backend:?} {case}");
            }
            cases += 1;
        }
    }
    assert_eq!(Some(cases), file["numberOfTests"].as_u64());
    cases
}

fn total(files: &[(&str, Algorithm)], expected: u64) {
    let total: u64 = files.iter().map(|(file, algorithm)| check(file, *algorithm)).sum();
    say(&format!("Wycheproof {}: {total}/{expected}", files[0].1));
    assert!(total == expected || std::env::var_os("JWT_VECTORS").is_none(), "{total}");
}

#[test]
fn wycheproof_ecdsa() {
    total(&[("ecdsa_secp384r1_sha384_p1363", Algorithm::Es384)], 280);
    total(&[("ecdsa_secp521r1_sha512_p1363", Algorithm::Es512)], 318);
    total(&[("ecdsa_secp256k1_sha256_p1363", Algorithm::Es256k)], 252);
    total(&[("ecdsa_secp256r1_sha256_p1363", Algorithm::Es256)], 262);
}

#[test]
fn wycheproof_ed25519() {
    total(&[("ed25519", Algorithm::EdDsa)], 151);
}

#[test]
fn wycheproof_rsa_pkcs1() {
    total(
        &[
            ("rsa_signature_2048_sha256", Algorithm::Rs256),
            ("rsa_signature_2048_sha384", Algorithm::Rs384),
            ("rsa_signature_2048_sha512", Algorithm::Rs512),
            ("rsa_signature_3072_sha256", Algorithm::Rs256),
            ("rsa_signature_3072_sha384", Algorithm::Rs384),
            ("rsa_signature_3072_sha512", Algorithm::Rs512),
            ("rsa_signature_4096_sha256", Algorithm::Rs256),
            ("rsa_signature_4096_sha384", Algorithm::Rs384),
            ("rsa_signature_4096_sha512", Algorithm::Rs512),
        ],
        2330,
    );
}

#[test]
fn wycheproof_rsa_pss() {
    total(
        &[
            ("rsa_pss_2048_sha256_mgf1_32", Algorithm::Ps256),
            ("rsa_pss_2048_sha384_mgf1_48", Algorithm::Ps384),
            ("rsa_pss_3072_sha256_mgf1_32", Algorithm::Ps256),
            ("rsa_pss_4096_sha256_mgf1_32", Algorithm::Ps256),
            ("rsa_pss_4096_sha384_mgf1_48", Algorithm::Ps384),
            ("rsa_pss_4096_sha512_mgf1_64", Algorithm::Ps512),
        ],
        785,
    );
}

/// RFC 7518 section 3.5: the salt is as long as the hash. With a shorter one, nothing is valid.
#[test]
fn pss_with_a_salt_of_another_length_is_refused() {
    let name = format!("{FOLDER}/rsa_pss_4096_sha512_mgf1_32_test.json");
    let Some(file) = vectors(&name) else { return };
    for group in rows(&file["testGroups"]) {
        let spki = hex(group, "publicKeyDer");
        let public = PublicKey::from_der(&spki, Some(Algorithm::Ps512)).unwrap();
        for backend in backends() {
            let key = public.verifying_key_with(backend).unwrap();
            for case in rows(&group["tests"]) {
                let verdict = key.verify(&hex(case, "msg"), &hex(case, "sig"));
                assert!(verdict.is_err(), "{backend:?} {case}");
            }
        }
    }
}

/// The payload of a JWS, verified with every backend.
fn payload(token: &str, key: &PublicKey) -> Vec<u8> {
    let mut payloads = backends().into_iter().map(|backend| {
        let key = key.verifying_key_with(backend).unwrap();
        let mut scratch = vec![0; token.len()];
        let verified = UnverifiedToken::parse(token).unwrap().verify_payload(&key, &mut scratch);
        verified.unwrap_or_else(|error| panic!("{backend:?}: {error}")).payload().to_vec()
    });
    let payload = payloads.next().unwrap();
    assert!(payloads.all(|other| other == payload));
    payload
}

fn example<'v>(file: &'v Value, id: &str) -> &'v Value {
    rows(file).iter().find(|row| row["id"] == id).unwrap()
}

#[test]
fn the_examples_of_the_rfcs_verify_and_those_that_are_deterministic_are_reproduced() {
    let file = testdata("jws_vectors.json");
    for (id, algorithm) in [
        ("rfc7515-A.2", Algorithm::Rs256),
        ("rfc7515-A.3", Algorithm::Es256),
        ("rfc7515-A.4", Algorithm::Es512),
        ("rfc8037-A.4", Algorithm::EdDsa),
    ] {
        let row = example(&file, id);
        let jwk = row["jwk"].to_string();
        // By its kind, all but RSA say what they are for.
        let said = (algorithm == Algorithm::Rs256).then_some(algorithm);
        let key = PublicKey::from_jwk(jwk.as_bytes(), said).unwrap();
        assert_eq!(key.algorithm(), algorithm, "{id}");
        assert_eq!(payload(text(row, "token"), &key), text(row, "payload_utf8").as_bytes());
    }
    // RFC 8037 appendices A.4 and A.5: the signature is always the same.
    let row = example(&file, "rfc8037-A.4");
    let key = PrivateKey::from_jwk(row["jwk"].to_string().as_bytes(), None).unwrap();
    let (input, signature) = text(row, "token").rsplit_once('.').unwrap();
    for backend in backends() {
        let key = key.signing_key_with(backend).unwrap();
        let key = SigningKeyOf::<jwt_core::EdDsa>::try_from(key).unwrap();
        let signed = key.sign(input.as_bytes()).unwrap();
        let mut text = [0; 86];
        assert_eq!(base64url::encode(&signed, &mut text).unwrap(), signature, "{backend:?}");
    }
    // RFC 8037 appendix A.3.
    let thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert_eq!(key.thumbprint().unwrap(), thumbprint);
}

#[test]
fn the_cookbook_of_rfc_7520_verifies() {
    for (name, algorithm) in [
        ("jws/4_1.rsa_v15_signature", Algorithm::Rs256),
        ("jws/4_2.rsa-pss_signature", Algorithm::Ps384),
        ("jws/4_3.ecdsa_signature", Algorithm::Es512),
        ("curve25519/jws", Algorithm::EdDsa),
    ] {
        let Some(file) = vectors(&format!("rfc/cookbook/{name}.json")) else { return };
        let jwk = file["input"]["key"].to_string();
        let key = PublicKey::from_jwk(jwk.as_bytes(), Some(algorithm)).unwrap();
        let private = PrivateKey::from_jwk(jwk.as_bytes(), Some(algorithm)).unwrap();
        assert_eq!(private.public().unwrap(), key);
        let token = text(&file["output"], "compact");
        assert_eq!(payload(token, &key), text(&file["input"], "payload").as_bytes(), "{name}");
        // What is deterministic is reproduced: the same input is the same token.
        if let (true, Some(backend)) = (file["reproducible"] == true, signer(algorithm)) {
            let key = private.signing_key_with(backend).unwrap();
            let (input, signature) = token.rsplit_once('.').unwrap();
            assert_eq!(encode(&sign(&key, input.as_bytes())), signature, "{name}");
        }
    }
}

#[test]
fn the_secrets_of_the_cookbook_verify_a_token_and_not_what_is_detached() {
    for name in ["4_4.hmac-sha2_integrity_protection", "4_5.signature_with_detached_content"] {
        let Some(file) = vectors(&format!("rfc/cookbook/jws/{name}.json")) else { return };
        let jwk = file["input"]["key"].to_string();
        let key = PrivateKey::from_jwk(jwk.as_bytes(), None).unwrap();
        let signing_key = key.signing_key().unwrap();
        let (input, signature) =
            (text(&file["signing"], "sig-input"), text(&file["signing"], "sig"));
        assert_eq!(encode(&sign(&signing_key, input.as_bytes())), signature);
        let token = text(&file["output"], "compact");
        let whole = format!("{input}.{signature}");
        assert_eq!(token == whole, name.starts_with("4_4"));
        for backend in backends() {
            let key = key.verifying_key_with(backend).unwrap();
            let mut scratch = vec![0; whole.len()];
            let verified = UnverifiedToken::parse(token)
                .and_then(|token| token.verify_payload(&key, &mut scratch).map(|_| ()));
            assert_eq!(verified.is_ok(), token == whole, "{name}");
        }
    }
}

/// RFC 7520 section 3: keys, public and private, and one that is for encryption.
#[test]
fn the_keys_of_the_cookbook_are_read() {
    let read = |name: &str| vectors(&format!("rfc/cookbook/jwk/{name}.json"));
    for (public, private, algorithm) in [
        ("3_1.ec_public_key", "3_2.ec_private_key", Algorithm::Es512),
        ("3_3.rsa_public_key", "3_4.rsa_private_key", Algorithm::Ps256),
    ] {
        let (Some(public), Some(private)) = (read(public), read(private)) else { return };
        let public = PublicKey::from_jwk(public.to_string().as_bytes(), Some(algorithm)).unwrap();
        let private = private.to_string();
        let private = PrivateKey::from_jwk(private.as_bytes(), Some(algorithm)).unwrap();
        assert_eq!(private.public().unwrap(), public);
        assert_eq!(public.kid(), Some("bilbo.baggins@hobbiton.example"));
    }
    let (Some(mac), Some(encryption)) =
        (read("3_5.symmetric_key_mac_computation"), read("3_6.symmetric_key_encryption"))
    else {
        return;
    };
    let mac = PrivateKey::from_jwk(mac.to_string().as_bytes(), None).unwrap();
    assert_eq!(mac.algorithm(), Algorithm::Hs256);
    for algorithm in [None, Some(Algorithm::Hs256)] {
        assert!(PrivateKey::from_jwk(encryption.to_string().as_bytes(), algorithm).is_err());
    }
}
