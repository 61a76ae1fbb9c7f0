//! jwt-std with a token that its signature cache remembers: all of a verification but the curve.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use jwt_std::{Policy, PublicKey, SignatureCache};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm, Claims, ISSUER, Work};

/// jwt-std with the default backend behind a signature cache.
pub(super) struct JwtStdCached;

impl Library for JwtStdCached {
    fn name(&self) -> &'static str {
        "jwt-std, cached"
    }

    fn mint(&self, _: &Work) -> Option<Op> {
        None
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        if work.algorithm == Algorithm::Hs256 {
            return None;
        }
        let key = PublicKey::from_der(&work::spki(), None).unwrap().verifying_key().unwrap();
        let (key, token) = (key.cached(&SignatureCache::new(1024).unwrap()), work.token.clone());
        let policy = Policy::new(ISSUER, AUDIENCE);
        Some(Box::new(move || {
            let token = jwt_std::verify(black_box(&token), &key, &policy, jwt_std::now()).unwrap();
            black_box(token.claims::<Claims>().unwrap());
        }))
    }
}
