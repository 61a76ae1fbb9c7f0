//! The vectors for the image that checks them: a line each, in hexadecimal.

use std::fmt::Write as _;
use std::fs;

use jwt_core::base64url;
use serde_json::Value;

use crate::sh::{Result, root};
use crate::test::vectors;

/// Lines for the image, and where they come from.
pub(super) struct Vectors {
    pub(super) lines: String,
    pub(super) sources: Vec<String>,
}

/// Signatures that have to be made exactly, and those that have to be accepted or refused.
pub(super) fn lines() -> Result<Vectors> {
    let mut all = Vectors { lines: String::new(), sources: Vec::new() };
    all.add("RFC 6979 A.2.5", rfc_6979(&read("testdata/rfc6979_p256.json")?))?;
    all.add("deterministic tokens", pins(&read("testdata/es256_deterministic_pins.json")?))?;
    match vectors() {
        Some(folder) => {
            let name = "wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_p1363_test.json";
            let file = serde_json::from_slice(&fs::read(folder.join(name))?)?;
            all.add("Wycheproof ECDSA P-256 in P1363 form", wycheproof(&file))?;
        }
        None => {
            println!("SKIPPED Wycheproof on the device: JWT_VECTORS names no folder of vectors")
        }
    }
    Ok(all)
}

impl Vectors {
    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.lines.lines().count()).unwrap_or(u64::MAX)
    }

    fn add(&mut self, source: &str, lines: Option<Vec<String>>) -> Result {
        let lines = lines.ok_or_else(|| format!("{source}: the file has another form"))?;
        if lines.is_empty() {
            return Err(format!("{source}: no vectors").into());
        }
        self.sources.push(format!("{} of {source}", lines.len()));
        lines.iter().try_for_each(|line| writeln!(self.lines, "{line}"))?;
        Ok(())
    }
}

fn read(name: &str) -> Result<Value> {
    Ok(serde_json::from_slice(&fs::read(root().join(name))?)?)
}

fn rfc_6979(file: &Value) -> Option<Vec<String>> {
    let secret = text(file, "x")?.to_lowercase();
    let line = |row: &Value| {
        let message = hex(text(row, "message")?.as_bytes());
        Some(format!("s {secret} {message} {}", text(row, "p1363")?.to_lowercase()))
    };
    file.get("vectors")?.as_array()?.iter().map(line).collect()
}

fn pins(file: &Value) -> Option<Vec<String>> {
    let secret = hex(&decode(text(file.get("jwk")?, "d")?)?);
    let line = |row: &Value| {
        let (input, signature) = text(row, "token")?.rsplit_once('.')?;
        Some(format!("s {secret} {} {}", hex(input.as_bytes()), hex(&decode(signature)?)))
    };
    file.get("pins")?.as_array()?.iter().map(line).collect()
}

fn wycheproof(file: &Value) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for group in file.get("testGroups")?.as_array()? {
        let point = text(group.get("publicKey")?, "uncompressed")?;
        for case in group.get("tests")?.as_array()? {
            let [message, signature] = ["msg", "sig"].map(|name| text(case, name).map(dashed));
            let valid = u8::from(text(case, "result")? == "valid");
            lines.push(format!("v {point} {} {} {valid}", message?, signature?));
        }
    }
    Some(lines)
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// A word, where there would be none.
fn dashed(digits: &str) -> &str {
    if digits.is_empty() { "-" } else { digits }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len()];
    base64url::decode(text.as_bytes(), &mut bytes).ok().map(<[u8]>::to_vec)
}

/// Bytes as digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
