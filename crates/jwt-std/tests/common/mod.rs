//! Keys, backends and vectors for the tests.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

use std::io::Write as _;

use jwt_core::{
    Ed25519, EdDsa, Es256, Es256k, Es384, Es512, Hs256, Hs384, Hs512, Ps256, Ps384, Ps512, Rs256,
    Rs384, Rs512, SigningKey as _, Stage, UnverifiedToken, base64url,
};
use jwt_std::{Algorithm, Backend, KeyStore, PrivateKey, SigningKey, SigningKeyOf};
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

/// A backend that signs with keys for this algorithm, if there is one.
pub fn signer(algorithm: Algorithm) -> Option<Backend> {
    backends().into_iter().rfind(|backend| signs(*backend, algorithm))
}

/// The signature of any input, whatever it says of itself: what a minter of this crate does not make.
pub fn sign(key: &SigningKey, input: &[u8]) -> Vec<u8> {
    macro_rules! sign {
        ($($marker:ident)*) => {
            match key.algorithm() {
                $(<$marker as jwt_core::JwsAlgorithm>::ALGORITHM => {
                    let key = SigningKeyOf::<$marker>::try_from(key.clone()).unwrap();
                    key.sign(input).unwrap().as_ref().to_vec()
                })*
                other => panic!("{other}"),
            }
        };
    }
    sign! {
        Hs256 Hs384 Hs512 Es256 Es384 Es512 Es256k EdDsa Ed25519 Rs256 Rs384 Rs512 Ps256 Ps384 Ps512
    }
}

/// A signed token of any header and payload.
pub fn forge(key: &SigningKey, header: &str, payload: &[u8]) -> String {
    let input = format!("{}.{}", encode(header.as_bytes()), encode(payload));
    format!("{input}.{}", encode(&sign(key, input.as_bytes())))
}

/// What the core says of a token: nothing, or the stage where it is refused.
pub fn verdict(token: &str, keys: &(impl KeyStore + ?Sized)) -> Result<(), Stage> {
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token)
        .and_then(|token| token.verify(keys, &mut scratch).map(|_| ()))
        .map_err(|error| error.stage())
}

/// base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = vec![0; base64url::encoded_len(bytes.len())];
    base64url::encode(bytes, &mut text).unwrap().to_owned()
}

/// What base64url without padding stands for.
pub fn decode(text: &str) -> Vec<u8> {
    base64url::decode(text.as_bytes(), &mut vec![0; text.len()]).unwrap().to_vec()
}

/// The bytes of hexadecimal digits; spaces are left out.
pub fn from_hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| *byte != b' ').collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
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
    from_hex(text(row, member))
}
