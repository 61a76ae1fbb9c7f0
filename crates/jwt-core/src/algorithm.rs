//! The names of the algorithms (RFC 7518 section 3.1). There is none for "none".

use core::fmt;

/// A JWS signature or MAC algorithm, as a value.
///
/// It says what a key is for. Nothing in this library turns the `alg` of a token into one of
/// these to act on it.
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
}

impl Algorithm {
    /// Every algorithm of this crate.
    pub const ALL: [Self; 4] = [Self::Hs256, Self::Hs384, Self::Hs512, Self::Es256];

    /// The value of `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Es256 => "ES256",
        }
    }

    /// Length of a signature in bytes.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 | Self::Es256 => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
