//! Changes to good tokens: none is accepted, but the twin of an ES256 signature with the other S
//! (RFC 7518 section 3.4 says nothing of S).

use std::sync::LazyLock;

use jwt_core::{Minter, Stage, UnverifiedToken, VerifyError, VerifyingKey as _, danger};

use crate::model::compact::{decode, encode, split};
use crate::model::signature::{Alg, KEYS, with_key};

/// The order n of P-256 (SEC 2 section 2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

const PAYLOADS: [&[u8]; 3] =
    [b"{}", br#"{"iss":"joe","exp":1700000300,"admin":false}"#, b"not an object \x00\xff"];

/// The input is changes to a token with an HMAC.
pub fn tampered_hmac(input: &[u8]) {
    let Some((alg, input)) = input.split_first() else { return };
    // Three algorithms.
    run(Alg::of(alg % 3), input);
}

/// The input is changes to a token with an ES256 signature. Each input costs arithmetic on the curve: one
/// that is refused before it is taken for a message, which the signature of the token is not for.
pub fn tampered_es256(input: &[u8]) {
    run(Alg::Es256, input);
}

/// A byte picks the token, and four bytes are a change each: which, where (two bytes), and to what.
fn run(alg: Alg, input: &[u8]) {
    let Some((which, changes)) = input.split_first() else { return };
    let good = &TOKENS[alg as usize];
    let mut token = good[usize::from(*which) % good.len()].clone();
    let (changes, rest) = changes.as_chunks::<4>();
    for [kind, high, low, to] in changes.iter().take(16) {
        let at = usize::from(u16::from_be_bytes([*high, *low]));
        change(&mut token, *kind, at, *to, good, rest);
    }
    let verdict = with_key!(alg, key => judge(&token, |token, scratch| {
        token.verify_payload(key, scratch).map(|_| ())
    }));
    let original = &good[usize::from(*which) % good.len()];
    if verdict.is_err_and(|error| error.stage() != Stage::Signature) {
        let parts = split(original).unwrap();
        let accepted = with_key!(alg, key => key.verify(&token, &parts.signature).is_ok());
        assert_eq!(accepted, token == parts.signing_input);
    }
    let accepted = verdict.is_ok();
    let expected = good.iter().any(|good| *good == token || twin(alg, good) == Some(token.clone()));
    assert_eq!(accepted, expected, "{}", token.escape_ascii());
}

fn judge(
    token: &[u8],
    verify: impl FnOnce(UnverifiedToken<'_>, &mut [u8]) -> Result<(), VerifyError>,
) -> Result<(), VerifyError> {
    let token = UnverifiedToken::parse(token)?;
    let mut scratch = vec![0; token.scratch_len()];
    let _ = danger::peek(token, &mut scratch);
    verify(token, &mut scratch)
}

/// Good tokens of each algorithm.
static TOKENS: LazyLock<[Vec<Vec<u8>>; 4]> = LazyLock::new(|| {
    let mut buf = [0; 512];
    let minters = [Minter::new(), Minter::new().typ("JWT").kid("k1")];
    let mut minted = [const { Vec::new() }; 4];
    for minter in minters {
        for payload in PAYLOADS {
            let mut add =
                |alg: Alg, token: &str| minted[alg as usize].push(token.as_bytes().to_vec());
            add(Alg::Hs256, minter.mint_payload(&mut buf, &KEYS.hs256, payload).unwrap().as_str());
            add(Alg::Hs384, minter.mint_payload(&mut buf, &KEYS.hs384, payload).unwrap().as_str());
            add(Alg::Hs512, minter.mint_payload(&mut buf, &KEYS.hs512, payload).unwrap().as_str());
            add(Alg::Es256, minter.mint_payload(&mut buf, &KEYS.es256, payload).unwrap().as_str());
        }
    }
    minted
});

fn change(token: &mut Vec<u8>, kind: u8, at: usize, to: u8, good: &[Vec<u8>], rest: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let len = token.len().max(1);
    let at = at % len;
    let other = &good[usize::from(to) % good.len()];
    match kind % 16 {
        // In the text of the token.
        0 => token.iter_mut().skip(at).take(1).for_each(|byte| *byte = to),
        1 => {
            let to = ALPHABET[usize::from(to & 63)];
            token.iter_mut().skip(at).take(1).for_each(|byte| *byte = to);
        }
        2 => token.insert(at.min(token.len()), to),
        3 => token.truncate(at),
        4 => drop(token.drain(at..(at + usize::from(to) + 1).min(token.len()))),
        5 => token.extend_from_slice(b"=====".get(..usize::from(to % 5)).unwrap_or_default()),
        6 => {
            let (a, b) = (at.min(token.len()), at.min(other.len()));
            token.truncate(a);
            token.extend_from_slice(&other[b..]);
        }
        // In its segments.
        7 => segments(token, |parts| {
            let len = parts.len();
            parts.swap(at % len, usize::from(to) % len);
        }),
        8 => segments(token, |parts| {
            let index = at % parts.len();
            parts[index] = encode(rest).into_bytes();
        }),
        9 => segments(token, |parts| {
            let source: Vec<&[u8]> = other.split(|byte| *byte == b'.').collect();
            let index = at % parts.len();
            if let Some(part) = source.get(index) {
                parts[index] = part.to_vec();
            }
        }),
        10 => segments(token, |parts| {
            let len = parts.len();
            parts.insert(usize::from(to) % len, parts[at % len].clone());
        }),
        // In the bytes behind them.
        11 => decoded(token, at % 3, |bytes| {
            if let Some(byte) = bytes.get_mut(usize::from(to)) {
                *byte ^= 1 << (at & 7);
            }
        }),
        12 => decoded(token, at % 3, |bytes| bytes.resize(usize::from(to), 0)),
        // In r and s.
        13 => decoded(token, 2, |bytes| {
            if let Some(half) = bytes.get_mut(..64).and_then(|rs| rs.chunks_mut(32).nth(at & 1)) {
                match to & 7 {
                    0 => half.fill(0),
                    1 => half.copy_from_slice(&ORDER),
                    2 => half.fill(0xff),
                    3 => half.reverse(),
                    _ => half.copy_from_slice(&negated(half)),
                }
            }
        }),
        14 => decoded(token, 2, |bytes| *bytes = der(bytes)),
        _ => decoded(token, 2, |bytes| {
            let len = bytes.len().max(1);
            bytes.rotate_left(usize::from(to) % len);
        }),
    }
}

fn segments(token: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut parts: Vec<Vec<u8>> = token.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect();
    change(&mut parts);
    *token = parts.join(&b'.');
}

fn decoded(token: &mut Vec<u8>, segment: usize, change: impl FnOnce(&mut Vec<u8>)) {
    segments(token, |parts| {
        if let Some(part) = parts.get_mut(segment)
            && let Some(mut bytes) = decode(part)
        {
            change(&mut bytes);
            *part = encode(&bytes).into_bytes();
        }
    });
}

/// The same token with n - s.
fn twin(alg: Alg, token: &[u8]) -> Option<Vec<u8>> {
    if alg != Alg::Es256 {
        return None;
    }
    let mut token = token.to_vec();
    decoded(&mut token, 2, |bytes| {
        let s = negated(&bytes[32..]);
        bytes[32..].copy_from_slice(&s);
    });
    Some(token)
}

/// n minus a number, modulo 2^256.
fn negated(scalar: &[u8]) -> [u8; 32] {
    let (mut out, mut borrow) = ([0; 32], false);
    for i in (0..32).rev() {
        let (digit, first) = ORDER[i].overflowing_sub(scalar[i]);
        let (digit, second) = digit.overflowing_sub(u8::from(borrow));
        (out[i], borrow) = (digit, first || second);
    }
    out
}

/// r and s as `SEQUENCE { INTEGER, INTEGER }` (RFC 3279 section 2.2.3).
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let zeros = half.iter().take_while(|byte| **byte == 0).count();
        let mut magnitude = half[zeros.min(half.len())..].to_vec();
        if magnitude.first().is_none_or(|byte| *byte >= 0x80) {
            magnitude.insert(0, 0);
        }
        [&[0x02, magnitude.len() as u8], magnitude.as_slice()].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let body = [integer(r), integer(s)].concat();
    [&[0x30, body.len() as u8], body.as_slice()].concat()
}
