//! Pure Rust: the packages of RustCrypto and dalek. ES256 is the core's.

use std::sync::Arc;

use ed25519_dalek::Signer as _;
use jwt_core::{
    Algorithm, Es256SigningKey, Es256VerifyingKey, InvalidSignature, KeyError, SigningFailed,
};
use rsa::{BoxedUint, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};

use super::{Provider, Sign, Verify, put, signer_of, verifier_of};
use crate::Error;
use crate::material::{Curve, Private, Public, RsaPublic};

pub(super) struct RustCrypto;

impl Provider for RustCrypto {
    fn signer(algorithm: Algorithm, key: &Private) -> Result<Arc<dyn Sign>, Error> {
        let invalid = KeyError::InvalidPrivateKey;
        Ok(match key {
            Private::Ec(key) => match key.public().curve() {
                Curve::P256 => {
                    let scalar = key.scalar().try_into().map_err(|_| invalid)?;
                    signer_of(Es256SigningKey::from_bytes(scalar)?)
                }
                Curve::P384 => Arc::new(
                    p384::ecdsa::SigningKey::from_slice(key.scalar()).map_err(|_| invalid)?,
                ),
                Curve::P521 => Arc::new(
                    p521::ecdsa::SigningKey::from_slice(key.scalar()).map_err(|_| invalid)?,
                ),
                Curve::Secp256k1 => Arc::new(
                    k256::ecdsa::SigningKey::from_slice(key.scalar()).map_err(|_| invalid)?,
                ),
            },
            Private::Ed25519(key) => Arc::new(ed25519_dalek::SigningKey::from_bytes(key.seed())),
            Private::Rsa(_) => return Err(Error::NoRsaSigning),
            Private::Hmac(_) => return Err(Error::AlgorithmNotSupported { algorithm }),
        })
    }

    fn verifier(algorithm: Algorithm, key: &Public) -> Result<Arc<dyn Verify>, Error> {
        let invalid = KeyError::InvalidPublicKey;
        Ok(match key {
            Public::Ec(key) => match key.curve() {
                Curve::P256 => verifier_of(Es256VerifyingKey::from_sec1(key.sec1())?),
                Curve::P384 => Arc::new(
                    p384::ecdsa::VerifyingKey::from_sec1_bytes(key.sec1()).map_err(|_| invalid)?,
                ),
                Curve::P521 => Arc::new(
                    p521::ecdsa::VerifyingKey::from_sec1_bytes(key.sec1()).map_err(|_| invalid)?,
                ),
                Curve::Secp256k1 => Arc::new(
                    k256::ecdsa::VerifyingKey::from_sec1_bytes(key.sec1()).map_err(|_| invalid)?,
                ),
            },
            Public::Ed25519(key) => {
                Arc::new(ed25519_dalek::VerifyingKey::from_bytes(key.bytes()).map_err(|_| invalid)?)
            }
            Public::Rsa(key) => return rsa_verifier(algorithm, key),
        })
    }
}

/// ECDSA on one curve (RFC 7518 section 3.4).
macro_rules! ecdsa {
    ($($package:ident $len:literal $normalize:expr;)*) => { $(
        impl Sign for $package::ecdsa::SigningKey {
            fn signature_len(&self) -> usize {
                $len
            }

            fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
                use $package::ecdsa::signature::Signer as _;
                let signed: Result<$package::ecdsa::Signature, _> = self.try_sign(input);
                put(signed.map_err(|_| SigningFailed)?.to_bytes().as_slice(), out)
            }
        }

        impl Verify for $package::ecdsa::VerifyingKey {
            fn signature_len(&self) -> usize {
                $len
            }

            fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
                let signature = $package::ecdsa::Signature::from_slice(signature);
                let normalize: fn($package::ecdsa::Signature) -> _ = $normalize;
                let signature = normalize(signature.map_err(|_| InvalidSignature)?);
                <Self as $package::ecdsa::signature::Verifier<_>>::verify(self, input, &signature)
                    .map_err(|_| InvalidSignature)
            }
        }
    )* };
}

ecdsa! {
    p384 96 |signature| signature;
    p521 132 |signature| signature;
    // k256 takes a low S only, for Bitcoin. RFC 8812 says nothing of S, so a high one is as good.
    k256 64 |signature| signature.normalize_s();
}

impl Sign for ed25519_dalek::SigningKey {
    fn signature_len(&self) -> usize {
        64
    }

    fn sign(&self, input: &[u8], out: &mut [u8]) -> Result<(), SigningFailed> {
        put(&self.try_sign(input).map_err(|_| SigningFailed)?.to_bytes(), out)
    }
}

impl Verify for ed25519_dalek::VerifyingKey {
    fn signature_len(&self) -> usize {
        64
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let signature =
            ed25519_dalek::Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
        <Self as ed25519_dalek::Verifier<_>>::verify(self, input, &signature)
            .map_err(|_| InvalidSignature)
    }
}

/// An RSA key with the padding and hash of its algorithm.
struct Rsa<K> {
    key: K,
    len: usize,
}

fn rsa_verifier(algorithm: Algorithm, public: &RsaPublic) -> Result<Arc<dyn Verify>, Error> {
    let number = BoxedUint::from_be_slice_vartime;
    let key = rsa::PublicKey::new(number(public.n()), number(public.e()))
        .map_err(|_| KeyError::InvalidPublicKey)?;
    let len = public.len();
    Ok(match algorithm {
        Algorithm::Rs256 => Arc::new(Rsa { key: pkcs1v15::VerifyingKey::<Sha256>::new(key), len }),
        Algorithm::Rs384 => Arc::new(Rsa { key: pkcs1v15::VerifyingKey::<Sha384>::new(key), len }),
        Algorithm::Rs512 => Arc::new(Rsa { key: pkcs1v15::VerifyingKey::<Sha512>::new(key), len }),
        // RFC 7518 section 3.5: "The size of the salt value is the same size as the hash function
        // output."
        Algorithm::Ps256 => Arc::new(Rsa { key: pss::VerifyingKey::<Sha256>::new(key), len }),
        Algorithm::Ps384 => Arc::new(Rsa { key: pss::VerifyingKey::<Sha384>::new(key), len }),
        Algorithm::Ps512 => Arc::new(Rsa { key: pss::VerifyingKey::<Sha512>::new(key), len }),
        algorithm => return Err(Error::AlgorithmNotSupported { algorithm }),
    })
}

/// Verification with one padding and hash.
macro_rules! rsa {
    ($($padding:ident $hash:ident),*) => { $(
        impl Verify for Rsa<$padding::VerifyingKey<$hash>> {
            fn signature_len(&self) -> usize {
                self.len
            }

            fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
                use rsa::signature::Verifier as _;
                let signature =
                    $padding::Signature::try_from(signature).map_err(|_| InvalidSignature)?;
                self.key.verify(input, &signature).map_err(|_| InvalidSignature)
            }
        }
    )* };
}

rsa!(pkcs1v15 Sha256, pkcs1v15 Sha384, pkcs1v15 Sha512, pss Sha256, pss Sha384, pss Sha512);
