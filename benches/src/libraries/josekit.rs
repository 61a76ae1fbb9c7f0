//! josekit 0.10 on OpenSSL.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use josekit::jws::{ES256, HS256, JwsHeader, JwsSigner, JwsVerifier};
use josekit::jwt::{self, JwtPayload, JwtPayloadValidator};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm, ISSUER, KID, SECRET, Work};

/// josekit.
pub(super) struct Josekit;

impl Library for Josekit {
    fn name(&self) -> &'static str {
        "josekit 0.10, OpenSSL"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        Some(match work.algorithm {
            Algorithm::Hs256 => mint(work, HS256.signer_from_bytes(SECRET).unwrap()),
            Algorithm::Es256 => mint(work, ES256.signer_from_der(work::pkcs8()).unwrap()),
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        Some(match work.algorithm {
            Algorithm::Hs256 => verify(work, HS256.verifier_from_bytes(SECRET).unwrap()),
            Algorithm::Es256 => verify(work, ES256.verifier_from_der(work::spki()).unwrap()),
        })
    }

    fn load_signing(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::pkcs8();
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(|| {
                black_box(HS256.signer_from_bytes(black_box(SECRET)).unwrap());
            }),
            Algorithm::Es256 => Box::new(move || {
                black_box(ES256.signer_from_der(black_box(&der)).unwrap());
            }),
        })
    }

    fn load_verifying(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::spki();
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(|| {
                black_box(HS256.verifier_from_bytes(black_box(SECRET)).unwrap());
            }),
            Algorithm::Es256 => Box::new(move || {
                black_box(ES256.verifier_from_der(black_box(&der)).unwrap());
            }),
        })
    }
}

fn time(seconds: i64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).unwrap())).unwrap()
}

fn mint(work: &Work, signer: impl JwsSigner + 'static) -> Op {
    let mut header = JwsHeader::new();
    header.set_token_type("JWT");
    header.set_key_id(KID);
    let claims = work.claims.clone();
    let mut payload = JwtPayload::new();
    payload.set_issuer(claims.iss);
    payload.set_subject(claims.sub);
    payload.set_audience(vec![claims.aud]);
    payload.set_expires_at(&time(claims.exp));
    payload.set_issued_at(&time(claims.iat));
    if !claims.groups.is_empty() {
        payload.set_claim("groups", Some(claims.groups.into())).unwrap();
    }
    Box::new(move || {
        black_box(jwt::encode_with_signer(black_box(&payload), &header, &signer).unwrap());
    })
}

fn verify(work: &Work, verifier: impl JwsVerifier + 'static) -> Op {
    let token = work.token.clone();
    Box::new(move || {
        let (payload, header) = jwt::decode_with_verifier(black_box(&token), &verifier).unwrap();
        let mut validator = JwtPayloadValidator::new();
        validator.set_base_time(SystemTime::now());
        validator.set_issuer(ISSUER);
        validator.set_audience(AUDIENCE);
        validator.validate(&payload).unwrap();
        black_box((payload, header));
    })
}
