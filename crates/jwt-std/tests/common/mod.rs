//! Keys, backends and vectors for the tests.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

use std::io::Write as _;

use jwt_std::{Algorithm, Backend, PrivateKey};
use serde_json::Value;

/// The backends that there are.
pub fn backends() -> Vec<Backend> {
    vec![
        Backend::RustCrypto,
        #[cfg(feature = "aws-lc-rs")]
        Backend::AwsLc,
    ]
}

/// Whether a backend signs with keys for this algorithm.
pub fn signs(backend: Backend, algorithm: Algorithm) -> bool {
    backend != Backend::RustCrypto || !is_rsa(algorithm)
}

/// Whether this is one of the six algorithms of RSA.
pub fn is_rsa(algorithm: Algorithm) -> bool {
    matches!(&algorithm.name()[..2], "RS" | "PS")
}

/// A key: of RSA always the same, since not every backend makes any.
pub fn key(algorithm: Algorithm) -> PrivateKey {
    if !is_rsa(algorithm) {
        return PrivateKey::generate(algorithm).unwrap();
    }
    PrivateKey::from_pem(&file("rsa.pkcs8.pem"), Some(algorithm)).unwrap()
}

/// A file of `keys`.
pub fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The bytes inside a PEM file of `keys`.
pub fn der(name: &str) -> Vec<u8> {
    let text = file(name);
    let text = std::str::from_utf8(&text).unwrap();
    let start = text.rfind("-----BEGIN").unwrap();
    let body: String = text[start..].lines().filter(|line| !line.starts_with("---")).collect();
    <base64ct::Base64 as base64ct::Encoding>::decode_vec(&body).unwrap()
}

/// A file of `testdata`, as JSON.
pub fn testdata(name: &str) -> Value {
    let path = format!("{}/../../testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A file of other people's vectors, as JSON; `None`, said loudly, where there are none.
///
/// # Panics
/// In CI, where they have to be there.
pub fn vectors(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("JWT_VECTORS") else {
        assert!(std::env::var_os("CI").is_none(), "CI needs JWT_VECTORS");
        say(&format!("SKIPPED: {name}; set JWT_VECTORS to the folder of vectors"));
        return None;
    };
    let path = std::path::Path::new(&folder).join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(serde_json::from_str(&text).unwrap())
}

/// Says something that is seen. The harness swallows what `println` and `eprintln` say in a test
/// that passes.
pub fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// The array that a file, or a member of one, is.
pub fn rows(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// The text of a member.
pub fn text<'v>(row: &'v Value, member: &str) -> &'v str {
    row[member].as_str().unwrap_or_else(|| panic!("{member} in {row}"))
}

/// The bytes that a member gives in hexadecimal.
pub fn hex(row: &Value, member: &str) -> Vec<u8> {
    let digits = text(row, member);
    (0..digits.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap())
        .collect()
}
