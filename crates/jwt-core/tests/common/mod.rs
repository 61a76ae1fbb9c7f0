//! Where vectors are found, and how many cases a property is tried with.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

use std::io::Write as _;

use proptest::prelude::ProptestConfig;
use serde_json::Value;

/// So many cases, or as many as the environment says.
pub fn cases(usual: u32) -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: given.unwrap_or(usual),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
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

/// The bytes of hexadecimal digits; spaces are left out.
pub fn from_hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| *byte != b' ').collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}
