//! What an [`Authenticator`](super::Authenticator) is told once: who it is, where it goes, how patient it is.

use core::fmt;

use jwt_core::{Algorithm, Minter, NumericDate, RegisteredClaims};

use crate::assertion::{ClientAssertion, LegacyClientAssertion};
use crate::point::PublicPoint;
use crate::request::{Encoding, Grant, TokenExchange, TokenRequest, token_type};
use crate::response::TokenType;

/// What the token that the client mints is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flow<'c> {
    /// It authenticates the client, which asks on its own authority: client_credentials (RFC 6749 section 4.4)
    /// with private_key_jwt (RFC 7523 section 2.2).
    ClientCredentials,
    /// It is the grant (RFC 7523 section 2.1).
    JwtBearer {
        /// "sub"; "iss" is [`Client::client_id`].
        subject: &'c str,
    },
    /// It is the token that is exchanged (RFC 8693).
    TokenExchange {
        /// "sub"; "iss" is [`Client::client_id`].
        subject: &'c str,
    },
}

/// The "aud" of what the client mints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionAudience {
    /// The issuer identifier of the authorization server, and "typ" `client-authentication+jwt` where it
    /// authenticates the client (RFC 10070).
    Issuer,
    /// The token endpoint, and "typ" `JWT`, for servers that know RFC 7523 of 2015 only: see
    /// [`LegacyClientAssertion`] for what is wrong with it.
    LegacyTokenEndpoint,
}

/// How long things last, in seconds, and how often they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From "iat" to "exp" of an assertion: 60.
    pub assertion_lifetime: u32,
    /// How long before its end a token is replaced, or half of its lifetime where that is less: 30.
    pub margin: u32,
    /// The lifetime of a token whose answer has no "expires_in": 300.
    pub assumed_lifetime: u32,
    /// Failed requests in a row before [`AuthError::Exhausted`](super::AuthError::Exhausted): 5.
    pub max_attempts: u8,
    /// The first wait after a failure, which doubles with each: 1.
    pub first_wait: u32,
    /// The longest wait that is not asked for by `Retry-After`: 60.
    pub longest_wait: u32,
    /// How far the caller's clock may be off for a `Date` to be believed: 300.
    pub max_skew: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            assertion_lifetime: 60,
            margin: 30,
            assumed_lifetime: 300,
            max_attempts: 5,
            first_wait: 1,
            longest_wait: 60,
            max_skew: 300,
        }
    }
}

/// A client of an authorization server.
#[derive(Clone, Copy)]
pub struct Client<'c> {
    /// "iss" and "sub" of the assertion: the client ID.
    pub client_id: &'c str,
    /// The issuer identifier of the authorization server, as its metadata (RFC 8414) has it.
    pub issuer: &'c str,
    /// The URL of the token endpoint.
    pub token_endpoint: &'c str,
    /// The algorithm of the key that signs assertions.
    pub algorithm: Algorithm,
    /// "kid" of the assertion.
    pub key_id: Option<&'c str>,
    /// "aud" of the assertion.
    pub assertion_audience: AssertionAudience,
    /// What the assertion is used for.
    pub flow: Flow<'c>,
    /// How requests are written.
    pub encoding: Encoding,
    /// "scope".
    pub scope: Option<&'c str>,
    /// "resource" (RFC 8707).
    pub resource: &'c [&'c str],
    /// "audience" (RFC 8693).
    pub audience: &'c [&'c str],
    /// Parameters of the server's own.
    pub others: &'c [(&'c str, &'c str)],
    /// The public half of the ES256 key that access tokens are bound to by DPoP; `None` for bearer tokens.
    pub dpop: Option<&'c PublicPoint>,
    /// Seconds and counts.
    pub timing: Timing,
}

impl<'c> Client<'c> {
    /// A client that asks for bearer tokens on its own authority, with ES256.
    #[must_use]
    pub fn new(client_id: &'c str, issuer: &'c str, token_endpoint: &'c str) -> Self {
        Self {
            client_id,
            issuer,
            token_endpoint,
            algorithm: Algorithm::Es256,
            key_id: None,
            assertion_audience: AssertionAudience::Issuer,
            flow: Flow::ClientCredentials,
            encoding: Encoding::Form,
            scope: None,
            resource: &[],
            audience: &[],
            others: &[],
            dpop: None,
            timing: Timing::default(),
        }
    }

    /// The type of token that is asked for.
    #[must_use]
    pub const fn token_type(&self) -> TokenType {
        if self.dpop.is_some() { TokenType::Dpop } else { TokenType::Bearer }
    }

    pub(super) fn minter(&self) -> Minter<'c> {
        let minter = match (self.flow, self.assertion_audience) {
            (Flow::ClientCredentials, AssertionAudience::Issuer) => ClientAssertion::minter(),
            _ => LegacyClientAssertion::minter(),
        };
        match self.key_id {
            Some(kid) => minter.kid(kid),
            None => minter,
        }
    }

    pub(super) fn claims<'a>(&self, jwt_id: &'a str, issued_at: NumericDate) -> RegisteredClaims<'a>
    where
        'c: 'a,
    {
        let server_issuer = match self.assertion_audience {
            AssertionAudience::Issuer => self.issuer,
            AssertionAudience::LegacyTokenEndpoint => self.token_endpoint,
        };
        let subject = match self.flow {
            Flow::ClientCredentials => self.client_id,
            Flow::JwtBearer { subject } | Flow::TokenExchange { subject } => subject,
        };
        let lifetime = self.timing.assertion_lifetime.into();
        RegisteredClaims {
            issuer: Some(self.client_id),
            subject: Some(subject),
            audience: Some(server_issuer.into()),
            expiration_time: Some(issued_at.saturating_add(lifetime)),
            issued_at: Some(issued_at),
            jwt_id: Some(jwt_id),
            ..Default::default()
        }
    }

    pub(super) fn request<'a>(&self, assertion: &'a str) -> TokenRequest<'a>
    where
        'c: 'a,
    {
        let (grant, client_assertion) = match self.flow {
            Flow::ClientCredentials => (Grant::ClientCredentials, Some(assertion)),
            Flow::JwtBearer { .. } => (Grant::JwtBearer { assertion }, None),
            Flow::TokenExchange { .. } => {
                let exchange = TokenExchange {
                    subject_token: assertion,
                    subject_token_type: token_type::JWT,
                    actor: None,
                    requested_token_type: None,
                };
                (Grant::TokenExchange(exchange), None)
            }
        };
        TokenRequest {
            grant,
            client_id: None,
            client_assertion,
            scope: self.scope,
            resource: self.resource,
            audience: self.audience,
            others: self.others,
        }
    }
}

impl fmt::Debug for Client<'_> {
    /// Without [`Client::others`], whose values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.client_id)
            .field("issuer", &self.issuer)
            .field("flow", &self.flow)
            .field("token_type", &self.token_type())
            .finish_non_exhaustive()
    }
}
