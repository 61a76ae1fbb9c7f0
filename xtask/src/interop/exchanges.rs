//! What one side mints, the other accepts and reads alike: every algorithm with every form of its keys, and
//! every claims set and header with an algorithm of each family, both ways.

use serde_json::{Value, json};

use super::jwt::Jwt;
use super::keys::{Key, encode};
use super::peer::Peer;
use super::{Expect, NOW, Opened, Side, Tally, Verdict};
use crate::sh::Result;

pub(super) fn run(jwt: &mut Jwt, peer: &mut Peer, keys: &[Key], tally: &mut Tally) {
    let plain = json!({});
    let registered = registered();
    for (i, key) in keys.iter().enumerate() {
        let first_of_its_algorithm = !keys.iter().take(i).any(|earlier| earlier.alg == key.alg);
        // What is in a token has to do with no algorithm, so one of each family will do.
        let stands_for_its_family = ["HS256", "ES256", "EdDSA", "RS256"].contains(&key.alg);
        both_ways(jwt, peer, key, ("registered claims", &plain, &registered), tally);
        if first_of_its_algorithm && stands_for_its_family {
            for (name, claims) in &claims_sets() {
                both_ways(jwt, peer, key, (name, &plain, claims), tally);
            }
            for (name, header) in &headers() {
                both_ways(jwt, peer, key, (name, header, &registered), tally);
            }
        }
    }
    if let Some(key) = keys.iter().find(|key| key.alg == "HS256") {
        for (name, payload) in TEXTS {
            tally.case(format_args!("text, {name}"), text(jwt, peer, key, payload));
        }
    }
}

/// Claims that most tokens have.
pub(super) fn registered() -> Value {
    json!({
        "iss": "https://issuer.example", "sub": "device-0001", "aud": "https://api.example/v1",
        "exp": NOW + 300, "nbf": NOW, "iat": NOW, "jti": "f3c1c5f0-2f4c-4c6f-9a51-7d0a3b1c9e11",
    })
}

fn claims_sets() -> Vec<(&'static str, Value)> {
    let deep = (0..20).fold(json!(null), |inner, i| json!({"i": i, "inner": [inner]}));
    let many: Value = (0..100).map(|i| (format!("claim-{i}"), json!(i))).collect();
    vec![
        ("no claims", json!({})),
        ("one claim", json!({"sub": "x"})),
        ("unicode", json!({"näme": "Grüße, 世界, שלום, \u{7f}\u{80}\u{2028}\u{feff}"})),
        ("emoji", json!({"🔑": "😀 👩‍🔧 🏳️‍🌈", "last": "\u{10ffff}"})),
        ("quotes and controls", json!({"\"\\/": "\"\\/\u{0}\u{1}\u{8}\t\n\u{c}\r\u{1f}"})),
        ("slashes", json!({"iss": "https://issuer.example/a/b", "</script>": "</script>"})),
        ("empty strings", json!({"": "", "iss": "", "sub": "", "jti": "", "list": [], "set": {}})),
        ("nested objects", json!({"cnf": {"jkt": "0ZcOCORZNYy"}, "deep": deep})),
        ("arrays", json!({"roles": ["a", "b"], "mixed": [1, "1", null, [true, [false]], {}]})),
        ("null and booleans", json!({"n": null, "t": true, "f": false})),
        (
            "integers",
            json!({"a": 0, "b": -1, "c": 9007199254740991_i64, "d": -9007199254740991_i64}),
        ),
        ("fractions", json!({"a": 0.5, "b": -1.25, "c": 1.5e300, "d": 2.5e-7, "e": 0.1})),
        ("aud of one", json!({"aud": ["https://api.example/v1"]})),
        ("aud of three", json!({"aud": ["https://api.example/v1", "two", "drei ü"]})),
        ("aud with an escape", json!({"aud": "https://api.example/\"ü\"/😀"})),
        ("exp with a fraction", json!({"exp": 1_700_000_300.5_f64, "iat": 1_699_999_999.25_f64})),
        ("nbf now, exp next second", json!({"nbf": NOW, "exp": NOW + 1})),
        ("dates before 1970", json!({"nbf": -1, "iat": -86_400, "exp": NOW + 1})),
        ("exp in the year 9999", json!({"exp": 253_402_300_799_i64})),
        (
            "names that are URIs",
            json!({
                "https://example.com/is_root": true, "urn:example:x": {"http://x/#y": 1},
            }),
        ),
        ("names of JavaScript", json!({"constructor": 1, "toString": "x", "hasOwnProperty": null})),
        ("names that only look registered", json!({"EXP": 1, "exp ": 1, "Aud": 1, "is\u{131}": 1})),
        ("a string of 4 KB", json!({"blob": "0123456789abcdef".repeat(256)})),
        ("a string of 4 KB, 3 bytes a character", json!({"blob": "世".repeat(1366)})),
        ("a hundred claims", many),
    ]
}

fn headers() -> Vec<(&'static str, Value)> {
    vec![
        ("header with kid", json!({"kid": "2026-11/a b \"ü\" 😀"})),
        ("header with an empty kid", json!({"kid": ""})),
        ("header with typ JWT", json!({"typ": "JWT"})),
        ("header with typ at+jwt", json!({"typ": "at+jwt"})),
        ("header with typ application/at+jwt", json!({"typ": "application/at+jwt"})),
        ("header with cty", json!({"cty": "example+json"})),
        ("header with more members", json!({"x-ü": "😀/", "n": [1, {"a": null}], "b": true})),
        (
            "header with keys that nobody follows",
            json!({
                "jku": "https://evil.example", "x5u": "https://evil.example", "x5t": "AAAA",
            }),
        ),
    ]
}

/// Payloads that no library writes and any reader takes, as text.
const TEXTS: [(&str, &str); 8] = [
    ("escaped slashes", r#"{"iss":"https:\/\/issuer.example\/","exp":1700000300}"#),
    ("escaped names", r#"{"\u0069ss":"\u0061","\u0065xp":1700000300}"#),
    ("escaped emoji", r#"{"sub":"\ud83d\ude00\uD83D\uDE00","exp":1700000300}"#),
    ("every short escape", r#"{"x":"\"\\\/\b\f\n\r\t","exp":1700000300}"#),
    ("white space", "\r\n{\t\"exp\" :\n 1700000300 , \"a\":[ ] ,\"b\":{ }\n}\n "),
    ("dates with exponents", r#"{"exp":1.7000003e9,"iat":17e8,"nbf":17E+8}"#),
    ("a date with many zeros", r#"{"exp":1700000300.000000000000}"#),
    ("null in claims of one's own", r#"{"exp":1700000300,"a":null,"b":[null]}"#),
];

/// What has to be expected of a token, for it to be accepted.
fn fitting(header: &Value, claims: &Value) -> Expect {
    let string = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    Expect {
        iss: string(claims.get("iss")),
        aud: string(claims.get("aud").map(|aud| aud.get(0).unwrap_or(aud))),
        // RFC 7515 section 4.1.9: with `application/` or without, it is one type.
        typ: string(header.get("typ")).map(|typ| typ.replace("application/", "")),
        forever: claims.get("exp").is_none(),
        ..Expect::default()
    }
}

fn both_ways(
    jwt: &mut Jwt,
    peer: &mut Peer,
    key: &Key,
    (name, header, claims): (&str, &Value, &Value),
    tally: &mut Tally,
) {
    let peer_name = peer.name();
    let label = format!("{}, {}: {name}", key.alg, key.name);
    let outcome = exchange(jwt, peer, key, header, claims);
    tally.case(format_args!("jwt -> {peer_name}, {label}"), outcome);
    let outcome = exchange(peer, jwt, key, header, claims);
    tally.case(format_args!("{peer_name} -> jwt, {label}"), outcome);
}

fn exchange(
    from: &mut dyn Side,
    to: &mut dyn Side,
    key: &Key,
    header: &Value,
    claims: &Value,
) -> Result {
    let mut header = header.clone();
    if let (Some(kid), Some(members)) = (&key.kid, header.as_object_mut()) {
        members.insert("kid".to_owned(), json!(kid));
    }
    let token = from.mint(key, &header, claims).map_err(|error| format!("not minted: {error}"))?;
    let verdict = to.verify(key, &token, &fitting(&header, claims))?;
    let opened = accepted(to.name(), verdict)?;
    if let Some(members) = header.as_object_mut() {
        members.insert("alg".to_owned(), json!(key.alg));
    }
    same("header", &opened.header, &header)?;
    same("claims", &opened.claims, claims)
}

/// A payload as it stands, signed with HS256, is accepted by both sides and read alike.
fn text(jwt: &mut Jwt, peer: &mut Peer, key: &Key, payload: &str) -> Result {
    let claims: Value = serde_json::from_str(payload)?;
    let input = format!("{}.{}", encode(br#"{"alg":"HS256"}"#)?, encode(payload.as_bytes())?);
    let token = peer.forge(&key.secret()?, &input)?;
    let expect = fitting(&json!({}), &claims);
    let sides: [&mut dyn Side; 2] = [jwt, peer];
    for side in sides {
        let verdict = side.verify(key, &token, &expect)?;
        same(side.name(), &accepted(side.name(), verdict)?.claims, &claims)?;
    }
    Ok(())
}

fn accepted(by: &str, verdict: Verdict) -> Result<Opened> {
    Ok(verdict.map_err(|refusal| format!("must be accepted; {by}: {refusal}"))?)
}

/// Whether JSON text says the same as `expected`: order does not matter, nor does how a number is
/// written.
fn same(what: &str, found: &str, expected: &Value) -> Result {
    let value: Value = serde_json::from_str(found).map_err(|error| format!("{what}: {error}"))?;
    if equal(&value, expected) {
        return Ok(());
    }
    let shown = |text: &str| text.chars().take(400).collect::<String>();
    let expected = expected.to_string();
    Err(format!("{what}: {} was read, {} was minted", shown(found), shown(&expected)).into())
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_however_they_are_written() {
        assert!(same("", r#"{"a":1.0,"b":[1.5e1]}"#, &json!({"b": [15], "a": 1})).is_ok());
        assert!(
            same("", r#"{"a":9007199254740993}"#, &json!({"a": 9007199254740992_i64})).is_err()
        );
    }

    #[test]
    fn a_member_more_or_less_is_a_difference() {
        assert!(same("", r#"{"a":1,"b":2}"#, &json!({"a": 1})).is_err());
        assert!(same("", r#"{"a":1}"#, &json!({"a": 1, "b": 2})).is_err());
        assert!(same("", r#"{"a":null}"#, &json!({"b": null})).is_err());
        assert!(same("", r#"{"a":"1"}"#, &json!({"a": 1})).is_err());
    }
}
