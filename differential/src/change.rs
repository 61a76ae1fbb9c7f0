//! Changes to a token that was signed: what somebody on the way can do.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::keys::Alg;
use crate::random::Random;

/// The order n of P-256 (SEC 2 section 2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Changes `token`; `other` is another good one. Says what it did.
pub(crate) fn change(
    random: &mut Random,
    alg: Alg,
    token: &mut String,
    other: &str,
) -> &'static str {
    if alg == Alg::Es256 && random.percent(40) {
        return signature(random, token);
    }
    let at = random.below(token.len().max(1)).min(token.len());
    match random.below(16) {
        0 | 1 => {
            replace(token, at, char::from(ALPHABET[random.below(64)]));
            "a character of the alphabet changed"
        }
        2 => {
            let byte = (random.next() & 0x7f) as u8;
            replace(token, at, char::from(byte));
            "a character changed"
        }
        3 => {
            insert(token, at, random.of(&["A", ".", "=", "é", "\u{0}", "%2E", "AAAA"]));
            "something inserted"
        }
        4 => {
            let mut cut = at;
            while !token.is_char_boundary(cut) {
                cut -= 1;
            }
            token.truncate(cut);
            "cut short"
        }
        5 => {
            let at = at.min(token.len().saturating_sub(1));
            if token.is_char_boundary(at) && !token.is_empty() {
                token.remove(at);
            }
            "a character removed"
        }
        6 => {
            let mut parts: Vec<_> = token.split('.').collect();
            let (a, b) = (random.below(parts.len()), random.below(parts.len()));
            parts.swap(a, b);
            *token = parts.join(".");
            "segments exchanged"
        }
        7 => {
            let mut parts: Vec<_> = token.split('.').collect();
            let index = random.below(parts.len());
            match random.below(3) {
                0 => drop(parts.remove(index)),
                1 => parts.insert(index, parts[index]),
                _ => parts[index] = "",
            }
            *token = parts.join(".");
            "a segment more or less"
        }
        8 => {
            let index = random.below(3);
            if let Some(part) = other.split('.').nth(index) {
                with_part(token, index, |found| part.clone_into(found));
            }
            "a segment of another token"
        }
        9 => {
            let space = random.of(&[" ", "\n", "\t", "\r\n", "\u{a0}"]);
            match random.below(3) {
                0 => insert(token, 0, space),
                1 => token.push_str(space),
                _ => insert(token, at, space),
            }
            "white space"
        }
        10 => {
            let count = 1 + random.below(3);
            let index = random.below(3);
            with_part(token, index, |part| part.push_str(&"=".repeat(count)));
            "padding"
        }
        11 => {
            let index = random.below(3);
            with_part(token, index, |part| *part = part.replace('-', "+").replace('_', "/"));
            "the alphabet of plain base64"
        }
        12 | 13 => {
            let index = random.below(3);
            let bits = 1 + random.below(3);
            with_part(token, index, |part| unused_bits(part, bits));
            "unused bits"
        }
        14 => {
            *token = match random.below(3) {
                0 => format!("Bearer {token}"),
                1 => token.to_ascii_lowercase(),
                _ => format!("\"{token}\""),
            };
            "another wrapping"
        }
        _ => signature(random, token),
    }
}

/// Tricks with the bytes of the signature.
fn signature(random: &mut Random, token: &mut String) -> &'static str {
    let kind = random.below(14);
    let which = random.below(2);
    let extra = 1 + random.below(4);
    let done = [
        "the signature in DER",
        "r or s zero",
        "r or s equal to n",
        "s negated",
        "r negated",
        "r and s exchanged",
        "a signature too short",
        "a signature too long",
        "no signature",
        "a signature of ones",
        "a signature of zeros",
        "r or s without leading byte",
        "the signature twice",
        "one bit of the signature",
    ][kind];
    let bit = random.below(512);
    with_part(token, 2, |part| {
        let Ok(mut bytes) = Base64UrlUnpadded::decode_vec(part) else { return };
        let len = bytes.len();
        let halves = len >= 64;
        let half = which * 32..which * 32 + 32;
        match kind {
            0 => bytes = der(&bytes),
            1 if halves => bytes[half].fill(0),
            2 if halves => bytes[half].copy_from_slice(&ORDER),
            3 if halves => negate(&mut bytes[32..64]),
            4 if halves => negate(&mut bytes[..32]),
            5 if halves => bytes.rotate_left(len / 2),
            6 => bytes.truncate(len.saturating_sub(extra)),
            7 => bytes.extend(std::iter::repeat_n(0, extra)),
            8 => bytes.clear(),
            9 => bytes.fill(0xff),
            10 => bytes.fill(0),
            11 if halves => drop(bytes.remove(which * 32)),
            12 => bytes.extend_from_within(..),
            _ if len > 0 => bytes[bit / 8 % len] ^= 1 << (bit % 8),
            _ => {}
        }
        *part = Base64UrlUnpadded::encode_string(&bytes);
    });
    done
}

fn with_part(token: &mut String, index: usize, change: impl FnOnce(&mut String)) {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    if let Some(part) = parts.get_mut(index) {
        change(part);
    }
    *token = parts.join(".");
}

fn replace(token: &mut String, at: usize, with: char) {
    if token.is_char_boundary(at) && at < token.len() {
        token.remove(at);
        token.insert(at, with);
    }
}

fn insert(token: &mut String, at: usize, what: &str) {
    if token.is_char_boundary(at) {
        token.insert_str(at, what);
    }
}

/// Sets bits of the last character that are in no byte, where there are any.
fn unused_bits(part: &mut String, bits: usize) {
    let unused = match part.len() % 4 {
        2 => 15,
        3 => 3,
        _ => return,
    };
    if let Some(value) =
        part.bytes().last().and_then(|last| ALPHABET.iter().position(|c| *c == last))
    {
        part.pop();
        part.push(char::from(ALPHABET[value | bits & unused]));
    }
}

/// n minus a number, modulo 2^256.
fn negate(scalar: &mut [u8]) {
    let mut borrow = false;
    for (digit, order) in scalar.iter_mut().zip(ORDER).rev() {
        let (difference, first) = order.overflowing_sub(*digit);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (difference, first || second);
    }
}

/// r and s as `SEQUENCE { INTEGER, INTEGER }` (RFC 3279 section 2.2.3).
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let zeros = half.iter().take_while(|byte| **byte == 0).count();
        let mut magnitude = half[zeros..].to_vec();
        if magnitude.first().is_none_or(|byte| *byte >= 0x80) {
            magnitude.insert(0, 0);
        }
        [&[2, magnitude.len() as u8], magnitude.as_slice()].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let body = [integer(r), integer(s)].concat();
    [&[0x30, body.len() as u8], body.as_slice()].concat()
}
