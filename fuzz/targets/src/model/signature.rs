//! Signatures by the packages themselves, and the keys that all targets share.

use std::sync::LazyLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jwt_core::{Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, Hs384, Hs512};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Sha256, Sha384, Sha512};

/// Which key a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alg {
    Hs256,
    Hs384,
    Hs512,
    Es256,
}

impl Alg {
    pub(crate) fn of(byte: u8) -> Self {
        match byte & 3 {
            0 => Self::Hs256,
            1 => Self::Hs384,
            2 => Self::Hs512,
            _ => Self::Es256,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Es256 => "ES256",
        }
    }
}

/// The secret of the HMAC keys. Long enough for each hash.
const SECRET: [u8; 64] = [0xa5; 64];
/// The scalar of the ES256 key.
const SCALAR: [u8; 32] = [0x5a; 32];

/// The keys as jwt-core takes them in, once: the curve is slow.
pub(crate) struct Keys {
    pub(crate) hs256: HmacKey<Hs256>,
    pub(crate) hs384: HmacKey<Hs384>,
    pub(crate) hs512: HmacKey<Hs512>,
    pub(crate) es256: Es256SigningKey,
    pub(crate) es256_public: Es256VerifyingKey,
}

pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let es256 = Es256SigningKey::from_bytes(&SCALAR).unwrap();
    Keys {
        hs256: HmacKey::new(&SECRET).unwrap(),
        hs384: HmacKey::new(&SECRET).unwrap(),
        hs512: HmacKey::new(&SECRET).unwrap(),
        es256_public: es256.verifying_key(),
        es256,
    }
});

static P256: LazyLock<(SigningKey, VerifyingKey)> = LazyLock::new(|| {
    let key = SigningKey::from_slice(&SCALAR).unwrap();
    let public = *key.verifying_key();
    (key, public)
});

/// Does the same with the key of each algorithm, as jwt-core has it. For ES256 it is the public one.
macro_rules! with_key {
    ($alg:expr, $key:ident => $body:expr) => {{
        let keys = &*$crate::model::signature::KEYS;
        match $alg {
            $crate::model::signature::Alg::Hs256 => {
                let $key = &keys.hs256;
                $body
            }
            $crate::model::signature::Alg::Hs384 => {
                let $key = &keys.hs384;
                $body
            }
            $crate::model::signature::Alg::Hs512 => {
                let $key = &keys.hs512;
                $body
            }
            $crate::model::signature::Alg::Es256 => {
                let $key = &keys.es256_public;
                $body
            }
        }
    }};
}
pub(crate) use with_key;

/// The signature of an input, not by jwt-core.
pub(crate) fn sign(alg: Alg, input: &[u8]) -> Vec<u8> {
    macro_rules! mac {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(&SECRET).unwrap();
            mac.update(input);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    match alg {
        Alg::Hs256 => mac!(Sha256),
        Alg::Hs384 => mac!(Sha384),
        Alg::Hs512 => mac!(Sha512),
        Alg::Es256 => {
            let signature: Signature = P256.0.sign(input);
            signature.to_bytes().to_vec()
        }
    }
}

/// Whether the signature is one, by the packages themselves.
pub(crate) fn verifies(alg: Alg, input: &[u8], signature: &[u8]) -> bool {
    match alg {
        Alg::Es256 => Signature::from_slice(signature)
            .is_ok_and(|signature| P256.1.verify(input, &signature).is_ok()),
        alg => sign(alg, input) == signature,
    }
}
