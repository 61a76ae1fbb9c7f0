//! AWS-LC through aws-lc-rs. Keys are parsed once, when they are made.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, Ed25519KeyPair,
    ParsedPublicKey, RsaEncoding, RsaParameters,
};
use jwt_core::{Algorithm, InvalidSignature, KeyError, SigningFailed};

use super::{Provider, Sign, Verify, put};
use crate::Error;
use crate::material::{Curve, Private, Public, RsaPrivate};

pub(super) struct AwsLc;

impl Provider for AwsLc {
    fn signer(algorithm: Algorithm, key: &Private) -> Result<Arc<dyn Sign>, Error> {
        let invalid = KeyError::InvalidPrivateKey;
        Ok(match key {
            Private::Ec(key) => {
                let curve = key.public().curve();
                let pair = EcdsaKeyPair::from_private_key_and_public_key(
                    ecdsa_signing(curve),
                    key.scalar(),
                    key.public().sec1(),
                );
                let len = curve.len().saturating_mul(2);
                Arc::new(Ecdsa { pair: pair.map_err(|_| invalid)?, len })
            }
            Private::Ed25519(key) => Arc::new(
                Ed25519KeyPair::from_seed_and_public_key(key.seed(), key.public().bytes())
                    .map_err(|_| invalid)?,
            ),
            Private::Rsa(key) => Arc::new(Rsa {
                encoding: rsa_encoding(algorithm)
                    .ok_or(Error::AlgorithmNotSupported { algorithm })?,
                pair: rsa_pair(key)?,
            }),
            Private::Hmac(_) => return Err(Error::AlgorithmNotSupported { algorithm }),
        })
    }

    fn verifier(algorithm: Algorithm, key: &Public) -> Result<Arc<dyn Verify>, Error> {
        let invalid = KeyError::InvalidPublicKey;
        let (key, len) = match key {
            Public::Ec(key) => (
                ParsedPublicKey::new(ecdsa(key.curve()), key.sec1()).map_err(|_| invalid)?,
                key.curve().len().saturating_mul(2),
            ),
            Public::Ed25519(key) => {
                (ParsedPublicKey::new(&signature::ED25519, key.bytes()).map_err(|_| invalid)?, 64)
            }
            Public::Rsa(key) => {
                let parameters =
                    rsa_parameters(algorithm).ok_or(Error::AlgorithmNotSupported { algorithm })?;
                let parts = PublicKeyComponents { n: key.n(), e: key.e() };
                (parts.to_parsed_public_key(parameters).map_err(|_| invalid)?, key.len())
            }
        };
        Ok(Arc::new(Parsed { key, len }))
    }
}

struct Ecdsa {
    pair: EcdsaKeyPair,
    len: usize,
}

impl Sign for Ecdsa {
    fn signature_len(&self) -> usize {
        self.len
    }

    fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
        let signature = self.pair.sign(&SystemRandom::new(), input).map_err(|_| SigningFailed)?;
        put(signature.as_ref(), out)
    }
}

impl Sign for Ed25519KeyPair {
    fn signature_len(&self) -> usize {
        64
    }

    fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
        put(self.try_sign(input).map_err(|_| SigningFailed)?.as_ref(), out)
    }
}

struct Rsa {
    pair: RsaKeyPair,
    encoding: &'static dyn RsaEncoding,
}

impl Sign for Rsa {
    fn signature_len(&self) -> usize {
        self.pair.public_modulus_len()
    }

    fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
        if out.len() != self.pair.public_modulus_len() {
            return Err(SigningFailed);
        }
        self.pair.sign(self.encoding, &SystemRandom::new(), input, out).map_err(|_| SigningFailed)
    }
}

struct Parsed {
    key: ParsedPublicKey,
    len: usize,
}

impl Verify for Parsed {
    fn signature_len(&self) -> usize {
        self.len
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        if signature.len() != self.len {
            return Err(InvalidSignature);
        }
        self.key.verify_sig(input, signature).map_err(|_| InvalidSignature)
    }
}

fn rsa_pair(key: &RsaPrivate) -> Result<RsaKeyPair, KeyError> {
    RsaKeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents { n: key.public().n(), e: key.public().e() },
        d: key.d.as_slice(),
        p: key.p.as_slice(),
        q: key.q.as_slice(),
        dP: key.dp.as_slice(),
        dQ: key.dq.as_slice(),
        qInv: key.qi.as_slice(),
    })
    .map_err(|_| KeyError::InvalidPrivateKey)
}

const fn ecdsa_signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        Curve::P521 => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
        Curve::Secp256k1 => &signature::ECDSA_P256K1_SHA256_FIXED_SIGNING,
    }
}

const fn ecdsa(curve: Curve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED,
        Curve::P521 => &signature::ECDSA_P521_SHA512_FIXED,
        Curve::Secp256k1 => &signature::ECDSA_P256K1_SHA256_FIXED,
    }
}

fn rsa_encoding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        Algorithm::Rs256 => &signature::RSA_PKCS1_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

const fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// A new RSA key as PKCS#8, of one of the sizes that there are.
pub(crate) fn generate_rsa(bits: usize) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, Error> {
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    let size = match bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        8192 => KeySize::Rsa8192,
        _ => return Ok(None),
    };
    let pair = RsaKeyPair::generate(size).map_err(|_| Error::Entropy)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Error::Entropy)?;
    Ok(Some(zeroize::Zeroizing::new(der.as_ref().to_vec())))
}
