//! This project's core, in buffers of the caller.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use jwt_core::{
    Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, Minter, Policy, SigningKey,
    UnverifiedToken, VerifyingKey,
};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm, ISSUER, KID, SECRET, Work};

/// Bytes of the buffers: more than any token here has.
const BUFFER: usize = 12_288;

/// jwt-core.
pub struct JwtCore;

impl Library for JwtCore {
    fn name(&self) -> &'static str {
        "jwt-core"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        Some(match work.algorithm {
            Algorithm::Hs256 => mint(work, HmacKey::<Hs256>::new(&SECRET).unwrap()),
            Algorithm::Es256 => mint(work, work::es256()),
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        Some(match work.algorithm {
            Algorithm::Hs256 => verify(work, HmacKey::<Hs256>::new(&SECRET).unwrap()),
            Algorithm::Es256 => verify(work, work::es256().verifying_key()),
        })
    }

    fn load_signing(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::pkcs8();
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(load_hs256),
            Algorithm::Es256 => Box::new(move || {
                black_box(Es256SigningKey::from_der(black_box(&der)).unwrap());
            }),
        })
    }

    fn load_verifying(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::spki();
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(load_hs256),
            Algorithm::Es256 => Box::new(move || {
                black_box(Es256VerifyingKey::from_spki_der(black_box(&der)).unwrap());
            }),
        })
    }
}

fn load_hs256() {
    black_box(HmacKey::<Hs256>::new(black_box(&SECRET)).unwrap());
}

fn mint(work: &Work, key: impl SigningKey + Send + 'static) -> Op {
    let claims = work.claims.clone();
    let mut buf = [0; BUFFER];
    Box::new(move || {
        black_box(Minter::new().kid(KID).mint(&mut buf, &key, black_box(&claims)).unwrap());
    })
}

fn verify(work: &Work, key: impl VerifyingKey + Send + 'static) -> Op {
    let token = work.token.clone();
    let policy = Policy::new(ISSUER, AUDIENCE);
    let mut scratch = [0; BUFFER];
    // An application asks for the claims that its tokens have.
    let grouped = !work.claims.groups.is_empty();
    Box::new(move || {
        let token = UnverifiedToken::parse(black_box(&token)).unwrap();
        let token = token.verify(&key, &mut scratch).unwrap();
        let token = token.validate(&policy, work::now()).unwrap();
        let claims = token.claims();
        black_box(claims.subject());
        if grouped {
            let groups = claims.claim("groups").unwrap().as_array().unwrap();
            for group in groups.elements() {
                black_box(group);
            }
        }
    })
}
