//! Every risky door of the crate, and nothing else.
//!
//! A review looks for `danger::` and has seen them all: reading a token that nobody verified, a
//! secret shorter than its hash, the bytes of a private key, and the nonces of its signatures.

#[cfg(feature = "es256-nonces")]
pub use crate::alg::{es256_hedged_nonce, es256_nonce};
use crate::claims::ClaimsSet;
use crate::error::{ClaimErrors, JsonError, VerifyError};
use crate::header::JoseHeader;
use crate::verify::UnverifiedToken;

/// What a token says, with nothing verified: anybody can have written it.
#[derive(Clone, Copy, Debug)]
pub struct Unverified<'s> {
    header: JoseHeader<'s>,
    payload: &'s [u8],
}

/// Reads a token without verifying it, for display and debugging. Never act on what it says.
///
/// `scratch` is as for [`UnverifiedToken::verify`].
///
/// # Errors
/// A [`VerifyError`] of the stages [`crate::Stage::Structure`] and [`crate::Stage::Header`].
pub fn peek<'s>(
    token: UnverifiedToken<'_>,
    scratch: &'s mut [u8],
) -> Result<Unverified<'s>, VerifyError> {
    let (header, rest) = token.open(scratch)?;
    let content = token.close(header, rest)?;
    Ok(Unverified { header: content.header(), payload: content.payload() })
}

impl<'s> Unverified<'s> {
    /// The header, unverified.
    #[must_use]
    pub const fn header(&self) -> JoseHeader<'s> {
        self.header
    }

    /// The payload, unverified.
    #[must_use]
    pub const fn payload(&self) -> &'s [u8] {
        self.payload
    }

    /// The claims, unverified; and which registered ones have the wrong type.
    ///
    /// # Errors
    /// A [`JsonError`] where the payload is no strict JSON object.
    pub fn claims(&self) -> Result<(ClaimsSet<'s>, ClaimErrors), JsonError> {
        ClaimsSet::parse(self.payload)
    }
}

/// An HMAC key from a secret that is shorter than its hash, for peers that cannot be changed.
/// RFC 7518 section 3.2 forbids it, and a short secret can be found by trying.
///
/// # Errors
/// [`crate::error::KeyError`] where the secret is empty or is an encoded key.
#[cfg(feature = "hmac")]
pub fn short_hmac_key<A: crate::alg::HmacAlgorithm>(
    secret: &[u8],
) -> Result<crate::alg::HmacKey<A>, crate::error::KeyError> {
    crate::alg::HmacKey::of_any_length(secret)
}

/// The bytes of a private key, to store it. They are wiped when dropped.
#[cfg(feature = "es256")]
#[must_use]
pub fn secret_bytes(key: &crate::alg::Es256SigningKey) -> zeroize::Zeroizing<[u8; 32]> {
    key.secret_bytes()
}
