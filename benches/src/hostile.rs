//! Input that is made to cost much, of any length: what reading it takes has to grow as its length does.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)] // a bench may panic

use std::fmt::Write as _;
use std::hint::black_box;
use std::iter::repeat_n;

use jwt_core::base64url;
use jwt_core::key::JwkSet;
use jwt_core::{
    Es256VerifyingKey, HmacKey, Hs256, NumericDate, Policy, SigningKey as _, UnverifiedToken,
};

use crate::libraries::Op;
use crate::work::{AUDIENCE, ISSUER, SECRET};

/// A kind of input: its name, the smallest of its three lengths in bytes, and what reads one of a length.
pub type Shape = (&'static str, usize, fn(usize) -> Op);

/// Almost a quarter of the longest token, and of what the longest header and payload decode to: four times
/// as much is still read. All are multiples of what [`names`] repeats.
const TOKEN: usize = 15_000;
const HEADER: usize = 3_000;
const NAMES: usize = 1_500;
const CLAIMS: usize = 10_500;

/// All kinds. Those of a header are refused before any signature work; those of claims are signed, as by
/// somebody who holds the key.
pub const ALL: &[Shape] = &[
    ("token: dots", TOKEN, |len| refused(".".repeat(len))),
    ("token: no dot", TOKEN, |len| refused("A".repeat(len))),
    ("token: padding at its end", TOKEN, |len| refused(format!("e30.{}=.AA", payload(len)))),
    ("token: unused bits at its end", TOKEN, |len| refused(format!("e30.AA.{}AB", payload(len)))),
    ("token: alg none", TOKEN, |len| {
        refused(format!("{}.{}.", encode(r#"{"alg":"none"}"#), payload(len)))
    }),
    ("token: long signature", TOKEN, |len| {
        refused(format!("{}.e30.{}", encode(r#"{"alg":"HS256"}"#), payload(len)))
    }),
    ("header: white space", HEADER, |len| header(&" ".repeat(len))),
    ("header: one long name", HEADER, |len| header(&format!(r#"{{"{}":0}}"#, "n".repeat(len)))),
    ("header: names that share their beginning", NAMES, |len| header(&object(&names("n", len)))),
    ("header: the same, escaped", NAMES, |len| header(&object(&names("\\u006e", len)))),
    ("header: one name twice, at its ends", NAMES, |len| {
        header(&format!(r#"{{"a":0,{},"a":0}}"#, names("n", len)))
    }),
    ("header: escapes", HEADER, |len| {
        header(&format!(r#"{{"kid":"{}"}}"#, "\\ud83d\\ude00".repeat(len / 12)))
    }),
    ("header: nested", HEADER, |len| header(&"[".repeat(len))),
    ("header: long array", HEADER, |len| {
        header(&format!(r#"{{"x":[{}0]}}"#, "0,".repeat(len / 2)))
    }),
    ("header: long number", HEADER, |len| header(&format!(r#"{{"x":{}}}"#, "9".repeat(len)))),
    ("header: not UTF-8 at its end", HEADER, |len| {
        header_of([" ".repeat(len).as_bytes(), b"\xff"].concat())
    }),
    ("header: long alg", HEADER, |len| header(&format!(r#"{{"alg":"{}"}}"#, "H".repeat(len)))),
    ("claims: escaped names", CLAIMS, |len| claims(&object(&names("\\u006e", len)))),
    ("claims: many audiences", CLAIMS, |len| {
        claims(&format!(r#"{{"aud":[{}""]}}"#, r#""x","#.repeat(len / 4)))
    }),
    ("JWK Set: keys of no use", TOKEN, |len| {
        jwk_set(format!(r#"{{"keys":[{}{{}}]}}"#, "{\"kty\":\"X\"},".repeat(len / 12)))
    }),
    ("JWK Set: escaped names", TOKEN, |len| {
        jwk_set(format!(r#"{{"keys":[{}]}}"#, object(&names("\\u006e", len))))
    }),
    ("PEM: one long line", TOKEN, |len| {
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n", "A".repeat(len));
        let mut buf = vec![0; pem.len()];
        Box::new(move || {
            let key = Es256VerifyingKey::from_pem(black_box(pem.as_bytes()), &mut buf);
            assert!(black_box(key).is_err());
        })
    }),
];

fn payload(len: usize) -> String {
    "A".repeat(len / 4 * 4)
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    let mut buf = vec![0; bytes.len() * 2 + 2];
    base64url::encode(bytes, &mut buf).unwrap().to_owned()
}

fn object(members: &str) -> String {
    format!(r#"{{"alg":"HS256",{members}}}"#)
}

/// As many members as an object may have, less the few that others add; so many bytes in all.
fn names(unit: &str, len: usize) -> String {
    const COUNT: usize = 250;
    let beginning: String = repeat_n(unit, len / COUNT / unit.len()).collect();
    let mut members = String::new();
    for i in 0..COUNT {
        write!(members, r#""{beginning}{i}":0,"#).unwrap();
    }
    members.pop();
    members
}

fn refused(token: String) -> Op {
    let key = HmacKey::<Hs256>::new(&SECRET).unwrap();
    let mut scratch = vec![0; token.len()];
    Box::new(move || {
        let token = UnverifiedToken::parse(black_box(&token));
        assert!(token.and_then(|token| token.verify(&key, &mut scratch).map(drop)).is_err());
    })
}

fn header(json: &str) -> Op {
    header_of(json.as_bytes().to_vec())
}

/// A header with a signature of the wrong length, so that one without fault is refused right after it.
fn header_of(json: Vec<u8>) -> Op {
    refused(format!("{}.e30.AA", encode(json)))
}

fn claims(json: &str) -> Op {
    let key = HmacKey::<Hs256>::new(&SECRET).unwrap();
    let input = format!("{}.{}", encode(r#"{"alg":"HS256"}"#), encode(json));
    let signature = key.sign(input.as_bytes()).unwrap();
    let token = format!("{input}.{}", encode(signature));
    let policy = Policy::new(ISSUER, AUDIENCE);
    let mut scratch = vec![0; token.len()];
    Box::new(move || {
        let token = UnverifiedToken::parse(black_box(&token)).unwrap();
        let token = token.verify(&key, &mut scratch).unwrap();
        assert!(black_box(token.validate(&policy, NumericDate::from_seconds(0))).is_err());
    })
}

fn jwk_set(json: String) -> Op {
    Box::new(move || {
        let found = JwkSet::parse(black_box(json.as_bytes()));
        assert!(black_box(found).is_ok_and(|set| set.jwks().count() > 0));
    })
}
