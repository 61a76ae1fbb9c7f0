//! The table of what must not pass: first what both sides refuse, then what we refuse and a peer
//! may accept, with the RFC that lets it.

use serde_json::{Value, json};

use crate::interop::keys::encode;
use crate::interop::{Expect, NOW};

/// Where `jwt` refuses, and its exit code.
pub(super) type Stage = (&'static str, i32);

const STRUCTURE: Stage = ("structure", 3);
const HEADER: Stage = ("header", 3);
pub(super) const KEY: Stage = ("key", 4);
const SIGNATURE: Stage = ("signature", 4);
const CLAIMS: Stage = ("claims", 5);
/// The signature is good, the payload is no JSON object.
const PAYLOAD: Stage = ("claims", 3);

/// A case, and what it must lead to.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) ours: Stage,
    /// Why the peer may accept it; empty: it may not.
    pub(super) lawful: &'static str,
    pub(super) change: Change,
}

/// What is wrong, compared with a good token and what is expected of it.
pub(super) enum Change {
    /// Claims that are replaced; null takes one out.
    Claims(Value),
    /// Members that the header has in addition.
    Header(Value),
    /// The token, after it was minted.
    Token(fn(&str) -> String),
    /// What the verifier insists on, for a key of this algorithm.
    Expect(fn(&mut Expect, &str)),
    /// Another key of the same algorithm signs.
    Stranger,
    /// Header and payload that no library would sign, with HS256. Each character is a byte; `@iss`,
    /// `@aud` and `@exp` stand for good claims.
    Forged(&'static str, String),
}

use Change::{Claims, Forged, Header, Stranger, Token};

pub(super) const HS256: &str = r#"{"alg":"HS256"}"#;

fn claims(name: &'static str, changed: Value) -> Row {
    Row { name, ours: CLAIMS, lawful: "", change: Claims(changed) }
}

fn token(name: &'static str, ours: Stage, change: fn(&str) -> String) -> Row {
    Row { name, ours, lawful: "", change: Token(change) }
}

fn expect(name: &'static str, ours: Stage, change: fn(&mut Expect, &str)) -> Row {
    Row { name, ours, lawful: "", change: Change::Expect(change) }
}

fn header(name: &'static str, header: &'static str) -> Row {
    Row { name, ours: HEADER, lawful: "", change: Forged(header, "{@iss,@aud,@exp}".into()) }
}

fn payload(name: &'static str, ours: Stage, payload: impl Into<String>) -> Row {
    Row { name, ours, lawful: "", change: Forged(HS256, payload.into()) }
}

impl Row {
    fn lawful(self, lawful: &'static str) -> Self {
        Self { lawful, ..self }
    }
}

/// Both sides refuse these.
pub(super) fn refused() -> Vec<Row> {
    vec![
        claims("expired", json!({"exp": NOW - 1})),
        claims("expires now", json!({"exp": NOW})),
        claims("expires half a second ago", json!({"exp": 1_699_999_999.5_f64})),
        claims("not valid before the next second", json!({"nbf": NOW + 1})),
        claims("another issuer", json!({"iss": "https://evil.example"})),
        claims("issuer with a suffix", json!({"iss": "https://issuer.example/"})),
        claims("issuer in other case", json!({"iss": "https://Issuer.example"})),
        claims("no issuer", json!({"iss": null})),
        claims("another audience", json!({"aud": "https://other.example"})),
        claims("other audiences", json!({"aud": ["https://other.example", "x"]})),
        claims("audience with a suffix", json!({"aud": ["https://api.example/v1/"]})),
        claims("no audience", json!({"aud": null})),
        expect("another issuer is expected", CLAIMS, |expect, _| expect.iss = Some("x".into())),
        expect("another audience is expected", CLAIMS, |expect, _| expect.aud = Some("x".into())),
        expect("another algorithm only", KEY, |expect, alg| {
            expect.algs = vec![if alg == "HS512" { "HS384" } else { "HS512" }];
        }),
        expect("two other algorithms only", KEY, |expect, alg| {
            let two = ["ES256", "HS512", "RS256"].into_iter().filter(|other| *other != alg);
            expect.algs = two.take(2).collect();
        }),
        Row { name: "signed by a stranger", ours: SIGNATURE, lawful: "", change: Stranger },
        token("one character of the payload changed", SIGNATURE, |token| {
            changed(token, token.find('.').unwrap_or(0).saturating_add(9))
        }),
        token("other claims under the signature", SIGNATURE, |token| {
            let claims = json!({"iss": "https://issuer.example", "aud": "https://api.example/v1",
                "exp": NOW + 3000});
            put(token, 1, &encode(claims.to_string().as_bytes()).unwrap_or_default())
        }),
        token("one character of the signature changed", SIGNATURE, |token| {
            changed(token, token.rfind('.').unwrap_or(0).saturating_add(5))
        }),
        token("no signature", SIGNATURE, |token| put(token, 2, "")),
        token("signature of zeros", SIGNATURE, |token| {
            put(token, 2, &"A".repeat(part(token, 2).len()))
        }),
        token("signature cut short", SIGNATURE, |token| {
            // By as little as leaves base64url whole.
            let signature = part(token, 2);
            let rest = match signature.len() & 3 {
                0 => 4,
                rest => rest,
            };
            let whole = signature.len().saturating_sub(rest);
            put(token, 2, signature.get(..whole).unwrap_or_default())
        }),
        token("two signatures in one", SIGNATURE, |token| {
            put(token, 2, &"A".repeat(part(token, 2).len().saturating_mul(4)))
        }),
        token("signature segment missing", STRUCTURE, |token| {
            format!("{}.{}", part(token, 0), part(token, 1))
        }),
        token("the header alone", STRUCTURE, |token| part(token, 0).to_owned()),
        token("four segments", STRUCTURE, |token| format!("{token}.AAAA")),
        token("five segments", STRUCTURE, |token| format!("{token}.AAAA.AAAA")),
        token("a space in front", STRUCTURE, |token| format!(" {token}")),
        token("not base64url", STRUCTURE, |token| put(token, 2, "!!!!")),
        token("plain base64", STRUCTURE, |token| put(token, 2, "ab+/")),
        token("alg none, no signature", KEY, |token| unsecured(token, r#"{"alg":"none"}"#, "")),
        token("alg None, no signature", KEY, |token| unsecured(token, r#"{"alg":"None"}"#, "")),
        token("alg NONE with the signature", KEY, |token| {
            unsecured(token, r#"{"alg":"NONE"}"#, part(token, 2))
        }),
        token("alg none with the signature", KEY, |token| {
            unsecured(token, r#"{"typ":"JWT","alg":"none"}"#, part(token, 2))
        }),
        token("alg of another hash", KEY, |token| {
            let own = unsecured(token, r#"{"alg":"HS384"}"#, part(token, 2));
            if own == token { unsecured(token, r#"{"alg":"HS512"}"#, part(token, 2)) } else { own }
        }),
        token("alg empty", KEY, |token| unsecured(token, r#"{"alg":""}"#, part(token, 2))),
        header("alg missing", "{}"),
        header("alg a number", r#"{"alg":256}"#),
        header("alg null", r#"{"alg":null}"#),
        header("header not JSON", "alg"),
        header("header an array", r#"["HS256"]"#),
        header("header with bytes that are not UTF-8", "{\"alg\":\"HS256\",\"x\":\"\u{ff}\"}"),
        header("crit that nobody knows", r#"{"alg":"HS256","crit":["x"],"x":1}"#),
        header("crit empty", r#"{"alg":"HS256","crit":[]}"#),
        header("crit a string", r#"{"alg":"HS256","crit":"exp","exp":1}"#),
        header("crit of what is absent", r#"{"alg":"HS256","crit":["b64"]}"#),
        payload("payload empty", PAYLOAD, ""),
        payload("payload an array", PAYLOAD, "[]"),
        payload("payload a string", PAYLOAD, r#""{}""#),
        payload("payload null", PAYLOAD, "null"),
        payload("payload of two objects", PAYLOAD, "{@iss,@aud,@exp}{}"),
        payload("payload cut short", PAYLOAD, "{@iss,@aud,@exp"),
        payload("payload with a trailing comma", PAYLOAD, "{@iss,@aud,@exp,}"),
        payload("payload in single quotes", PAYLOAD, "{@iss,@aud,@exp,'x':1}"),
        payload("payload with a comment", PAYLOAD, "{@iss,@aud,@exp}//"),
        payload("payload with a line feed in a string", PAYLOAD, "{@iss,@aud,@exp,\"x\":\"\n\"}"),
        payload("payload with an unknown escape", PAYLOAD, r#"{@iss,@aud,@exp,"x":"\q"}"#),
        payload("payload with a leading zero", PAYLOAD, r#"{@iss,@aud,@exp,"x":007}"#),
        payload("payload with a bare fraction", PAYLOAD, r#"{@iss,@aud,@exp,"x":.5}"#),
        payload("payload that is not UTF-8", PAYLOAD, "{@iss,@aud,@exp,\"x\":\"\u{ff}\"}"),
        payload("exp a word", CLAIMS, r#"{@iss,@aud,"exp":"never"}"#),
        payload("exp null", CLAIMS, r#"{@iss,@aud,"exp":null}"#),
        payload("exp true", CLAIMS, r#"{@iss,@aud,"exp":true}"#),
        payload("exp an array", CLAIMS, r#"{@iss,@aud,"exp":[1700000300]}"#),
        payload("nbf a word", CLAIMS, r#"{@iss,@aud,@exp,"nbf":"now"}"#),
        payload("nbf null", CLAIMS, r#"{@iss,@aud,@exp,"nbf":null}"#),
        payload("iat a word", CLAIMS, r#"{@iss,@aud,@exp,"iat":"today"}"#),
        payload("iss an array", CLAIMS, r#"{"iss":["https://issuer.example"],@aud,@exp}"#),
        payload("iss null", CLAIMS, r#"{"iss":null,@aud,@exp}"#),
        payload("aud a number", CLAIMS, r#"{@iss,"aud":1,@exp}"#),
        payload("aud an object", CLAIMS, r#"{@iss,"aud":{"https://api.example/v1":1},@exp}"#),
        payload("aud empty", CLAIMS, r#"{@iss,"aud":[],@exp}"#),
        payload("aud of numbers", CLAIMS, r#"{@iss,"aud":[1,2],@exp}"#),
        payload(
            "aud an array in an array",
            CLAIMS,
            r#"{@iss,"aud":[["https://api.example/v1"]],@exp}"#,
        ),
    ]
}

/// We refuse these. Peers may accept them, and some do.
pub(super) fn different() -> Vec<Row> {
    vec![
        claims("no exp", json!({"exp": null}))
            .lawful("RFC 7519 4.1.4 leaves exp optional; our policies require it unless told"),
        claims("issued in the future", json!({"iat": NOW + 1}))
            .lawful("RFC 7519 4.1.6 asks nothing of iat"),
        claims("expires within this second", json!({"exp": 1_700_000_000.5_f64}))
            .lawful("RFC 7519 2 says no precision; we round exp down"),
        claims("valid within this second", json!({"nbf": 1_700_000_000.5_f64}))
            .lawful("RFC 7519 2 says no precision; we round nbf up"),
        expect("aud where none is used", CLAIMS, |expect, _| expect.aud = None)
            .lawful("RFC 7519 4.1.3 says MUST reject, of whoever uses aud at all"),
        expect("typ is expected and absent", CLAIMS, |expect, _| {
            expect.typ = Some("at+jwt".into())
        })
        .lawful("RFC 8725 3.11 is for applications; PyJWT checks no typ"),
        Row {
            name: "another kind of token",
            ours: CLAIMS,
            lawful: "RFC 8725 3.11 and 3.12: we refuse an explicit typ that nobody expects",
            change: Header(json!({"typ": "dpop+jwt"})),
        },
        token("padding", STRUCTURE, |token| {
            let missing = part(token, 2).len().wrapping_neg() & 3;
            format!("{token}{}", "=".repeat(missing))
        })
        .lawful("RFC 7515 2: base64url \"with all trailing '=' characters omitted\""),
        token("unused bits in the last character", STRUCTURE, |token| {
            // Of its six bits, two or four are the signature's; the lowest is in no byte.
            let (rest, last) =
                token.split_at_checked(token.len().saturating_sub(1)).unwrap_or_default();
            const ALPHABET: &str =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let next = ALPHABET.split_once(last).and_then(|(_, after)| after.chars().next());
            format!("{rest}{}", next.unwrap_or('A'))
        })
        .lawful("RFC 4648 3.5: decoders MAY reject pad bits that are not zero"),
        token("a space behind", STRUCTURE, |token| format!("{token} "))
            .lawful("RFC 7515 2: \"without the inclusion of any line breaks, whitespace\""),
        token("a line feed behind", STRUCTURE, |token| format!("{token}\n"))
            .lawful("RFC 7515 2, as above"),
        token("a line feed in the signature", STRUCTURE, |token| {
            let at = token.rfind('.').unwrap_or(0).saturating_add(9);
            let (a, b) = token.split_at_checked(at).unwrap_or_default();
            format!("{a}\n{b}")
        })
        .lawful("RFC 7515 2, as above"),
        header("alg twice", r#"{"alg":"HS256","alg":"HS256"}"#)
            .lawful("RFC 7515 4: reject, or take the last one as ECMAScript does"),
        header("a header member twice", r#"{"alg":"HS256","x":1,"\u0078":2}"#)
            .lawful("RFC 7515 4, as above"),
        header("kid a number", r#"{"alg":"HS256","kid":1}"#)
            .lawful("RFC 7515 4.1.4 says MUST be a string, of whoever uses kid"),
        header("typ a number", r#"{"alg":"HS256","typ":1}"#)
            .lawful("RFC 7515 4.1.9, of whoever uses typ"),
        header("crit and b64 true", r#"{"alg":"HS256","crit":["b64"],"b64":true}"#)
            .lawful("RFC 7797 is understood by peers, and here by nobody"),
        header("b64 true", r#"{"alg":"HS256","b64":true}"#)
            .lawful("RFC 7797 6: who does not know b64 ignores it, unless crit has it"),
        header("b64 false", r#"{"alg":"HS256","b64":false}"#).lawful("RFC 7797 6, as above"),
        payload("a claim twice", PAYLOAD, r#"{@iss,@aud,@exp,"sub":"a","sub":"b"}"#)
            .lawful("RFC 7519 4: reject, or take the last one as ECMAScript does"),
        payload(
            "a claim twice, once escaped",
            PAYLOAD,
            r#"{@iss,@aud,@exp,"\u0065xp":99999999999}"#,
        )
        .lawful("RFC 7519 4, as above"),
        payload("exp a string of digits", CLAIMS, r#"{@iss,@aud,"exp":"1700000300"}"#)
            .lawful("RFC 7519 4.1.4 says MUST be a number; PyJWT converts"),
        payload("exp in milliseconds", CLAIMS, r#"{@iss,@aud,"exp":1700000300000}"#)
            .lawful("RFC 7519 2 sets no limit; ours is the year 9999"),
        payload("exp infinite", CLAIMS, r#"{@iss,@aud,"exp":1e999}"#)
            .lawful("RFC 8259 6: limits on numbers are the reader's"),
        payload("sub a number", CLAIMS, r#"{@iss,@aud,@exp,"sub":1}"#)
            .lawful("RFC 7519 4.1.2, of whoever uses sub"),
        payload("jti null", CLAIMS, r#"{@iss,@aud,@exp,"jti":null}"#)
            .lawful("RFC 7519 4.1.7, of whoever uses jti"),
        payload(
            "aud with a number beside",
            CLAIMS,
            r#"{@iss,"aud":["https://api.example/v1",1],@exp}"#,
        )
        .lawful("RFC 7519 4.1.3: \"an array of case-sensitive strings\""),
        payload("NaN", PAYLOAD, r#"{@iss,@aud,@exp,"x":NaN}"#)
            .lawful("RFC 8259 9: a parser may accept extensions; Python's does"),
        payload("half a surrogate pair", PAYLOAD, r#"{@iss,@aud,@exp,"x":"\ud800"}"#)
            .lawful("RFC 8259 8.2: what readers do with it is unpredictable"),
        payload("byte order mark", PAYLOAD, "\u{ef}\u{bb}\u{bf}{@iss,@aud,@exp}")
            .lawful("RFC 8259 8.1: parsers MAY ignore it"),
        payload("65 arrays in arrays", PAYLOAD, {
            format!("{{@iss,@aud,@exp,\"x\":{}{}}}", "[".repeat(65), "]".repeat(65))
        })
        .lawful("RFC 8259 9: limits on depth are the reader's"),
        payload("a token of more than 65536 characters", STRUCTURE, {
            format!("{{@iss,@aud,@exp,\"x\":\"{}\"}}", "x".repeat(50_000))
        })
        .lawful("RFC 7519 sets no limit"),
    ]
}

/// Segment `index` of a token.
fn part(token: &str, index: usize) -> &str {
    token.split('.').nth(index).unwrap_or_default()
}

/// The token with another segment `index`.
fn put(token: &str, index: usize, segment: &str) -> String {
    let parts = token.split('.').enumerate();
    let parts: Vec<_> = parts.map(|(i, part)| if i == index { segment } else { part }).collect();
    parts.join(".")
}

/// The token with another header and signature.
fn unsecured(token: &str, header: &str, signature: &str) -> String {
    format!("{}.{}.{signature}", encode(header.as_bytes()).unwrap_or_default(), part(token, 1))
}

/// The token with another character of the alphabet at `at`.
fn changed(token: &str, at: usize) -> String {
    let flip = |(i, char): (usize, char)| match char {
        'A' if i == at => 'B',
        _ if i == at => 'A',
        char => char,
    };
    token.chars().enumerate().map(flip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_token_changes_it() {
        let token = format!("{}.{}.{}", "e".repeat(20), "e".repeat(80), "A".repeat(43));
        for row in refused().iter().chain(&different()) {
            if let Token(change) = row.change {
                // A signature of zeros has those already.
                assert_eq!(
                    change(&token) == token,
                    row.name == "signature of zeros",
                    "{}",
                    row.name
                );
            }
        }
    }

    #[test]
    fn names_are_unique_and_only_differences_are_lawful() {
        let mut names: Vec<_> = refused().iter().chain(&different()).map(|row| row.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(refused().iter().all(|row| row.lawful.is_empty()));
        assert!(different().iter().all(|row| row.lawful.contains("RFC")));
    }
}
