//! The names of the algorithms (RFC 7518 section 3.1, RFC 8037, RFC 8812, RFC 9864). There is none for
//! "none".

use core::fmt;

/// A JWS signature or MAC algorithm, as a value.
///
/// It says what a key is for. Nothing in this library turns the `alg` of a token into one of
/// these to act on it. To be named here is not to be implemented here: this crate has keys for HMAC
/// and ES256, and other crates have the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256, RFC 7518 section 3.2.
    Hs256,
    /// HMAC with SHA-384, RFC 7518 section 3.2.
    Hs384,
    /// HMAC with SHA-512, RFC 7518 section 3.2.
    Hs512,
    /// ECDSA on P-256 with SHA-256, RFC 7518 section 3.4.
    Es256,
    /// ECDSA on P-384 with SHA-384, RFC 7518 section 3.4.
    Es384,
    /// ECDSA on P-521 with SHA-512, RFC 7518 section 3.4.
    Es512,
    /// ECDSA on secp256k1 with SHA-256, RFC 8812 section 3.2.
    Es256k,
    /// EdDSA, RFC 8037 section 3.1. Here its curve is Ed25519, as with [`Algorithm::Ed25519`].
    EdDsa,
    /// EdDSA on Ed25519 under the name that says so, RFC 9864 section 2.2.
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384, RFC 7518 section 3.3.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512, RFC 7518 section 3.3.
    Rs512,
    /// RSASSA-PSS with SHA-256, RFC 7518 section 3.5.
    Ps256,
    /// RSASSA-PSS with SHA-384, RFC 7518 section 3.5.
    Ps384,
    /// RSASSA-PSS with SHA-512, RFC 7518 section 3.5.
    Ps512,
}

impl Algorithm {
    /// Every algorithm that has a name here.
    pub const ALL: [Self; 15] = [
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Es256k,
        Self::EdDsa,
        Self::Ed25519,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
    ];

    /// The value of `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Es256k => "ES256K",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
        }
    }

    /// Length of a signature in bytes; `None` for RSA, where it is the length of the key's modulus.
    #[must_use]
    pub const fn signature_len(self) -> Option<usize> {
        match self {
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 | Self::Es256 | Self::Es256k | Self::EdDsa | Self::Ed25519 => Some(64),
            Self::Es384 => Some(96),
            Self::Es512 => Some(132),
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                None
            }
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
