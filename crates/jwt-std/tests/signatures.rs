//! Signatures that are changed as only arithmetic can change them: what is another encoding of a good one,
//! and what lies beyond the range. Every backend gives the same verdict.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use common::{backends, encode, from_hex, key, sign, signer};
use jwt_core::VerifyingKey as _;
use jwt_std::{Algorithm, PrivateKey, PublicKey, VerifyingKey};
use serde_json::json;

/// The orders of the groups of ECDSA.
const ORDERS: [(Algorithm, &str); 4] = [
    (Algorithm::Es256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (
        Algorithm::Es384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    (
        Algorithm::Es512,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    (Algorithm::Es256k, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
];

fn verifying(key: &PrivateKey) -> Vec<VerifyingKey> {
    backends().into_iter().map(|backend| key.verifying_key_with(backend).unwrap()).collect()
}

/// The one verdict of all backends.
#[track_caller]
fn verdict(keys: &[VerifyingKey], input: &[u8], signature: &[u8]) -> bool {
    let mut verdicts = keys.iter().map(|key| key.verify(input, signature).is_ok());
    let first = verdicts.next().unwrap();
    assert!(verdicts.all(|verdict| verdict == first), "the backends differ: {signature:02x?}");
    first
}

/// a + b, big endian and of one length; `None` where it is longer.
fn add(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let (mut sum, mut carry) = (vec![0; a.len()], 0);
    for at in (0..a.len()).rev() {
        let digit = u16::from(a[at]) + u16::from(b[at]) + carry;
        (sum[at], carry) = (digit.to_le_bytes()[0], digit >> 8);
    }
    (carry == 0).then_some(sum)
}

/// a − b, where a is not less.
fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    let (mut rest, mut borrow) = (vec![0; a.len()], 0);
    for at in (0..a.len()).rev() {
        let digit = 256 + i16::from(a[at]) - i16::from(b[at]) - borrow;
        rest[at] = digit.to_le_bytes()[0];
        borrow = i16::from(digit < 256);
    }
    assert_eq!(borrow, 0);
    rest
}

#[test]
fn an_ecdsa_signature_has_one_length_and_both_halves_in_range() {
    for (algorithm, order) in ORDERS {
        let order = from_hex(order);
        let len = order.len();
        let key = key(algorithm);
        let keys = verifying(&key);
        let signing = key.signing_key_with(signer(algorithm).unwrap()).unwrap();
        let input = b"input";
        let signature = sign(&signing, input);
        let (r, s) = signature.split_at(len);
        let whole = |r: &[u8], s: &[u8]| [r, s].concat();
        assert!(verdict(&keys, input, &signature));
        // ECDSA is malleable (SEC 1 section 4.1.4 asks nothing of s but its range), and a high s has to
        // verify, since RFC 6979 makes them.
        assert!(verdict(&keys, input, &whole(r, &subtract(&order, s))), "{algorithm}");

        let zero = vec![0; len];
        let one = [vec![0; len - 1], vec![1]].concat();
        let last = subtract(&order, &one);
        let largest = vec![0xff; len];
        let edges = [&zero, &one, &last, &order, &largest];
        for first in edges {
            for second in edges {
                assert!(!verdict(&keys, input, &whole(first, second)), "{algorithm}");
            }
            assert!(!verdict(&keys, input, &whole(first, s)), "{algorithm}");
            assert!(!verdict(&keys, input, &whole(r, first)), "{algorithm}");
        }
        // The same numbers modulo n. Of P-521, which leaves seven bits unused, many fit.
        let mut fitting = 0;
        for half in 0..2 {
            let mut halves = [r.to_vec(), s.to_vec()];
            while let Some(more) = add(&halves[half], &order) {
                halves[half] = more;
                assert!(!verdict(&keys, input, &halves.concat()), "{algorithm}");
                fitting += 1;
            }
        }
        assert!(fitting > 200 || algorithm != Algorithm::Es512, "{fitting}");
        // Halves of another length, swapped, twice, in DER; and unused bits that are set.
        let mut high = signature.clone();
        high[0] |= 0x80;
        for other in [
            whole(s, r),
            whole(&r[1..], &s[1..]),
            whole(&[&[0], r].concat(), &[&[0], s].concat()),
            whole(&signature, &signature),
            whole(&signature, &[0]),
            signature[..len].to_vec(),
            der(r, s),
            Vec::new(),
            if algorithm == Algorithm::Es512 { high } else { Vec::new() },
        ] {
            assert!(!verdict(&keys, input, &other), "{algorithm} {other:02x?}");
        }
    }
}

/// RFC 3279 section 2.2.3: two INTEGERs in a SEQUENCE.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = &number[zeros..];
        let sign: &[u8] = if number[0] & 0x80 == 0 { &[] } else { &[0] };
        [&[2, u8::try_from(sign.len() + number.len()).unwrap()], sign, number].concat()
    };
    let body = [integer(r), integer(s)].concat();
    let len = u8::try_from(body.len()).unwrap();
    let length = if len < 0x80 { vec![len] } else { vec![0x81, len] };
    [vec![0x30], length, body].concat()
}

#[test]
fn an_ed25519_signature_has_one_encoding() {
    // RFC 8032 section 5.1.7: s has to be below the order of the group.
    let order = from_hex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519] {
        let key = key(algorithm);
        let keys = verifying(&key);
        let signing = key.signing_key_with(signer(algorithm).unwrap()).unwrap();
        let input = b"input";
        let signature = sign(&signing, input);
        let (r, s) = signature.split_at(32);
        assert!(verdict(&keys, input, &signature));
        // The numbers are little endian.
        let reversed = |number: &[u8]| number.iter().rev().copied().collect::<Vec<_>>();
        let mut more = Some(reversed(s));
        let mut fitting = 0;
        while let Some(next) = more.as_deref().and_then(|s| add(s, &order)) {
            assert!(!verdict(&keys, input, &[r, &reversed(&next)].concat()));
            more = Some(next);
            fitting += 1;
        }
        assert!(fitting >= 14);
        let mut bad = vec![
            [r, &reversed(&order)].concat(),
            [r, &reversed(&subtract(&order, &reversed(s)))].concat(),
            [r, &[0; 32]].concat(),
            [&[0; 32], s].concat(),
            [s, r].concat(),
            vec![0; 64],
            vec![0xff; 64],
        ];
        for bit in [0x20, 0x40, 0x80] {
            let mut high = signature.clone();
            high[63] |= bit;
            bad.push(high);
            let mut sign = signature.clone();
            sign[31] ^= bit;
            bad.push(sign);
        }
        for other in bad {
            assert!(!verdict(&keys, input, &other), "{other:02x?}");
        }
    }
}

/// What verifiers of Ed25519 are known to differ on: points with a part of small order, which only the holder of
/// the key can make. The equation is checked without the cofactor (RFC 8032 section 5.1.7 lets either be), and R
/// is compared as bytes. Computed for this test: public key, R, s and message.
const EDGES: [(&str, [&str; 3], &str, bool); 8] = [
    (
        "plain",
        [
            "0e2a1314858451873f4fb77ea2dc4d929ddede967eed473f63e7cec8f3497e11",
            "d46f22cf507f16c1bd01fa30e5eb60f2f4bbef63b21e406d3e322f80a502fc9b",
            "2deb3fbb7c4e3f717ef6eb410b8c3fd8fb63cea3e3bca95e783322b2cfa96001",
        ],
        "message",
        true,
    ),
    (
        "mixed key, h a multiple of 8",
        [
            "9df169dc82d7dc0f960ae57b7393537a69b85e8cf7b9939ff587ab431f71b0e7",
            "d46f22cf507f16c1bd01fa30e5eb60f2f4bbef63b21e406d3e322f80a502fc9b",
            "c3e9a1dac44b90b8ac1f9642947273da0b448854f8ce1b892ad9e6310029900a",
        ],
        "message 19",
        true,
    ),
    (
        "mixed key",
        [
            "9df169dc82d7dc0f960ae57b7393537a69b85e8cf7b9939ff587ab431f71b0e7",
            "d46f22cf507f16c1bd01fa30e5eb60f2f4bbef63b21e406d3e322f80a502fc9b",
            "667d73937102882767610a49941fb6fa1a0d0243ffe4b459d228da2a7f1f1205",
        ],
        "message 0",
        false,
    ),
    (
        "mixed R",
        [
            "0e2a1314858451873f4fb77ea2dc4d929ddede967eed473f63e7cec8f3497e11",
            "07e75f1b64064032c2ead821ccca5ee7d57f427d39ab5546cf09449d1f656ef0",
            "2df16be3aefc1db21663a1cbfafe143502affe57c67f0c710032ce607d315001",
        ],
        "message",
        false,
    ),
    (
        "R identity",
        [
            "0e2a1314858451873f4fb77ea2dc4d929ddede967eed473f63e7cec8f3497e11",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "6dd58366cf638a9a7ef0c5be8f3405a67ecab9d9d3bec7ca354796dd893ded03",
        ],
        "message",
        true,
    ),
    (
        "R identity not reduced",
        [
            "0e2a1314858451873f4fb77ea2dc4d929ddede967eed473f63e7cec8f3497e11",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "29f64ecf651118655a7199931e87bda8b5017af5c938a1c2211976164dd5f80f",
        ],
        "message",
        false,
    ),
    (
        "R identity with sign",
        [
            "0e2a1314858451873f4fb77ea2dc4d929ddede967eed473f63e7cec8f3497e11",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "2b5a005206c91f22b45e630bfc6c0dc805b0e6c996fe59bf3ef30d63f70c7707",
        ],
        "message",
        false,
    ),
    (
        "mixed key and mixed R that cancel",
        [
            "9df169dc82d7dc0f960ae57b7393537a69b85e8cf7b9939ff587ab431f71b0e7",
            "3cf1c41f7a30b89abd549d682b87899ec9cad28500a4af17f0edba917c81394b",
            "90b7ea66b02cb3e3263c61b5720dd6a1a4a5c44f9641bb305af266d688f57101",
        ],
        "message 2",
        true,
    ),
];

#[test]
fn points_with_a_part_of_small_order_have_the_same_verdict_everywhere() {
    for (name, [public, r, s], message, valid) in EDGES {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&from_hex(public))});
        let key = PublicKey::from_jwk(jwk.to_string().as_bytes(), None).unwrap();
        let keys: Vec<_> = backends()
            .into_iter()
            .map(|backend| key.verifying_key_with(backend).unwrap())
            .collect();
        let signature = [from_hex(r), from_hex(s)].concat();
        assert_eq!(verdict(&keys, message.as_bytes(), &signature), valid, "{name}");
    }
}

#[test]
fn an_rsa_signature_is_below_the_modulus_and_as_long_as_it() {
    for algorithm in [Algorithm::Rs256, Algorithm::Rs512, Algorithm::Ps256, Algorithm::Ps512] {
        let Some(backend) = signer(algorithm) else { continue };
        let key = key(algorithm);
        let keys = verifying(&key);
        let jwk: serde_json::Value = serde_json::from_str(&key.to_jwk()).unwrap();
        let n = common::decode(jwk["n"].as_str().unwrap());
        let signing = key.signing_key_with(backend).unwrap();
        let mut above = 0;
        for counter in 0..40u8 {
            let input = [b'i', counter];
            let signature = sign(&signing, &input);
            assert!(verdict(&keys, &input, &signature));
            // RFC 8017 section 5.2.2: "If the signature representative s is not between 0 and n - 1",
            // it is out of range, although the power is the same.
            if let Some(same) = add(&signature, &n) {
                assert!(!verdict(&keys, &input, &same), "{algorithm}");
                above += 1;
            }
            // −s is another root for an even power only.
            assert!(!verdict(&keys, &input, &subtract(&n, &signature)), "{algorithm}");
            for other in [[&[0], signature.as_slice()].concat(), signature[1..].to_vec()] {
                assert!(!verdict(&keys, &input, &other), "{algorithm}");
            }
        }
        assert!(above > 0, "no signature of forty could be raised by the modulus");
        let one = [vec![0; n.len() - 1], vec![1]].concat();
        for edge in [vec![0; n.len()], one.clone(), subtract(&n, &one), n, vec![0xff; 256]] {
            assert!(!verdict(&keys, b"input", &edge), "{algorithm}");
        }
    }
}
