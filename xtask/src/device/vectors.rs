//! The vectors for the image that checks them: a line each, in hexadecimal.

use std::fmt::Write as _;
use std::fs;

use jwt_core::{Es256SigningKey, SigningKey as _, base64url};
use num_bigint::BigUint;
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
    let mut all = signatures()?;
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

/// Signatures that have to be made exactly, and scalars at their edges.
pub(super) fn of_the_comb() -> Result<Vectors> {
    let mut all = signatures()?;
    all.add("scalars at the edges", edges())?;
    Ok(all)
}

fn signatures() -> Result<Vectors> {
    let mut all = Vectors { lines: String::new(), sources: Vec::new() };
    all.add("RFC 6979 A.2.5", rfc_6979(&read("testdata/rfc6979_p256.json")?))?;
    all.add("deterministic tokens", pins(&read("testdata/es256_deterministic_pins.json")?))?;
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

/// What a secret is below (SEC 2 section 2.4.2).
const ORDER: &[u8] = b"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// Single bits, all bits below them, and their negatives, among which is wherever the comb has a tooth or a part of its
/// table begins; and what is no scalar. With their public keys by p256, and some signatures.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "numbers of any size, and none is taken from a smaller one"
)]
fn edges() -> Option<Vec<String>> {
    let (one, order) = (BigUint::from(1_u32), BigUint::parse_bytes(ORDER, 16)?);
    let mut lines = Vec::new();
    for bit in 0..=256_u32 {
        let power = one.clone() << bit;
        let negative = if power < order { &order - &power } else { order.clone() };
        for scalar in [&power - &one, power, negative] {
            // 2^256 has a byte too many.
            let Some(secret) = padded(&scalar) else { continue };
            let key = Es256SigningKey::from_bytes(&secret).ok();
            let point = key.as_ref().map(|key| hex(&key.verifying_key().to_sec1()));
            let secret = hex(&secret);
            lines.push(format!("p {secret} {}", point.as_deref().unwrap_or("-")));
            if let Some(key) = key.filter(|_| bit.is_multiple_of(16)) {
                let signature = hex(&key.sign(secret.as_bytes()).ok()?);
                lines.push(format!("s {secret} {} {signature}", hex(secret.as_bytes())));
            }
        }
    }
    Some(lines)
}

/// A number in 32 bytes, big endian.
fn padded(number: &BigUint) -> Option<[u8; 32]> {
    let digits = number.to_bytes_be();
    let mut bytes = [0; 32];
    let from = bytes.len().checked_sub(digits.len())?;
    bytes.get_mut(from..)?.copy_from_slice(&digits);
    Some(bytes)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may panic

    use super::*;

    #[test]
    fn the_edges_have_what_is_refused_and_the_first_and_last_scalar() {
        let lines = edges().unwrap();
        let order = core::str::from_utf8(ORDER).unwrap();
        let refused: Vec<_> = lines.iter().filter(|line| line.ends_with('-')).collect();
        let expected = [&"0".repeat(64), order, &"f".repeat(64)].map(|it| format!("p {it} -"));
        assert!(expected.iter().all(|line| refused.contains(&line)));
        let one = format!("p {}1 046b17d1f2", "0".repeat(63));
        assert!(lines.iter().any(|line| line.starts_with(&one)));
        // n - 1: the generator with the other y.
        let last = format!("p {}0 046b17d1f2", order.strip_suffix('1').unwrap());
        assert!(lines.iter().any(|line| line.starts_with(&last)));
    }
}
