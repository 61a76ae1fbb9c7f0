//! One key for each algorithm, known to everybody here.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jsonwebtoken::DecodingKey;
use jwt_core::{Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, Hs384, Hs512, SigningKey as _};
use serde_json::{Value, json};

/// What a token has to be for.
pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example/v1";

const SECRET: [u8; 64] = [0x37; 64];

/// An algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alg {
    Hs256,
    Hs384,
    Hs512,
    Es256,
}

impl Alg {
    pub(crate) const ALL: [Self; 4] = [Self::Hs256, Self::Hs384, Self::Hs512, Self::Es256];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Es256 => "ES256",
        }
    }

    pub(crate) const fn theirs(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
            Self::Hs384 => jsonwebtoken::Algorithm::HS384,
            Self::Hs512 => jsonwebtoken::Algorithm::HS512,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
        }
    }
}

/// The keys as jwt-core and jsonwebtoken take them in.
pub(crate) struct Keys {
    pub(crate) hs256: HmacKey<Hs256>,
    pub(crate) hs384: HmacKey<Hs384>,
    pub(crate) hs512: HmacKey<Hs512>,
    pub(crate) es256: Es256SigningKey,
    pub(crate) es256_public: Es256VerifyingKey,
    secret: DecodingKey,
    point: DecodingKey,
}

impl Keys {
    pub(crate) fn new() -> Self {
        let es256 = Es256SigningKey::from_bytes(&[0x42; 32]).unwrap();
        let es256_public = es256.verifying_key();
        let [x, y] = coordinates(&es256_public);
        Self {
            hs256: HmacKey::new(&SECRET).unwrap(),
            hs384: HmacKey::new(&SECRET).unwrap(),
            hs512: HmacKey::new(&SECRET).unwrap(),
            es256_public,
            es256,
            secret: DecodingKey::from_secret(&SECRET),
            point: DecodingKey::from_ec_components(&x, &y).unwrap(),
        }
    }

    pub(crate) fn sign(&self, alg: Alg, input: &[u8]) -> Vec<u8> {
        match alg {
            Alg::Hs256 => self.hs256.sign(input).unwrap().to_vec(),
            Alg::Hs384 => self.hs384.sign(input).unwrap().to_vec(),
            Alg::Hs512 => self.hs512.sign(input).unwrap().to_vec(),
            Alg::Es256 => self.es256.sign(input).unwrap().to_vec(),
        }
    }

    pub(crate) const fn theirs(&self, alg: Alg) -> &DecodingKey {
        match alg {
            Alg::Es256 => &self.point,
            _ => &self.secret,
        }
    }

    /// What a peer in another process has to know.
    pub(crate) fn setup(&self) -> Value {
        let [x, y] = coordinates(&self.es256_public);
        json!({
            "secret": Base64UrlUnpadded::encode_string(&SECRET),
            "jwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y},
            "iss": ISSUER,
            "aud": AUDIENCE,
        })
    }
}

fn coordinates(key: &Es256VerifyingKey) -> [String; 2] {
    let point = key.to_sec1();
    [&point[1..33], &point[33..]].map(Base64UrlUnpadded::encode_string)
}
