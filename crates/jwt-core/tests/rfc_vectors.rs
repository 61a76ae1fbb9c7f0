//! What the RFCs print: tokens that verify, tokens that are minted byte for byte, and tokens that
//! must be refused, each at the right stage.
#![cfg(all(feature = "es256", feature = "hmac"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)] // a test may panic

mod common;

use common::{hex, rows, testdata, text, vectors};
use jwt_core::error::ClaimError;
use jwt_core::json::{Object, from_fn};
use jwt_core::{
    Es256SigningKey, Es256VerifyingKey, ExpectAudience, ExpectIssuer, HmacAlgorithm, HmacKey,
    Hs256, Hs384, Hs512, Jwk, Minter, NumericDate, Policy, RegisteredClaims, SigningKey, Stage,
    UnverifiedToken, VerifyingKey, base64url, danger,
};
use serde_json::Value;

/// The stage where verification as a JWS fails, or the payload.
fn verify(token: &str, key: &impl VerifyingKey) -> Result<Vec<u8>, Stage> {
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token)
        .and_then(|token| token.verify_payload(key, &mut scratch))
        .map(|verified| verified.payload().to_vec())
        .map_err(|error| error.stage())
}

fn es256(jwk: &Value) -> Es256SigningKey {
    Jwk::parse(jwk.to_string().as_bytes()).unwrap().es256_signing_key().unwrap()
}

fn row(file: &Value, id: &str) -> Value {
    rows(file).iter().find(|row| row["id"] == id).unwrap().clone()
}

#[test]
fn tokens_of_the_rfcs_verify_or_are_refused_at_the_right_stage() {
    let file = testdata("jws_vectors.json");
    let any = es256(&testdata("es256_deterministic_pins.json")["jwk"]).verifying_key();
    for row in rows(&file) {
        let token = text(row, "token");
        let jwk = row["jwk"].to_string();
        let payload = || Ok(text(row, "payload_utf8").as_bytes().to_vec());
        let (found, expected) = match text(row, "id") {
            "rfc7515-A.1" | "rfc7797-4.1" => {
                let key = Jwk::parse(jwk.as_bytes()).unwrap().hmac_verifying_key::<Hs256>();
                (verify(token, &key.unwrap()), payload())
            }
            "rfc7515-A.3" | "rfc9449-fig2" | "rfc9449-fig12" | "rfc8292-2.4" => {
                let key = Jwk::parse(jwk.as_bytes()).unwrap().es256_verifying_key();
                (verify(token, &key.unwrap()), payload())
            }
            // RSA, P-521, Ed25519 and "none": not the algorithm of the key.
            "rfc7515-A.2" | "rfc7515-A.4" | "rfc8037-A.4" | "rfc7515-A.5" => {
                (verify(token, &any), Err(Stage::Key))
            }
            "rfc7515-A.6" => (verify(token, &any), Err(Stage::Structure)),
            "rfc7515-E" | "rfc7797-4.2" => (verify(token, &any), Err(Stage::Header)),
            id => panic!("{id} is new: say what is expected"),
        };
        assert_eq!(found, expected, "{}", row["id"]);
    }
    assert_eq!(rows(&file).len(), 13);
}

#[test]
fn the_example_of_rfc_7519_is_valid_until_it_expires() {
    let row = row(&testdata("jws_vectors.json"), "rfc7515-A.1");
    let jwk = row["jwk"].to_string();
    let key = Jwk::parse(jwk.as_bytes()).unwrap().hmac_verifying_key::<Hs256>().unwrap();
    let policy = Policy::new("joe", ExpectAudience::NotUsed);
    for (now, valid) in [(1_300_819_379, true), (1_300_819_380, false)] {
        let mut scratch = [0; 256];
        let token = UnverifiedToken::parse(text(&row, "token")).unwrap();
        let token = token.verify(&key, &mut scratch).unwrap();
        let verdict = token.validate(&policy, NumericDate::from_seconds(now));
        assert_eq!(verdict.is_ok(), valid);
        if let Ok(token) = verdict {
            let root = token.claims().claim("http://example.com/is_root").unwrap();
            assert_eq!(root.as_bool(), Some(true));
        }
    }
}

#[test]
fn a_dpop_proof_is_no_access_token() {
    let file = testdata("jws_vectors.json");
    for id in ["rfc9449-fig2", "rfc9449-fig12"] {
        let row = row(&file, id);
        let jwk = row["jwk"].to_string();
        let key = Jwk::parse(jwk.as_bytes()).unwrap().es256_verifying_key().unwrap();
        assert_eq!(key.thumbprint().to_string(), text(&row, "jkt"));
        let policy = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed)
            .allow_missing_expiration();
        let now = NumericDate::from_seconds(2_000_000_000);
        for (policy, refused) in [(policy, true), (policy.typ("dpop+jwt"), false)] {
            let mut scratch = [0; 1024];
            let token = UnverifiedToken::parse(text(&row, "token")).unwrap();
            let token = token.verify(&key, &mut scratch).unwrap();
            let errors = token.validate(&policy, now).map(|_| ()).err();
            let found = errors.map(|errors| errors.iter().collect::<Vec<_>>());
            assert_eq!(found, refused.then(|| vec![ClaimError::TypeMismatch]));
        }
    }
}

#[test]
fn deterministic_signatures_are_byte_exact_and_high_s_verifies() {
    let file = testdata("es256_deterministic_pins.json");
    let key = es256(&file["jwk"]);
    let mut high = 0;
    for pin in rows(&file["pins"]) {
        let (input, token) = (text(pin, "signing_input"), text(pin, "token"));
        let mut buf = [0; 86];
        let signature = key.sign(input.as_bytes()).unwrap();
        let signature = base64url::encode(&signature, &mut buf).unwrap();
        assert_eq!(format!("{input}.{signature}"), token, "{}", pin["name"]);
        verify(token, &key.verifying_key()).unwrap();
        high += u32::from(pin["s_is_high"] == true);
    }
    assert_eq!((rows(&file["pins"]).len(), high), (7, 4));
}

#[test]
fn tokens_are_minted_byte_for_byte() {
    let file = testdata("es256_deterministic_pins.json");
    let key = es256(&file["jwk"]);
    let pin = |name: &str| {
        let pin = rows(&file["pins"]).iter().find(|pin| pin["name"] == name).unwrap();
        text(pin, "token").to_owned()
    };
    let mut buf = [0; 1024];
    let mut check =
        |name: &str,
         minter: Minter<'_>,
         claims: &dyn Fn(&mut jwt_core::json::ObjectWriter<'_, '_>)| {
            let token = minter.mint(&mut buf, &key, &from_fn(claims)).unwrap();
            assert_eq!(token.as_str(), pin(name), "{name}");
        };
    let plain = Minter::new();
    check("minimal", plain, &|_| {});
    check("typ+kid", plain.typ("JWT").kid("dev-0001"), &|claims| {
        claims.string("iss", "device-0001").string("aud", "api");
        claims.integer("iat", 1_700_000_000).integer("exp", 1_700_003_600);
    });
    check("unicode", plain, &|claims| {
        claims.string("sub", "jos\u{e9} \u{1f600}");
    });
    check("aws jitp", plain.typ("JWT"), &|claims| {
        claims.string("sub", "thing-42").integer("exp", 4_102_444_800);
    });
    check("long 512B payload", plain, &|claims| {
        claims.string("p", &"x".repeat(504));
    });
}

#[test]
fn rfc_6979_signatures_of_sha_256_are_exact() {
    let file = testdata("rfc6979_p256.json");
    let key = Es256SigningKey::from_bytes(&hex(&file, "x").try_into().unwrap()).unwrap();
    let mut point = vec![4];
    point.extend(hex(&file, "Ux"));
    point.extend(hex(&file, "Uy"));
    assert_eq!(key.verifying_key().to_sec1().as_slice(), point);
    for row in rows(&file["vectors"]) {
        let message = text(row, "message").as_bytes();
        assert_eq!(key.sign(message).unwrap().as_slice(), hex(row, "p1363"), "{}", row["id"]);
    }
}

#[test]
fn thumbprints_are_those_of_rfc_7638() {
    let file = testdata("rfc7638_thumbprints.json");
    for row in rows(&file) {
        let jwk = row["jwk"].to_string();
        let jwk = Jwk::parse(jwk.as_bytes()).unwrap();
        assert_eq!(jwk.thumbprint().unwrap().to_string(), text(row, "thumbprint"), "{}", row["id"]);
        if let Ok(key) = jwk.es256_verifying_key() {
            assert_eq!(key.thumbprint(), jwk.thumbprint().unwrap());
        }
    }
    assert_eq!(rows(&file).len(), 6);
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    fn check<A: HmacAlgorithm>(row: &Value, expected: &str) {
        let (secret, data) = (hex(row, "key"), hex(row, "data"));
        let key = danger::short_hmac_key::<A>(&secret).unwrap();
        let mac = key.sign(&data).unwrap();
        assert_eq!(mac.as_ref(), hex(row, expected), "{row}");
        assert_eq!(key.verify(&data, mac.as_ref()), Ok(()));
        assert_eq!(HmacKey::<A>::new(&secret).is_ok(), secret.len() >= mac.as_ref().len());
    }
    let file = testdata("rfc4231_hmac.json");
    for row in rows(&file) {
        check::<Hs256>(row, "sha256");
        check::<Hs384>(row, "sha384");
        check::<Hs512>(row, "sha512");
    }
    assert_eq!(rows(&file).len(), 6);
}

#[test]
fn the_assertion_of_rfc_7523_is_minted_and_valid() {
    let file = testdata("rfc7523_example.json");
    let key = es256(&testdata("es256_deterministic_pins.json")["jwk"]);
    let claims = file["claims"].to_string();
    let claims = Object::parse(claims.as_bytes()).unwrap();
    let mut buf = [0; 512];
    let minter = Minter::new().kid(text(&file["header"], "kid"));
    let token = minter.mint(&mut buf, &key, &claims).unwrap();
    let policy = Policy::new("https://jwt-idp.example.com", "https://jwt-rp.example.net")
        .subject("mailto:mike@example.com");
    let mut scratch = [0; 512];
    let token = UnverifiedToken::parse(&token).unwrap();
    let token = token.verify(&key.verifying_key(), &mut scratch).unwrap();
    token.validate(&policy, NumericDate::from_seconds(1_300_817_000)).unwrap();
}

#[test]
fn rfc_7520_hmac_is_verified_and_minted_again() {
    let Some(file) = vectors("rfc/cookbook/jws/4_4.hmac-sha2_integrity_protection.json") else {
        return;
    };
    let jwk = file["input"]["key"].to_string();
    let jwk = Jwk::parse(jwk.as_bytes()).unwrap();
    let payload = text(&file["input"], "payload").as_bytes();
    let token = text(&file["output"], "compact");
    assert_eq!(verify(token, &jwk.hmac_verifying_key::<Hs256>().unwrap()).unwrap(), payload);
    let mut buf = [0; 1024];
    let minter = Minter::new().kid("018c0ae5-4d9b-471b-bfd6-eef314bc7037");
    let key = jwk.hmac_signing_key::<Hs256>().unwrap();
    assert_eq!(minter.mint_payload(&mut buf, &key, payload).unwrap().as_str(), token);
}

#[test]
fn other_tokens_of_rfc_7520_7797_and_8037_are_refused_at_the_right_stage() {
    for (name, form, stage) in [
        ("jws/4_1.rsa_v15_signature", "compact", Stage::Key),
        ("jws/4_2.rsa-pss_signature", "compact", Stage::Key),
        ("jws/4_3.ecdsa_signature", "compact", Stage::Key),
        // The payload travels elsewhere, and an empty one was not signed.
        ("jws/4_5.signature_with_detached_content", "compact", Stage::Signature),
        ("jws/4_6.protecting_specific_header_fields", "json", Stage::Structure),
        ("jws/4_6.protecting_specific_header_fields", "json_flat", Stage::Structure),
        ("jws/4_7.protecting_content_only", "json", Stage::Structure),
        ("jws/4_7.protecting_content_only", "json_flat", Stage::Structure),
        ("jws/4_8.multiple_signatures", "json", Stage::Structure),
        ("jws/4_4.hmac-sha2_integrity_protection", "json", Stage::Structure),
        ("jws/4_4.hmac-sha2_integrity_protection", "json_flat", Stage::Structure),
        ("rfc7797/hmac-sha2_b64_false", "compact", Stage::Structure),
        ("rfc7797/4.2.hmac-sha2_b64_false", "json_flat", Stage::Structure),
        ("curve25519/jws", "compact", Stage::Key),
        // Five segments: a JWE.
        ("curve25519/ecdh-es", "compact", Stage::Structure),
    ] {
        let Some(file) = vectors(&format!("rfc/cookbook/{name}.json")) else { return };
        let output = &file["output"][form];
        assert!(!output.is_null(), "{name} has no {form}");
        let token = output.as_str().map_or_else(|| output.to_string(), str::to_owned);
        // The key of the example where it is a secret, and otherwise any other.
        let jwk = file["input"]["key"].to_string();
        let key = Jwk::parse(jwk.as_bytes()).and_then(|jwk| jwk.hmac_verifying_key::<Hs256>());
        let found = match key {
            Ok(key) => verify(&token, &key),
            Err(_) => {
                let pins = testdata("es256_deterministic_pins.json");
                verify(&token, &es256(&pins["jwk"]).verifying_key())
            }
        };
        assert_eq!(found, Err(stage), "{name} {form}");
    }
}

#[test]
fn rfc_7520_keys_are_read_as_what_they_are() {
    for (name, sentence) in [
        ("3_1.ec_public_key", "this is a P-521 key; a P-256 key is needed"),
        ("3_2.ec_private_key", "this is a P-521 key; a P-256 key is needed"),
        ("3_3.rsa_public_key", "this is an RSA key; a P-256 key is needed"),
        ("3_4.rsa_private_key", "this is an RSA key; a P-256 key is needed"),
        ("3_5.symmetric_key_mac_computation", "this is a symmetric key; a P-256 key is needed"),
    ] {
        let Some(jwk) = vectors(&format!("rfc/cookbook/jwk/{name}.json")) else { return };
        let jwk = jwk.to_string();
        let found = Jwk::parse(jwk.as_bytes()).unwrap().es256_verifying_key();
        assert_eq!(found.unwrap_err().to_string(), sentence, "{name}");
    }
    // A secret that says it is for encryption with another algorithm.
    let Some(jwk) = vectors("rfc/cookbook/jwk/3_6.symmetric_key_encryption.json") else { return };
    let jwk = jwk.to_string();
    let found = Jwk::parse(jwk.as_bytes()).unwrap().hmac_verifying_key::<Hs256>();
    assert_eq!(found.unwrap_err().to_string(), "the alg of the JWK is not HS256");
}

#[test]
fn registered_claims_are_written_in_the_order_of_the_rfc() {
    let date = |seconds| Some(NumericDate::from_seconds(seconds));
    let claims = RegisteredClaims {
        issuer: Some("i"),
        subject: Some("s"),
        audience: Some((&["a", "b"][..]).into()),
        expiration_time: date(3),
        not_before: date(1),
        issued_at: date(2),
        jwt_id: Some("j"),
    };
    let mut buf = [0; 128];
    let text = jwt_core::json::write_object(&mut buf, &claims).unwrap();
    let expected = r#"{"iss":"i","sub":"s","aud":["a","b"],"exp":3,"nbf":1,"iat":2,"jti":"j"}"#;
    assert_eq!(text, expected);
    // The JWK of a public key has the order that its thumbprint is taken over.
    let key = Es256VerifyingKey::from_sec1(
        &es256(&testdata("es256_deterministic_pins.json")["jwk"]).verifying_key().to_sec1(),
    );
    let mut buf = [0; 160];
    let jwk = jwt_core::json::write_object(&mut buf, &key.unwrap()).unwrap();
    assert!(jwk.starts_with(r#"{"crv":"P-256","kty":"EC","x":"f83O"#));
}
