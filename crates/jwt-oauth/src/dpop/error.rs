//! Why a proof is not minted, and why one is refused.

use core::fmt;

use jwt_core::error::KeyError;
use jwt_core::{ClaimErrors, MintError, VerifyError};

/// Why no proof was minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// "htm" is no HTTP method in upper case.
    Method,
    /// "htu" is no `http` or `https` URI, or has a query or fragment.
    Uri,
    /// "jti" is empty or longer than a server of this library takes.
    JwtId,
    /// "nonce" has characters that no `DPoP-Nonce` has (RFC 9449 section 8.1), or none.
    Nonce,
    /// The token cannot be written or signed.
    Mint(MintError),
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("htm is no HTTP method in upper case"),
            Self::Uri => f.write_str("htu is no http or https URI without query and fragment"),
            Self::JwtId => f.write_str("jti is empty or too long"),
            Self::Nonce => f.write_str("nonce is none"),
            Self::Mint(error) => error.fmt(f),
        }
    }
}

impl From<MintError> for ProofError {
    fn from(error: MintError) -> Self {
        Self::Mint(error)
    }
}

impl core::error::Error for ProofError {}

/// Why a proof was refused. The numbers are those of the checks in RFC 9449 section 4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DpopError {
    /// 1: there is no `DPoP` header field, or more than one.
    NotOneProof,
    /// 2, 5, 6: no well-formed JWT, another algorithm, or a signature of another key.
    Token(VerifyError),
    /// 2, 3: the header has no "jwk", or it is no object.
    NoKey,
    /// 7: the "jwk" has a private or secret part.
    PrivateKey,
    /// 5, 6: the "jwk" cannot be used.
    Key(KeyError),
    /// 3, 4, 11: "typ", "iat", or a required claim is not there or not right.
    Claims(ClaimErrors),
    /// 3: "jti" is longer than [`super::MAX_JTI_LEN`] or empty (RFC 9449 section 11.1).
    JwtId,
    /// 8: "htm" is not the method of the request.
    Method,
    /// 9: "htu" is not the URI of the request.
    Uri,
    /// 10: "nonce" is none that this server gave out. The answer carries a new one.
    Nonce,
    /// 12: "ath" is not the hash of the access token.
    AccessTokenHash,
    /// 12: the access token is bound to another key.
    NotTheBoundKey,
}

impl DpopError {
    /// The "error" of the answer (RFC 9449 sections 5, 7.1, 8 and 9).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nonce => "use_dpop_nonce",
            Self::NotTheBoundKey => "invalid_token",
            _ => "invalid_dpop_proof",
        }
    }
}

impl fmt::Display for DpopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOneProof => f.write_str("not exactly one DPoP header field"),
            Self::Token(error) => error.fmt(f),
            Self::NoKey => f.write_str("no jwk in the header of the proof"),
            Self::PrivateKey => f.write_str("the jwk of the proof is not public"),
            Self::Key(error) => write!(f, "jwk: {error}"),
            Self::Claims(errors) => errors.fmt(f),
            Self::JwtId => f.write_str("jti is empty or too long"),
            Self::Method => f.write_str("htm is not the method of the request"),
            Self::Uri => f.write_str("htu is not the URI of the request"),
            Self::Nonce => f.write_str("nonce is none of this server"),
            Self::AccessTokenHash => f.write_str("ath is not the hash of the access token"),
            Self::NotTheBoundKey => f.write_str("the access token is bound to another key"),
        }
    }
}

impl core::error::Error for DpopError {}
