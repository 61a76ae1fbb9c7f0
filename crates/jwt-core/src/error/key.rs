//! Why a key was refused: what was found, and what was needed.

use core::fmt;

use super::JsonError;
use crate::algorithm::Algorithm;

/// What a piece of key material turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyForm {
    /// An elliptic curve key on P-256 (secp256r1, prime256v1).
    P256,
    /// An elliptic curve key on P-384 (secp384r1).
    P384,
    /// An elliptic curve key on P-521 (secp521r1).
    P521,
    /// An elliptic curve key on secp256k1.
    Secp256k1,
    /// An elliptic curve key on a curve that is not known here.
    OtherCurve,
    /// An RSA key.
    Rsa,
    /// An RSA key that its object identifier reserves for RSASSA-PSS (RFC 4055 section 1.2).
    RsaPss,
    /// An Ed25519, Ed448, X25519 or X448 key (JWK kty "OKP").
    Edwards,
    /// An Ed25519 key, where one is needed.
    Ed25519,
    /// A symmetric key (JWK kty "oct").
    Symmetric,
    /// An algorithm that is not known here.
    Other,
}

impl fmt::Display for KeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "a P-256 key",
            Self::P384 => "a P-384 key",
            Self::P521 => "a P-521 key",
            Self::Secp256k1 => "a secp256k1 key",
            Self::OtherCurve => "a key on an unknown curve",
            Self::Rsa => "an RSA key",
            Self::RsaPss => "an RSA key reserved for RSASSA-PSS by its object identifier",
            Self::Edwards => "an Edwards or Montgomery curve key",
            Self::Ed25519 => "an Ed25519 key",
            Self::Symmetric => "a symmetric key",
            Self::Other => "a key of an unknown kind",
        })
    }
}

/// Why a key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// An HMAC secret is shorter than the output of its hash (RFC 7518 section 3.2).
    TooShort {
        /// Length in bytes.
        found: usize,
        /// Length in bytes that suffices.
        needed: usize,
    },
    /// An HMAC secret that is the text or DER of a key for another algorithm: PEM, a JWK, an SSH
    /// key, SPKI, PKCS#8. Such "secrets" are known to everybody who knows the public key.
    NotASecret,
    /// The `k` of a JWK is longer than [`crate::key::MAX_SECRET_LEN`].
    SecretTooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// Another kind of key than the one needed.
    WrongForm {
        /// What was found.
        found: KeyForm,
        /// What was needed.
        needed: KeyForm,
    },
    /// A public key where a private key is needed.
    PublicKey,
    /// A private key where a public key is needed.
    PrivateKey,
    /// Not DER in the form that was announced (SEC1, PKCS#8 or SPKI).
    InvalidDer,
    /// Not PEM (RFC 7468), or base64 in it that is broken.
    InvalidPem,
    /// A PEM label that announces no key: a certificate, an encrypted key, anything else.
    UnsupportedPem,
    /// The buffer for decoded PEM is too small.
    BufferTooSmall {
        /// Size in bytes that suffices.
        needed: usize,
    },
    /// A private key that is zero, not below the order of the group, or has the wrong length.
    InvalidPrivateKey,
    /// A point that is not on the curve, is compressed where that is not allowed, or has the wrong
    /// length.
    InvalidPublicKey,
    /// An RSA modulus that is even, or shorter than 2048 or longer than 8192 bits (RFC 7518 section
    /// 3.3).
    RsaModulus {
        /// Its length in bits.
        bits: usize,
    },
    /// An RSA public exponent that is even, below 3, or longer than 33 bits.
    RsaExponent,
    /// An RSA modulus whose primes an Infineon chip has made, from which they can be computed
    /// (CVE-2017-15361, "ROCA").
    RsaFactorable,
    /// The private part does not belong to the public part.
    KeyMismatch,
    /// A JWK or JWK Set is no strict JSON object.
    Json(JsonError),
    /// A member of a JWK is missing, or has the wrong type or encoding.
    Member {
        /// The name of the member.
        name: &'static str,
    },
    /// The `alg` of a JWK is not the algorithm that is needed.
    AlgorithmMismatch {
        /// The algorithm needed.
        needed: Algorithm,
    },
    /// The `use` of a JWK is not "sig" (RFC 7517 section 4.2).
    NotForSignatures,
    /// The `key_ops` of a JWK does not have the operation that is needed, or has one twice
    /// (RFC 7517 section 4.3).
    OperationNotAllowed {
        /// The operation needed: "sign" or "verify".
        needed: &'static str,
    },
    /// A JWK Set that holds symmetric and asymmetric keys: public and secret material in one
    /// place invites confusion of the two.
    MixedSet,
}

impl KeyError {
    /// Whether there may be nothing wrong with the key: it is another kind of key, or meant for
    /// another use. Of a set such keys are passed over (RFC 7517 section 5).
    #[must_use]
    pub const fn is_other_use(&self) -> bool {
        matches!(
            self,
            Self::WrongForm { .. }
                | Self::PublicKey
                | Self::PrivateKey
                | Self::AlgorithmMismatch { .. }
                | Self::NotForSignatures
                | Self::OperationNotAllowed { .. }
        )
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { found, needed } => {
                write!(f, "the secret has {found} bytes; at least {needed} are needed")
            }
            Self::NotASecret => f.write_str("this is an encoded key, not a secret for HMAC"),
            Self::SecretTooLong { limit } => {
                write!(f, "the secret has more than {limit} bytes")
            }
            Self::WrongForm { found, needed } => {
                write!(f, "this is {found}; {needed} is needed")
            }
            Self::PublicKey => f.write_str("this is a public key; a private key is needed"),
            Self::PrivateKey => f.write_str("this is a private key; a public key is needed"),
            Self::InvalidDer => f.write_str("not a DER key in SEC1, PKCS#8 or SPKI form"),
            Self::InvalidPem => f.write_str("not PEM"),
            Self::UnsupportedPem => f.write_str("this PEM holds no plain key"),
            Self::BufferTooSmall { needed } => {
                write!(f, "buffer too small: {needed} bytes needed")
            }
            Self::InvalidPrivateKey => f.write_str("the private key is out of range"),
            Self::InvalidPublicKey => f.write_str("the public key is no point of the curve"),
            Self::RsaModulus { bits } => write!(
                f,
                "the RSA modulus has {bits} bits; an odd number of 2048 to 8192 bits is needed"
            ),
            Self::RsaExponent => f.write_str(
                "the RSA exponent is not an odd number of at least 3 and at most 33 bits",
            ),
            Self::RsaFactorable => f.write_str("the RSA modulus can be factored (CVE-2017-15361)"),
            Self::KeyMismatch => f.write_str("the private part does not match the public part"),
            Self::Json(error) => write!(f, "not a JWK: {error}"),
            Self::Member { name } => write!(f, "the {name} of the JWK is missing or invalid"),
            Self::AlgorithmMismatch { needed } => {
                write!(f, "the alg of the JWK is not {needed}")
            }
            Self::NotForSignatures => f.write_str("the use of the JWK is not sig"),
            Self::OperationNotAllowed { needed } => {
                write!(f, "the key_ops of the JWK do not allow to {needed}")
            }
            Self::MixedSet => f.write_str("the JWK Set mixes symmetric and asymmetric keys"),
        }
    }
}

impl core::error::Error for KeyError {}
