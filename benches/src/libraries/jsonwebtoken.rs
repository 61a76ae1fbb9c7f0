//! jsonwebtoken 11 with both of its providers.
//!
//! The provider is one for the whole process. Both are compiled in, and the one installed here asks a variable
//! of the thread which of them is meant: a load and a jump more than either alone.
//!
//! It builds on the generation of RustCrypto before ours (p256 0.13, hmac 0.12, sha2 0.10), so its ratios
//! compare the curve and the hash too. ECDSA keys are parsed again in each call.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, KeyUtils, aws_lc, rust_crypto};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};

use super::{Library, Op};
use crate::work::{self, AUDIENCE, Algorithm, Claims, ISSUER, KID, SECRET, Work};

/// One of the two providers.
#[derive(Clone, Copy)]
enum Provider {
    RustCrypto,
    AwsLcRs,
}

/// jsonwebtoken, with one of its providers.
pub(super) struct Jsonwebtoken(Provider);

pub(super) const RUST_CRYPTO: Jsonwebtoken = Jsonwebtoken(Provider::RustCrypto);
pub(super) const AWS_LC_RS: Jsonwebtoken = Jsonwebtoken(Provider::AwsLcRs);

thread_local! {
    static MEANT: Cell<Provider> = const { Cell::new(Provider::RustCrypto) };
}

static EITHER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| (meant().signer_factory)(algorithm, key),
    verifier_factory: |algorithm, key| (meant().verifier_factory)(algorithm, key),
    key_utils: KeyUtils::new_unimplemented(),
};

fn meant() -> &'static CryptoProvider {
    match MEANT.get() {
        Provider::RustCrypto => &rust_crypto::DEFAULT_PROVIDER,
        Provider::AwsLcRs => &aws_lc::DEFAULT_PROVIDER,
    }
}

impl Jsonwebtoken {
    /// Lets `run` run with this provider.
    fn op(&self, mut run: impl FnMut() + Send + 'static) -> Option<Op> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| EITHER.install_default().unwrap());
        let provider = self.0;
        Some(Box::new(move || {
            MEANT.set(provider);
            run();
        }))
    }
}

const fn algorithm(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
    }
}

impl Library for Jsonwebtoken {
    fn name(&self) -> &'static str {
        match self.0 {
            Provider::RustCrypto => "jsonwebtoken 11, rust_crypto",
            Provider::AwsLcRs => "jsonwebtoken 11, aws_lc_rs",
        }
    }

    fn mint(&self, work: &Work) -> Option<Op> {
        let key = match work.algorithm {
            Algorithm::Hs256 => EncodingKey::from_secret(&SECRET),
            Algorithm::Es256 => EncodingKey::from_ec_der(&work::pkcs8()),
        };
        let mut header = Header::new(algorithm(work.algorithm));
        header.kid = Some(KID.to_owned());
        let claims = work.claims.clone();
        self.op(move || {
            black_box(jsonwebtoken::encode(&header, black_box(&claims), &key).unwrap());
        })
    }

    fn verify(&self, work: &Work) -> Option<Op> {
        let key = match work.algorithm {
            Algorithm::Hs256 => DecodingKey::from_secret(&SECRET),
            Algorithm::Es256 => DecodingKey::from_ec_der(&work::sec1()),
        };
        let mut validation = Validation::new(algorithm(work.algorithm));
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        let token = work.token.clone();
        self.op(move || {
            let token = black_box(&token);
            black_box(jsonwebtoken::decode::<Claims>(token, &key, &validation).unwrap());
        })
    }

    fn load_signing(&self, algorithm: Algorithm) -> Option<Op> {
        let der = work::pkcs8();
        match algorithm {
            Algorithm::Hs256 => self.op(|| {
                black_box(EncodingKey::from_secret(black_box(&SECRET)));
            }),
            Algorithm::Es256 => self.op(move || {
                black_box(EncodingKey::from_ec_der(black_box(&der)));
            }),
        }
    }

    fn load_verifying(&self, algorithm: Algorithm) -> Option<Op> {
        let point = work::sec1();
        match algorithm {
            Algorithm::Hs256 => self.op(|| {
                black_box(DecodingKey::from_secret(black_box(&SECRET)));
            }),
            Algorithm::Es256 => self.op(move || {
                black_box(DecodingKey::from_ec_der(black_box(&point)));
            }),
        }
    }
}
