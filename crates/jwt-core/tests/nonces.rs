//! The nonces of RFC 6979, against its appendix and against a second implementation.
#![cfg(feature = "es256-nonces")]

use jwt_core::danger::{es256_hedged_nonce, es256_nonce};
use proptest::prelude::*;
use rfc6979::KGenerator;
use rfc6979::bigint::U256;
use sha2::{Digest as _, Sha256};

const ORDER: U256 =
    U256::from_be_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

fn bytes(hex: &str) -> [u8; 32] {
    U256::from_be_hex(hex).to_be_bytes().into()
}

fn first(secret: &[u8; 32], digest: &[u8; 32], count: u32) -> Vec<[u8; 32]> {
    (0..count).map(|candidate| *es256_nonce(secret, digest, candidate)).collect()
}

fn reference(secret: &[u8; 32], digest: &[u8; 32], count: u32) -> Vec<[u8; 32]> {
    let mut nonces = KGenerator::<Sha256, U256>::new(secret, digest, &[], &ORDER);
    let next = |_| {
        let mut nonce = [0; 32];
        nonces.fill_next_k(&mut nonce);
        nonce
    };
    (0..count).map(next).collect()
}

#[test]
fn the_nonces_of_appendix_a_2_5_come_first() {
    let secret = bytes("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    for (message, k) in [
        ("sample", "a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60"),
        ("test", "d16b6ae827f17175e040871a1c7ec3500192c4c92677336ec2537acaee0008e0"),
    ] {
        assert_eq!(first(&secret, &Sha256::digest(message).into(), 1), [bytes(k)]);
    }
}

#[test]
fn digests_and_keys_at_the_edges_give_the_nonces_of_the_second_implementation() {
    let order: [u8; 32] = ORDER.to_be_bytes().into();
    let mut below = order;
    below[31] -= 1;
    let mut above = order;
    above[31] += 1;
    let mut one = [0; 32];
    one[31] = 1;
    for secret in [one, below, [0x42; 32]] {
        for digest in [[0; 32], one, below, order, above, [0xff; 32]] {
            assert_eq!(first(&secret, &digest, 4), reference(&secret, &digest, 4));
        }
    }
}

proptest! {
    #[test]
    fn every_hedged_nonce_is_that_of_the_second_implementation(
        secret: [u8; 32],
        digest: [u8; 32],
        random: [u8; 32],
    ) {
        let mut nonces = KGenerator::<Sha256, U256>::new(&secret, &digest, &random, &ORDER);
        for candidate in 0..3 {
            let mut expected = [0; 32];
            nonces.fill_next_k(&mut expected);
            prop_assert_eq!(*es256_hedged_nonce(&secret, &digest, &random, candidate), expected);
        }
    }
}

proptest! {
    #[test]
    fn every_nonce_is_that_of_the_second_implementation(secret: [u8; 32], digest: [u8; 32]) {
        prop_assert_eq!(first(&secret, &digest, 3), reference(&secret, &digest, 3));
    }
}
