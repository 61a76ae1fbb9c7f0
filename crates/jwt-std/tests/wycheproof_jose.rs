//! Project Wycheproof's JSON Web Signatures and Keys, every case of every algorithm, with every backend.
//! Invalid ones have to fail at the right stage: their payloads are no JSON objects, so at the last one they
//! all would.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use std::collections::BTreeSet;

use common::{backends, rows, say, text, vectors};
use jwt_core::error::KeyForm;
use jwt_core::{KeyStore, Stage, UnverifiedToken};
use jwt_std::{Algorithm, Backend, Error, KeyFile, PrivateKey, PublicKey, VerifyingKey};
use serde_json::Value;

/// Where upstream is wrong, and what is right (EXCEPTIONS.json beside the vectors says more).
const ADJUDICATED: [(u64, Result<(), Stage>); 8] = [
    (346, Err(Stage::Key)), // the key is for PS256, the token says PS384
    (347, Err(Stage::Key)), // the key is for "ES521", which does not exist
    (350, Err(Stage::Key)),
    (351, Err(Stage::Key)),
    (367, Ok(())), // byte for byte the valid case 357
    (370, Ok(())),
    (372, Err(Stage::Structure)), // '?' is no character of base64url
    (373, Err(Stage::Structure)),
];

#[test]
fn every_signature_has_its_verdict_at_its_stage() {
    let Some(file) = vectors("wycheproof/testvectors_v1/json_web_signature_test.json") else {
        return;
    };
    let (mut agreed, mut differing) = (0, BTreeSet::new());
    for group in rows(&file["testGroups"]) {
        let jwk = group.get("public").unwrap_or(&group["private"]);
        for case in rows(&group["tests"]) {
            let expected = expected(case);
            for backend in backends() {
                let found = match key(jwk, backend) {
                    Ok(key) => verdict(text(case, "jws"), &key),
                    Err(_) => Err(Stage::Key),
                };
                assert_eq!(found, expected, "{backend:?} {case}");
            }
            if expected.is_ok() == (text(case, "result") == "valid") {
                agreed += 1;
            } else {
                differing.insert(case["tcId"].as_u64().unwrap());
            }
        }
    }
    say(&format!("Wycheproof JWS: {agreed}/401 as upstream, {} as adjudicated", differing.len()));
    assert_eq!((agreed, file["numberOfTests"].as_u64()), (393, Some(401)));
    assert_eq!(differing, ADJUDICATED.map(|(case, _)| case).into());
}

#[test]
fn every_key_set_has_its_verdict_at_its_stage() {
    let Some(file) = vectors("wycheproof/testvectors_v1/json_web_key_test.json") else { return };
    let mut agreed = 0;
    for group in rows(&file["testGroups"]) {
        let set = group.get("public").unwrap_or(&group["private"]).to_string();
        for case in rows(&group["tests"]) {
            let keys = KeyFile::parse(set.clone().into_bytes().into())
                .and_then(|file| file.all_verifying_keys());
            let found = match keys {
                Ok(keys) => verdict(text(case, "jws"), &keys),
                Err(error) => Err(error.stage().unwrap()),
            };
            let expected = match (text(case, "result"), text(case, "comment")) {
                ("valid", _) => Ok(()),
                (_, "rejectsModifiedSignature") => Err(Stage::Signature),
                _ => Err(Stage::Key),
            };
            assert_eq!(found, expected, "{case}");
            agreed += 1;
        }
    }
    say(&format!("Wycheproof JWK: {agreed}/26"));
    assert_eq!((agreed, file["numberOfTests"].as_u64()), (26, Some(26)));
}

/// The key of a case for one backend. What has no `alg` is for what the application uses it for: RS256.
fn key(jwk: &Value, backend: Backend) -> Result<VerifyingKey, Error> {
    let text = jwk.to_string();
    let used_for = (jwk["kty"] == "RSA" && jwk.get("alg").is_none()).then_some(Algorithm::Rs256);
    if jwk["kty"] == "oct" {
        let key = PrivateKey::from_jwk(text.as_bytes(), None)?;
        assert_eq!(key.form(), KeyForm::Symmetric);
        return key.verifying_key_with(backend);
    }
    PublicKey::from_jwk(text.as_bytes(), used_for)?.verifying_key_with(backend)
}

fn verdict(token: &str, keys: &impl KeyStore) -> Result<(), Stage> {
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token)
        .and_then(|token| token.verify_payload(keys, &mut scratch).map(|_| ()))
        .map_err(|error| error.stage())
}

/// Where a case has to end, from what it says is wrong with it.
fn expected(case: &Value) -> Result<(), Stage> {
    let number = case["tcId"].as_u64().unwrap();
    if let Some((_, verdict)) = ADJUDICATED.iter().find(|(case, _)| *case == number) {
        return *verdict;
    }
    if text(case, "result") == "valid" {
        return Ok(());
    }
    let flags = case["flags"].to_string();
    let token = text(case, "jws");
    let header = token.split('.').next().unwrap_or_default();
    Err(match text(case, "comment") {
        // An empty header is no JSON object.
        "rejectsMissingHeader" | "rejectsMissingHeaderAndSignature" => Stage::Header,
        comment if comment.contains("AndSeparator") || comment.contains("Separators") => {
            Stage::Structure
        }
        "rejectsEmptyString"
        | "rejectsExtraEmptyComponent"
        | "rejectsExtraComponent"
        | "rejectsValidJsonSerialization"
        | "rejectsSpacesInMac"
        | "rejectsInvalidCharacterInsertedInMac"
        | "rejects0ReplacedbyInvalidCharacter"
        | "rejectsInvalidCharacters"
        | "spacesInHeader"
        | "invalidCharactersInHeader"
        | "spacesInPayload"
        | "invalidCharactersInPayload"
        | "InvalidCharacterInPayload"
        | "ModifiedUnusedBitsInPayload"
        | "MacOfIncorrectlyEncodedMessage" => Stage::Structure,
        "rejectsNoneAlgorithmAndMissingSignature" | "rejectWrongUse" | "rejectWrongKeyOps" => {
            Stage::Key
        }
        comment if comment.starts_with("rejectsSymmetryConfusionAttacks") => Stage::Key,
        _ if flags.contains("AlgIsNone") => Stage::Key,
        // The same signature under its own name is of another algorithm than the key's.
        _ if flags.contains("WrongPrimitive") && !says(header, case) => Stage::Key,
        _ => Stage::Signature,
    })
}

/// Whether the header of a case names the algorithm of the group's key, as its `kid` does.
fn says(header: &str, case: &Value) -> bool {
    let header: Value = serde_json::from_slice(&common::decode(header)).unwrap();
    let (alg, kid) = (text(&header, "alg"), text(&header, "kid"));
    assert!(kid.contains("_2048"), "{case}");
    kid.starts_with(alg)
}
