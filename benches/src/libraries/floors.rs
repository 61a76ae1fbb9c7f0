//! The bare cryptography: no JSON, no base64url, no claims. HMAC with its key block hashed before.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use aws_lc_rs::signature as aws;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use ring::signature as ring_signature;
use sha2::Sha256;

use super::{Library, Op};
use crate::work::{self, Algorithm, SECRET, Work};

/// hmac 0.13 with sha2 0.11, and p256 0.14.
pub(super) struct RustCrypto;

impl Library for RustCrypto {
    fn name(&self) -> &'static str {
        "floor: hmac 0.13, p256 0.14"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        let input = work.signing_input().to_owned();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = Hmac::<Sha256>::new_from_slice(&SECRET).unwrap();
                Box::new(move || {
                    let mut mac = key.clone();
                    mac.update(black_box(input.as_bytes()));
                    black_box(mac.finalize());
                })
            }
            Algorithm::Es256 => {
                let key = p256::ecdsa::SigningKey::from_slice(&SECRET).unwrap();
                Box::new(move || {
                    let signature: p256::ecdsa::Signature = key.sign(black_box(input.as_bytes()));
                    black_box(signature);
                })
            }
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        let input = work.signing_input().to_owned();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = Hmac::<Sha256>::new_from_slice(&SECRET).unwrap();
                let tag = key.clone().chain_update(&input).finalize().into_bytes();
                Box::new(move || {
                    let mut mac = key.clone();
                    mac.update(black_box(input.as_bytes()));
                    mac.verify_slice(black_box(&tag)).unwrap();
                })
            }
            Algorithm::Es256 => {
                let key = p256::ecdsa::SigningKey::from_slice(&SECRET).unwrap();
                let signature: p256::ecdsa::Signature = key.sign(input.as_bytes());
                let key = *key.verifying_key();
                Box::new(move || key.verify(black_box(input.as_bytes()), &signature).unwrap())
            }
        })
    }
}

/// aws-lc-rs 1 with parsed keys.
pub(super) struct AwsLcRs;

impl Library for AwsLcRs {
    fn name(&self) -> &'static str {
        "floor: aws-lc-rs 1"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        let input = work.signing_input().to_owned();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &SECRET);
                Box::new(move || {
                    black_box(aws_lc_rs::hmac::sign(&key, black_box(input.as_bytes())));
                })
            }
            Algorithm::Es256 => {
                let (key, random) = (aws_key(), aws_lc_rs::rand::SystemRandom::new());
                Box::new(move || {
                    black_box(key.sign(&random, black_box(input.as_bytes())).unwrap());
                })
            }
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        let input = work.signing_input().to_owned();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &SECRET);
                let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
                Box::new(move || {
                    let input = black_box(input.as_bytes());
                    aws_lc_rs::hmac::verify(&key, input, black_box(tag.as_ref())).unwrap();
                })
            }
            Algorithm::Es256 => {
                let random = aws_lc_rs::rand::SystemRandom::new();
                let signature = aws_key().sign(&random, input.as_bytes()).unwrap();
                let algorithm = &aws::ECDSA_P256_SHA256_FIXED;
                let key = aws::ParsedPublicKey::new(algorithm, work::sec1()).unwrap();
                Box::new(move || {
                    let input = black_box(input.as_bytes());
                    key.verify_sig(input, black_box(signature.as_ref())).unwrap();
                })
            }
        })
    }
}

fn aws_key() -> aws::EcdsaKeyPair {
    let algorithm = &aws::ECDSA_P256_SHA256_FIXED_SIGNING;
    aws::EcdsaKeyPair::from_pkcs8(algorithm, &work::pkcs8()).unwrap()
}

/// ring 0.17. It parses a public key in each call.
pub(super) struct Ring;

impl Library for Ring {
    fn name(&self) -> &'static str {
        "floor: ring 0.17"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        let input = work.signing_input().to_owned();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &SECRET);
                Box::new(move || {
                    black_box(ring::hmac::sign(&key, black_box(input.as_bytes())));
                })
            }
            Algorithm::Es256 => {
                let (key, random) = (ring_key(), ring::rand::SystemRandom::new());
                Box::new(move || {
                    black_box(key.sign(&random, black_box(input.as_bytes())).unwrap());
                })
            }
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        let input = work.signing_input().to_owned();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &SECRET);
                let tag = ring::hmac::sign(&key, input.as_bytes());
                Box::new(move || {
                    let input = black_box(input.as_bytes());
                    ring::hmac::verify(&key, input, black_box(tag.as_ref())).unwrap();
                })
            }
            Algorithm::Es256 => {
                let random = ring::rand::SystemRandom::new();
                let signature = ring_key().sign(&random, input.as_bytes()).unwrap();
                let algorithm = &ring_signature::ECDSA_P256_SHA256_FIXED;
                let key = ring_signature::UnparsedPublicKey::new(algorithm, work::sec1());
                Box::new(move || {
                    let input = black_box(input.as_bytes());
                    key.verify(input, black_box(signature.as_ref())).unwrap();
                })
            }
        })
    }
}

fn ring_key() -> ring_signature::EcdsaKeyPair {
    let algorithm = &ring_signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let random = ring::rand::SystemRandom::new();
    ring_signature::EcdsaKeyPair::from_pkcs8(algorithm, &work::pkcs8(), &random).unwrap()
}
