//! Project Wycheproof: every case in scope, with the stage at which the invalid ones fail.
#![cfg(all(feature = "es256", feature = "hmac"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)] // a test may panic

mod common;

use common::{hex, rows, say, text, vectors};
use jwt_core::{
    Es256, Es256VerifyingKey, HmacAlgorithm, Hs256, Hs384, Hs512, Jwk, JwkSet, KeyError, KeyStore,
    Minter, SigningKey, Stage, UnverifiedToken, VerifyingKey, base64url, danger,
};
use serde_json::Value;

/// The cases where upstream is wrong, and why (EXCEPTIONS.json beside the vectors).
const ADJUDICATED: [(u64, &str); 4] = [
    (367, "valid: byte-identical to the valid case 357; upstream lost the padding it meant"),
    (370, "valid: as 367"),
    (372, "invalid: a '?' in the header, which RFC 7515 section 5.2 refuses as in 361 to 366"),
    (373, "invalid: a '?' in the payload"),
];

#[test]
fn jws_and_jwk_cases_have_the_adjudicated_result_at_the_right_stage() {
    let Some(file) = vectors("wycheproof/jws_hs_es256_scope.json") else { return };
    let mut agreed = 0;
    let mut exceptions = Vec::new();
    for case in rows(&file) {
        let name = format!("{} {} {}", text(case, "file"), case["tcId"], text(case, "comment"));
        let expected =
            if text(case, "result") == "valid" { Ok(()) } else { Err(failing_stage(case)) };
        assert_eq!(verdict(case), expected, "{name}");
        if case["upstream"] != case["result"] {
            exceptions.push(case["tcId"].as_u64().unwrap());
        }
        agreed += 1;
    }
    say(&format!("Wycheproof JWS and JWK in scope: {agreed}/{}", rows(&file).len()));
    assert_eq!(agreed, 136);
    assert_eq!(exceptions, ADJUDICATED.map(|(case, _)| case));
}

/// Verifies as a JWS, as an application would with the keys of the case.
fn verdict(case: &Value) -> Result<(), Stage> {
    // Some cases hand in the JSON serialization, as an object.
    let jws = &case["jws"];
    let token = &jws.as_str().map_or_else(|| jws.to_string(), str::to_owned);
    let jwks = rows(&case["jwks"]);
    // What the application uses the keys for, the first key says; it is not the token.
    let symmetric = jwks[0]["kty"] == "oct";
    let alg = jwks[0]["alg"].as_str().unwrap_or_default();
    if let [jwk] = jwks {
        let text = jwk.to_string();
        let jwk = Jwk::parse(text.as_bytes()).map_err(|_| Stage::Key)?;
        return match (symmetric, alg) {
            (true, "HS384") => with(token, jwk.hmac_verifying_key::<Hs384>()),
            (true, "HS512") => with(token, jwk.hmac_verifying_key::<Hs512>()),
            (true, _) => with(token, jwk.hmac_verifying_key::<Hs256>()),
            (false, _) => with(token, jwk.es256_verifying_key()),
        };
    }
    let text = serde_json::json!({ "keys": jwks }).to_string();
    let set = JwkSet::parse(text.as_bytes()).map_err(|_| Stage::Key)?;
    if symmetric { with(token, Ok(set.hmac::<Hs256>())) } else { with(token, Ok(set.es256())) }
}

fn with(token: &str, keys: Result<impl KeyStore, KeyError>) -> Result<(), Stage> {
    let keys = keys.map_err(|_| Stage::Key)?;
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token)
        .and_then(|token| token.verify_payload(&keys, &mut scratch).map(|_| ()))
        .map_err(|error| error.stage())
}

/// Where a case has to fail, from what its comment says is wrong with it.
fn failing_stage(case: &Value) -> Stage {
    match text(case, "comment") {
        "rejectsMissingSignatureAndSeparator"
        | "rejectsMissingPayloadAndSeparator"
        | "rejectsMissingHeaderAndSeparator"
        | "rejectsMissingHeaderSignatureAndSeparators"
        | "rejectsEmptyString"
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
        | "InvalidCharacterInsertedInHeader"
        | "InvalidCharacterInsertedInPayload"
        | "ModifiedUnusedBitsInPayload"
        | "MacOfIncorrectlyEncodedMessage" => Stage::Structure,
        // An empty header is no JSON object.
        "rejectsMissingHeader" | "rejectsMissingHeaderAndSignature" => Stage::Header,
        "rejectsNoneAlgorithmAndMissingSignature"
        | "rejectsSymmetryConfusionAttacks_aesKeyFromEcVerificationKeyBytes"
        | "rejectWrongUse"
        | "rejectWrongKeyOps"
        | "rejectsValid"
        | "rejectsDuplicateKid"
        | "key_too_short"
        | "empty_key"
        | "mismatchedAlgAndCurve"
        | "rejectsModifiedKey"
        | "rejectsAesKey" => Stage::Key,
        // Changed header, payload or signature; a signature of the wrong length or out of range;
        // a key in the header that nobody looks at.
        _ => Stage::Signature,
    }
}

#[test]
fn p1363_signatures_on_p_256_have_their_results() {
    let Some(file) = vectors("wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_p1363_test.json")
    else {
        return;
    };
    let (mut agreed, total) = (0, file["numberOfTests"].as_u64().unwrap());
    for group in rows(&file["testGroups"]) {
        let key = Es256VerifyingKey::from_sec1(&hex(&group["publicKey"], "uncompressed")).unwrap();
        for case in rows(&group["tests"]) {
            let valid = key.verify(&hex(case, "msg"), &hex(case, "sig")).is_ok();
            assert_eq!(valid, text(case, "result") == "valid", "{case}");
            agreed += 1;
        }
    }
    say(&format!("Wycheproof ECDSA P-256 in P1363 form: {agreed}/{total}"));
    assert_eq!((agreed, total), (262, 262));
}

#[test]
fn der_signatures_are_taken_in_strictly() {
    let Some(file) = vectors("wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_test.json") else {
        return;
    };
    let mut agreed = 0;
    for group in rows(&file["testGroups"]) {
        let key = Es256VerifyingKey::from_sec1(&hex(&group["publicKey"], "uncompressed")).unwrap();
        for case in rows(&group["tests"]) {
            let mut buf = [0; 128];
            let draft = Minter::new().draft::<Es256>(&mut buf, &()).unwrap();
            // Taken in, it stands in the token as r and s; those have to verify over the message.
            let valid = draft.finish_der(&hex(case, "sig")).is_ok_and(|token| {
                let (_, signature) = token.as_str().rsplit_once('.').unwrap();
                let mut raw = [0; 64];
                base64url::decode(signature.as_bytes(), &mut raw).unwrap();
                key.verify(&hex(case, "msg"), &raw).is_ok()
            });
            assert_eq!(valid, text(case, "result") == "valid", "{case}");
            agreed += 1;
        }
    }
    say(&format!("Wycheproof ECDSA P-256 in DER: {agreed}/{}", file["numberOfTests"]));
    assert_eq!(Some(agreed), file["numberOfTests"].as_u64());
}

#[test]
fn macs_have_their_results() {
    fn check<A: HmacAlgorithm>(name: &str) -> u64 {
        let Some(file) = vectors(&format!("wycheproof/testvectors_v1/{name}_test.json")) else {
            return 0;
        };
        let mut agreed = 0;
        for group in rows(&file["testGroups"]) {
            let tag_len = usize::try_from(group["tagSize"].as_u64().unwrap() / 8).unwrap();
            for case in rows(&group["tests"]) {
                // Some keys are shorter than the hash: that door is `danger`.
                let key = danger::short_hmac_key::<A>(&hex(case, "key")).unwrap();
                let (message, tag) = (hex(case, "msg"), hex(case, "tag"));
                let mac = key.sign(&message).unwrap();
                // A JWS has no truncated MAC, so of those the beginning is compared, and the
                // truncated tag itself must never verify.
                let full = tag_len == mac.as_ref().len();
                let valid = if full {
                    key.verify(&message, &tag).is_ok()
                } else {
                    assert!(key.verify(&message, &tag).is_err(), "{case}");
                    mac.as_ref().starts_with(&tag)
                };
                assert_eq!(valid, text(case, "result") == "valid", "{case}");
                agreed += 1;
            }
        }
        assert_eq!(Some(agreed), file["numberOfTests"].as_u64());
        agreed
    }
    let total = check::<Hs256>("hmac_sha256")
        + check::<Hs384>("hmac_sha384")
        + check::<Hs512>("hmac_sha512");
    say(&format!("Wycheproof HMAC: {total}/522"));
    assert!(total == 522 || std::env::var_os("JWT_VECTORS").is_none());
}
