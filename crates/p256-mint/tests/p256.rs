//! The same signatures and public keys as p256, bit for bit.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use std::time::Instant;

use jwt_core::{Es256SigningKey, SigningKey as _, VerifyingKey as _, sha256};
use p256_mint::MintKey;

/// Compares `count` keys, each on a message of its own; both from a counter, so that a run can be repeated.
fn compare(count: u32) {
    for at in 0..count {
        let secret = sha256(&at.to_be_bytes());
        let message = sha256(&secret);
        let message = message.get(..usize::try_from(at % 33).unwrap()).unwrap();
        let (theirs, ours) = (Es256SigningKey::from_bytes(&secret), MintKey::from_bytes(&secret));
        let (theirs, ours) = (theirs.unwrap(), ours.unwrap());
        assert_eq!(ours.sign(message), theirs.sign(message), "number {at}");
        if at % 8 == 0 {
            assert_eq!(ours.public_key().unwrap(), theirs.verifying_key().to_sec1(), "number {at}");
        }
    }
}

#[test]
fn signs_as_p256_does() {
    compare(500);
}

/// `cargo xtask mint --million`.
#[test]
#[ignore = "takes minutes"]
fn signs_a_million_times_as_p256_does() {
    let start = Instant::now();
    compare(1_000_000);
    println!("1000000 signatures equal those of p256, in {} s", start.elapsed().as_secs());
}

/// Numbers at the edges as private keys, big endian.
fn edges() -> Vec<[u8; 32]> {
    let mut all = Vec::new();
    for bit in 0..255_usize {
        let mut power = [0_u8; 32];
        power[31 - bit / 8] = 1 << (bit % 8);
        all.push(power);
        let mut ones = power;
        ones[32 - bit / 8..].fill(0xff);
        ones[31 - bit / 8] |= (1 << (bit % 8)) - 1;
        all.push(ones);
        // n less the power
        let mut rest = ORDER;
        let mut borrow = 0;
        for (to, from) in rest.iter_mut().zip(power).rev() {
            let (less, first) = to.overflowing_sub(from);
            let (less, second) = less.overflowing_sub(borrow);
            (*to, borrow) = (less, u8::from(first | second));
        }
        all.push(rest);
    }
    all
}

const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[test]
fn keys_at_the_edges_have_the_public_keys_and_signatures_of_p256() {
    for secret in edges() {
        let (theirs, ours) = (Es256SigningKey::from_bytes(&secret), MintKey::from_bytes(&secret));
        let (theirs, ours) = (theirs.unwrap(), ours.unwrap());
        assert_eq!(ours.public_key().unwrap(), theirs.verifying_key().to_sec1(), "{secret:x?}");
        assert_eq!(ours.sign(b"edge"), theirs.sign(b"edge"), "{secret:x?}");
    }
}

#[test]
fn refuses_what_is_no_private_key() {
    for secret in [[0; 32], ORDER, [0xff; 32]] {
        assert!(MintKey::from_bytes(&secret).is_err());
    }
}

#[test]
fn digests_at_the_edges_are_signed_as_p256_does() {
    use p256::ecdsa::signature::hazmat::PrehashSigner as _;
    use p256::ecdsa::{Signature, SigningKey};

    let secret = [0x42; 32];
    let theirs = SigningKey::from_slice(&secret).unwrap();
    let ours = MintKey::from_bytes(&secret).unwrap();
    let mut one = [0; 32];
    one[31] = 1;
    for digest in [[0; 32], one, ORDER, [0xff; 32], [0x80; 32]] {
        let expected: Signature = theirs.sign_prehash(&digest).unwrap();
        assert_eq!(ours.sign_digest(&digest).unwrap().as_slice(), expected.to_bytes().as_slice());
    }
}

#[test]
fn hedged_signatures_verify_and_differ_by_their_randomness() {
    let ours = MintKey::from_bytes(&[0x42; 32]).unwrap();
    let public = Es256SigningKey::from_bytes(&[0x42; 32]).unwrap().verifying_key();
    let digest = sha256(b"hedged");
    let signatures = [[0; 32], [1; 32], [0xff; 32]]
        .map(|random| ours.sign_digest_hedged(&digest, &random).unwrap());
    for signature in &signatures {
        assert!(public.verify(b"hedged", signature).is_ok());
        assert_ne!(*signature, ours.sign_digest(&digest).unwrap());
    }
    assert_ne!(signatures[0], signatures[1]);
    assert_ne!(signatures[1], signatures[2]);
}

#[test]
fn debug_shows_no_secret() {
    let key = MintKey::from_bytes(&[0x42; 32]).unwrap();
    assert_eq!(format!("{key:?}"), "MintKey(secret)");
}

#[cfg(feature = "check")]
#[test]
fn a_checked_key_gives_no_signature_that_its_public_key_refuses() {
    use p256_mint::CheckedMintKey;

    let key = || MintKey::from_bytes(&[0x42; 32]).unwrap();
    let checked = CheckedMintKey::new(key()).unwrap();
    assert_eq!(checked.sign(b"any"), key().sign(b"any"));
    let other = Es256SigningKey::from_bytes(&[0x43; 32]).unwrap().verifying_key();
    assert!(CheckedMintKey::with_public(key(), other).sign(b"any").is_err());
}

#[cfg(feature = "signature-3")]
#[test]
fn signs_under_the_traits_of_signature() {
    use p256_mint::Signature;
    use signature::hazmat::PrehashSigner as _;
    use signature::{SignatureEncoding as _, Signer};

    let key = MintKey::from_bytes(&[0x42; 32]).unwrap();
    let expected = jwt_core::SigningKey::sign(&key, b"any").unwrap();
    let signature: Signature = Signer::try_sign(&key, b"any").unwrap();
    assert_eq!(signature.to_bytes(), expected);
    assert_eq!(key.sign_prehash(&sha256(b"any")).unwrap(), signature);
    assert!(key.sign_prehash(b"any").is_err());
    assert_eq!(Signature::try_from(expected.as_slice()).unwrap(), signature);
    assert!(Signature::try_from(&expected[1..]).is_err());
}

#[cfg(feature = "rand_core-010")]
#[test]
fn hedges_with_a_generator_as_p256_does() {
    use core::convert::Infallible;
    use p256_mint::Signature;
    use rand_core::{TryCryptoRng, TryRng};
    use signature::RandomizedSigner as _;

    struct Constant;
    impl TryRng for Constant {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok(0x5555_5555)
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(0x5555_5555_5555_5555)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.fill(0x55);
            Ok(())
        }
    }
    impl TryCryptoRng for Constant {}

    let ours = MintKey::from_bytes(&[0x42; 32]).unwrap();
    let theirs = p256::ecdsa::SigningKey::from_slice(&[0x42; 32]).unwrap();
    let expected: p256::ecdsa::Signature = theirs.sign_with_rng(&mut Constant, b"any");
    let signature: Signature = ours.sign_with_rng(&mut Constant, b"any");
    assert_eq!(signature.as_ref(), expected.to_bytes().as_slice());
    let direct = ours.sign_digest_hedged(&sha256(b"any"), &[0x55; 32]).unwrap();
    assert_eq!(signature.as_ref(), direct.as_slice());
}
