//! jwt-compact 0.9, a beta. It leaves `iss` and `aud` to the application, which compares them here.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use jwt_compact::Algorithm;
use jwt_compact::alg::{Es256, Hs256, Hs256Key, SigningKey as _};
use jwt_compact::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm as Which, ISSUER, KID, SECRET, Work};

/// jwt-compact.
pub(super) struct JwtCompact;

type Es256Key = <Es256 as Algorithm>::SigningKey;
type Es256PublicKey = <Es256 as Algorithm>::VerifyingKey;

/// All claims but the times.
#[derive(Clone, Serialize, Deserialize)]
struct Own {
    iss: String,
    sub: String,
    aud: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
}

fn es256() -> Es256Key {
    Es256Key::from_slice(&SECRET).unwrap()
}

impl Library for JwtCompact {
    fn name(&self) -> &'static str {
        "jwt-compact 0.9 beta"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        Some(match work.algorithm {
            Which::Hs256 => mint(work, Hs256, Hs256Key::new(SECRET)),
            Which::Es256 => mint(work, Es256, es256()),
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        Some(match work.algorithm {
            Which::Hs256 => verify(work, Hs256, Hs256Key::new(SECRET)),
            Which::Es256 => verify(work, Es256, es256().to_verifying_key()),
        })
    }

    fn load_signing(&self, algorithm: Which) -> Option<Op> {
        Some(match algorithm {
            Which::Hs256 => Box::new(load_hs256),
            Which::Es256 => Box::new(|| {
                black_box(Es256Key::from_slice(black_box(&SECRET)).unwrap());
            }),
        })
    }

    fn load_verifying(&self, algorithm: Which) -> Option<Op> {
        let point = work::sec1();
        Some(match algorithm {
            Which::Hs256 => Box::new(load_hs256),
            Which::Es256 => Box::new(move || {
                let key = <Es256PublicKey as jwt_compact::alg::VerifyingKey<Es256>>::from_slice;
                black_box(key(black_box(&point)).unwrap());
            }),
        })
    }
}

fn load_hs256() {
    black_box(Hs256Key::new(black_box(SECRET)));
}

fn mint<A>(work: &Work, algorithm: A, key: A::SigningKey) -> Op
where
    A: Algorithm + Send + 'static,
    A::SigningKey: Send + 'static,
{
    let header = Header::empty().with_key_id(KID).with_token_type("JWT");
    let own = work.claims.clone();
    let own = Own { iss: own.iss, sub: own.sub, aud: own.aud, groups: own.groups };
    let mut claims = Claims::new(own);
    let time = |seconds| chrono::DateTime::from_timestamp(seconds, 0);
    claims.expiration = time(work.claims.exp);
    claims.issued_at = time(work.claims.iat);
    Box::new(move || {
        black_box(algorithm.token(&header, black_box(&claims), &key).unwrap());
    })
}

fn verify<A>(work: &Work, algorithm: A, key: A::VerifyingKey) -> Op
where
    A: Algorithm + Send + 'static,
    A::VerifyingKey: Send + 'static,
{
    let token = work.token.clone();
    let times = TimeOptions::from_leeway(chrono::Duration::zero());
    Box::new(move || {
        let token = UntrustedToken::new(black_box(&token)).unwrap();
        let token = algorithm.validator::<Own>(&key).validate(&token).unwrap();
        let claims = token.claims();
        claims.validate_expiration(&times).unwrap();
        assert!(claims.custom.iss == ISSUER && claims.custom.aud == AUDIENCE);
        black_box(&token);
    })
}
