//! The work that cannot be avoided, and none of what makes a verifier strict: the goal that jwt-core is
//! held against for HS256.
//!
//! A table decodes, a loop finds strings and integers in JSON that it trusts, the claims are compared, and
//! `exp` is held against the clock. No duplicate is looked for, no error told. Do not verify with this.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a bench may panic
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)] // of bytes that it trusts

use std::hint::black_box;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Library, Op};
use crate::work::{AUDIENCE, Algorithm, ISSUER, KID, SECRET, SMALL, Work};

/// A prototype without hardening, for HS256 and the small claims.
pub(super) struct Limit;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const VALUES: [u8; 256] = {
    let mut values = [0xff; 256];
    let mut value = 0;
    while value < 64 {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

fn decode<'b>(text: &[u8], buf: &'b mut [u8]) -> &'b [u8] {
    let len = text.len() / 4 * 3 + [0, 0, 1, 2][text.len() % 4];
    let mut seen = 0;
    let (blocks, tail) = text.as_chunks::<4>();
    for (block, to) in blocks.iter().zip(buf.as_chunks_mut::<3>().0) {
        let [a, b, c, d] = block.map(|symbol| VALUES[symbol as usize]);
        seen |= a | b | c | d;
        *to = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    }
    let values = [0, 1, 2].map(|i| tail.get(i).map_or(0, |symbol| VALUES[*symbol as usize]));
    let [a, b, c] = values;
    seen |= a | b | c;
    let at = blocks.len() * 3;
    buf[at..len].copy_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2][..len - at]);
    assert!(seen & 0x80 == 0);
    &buf[..len]
}

fn encode(bytes: &[u8], to: &mut Vec<u8>) {
    let symbol = |six_bits: u8| ALPHABET[(six_bits & 63) as usize];
    let block = |[a, b, c]: [u8; 3]| [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c].map(symbol);
    let (blocks, tail) = bytes.as_chunks::<3>();
    for bytes in blocks {
        to.extend(block(*bytes));
    }
    match *tail {
        [a] => to.extend_from_slice(&block([a, 0, 0])[..2]),
        [a, b] => to.extend_from_slice(&block([a, b, 0])[..3]),
        _ => {}
    }
}

/// Shows each member: its name, and its string or digits.
fn members<'a>(json: &'a str, mut see: impl FnMut(&'a [u8], &'a [u8])) {
    let text = json.as_bytes();
    let string = |from: usize| {
        let len = text[from..].iter().position(|byte| *byte == b'"').unwrap();
        (&text[from..from + len], from + len + 1)
    };
    let mut at = 1;
    while text[at] == b'"' {
        let (name, colon) = string(at + 1);
        let value = colon + 1;
        let (value, end) = if text[value] == b'"' {
            string(value + 1)
        } else {
            let digit = |byte: &&u8| byte.is_ascii_digit();
            let len = text[value..].iter().take_while(digit).count();
            (&text[value..value + len], value + len)
        };
        see(name, value);
        at = end + 1;
        if text[end] == b'}' {
            break;
        }
    }
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

impl Library for Limit {
    fn name(&self) -> &'static str {
        "limit: unhardened prototype"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        if work.algorithm == Algorithm::Es256 || work.token.len() > 2 * SMALL + 64 {
            return None;
        }
        let claims = work.claims.clone();
        let key = Hmac::<Sha256>::new_from_slice(&SECRET).unwrap();
        let (mut json, mut token) = (Vec::with_capacity(512), Vec::with_capacity(512));
        Some(Box::new(move || {
            let claims = black_box(&claims);
            token.clear();
            json.clear();
            let parts = ["{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"", KID, "\"}"];
            parts.iter().for_each(|part| json.extend_from_slice(part.as_bytes()));
            encode(&json, &mut token);
            token.push(b'.');
            json.clear();
            let decimal = |mut number: i64| {
                let mut digits = [b'0'; 10];
                for digit in digits.iter_mut().rev() {
                    *digit += (number % 10) as u8;
                    number /= 10;
                }
                digits
            };
            for part in [
                b"{\"iss\":\"".as_slice(),
                claims.iss.as_bytes(),
                b"\",\"sub\":\"",
                claims.sub.as_bytes(),
                b"\",\"aud\":\"",
                claims.aud.as_bytes(),
                b"\",\"exp\":",
                &decimal(claims.exp),
                b",\"iat\":",
                &decimal(claims.iat),
                b"}",
            ] {
                json.extend_from_slice(part);
            }
            encode(&json, &mut token);
            let mut mac = key.clone();
            mac.update(&token);
            token.push(b'.');
            encode(&mac.finalize().into_bytes(), &mut token);
            black_box(&token);
        }))
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        if work.algorithm == Algorithm::Es256 || work.token.len() > 2 * SMALL + 64 {
            return None;
        }
        let token = work.token.clone();
        let key = Hmac::<Sha256>::new_from_slice(&SECRET).unwrap();
        let mut buf = [0; 512];
        Some(Box::new(move || {
            let (input, signature) = black_box(&token).rsplit_once('.').unwrap();
            let (header, payload) = input.split_once('.').unwrap();
            let header = std::str::from_utf8(decode(header.as_bytes(), &mut buf)).unwrap();
            let mut alg = None;
            members(header, |name, value| {
                if name == b"alg" {
                    alg = Some(value);
                }
            });
            assert!(alg == Some(b"HS256"));
            let mut mac = key.clone();
            mac.update(input.as_bytes());
            mac.verify_slice(decode(signature.as_bytes(), &mut buf)).unwrap();
            let payload = std::str::from_utf8(decode(payload.as_bytes(), &mut buf)).unwrap();
            let (mut iss, mut sub, mut aud, mut exp, mut iat) = (None, None, None, 0, 0);
            members(payload, |name, value| match name {
                b"iss" => iss = Some(value),
                b"sub" => sub = Some(value),
                b"aud" => aud = Some(value),
                b"exp" => exp = number(value),
                b"iat" => iat = number(value),
                _ => {}
            });
            assert!(iss == Some(ISSUER.as_bytes()) && aud == Some(AUDIENCE.as_bytes()));
            assert!(exp > jwt_std::now().seconds());
            black_box((sub, iat));
        }))
    }
}
