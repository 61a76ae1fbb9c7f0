//! This project's wrapper for applications: strings and serde.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use jwt_core::UnverifiedToken;
use jwt_std::{Backend, Minter, Policy, PrivateKey, PublicKey, SigningKey, VerifyingKey};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm, Claims, ISSUER, KID, SECRET, Work};

/// jwt-std, with one of its backends. HMAC is the core's with both.
pub(super) struct JwtStd {
    name: &'static str,
    backend: Backend,
}

/// Pure Rust.
pub(super) const RUST_CRYPTO: JwtStd =
    JwtStd { name: "jwt-std rust_crypto", backend: Backend::RustCrypto };

/// As it comes: AWS-LC.
pub(super) const AWS_LC_RS: JwtStd = JwtStd { name: "jwt-std", backend: Backend::AwsLc };

/// As it comes, in buffers of the caller and with the core's views of claims: without a heap.
pub(super) struct InBuffers;

impl Library for InBuffers {
    fn name(&self) -> &'static str {
        "jwt-std, caller's buffers"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        let (key, claims) = (AWS_LC_RS.signing_key(work.algorithm), work.claims.clone());
        let mut buf = vec![0; work.token.len()];
        Some(Box::new(move || {
            let minter = Minter::new().kid(KID);
            black_box(jwt_std::mint_into(&minter, &mut buf, &key, black_box(&claims)).unwrap());
        }))
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        let (key, token) = (AWS_LC_RS.verifying_key(work.algorithm), work.token.clone());
        let policy = Policy::new(ISSUER, AUDIENCE);
        let mut scratch = vec![0; token.len()];
        let grouped = !work.claims.groups.is_empty();
        Some(Box::new(move || {
            let token = UnverifiedToken::parse(black_box(&token)).unwrap();
            let token = token.verify(&key, &mut scratch).unwrap();
            let token = token.validate(&policy, jwt_std::now()).unwrap();
            black_box(token.claims().subject());
            if grouped {
                let groups = token.claims().claim("groups").unwrap().as_array().unwrap();
                for group in groups.elements() {
                    black_box(group);
                }
            }
        }))
    }
}

impl JwtStd {
    fn signing_key(&self, algorithm: Algorithm) -> SigningKey {
        match algorithm {
            Algorithm::Hs256 => {
                SigningKey::from_secret(jwt_std::Algorithm::Hs256, &SECRET).unwrap()
            }
            Algorithm::Es256 => {
                let key = PrivateKey::from_der(&work::pkcs8(), None).unwrap();
                key.signing_key_with(self.backend).unwrap()
            }
        }
    }

    fn verifying_key(&self, algorithm: Algorithm) -> VerifyingKey {
        match algorithm {
            Algorithm::Hs256 => {
                VerifyingKey::from_secret(jwt_std::Algorithm::Hs256, &SECRET).unwrap()
            }
            Algorithm::Es256 => {
                let key = PublicKey::from_der(&work::spki(), None).unwrap();
                key.verifying_key_with(self.backend).unwrap()
            }
        }
    }
}

impl Library for JwtStd {
    fn name(&self) -> &'static str {
        self.name
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        let (key, claims) = (self.signing_key(work.algorithm), work.claims.clone());
        Some(Box::new(move || {
            let minter = Minter::new().kid(KID);
            black_box(jwt_std::mint(&minter, &key, black_box(&claims)).unwrap());
        }))
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        let (key, token) = (self.verifying_key(work.algorithm), work.token.clone());
        let policy = Policy::new(ISSUER, AUDIENCE);
        Some(Box::new(move || {
            let token = jwt_std::verify(black_box(&token), &key, &policy, jwt_std::now()).unwrap();
            black_box(token.claims::<Claims>().unwrap());
        }))
    }

    fn load_signing(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::pkcs8();
        let backend = self.backend;
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(move || {
                let secret = black_box(&SECRET);
                black_box(SigningKey::from_secret(jwt_std::Algorithm::Hs256, secret).unwrap());
            }),
            Algorithm::Es256 => Box::new(move || {
                let key = PrivateKey::from_der(black_box(&der), None).unwrap();
                black_box(key.signing_key_with(backend).unwrap());
            }),
        })
    }

    fn load_verifying(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::spki();
        let backend = self.backend;
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(move || {
                let secret = black_box(&SECRET);
                black_box(VerifyingKey::from_secret(jwt_std::Algorithm::Hs256, secret).unwrap());
            }),
            Algorithm::Es256 => Box::new(move || {
                let key = PublicKey::from_der(black_box(&der), None).unwrap();
                black_box(key.verifying_key_with(backend).unwrap());
            }),
        })
    }
}
