//! Named seeds: from the RFCs' examples in `testdata`, and from a table of edges. What lies beside the
//! clone is for a run and is not kept.

use std::collections::BTreeMap;
use std::path::Path;

use jwt_core::base64url;
use serde_json::Value;

use crate::sh::{Result, root};
use crate::test::vectors;

/// Inputs by target and name.
type Seeds = BTreeMap<(&'static str, String), Vec<u8>>;

/// A policy and a time that accept most: any issuer, any audience, no expiration, the year 2023.
const LAX: [u8; 8] = [3, 3, 0b0000_1110, 0, 0, 0, 0, 0];
/// Issuer, audience, subject, type, age and three claims are all checked.
const STRICT: [u8; 8] = [2, 2, 0b1100_0101, 2, 8 | 4, 0, 0, 0];
/// In `whole_verify`: the header and the payload that follow are to be signed.
const SIGNED: u8 = 4;

/// Writes the seeds that are kept.
pub(super) fn write() -> Result {
    for ((target, name), bytes) in kept()? {
        let folder = root().join("fuzz/seeds").join(target);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// Puts what is not kept here where a run finds it: keys of other tests, and vectors beside the clone.
pub(super) fn lend() -> Result {
    let mut seeds = Seeds::new();
    for file in std::fs::read_dir(root().join("crates/jwt-std/tests/keys"))? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".pem") {
            let pem = std::fs::read_to_string(&path)?;
            if let Some(der) = der(&pem) {
                seeds.insert(("key_import", name.replace(".pem", ".der")), der);
            }
            seeds.insert(("key_import", name), pem.into_bytes());
        }
    }
    if let Some(folder) = vectors() {
        let scope = read(&folder.join("wycheproof/jws_hs_es256_scope.json"))?;
        for (i, case) in scope.as_array().into_iter().flatten().enumerate() {
            let name = format!("wycheproof_{i}");
            if let Some(token) = case.get("jws").and_then(Value::as_str) {
                of_token(&mut seeds, &name, token);
            }
            if let Some(keys) = case.get("jwks") {
                let set = format!("{{\"keys\":{keys}}}");
                seeds.insert(("key_import", format!("{name}.jwks")), set.into_bytes());
            }
        }
        for file in std::fs::read_dir(folder.join("rfc/cookbook/jwk"))? {
            let path = file?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            seeds.insert(("key_import", format!("rfc7520_{name}")), std::fs::read(&path)?);
        }
    }
    for ((target, name), bytes) in seeds {
        let folder = root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn kept() -> Result<Seeds> {
    let mut seeds = Seeds::new();
    let testdata = |name: &str| read(&root().join("testdata").join(name));
    for case in testdata("jws_vectors.json")?.as_array().into_iter().flatten() {
        let name = name(text(case, "id"));
        of_token(&mut seeds, &name, text(case, "token"));
        if let Some(jwk) = case.get("jwk").filter(|jwk| jwk.is_object()) {
            seeds.insert(("key_import", format!("{name}.jwk")), jwk.to_string().into_bytes());
        }
    }
    for case in testdata("rfc7638_thumbprints.json")?.as_array().into_iter().flatten() {
        if let Some(jwk) = case.get("jwk") {
            let name = format!("{}.jwk", name(text(case, "id")));
            seeds.insert(("key_import", name), jwk.to_string().into_bytes());
        }
    }
    let certificate = root().join("crates/jwt-std/tests/keys/p256.certificate.pem");
    let certificate = der(&std::fs::read_to_string(certificate)?).ok_or("no certificate")?;
    seeds.insert(("key_import", String::from("certificate.der")), certificate);
    let assertion = testdata("rfc7523_example.json")?;
    let part = |name: &str| assertion.get(name).map(ToString::to_string).unwrap_or_default();
    of_parts(&mut seeds, "rfc7523", part("header").as_bytes(), part("claims").as_bytes());
    table(&mut seeds);
    Ok(seeds)
}

/// The inputs that a token makes.
fn of_token(seeds: &mut Seeds, name: &str, token: &str) {
    let token_bytes = token.as_bytes().to_vec();
    seeds.insert(("verify_never_accepts", name.to_owned()), token_bytes.clone());
    seeds.insert(("compact", name.to_owned()), token_bytes.clone());
    let mut segments = token.split('.').map(decode);
    if let (Some(Some(header)), Some(Some(payload))) = (segments.next(), segments.next()) {
        of_parts(seeds, name, &header, &payload);
    } else {
        let input = [&[0], LAX.as_slice(), &token_bytes].concat();
        seeds.insert(("whole_verify", name.to_owned()), input);
    }
}

/// The inputs that a header and a payload make.
fn of_parts(seeds: &mut Seeds, name: &str, header: &[u8], payload: &[u8]) {
    let mut add = |target, bytes: Vec<u8>| seeds.insert((target, name.to_owned()), bytes);
    add("header", header.to_vec());
    add("json_object", payload.to_vec());
    add("claims", [&LAX, payload].concat());
    // Whatever the header says, the key is for ES256 where it says so.
    let es256 = header.windows(5).any(|word| word == b"ES256");
    let alg = SIGNED | if es256 { 3 } else { 0 };
    let input = [&[alg], LAX.as_slice(), header, &[0xff], payload, &[0xff]].concat();
    add("whole_verify", input);
}

/// Edges that no RFC has an example of.
fn table(seeds: &mut Seeds) {
    let mut add = |target, name: &str, bytes: &[u8]| {
        seeds.insert((target, name.to_owned()), bytes.to_vec());
    };
    for (name, json) in [
        ("exp_now", r#"{"iss":"joe","aud":"api","exp":1700000000}"#),
        ("fractions", r#"{"exp":1700000000.5,"nbf":1699999999.5,"iat":1.7e9}"#),
        ("exponents", r#"{"exp":17E+8,"nbf":170000000000e-2,"iat":-0.0e-0}"#),
        ("last_second", r#"{"exp":253402300799,"nbf":-253402300799}"#),
        ("past_the_last_second", r#"{"exp":253402300799.0000001,"nbf":253402300800}"#),
        ("huge", r#"{"exp":1e999,"nbf":1e-999,"iat":-1e-999}"#),
        ("eighteen_digits", r#"{"exp":999999999999999999,"iat":1000000000000000000}"#),
        ("wrong_types", r#"{"iss":1,"sub":null,"aud":{},"exp":"1","nbf":[],"iat":true,"jti":{}}"#),
        ("audiences", r#"{"aud":["https://api.example/v1","api"],"sub":"mike"}"#),
        ("audience_empty", r#"{"aud":[]}"#),
        ("audience_mixed", r#"{"aud":["api",1]}"#),
        (
            "escaped",
            r#"{"\u0069ss":"j\u006fe","aud":["\u0061pi"],"scope":"\ud83d\ude00","\u00e9":1}"#,
        ),
        ("duplicate", r#"{"exp":1,"e\u0078p":2}"#),
        ("lone_high_surrogate", r#"{"x":"\ud83d"}"#),
        ("lone_low_surrogate", r#"{"x":"\ude00"}"#),
        ("surrogates_exchanged", r#"{"x":"\ude00\ud83d"}"#),
        ("high_surrogate_and_letter", r#"{"x":"\ud83d\u0041"}"#),
    ] {
        add("json_object", name, json.as_bytes());
        add("claims", name, &[&STRICT, json.as_bytes()].concat());
        add("claims", &format!("{name}_lax"), &[&LAX, json.as_bytes()].concat());
    }
    for (name, json) in [
        ("crit", r#"{"alg":"ES256","crit":["b64"],"b64":false}"#),
        ("crit_escaped", r#"{"alg":"ES256","cr\u0069t":[]}"#),
        ("alg_twice", r#"{"alg":"HS256","alg":"none"}"#),
        ("alg_twice_escaped", r#"{"alg":"HS256","\u0061lg":"none"}"#),
        ("alg_none", r#"{"alg":"none"}"#),
        ("alg_missing", r#"{"typ":"JWT"}"#),
        ("alg_number", r#"{"alg":256}"#),
        ("kid_null", r#"{"alg":"HS256","kid":null}"#),
        ("jwk", r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"jku":"https://evil.example"}"#),
        (
            "types",
            r#"{"alg":"ES256","typ":"application/AT+jwt","cty":"JWT","kid":"\/\ud83d\ude00"}"#,
        ),
    ] {
        add("header", name, json.as_bytes());
        let claims = br#"{"iss":"joe","exp":1800000000}"#;
        for (form, alg) in [("hs256", SIGNED), ("es256", SIGNED | 3)] {
            let parts = [&[alg], LAX.as_slice(), json.as_bytes(), &[0xff], claims, &[0xff]];
            add("whole_verify", &format!("{name}_{form}"), &parts.concat());
        }
    }
    for (name, token) in [
        ("padded", "eyJhbGciOiJIUzI1NiJ9.e30.AA=="),
        ("unused_bits", "eyJhbGciOiJIUzI1NiJ9.e30.AB"),
        ("one_segment", "eyJhbGciOiJIUzI1NiJ9"),
        ("five_segments", "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA"),
        ("dots", "...................."),
        ("empty", ".."),
        ("space", " eyJhbGciOiJIUzI1NiJ9.e30.AAAA"),
        ("plain_base64", "eyJhbGciOiJIUzI1NiJ9.e30.+/+/"),
    ] {
        add("compact", name, token.as_bytes());
    }
    // A byte for the token, four for each change.
    for (name, input) in [
        ("nothing", &[0][..]),
        ("one_byte", &[0, 0, 0, 30, b'A']),
        ("one_character", &[1, 1, 0, 200, 7]),
        ("inserted", &[1, 2, 0, 40, b'.']),
        ("cut", &[2, 3, 0, 60, 0]),
        ("cut_to_the_signing_input", &[0, 3, 0, 24, 0]),
        ("padding", &[0, 5, 0, 0, 1]),
        ("spliced", &[0, 6, 0, 50, 1]),
        ("segments_exchanged", &[0, 7, 0, 0, 1]),
        ("segment_of_another", &[0, 9, 0, 1, 1]),
        ("segment_twice", &[0, 10, 0, 2, 2]),
        ("one_bit_of_the_payload", &[1, 11, 0, 1, 3]),
        ("short_signature", &[0, 12, 0, 2, 63]),
        ("r_zero", &[0, 13, 0, 0, 0]),
        ("s_zero", &[0, 13, 0, 1, 0]),
        ("r_is_n", &[0, 13, 0, 0, 1]),
        ("s_negated", &[0, 13, 0, 1, 4]),
        ("s_negated_twice", &[0, 13, 0, 1, 4, 13, 0, 1, 4]),
        ("r_negated", &[0, 13, 0, 0, 4]),
        ("der", &[0, 14, 0, 0, 0]),
        ("rotated", &[0, 15, 0, 0, 32]),
        ("header_none", b"\x00\x08\x00\x00\x00{\"alg\":\"none\"}"),
    ] {
        add("tampered_es256", name, input);
        add("tampered_hmac", name, &[&[0], input].concat());
    }
    for (name, len) in [("short", 40_u8), ("long", 250)] {
        let bytes: Vec<u8> = (0..len).map(|i| i.wrapping_mul(37) ^ 0x55).collect();
        add("mint_round_trip", name, &bytes);
    }
    // Found by trying: what a header or claims are made of is not to be read from the bytes.
    for (name, input) in [
        ("cty_by_hand_no_string", &[166, 228, 42, 5, 143, 2, 107, 139][..]),
        ("b64_by_hand", &[88, 242, 124, 0, 15, 5, 231, 4]),
        ("iss_twice", &[234, 128, 14, 14, 226, 11, 130, 22, 10, 58, 156, 0, 3, 8, 2]),
    ] {
        add("mint_round_trip", name, input);
    }
    add("mint_round_trip", "zeros", &[0; 64]);
    add("mint_round_trip", "text", &[b'a'; 200]);
}

/// `rfc7515-A.1` as the name of a file.
fn name(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    id.chars().map(plain).collect()
}

fn read(path: &Path) -> Result<Value> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

fn text<'v>(case: &'v Value, member: &str) -> &'v str {
    case.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut buf = vec![0; text.len()];
    base64url::decode(text.as_bytes(), &mut buf).ok().map(<[u8]>::to_vec)
}

/// The last block of PEM, decoded.
fn der(pem: &str) -> Option<Vec<u8>> {
    let block = pem.rsplit("-----BEGIN ").next()?;
    let (_, block) = block.split_once("-----\n")?;
    let (body, _) = block.split_once("-----END")?;
    let body = body.replace('\n', "").replace('+', "-").replace('/', "_");
    decode(body.trim_end_matches('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_as_they_were_written() {
        for ((target, name), bytes) in kept().unwrap() {
            let path = root().join("fuzz/seeds").join(target).join(&name);
            let found = std::fs::read(&path).unwrap_or_default();
            assert_eq!(found, bytes, "{target}/{name}: `cargo xtask fuzz --seeds` writes it");
        }
    }
}
