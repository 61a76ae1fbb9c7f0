//! Demonstrating Proof of Possession (DPoP), RFC 9449: a leaked access token is of no use without the key.
//!
//! [`DpopProof`] is minted, [`ExpectProof`] verifies. A proof is a type of its own: this room is the only place
//! where a key comes from the header of a token, and all that such a key proves is that its holder sent this
//! request. Whose key it is, [`ExpectProof::at_resource`] asks the access token.

mod error;
mod proof;
mod verify;

use core::fmt;

use jwt_core::base64url;

pub use error::{DpopError, ProofError};
pub use proof::DpopProof;
pub use verify::{ExpectProof, MAX_JTI_LEN, Possession, confirmation};

/// "typ" of a proof (RFC 9449 section 4.2).
pub const PROOF_TYPE: &str = "dpop+jwt";

/// SHA-256 of an access token, for "ath" (RFC 9449 section 4.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessTokenHash([u8; 32]);

impl AccessTokenHash {
    /// The hash of the text of an access token, as it stands in the `Authorization` header.
    #[must_use]
    pub fn of(access_token: &str) -> Self {
        Self(jwt_core::sha256(access_token.as_bytes()))
    }

    /// As base64url.
    fn encode<'b>(&self, text: &'b mut [u8; 43]) -> &'b str {
        base64url::encode(&self.0, text).unwrap_or_default()
    }
}

impl fmt::Debug for AccessTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokenHash")
    }
}

/// Whether text is an HTTP method as a proof has it.
///
/// A method is any token (RFC 9110 section 9.1), and case-sensitive; one with a lower case letter is taken for
/// the slip that it is.
#[must_use]
pub fn is_method(text: &str) -> bool {
    let is_of_method = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.bytes().all(is_of_method)
}
