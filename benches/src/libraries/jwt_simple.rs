//! jwt-simple 0.15 in pure Rust. It keeps audiences as strings or sets, and reads a coarse clock.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use jwt_simple::algorithms::{
    ECDSAP256KeyPairLike as _, ECDSAP256PublicKeyLike as _, ES256KeyPair, ES256PublicKey, HS256Key,
    MACLike as _,
};
use jwt_simple::claims::{Audiences, JWTClaims};
use jwt_simple::prelude::{Duration, VerificationOptions};
use serde::{Deserialize, Serialize};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm, ISSUER, KID, SECRET, Work};

/// jwt-simple.
pub(super) struct JwtSimple;

/// What is not registered.
#[derive(Clone, Serialize, Deserialize)]
struct Own {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
}

fn hs256() -> HS256Key {
    HS256Key::from_bytes(&SECRET).with_key_id(KID)
}

fn es256() -> ES256KeyPair {
    ES256KeyPair::from_bytes(&SECRET).unwrap().with_key_id(KID)
}

fn claims(work: &Work) -> JWTClaims<Own> {
    let mut claims = jwt_simple::claims::Claims::with_custom_claims(
        Own { groups: work.claims.groups.clone() },
        Duration::from_secs(1),
    );
    let seconds = |seconds: i64| Some(Duration::from_secs(u64::try_from(seconds).unwrap()));
    claims.issued_at = seconds(work.claims.iat);
    claims.expires_at = seconds(work.claims.exp);
    claims.invalid_before = None;
    claims.issuer = Some(work.claims.iss.clone());
    claims.subject = Some(work.claims.sub.clone());
    claims.audiences = Some(Audiences::AsString(work.claims.aud.clone()));
    claims
}

impl Library for JwtSimple {
    fn name(&self) -> &'static str {
        "jwt-simple 0.15"
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        // Claims are taken by value: the copy is a part of minting.
        let claims = claims(work);
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = hs256();
                Box::new(move || {
                    black_box(key.authenticate(black_box(&claims).clone()).unwrap());
                })
            }
            Algorithm::Es256 => {
                let key = es256();
                Box::new(move || {
                    black_box(key.sign(black_box(&claims).clone()).unwrap());
                })
            }
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        // Options are taken by value too.
        let options = VerificationOptions {
            allowed_issuers: Some([ISSUER.to_owned()].into()),
            allowed_audiences: Some([AUDIENCE.to_owned()].into()),
            ..VerificationOptions::default()
        };
        let token = work.token.clone();
        Some(match work.algorithm {
            Algorithm::Hs256 => {
                let key = hs256();
                Box::new(move || {
                    let token = black_box(&token);
                    black_box(key.verify_token::<Own>(token, Some(options.clone())).unwrap());
                })
            }
            Algorithm::Es256 => {
                let key = es256().public_key();
                Box::new(move || {
                    let token = black_box(&token);
                    black_box(key.verify_token::<Own>(token, Some(options.clone())).unwrap());
                })
            }
        })
    }

    fn load_signing(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::pkcs8();
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(load_hs256),
            Algorithm::Es256 => Box::new(move || {
                black_box(ES256KeyPair::from_der(black_box(&der)).unwrap());
            }),
        })
    }

    fn load_verifying(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::spki();
        Some(match algorithm {
            Algorithm::Hs256 => Box::new(load_hs256),
            Algorithm::Es256 => Box::new(move || {
                black_box(ES256PublicKey::from_der(black_box(&der)).unwrap());
            }),
        })
    }
}

fn load_hs256() {
    black_box(HS256Key::from_bytes(black_box(&SECRET)));
}
