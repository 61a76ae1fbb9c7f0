//! Vectors with signatures that are the only right ones: RFC 6979 and the project's own tokens.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use jwt_core::{SigningKey as _, base64url};
use p256_mint::MintKey;
use serde_json::Value;

fn read(name: &str) -> Value {
    let path = format!("{}/../../testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn decode(text: &str) -> Vec<u8> {
    let mut bytes = vec![0; text.len()];
    base64url::decode(text.as_bytes(), &mut bytes).unwrap().to_vec()
}

fn key(secret: &[u8]) -> MintKey {
    MintKey::from_bytes(secret.try_into().unwrap()).unwrap()
}

#[test]
fn the_signatures_and_the_public_key_of_rfc_6979_appendix_a_2_5() {
    let file = read("rfc6979_p256.json");
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let key = key(&hex(&text(&file, "x")));
    let point = hex(&format!("04{}{}", text(&file, "Ux"), text(&file, "Uy")));
    assert_eq!(key.public_key().unwrap().as_slice(), point);
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let signature = key.sign(text(vector, "message").as_bytes()).unwrap();
        assert_eq!(signature.as_slice(), hex(&text(vector, "p1363")));
    }
}

#[test]
fn the_deterministic_tokens() {
    let file = read("es256_deterministic_pins.json");
    let key = key(&decode(file["jwk"]["d"].as_str().unwrap()));
    let pins = file["pins"].as_array().unwrap();
    assert!(!pins.is_empty());
    for pin in pins {
        let (input, signature) = pin["token"].as_str().unwrap().rsplit_once('.').unwrap();
        assert_eq!(key.sign(input.as_bytes()).unwrap().as_slice(), decode(signature));
    }
}
