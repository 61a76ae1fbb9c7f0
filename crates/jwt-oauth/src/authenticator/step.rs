//! What is to be done next.

use core::fmt;

use jwt_core::error::BufferTooSmall;

use crate::response::TokenType;

/// What the caller does next.
#[derive(Debug)]
#[must_use = "nothing happens before the caller does it"]
pub enum Step<'s> {
    /// Sign this, and hand the signature to [`Authenticator::signed`](super::Authenticator::signed): with the
    /// client's key for [`Purpose::Assertion`], with the key of [`Client::dpop`](super::Client::dpop) for
    /// [`Purpose::Proof`]. It may be the same key.
    Sign {
        /// What it is for.
        purpose: Purpose,
        /// The JWS Signing Input (RFC 7515 section 5.1).
        signing_input: &'s [u8],
    },
    /// Send this, and hand the answer to [`Authenticator::answer`](super::Authenticator::answer), or say that there
    /// was none: [`Authenticator::failed`](super::Authenticator::failed).
    Send(TokenCall<'s>),
    /// Come back in so many seconds.
    Sleep(u32),
    /// Send the request to the API with this, and hand the answer to
    /// [`Authenticator::answer`](super::Authenticator::answer).
    Use(Authorization<'s>),
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An assertion, with [`Client::algorithm`](super::Client::algorithm).
    Assertion,
    /// A DPoP proof, with ES256.
    Proof,
}

/// A POST to the token endpoint.
#[derive(Clone, Copy)]
pub struct TokenCall<'s> {
    /// Where to.
    pub uri: &'s str,
    /// `Content-Type`. `Accept` is `application/json`.
    pub content_type: &'static str,
    /// The body.
    pub body: &'s str,
    /// `DPoP`, where there is one.
    pub dpop: Option<&'s str>,
}

impl fmt::Debug for TokenCall<'_> {
    /// Without body and proof.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCall").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// What a request to the API carries: `Authorization`, and `DPoP` where the token is bound.
///
/// `Display` writes the value of `Authorization`; `Debug` does not.
#[derive(Clone, Copy)]
pub struct Authorization<'s> {
    pub(super) token_type: TokenType,
    pub(super) token: &'s str,
    pub(super) dpop: Option<&'s str>,
}

impl<'s> Authorization<'s> {
    /// `Bearer` or `DPoP`, and the token: what stands behind `Authorization: ` with a space between them.
    #[must_use]
    pub const fn parts(&self) -> (&'static str, &'s str) {
        (self.token_type.name(), self.token)
    }

    /// The value of `Authorization`, in the front of `buf`.
    ///
    /// # Errors
    /// [`BufferTooSmall`] with the exact size.
    pub fn write_value_into<'b>(&self, buf: &'b mut [u8]) -> Result<&'b str, BufferTooSmall> {
        let (scheme, token) = self.parts();
        let bytes = scheme.bytes().chain([b' ']).chain(token.bytes());
        let needed = scheme.len().saturating_add(1).saturating_add(token.len());
        let to = buf.get_mut(..needed).ok_or(BufferTooSmall { needed })?;
        to.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
        Ok(core::str::from_utf8(to).unwrap_or_default())
    }

    /// The value of `DPoP`: for this request and no other.
    #[must_use]
    pub const fn dpop(&self) -> Option<&'s str> {
        self.dpop
    }
}

impl fmt::Display for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, token) = self.parts();
        write!(f, "{scheme} {token}")
    }
}

impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("token_type", &self.token_type)
            .finish_non_exhaustive()
    }
}

/// What an answer means for the request to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the request may have to be sent again"]
pub enum Verdict {
    /// The request to the API has been answered; the answer is the caller's.
    Done,
    /// Go on with [`Authenticator::step`](super::Authenticator::step).
    Again,
}

/// A request to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiRequest<'r> {
    /// The method, in upper case.
    pub method: &'r str,
    /// The URI. A query and a fragment are left out of the proof.
    pub uri: &'r str,
}
