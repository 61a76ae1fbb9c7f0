//! Token requests (RFC 6749, RFC 7523, RFC 8693), as a form or as JSON, into the caller's buffer.

mod form;

use core::fmt;

use jwt_core::error::WriteError;
use jwt_core::json::{ObjectWriter, WriteMembers, write_object};

use form::FormWriter;

pub mod token_type {
    //! Names of types of tokens (RFC 8693 section 3).

    /// An access token of this server.
    pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
    /// A refresh token of this server.
    pub const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
    /// An ID token of OpenID Connect.
    pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
    /// Any JWT.
    pub const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
}

/// "client_assertion_type" of a JWT (RFC 7523 section 2.2).
const JWT_BEARER_CLIENT: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a token is asked for with.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Grant<'a> {
    /// The client's own authority (RFC 6749 section 4.4).
    ClientCredentials,
    /// A JWT as an authorization grant (RFC 7523 section 2.1).
    JwtBearer {
        /// "assertion": the JWT.
        assertion: &'a str,
    },
    /// Another token (RFC 8693).
    TokenExchange(TokenExchange<'a>),
    /// A refresh token (RFC 6749 section 6).
    RefreshToken(&'a str),
    /// The code that a browser came back with (RFC 6749 section 4.1.3), and its PKCE (RFC 7636 section 4.5).
    AuthorizationCode {
        /// "code".
        code: &'a str,
        /// "redirect_uri", where the authorization request had one.
        redirect_uri: Option<&'a str>,
        /// "code_verifier".
        code_verifier: &'a str,
    },
}

impl Grant<'_> {
    /// "grant_type".
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer { .. } => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::TokenExchange(_) => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::RefreshToken(_) => "refresh_token",
            Self::AuthorizationCode { .. } => "authorization_code",
        }
    }
}

impl fmt::Debug for Grant<'_> {
    /// Without its tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The parameters of a token exchange (RFC 8693 section 2.1).
#[derive(Clone, Copy)]
pub struct TokenExchange<'a> {
    /// "subject_token": on whose behalf.
    pub subject_token: &'a str,
    /// "subject_token_type": one of [`token_type`].
    pub subject_token_type: &'a str,
    /// "actor_token" and "actor_token_type": who acts.
    pub actor: Option<(&'a str, &'a str)>,
    /// "requested_token_type".
    pub requested_token_type: Option<&'a str>,
}

impl fmt::Debug for TokenExchange<'_> {
    /// Without its tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchange")
            .field("subject_token_type", &self.subject_token_type)
            .finish_non_exhaustive()
    }
}

/// How the body of a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded` (RFC 6749 appendix B): what every server takes.
    Form,
    /// `application/json`: what some APIs take that exchange a token for their own.
    Json,
}

impl Encoding {
    /// The value of `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Form => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }
}

/// A request to a token endpoint.
///
/// ```
/// use jwt_oauth::{Encoding, Grant, TokenRequest};
///
/// # let assertion = "eyJ.eyJ.sig";
/// let request = TokenRequest {
///     client_assertion: Some(assertion),
///     scope: Some("models.read models.write"),
///     ..TokenRequest::new(Grant::ClientCredentials)
/// };
/// let mut buf = [0; 1024];
/// assert_eq!(
///     request.write(Encoding::Form, &mut buf)?,
///     "grant_type=client_credentials\
///      &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
///      &client_assertion=eyJ.eyJ.sig&scope=models.read+models.write"
/// );
/// # Ok::<(), jwt_core::error::WriteError>(())
/// ```
#[derive(Clone, Copy)]
pub struct TokenRequest<'a> {
    /// The grant.
    pub grant: Grant<'a>,
    /// "client_id": not needed beside a client assertion (RFC 7521 section 4.2), and needed by some servers.
    pub client_id: Option<&'a str>,
    /// "client_assertion" (RFC 7523 section 2.2): see [`crate::ClientAssertion`].
    pub client_assertion: Option<&'a str>,
    /// "scope": names with single spaces between them.
    pub scope: Option<&'a str>,
    /// "resource" (RFC 8707), each an absolute URI.
    pub resource: &'a [&'a str],
    /// "audience" (RFC 8693 section 2.1).
    pub audience: &'a [&'a str],
    /// Parameters of one server's own.
    pub others: &'a [(&'a str, &'a str)],
}

impl<'a> TokenRequest<'a> {
    /// A request with this grant and nothing else.
    #[must_use]
    pub const fn new(grant: Grant<'a>) -> Self {
        Self {
            grant,
            client_id: None,
            client_assertion: None,
            scope: None,
            resource: &[],
            audience: &[],
            others: &[],
        }
    }

    /// The body, in the front of `buf`.
    ///
    /// # Errors
    /// [`WriteError::BufferTooSmall`] with the exact size; [`WriteError::DuplicateMember`] where
    /// [`TokenRequest::others`] has a name twice or one that is written already (RFC 6749 section 3.2).
    pub fn write<'b>(&self, encoding: Encoding, buf: &'b mut [u8]) -> Result<&'b str, WriteError> {
        if encoding == Encoding::Json {
            return write_object(buf, self);
        }
        let mut form = FormWriter::new(buf);
        self.each(&mut |name, value| form.pair(name, value));
        for (name, values) in self.lists() {
            values.iter().for_each(|value| form.pair(name, value));
        }
        for (i, (name, value)) in self.others.iter().enumerate() {
            let mut taken = self.others.iter().take(i).any(|(other, _)| other == name);
            self.each(&mut |other, _| taken |= other == *name);
            taken |= self.lists().iter().any(|(other, values)| other == name && !values.is_empty());
            if taken {
                return Err(WriteError::DuplicateMember);
            }
            form.pair(name, value);
        }
        form.finish()
    }

    /// Shows the parameters that occur once.
    fn each(&self, put: &mut impl FnMut(&str, &str)) {
        put("grant_type", self.grant.name());
        match self.grant {
            Grant::ClientCredentials => {}
            Grant::JwtBearer { assertion } => put("assertion", assertion),
            Grant::TokenExchange(exchange) => {
                put("subject_token", exchange.subject_token);
                put("subject_token_type", exchange.subject_token_type);
                if let Some((token, kind)) = exchange.actor {
                    put("actor_token", token);
                    put("actor_token_type", kind);
                }
                if let Some(kind) = exchange.requested_token_type {
                    put("requested_token_type", kind);
                }
            }
            Grant::RefreshToken(token) => put("refresh_token", token),
            Grant::AuthorizationCode { code, redirect_uri, code_verifier } => {
                put("code", code);
                if let Some(uri) = redirect_uri {
                    put("redirect_uri", uri);
                }
                put("code_verifier", code_verifier);
            }
        }
        if let Some(client_id) = self.client_id {
            put("client_id", client_id);
        }
        if let Some(assertion) = self.client_assertion {
            put("client_assertion_type", JWT_BEARER_CLIENT);
            put("client_assertion", assertion);
        }
        if let Some(scope) = self.scope {
            put("scope", scope);
        }
    }

    /// The parameters that may occur more than once.
    const fn lists(&self) -> [(&'static str, &'a [&'a str]); 2] {
        [("resource", self.resource), ("audience", self.audience)]
    }
}

/// The request as JSON: several values of one name are an array.
impl WriteMembers for TokenRequest<'_> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        self.each(&mut |name, value| {
            object.string(name, value);
        });
        for (name, values) in self.lists() {
            match values {
                [] => {}
                [one] => drop(object.string(name, one)),
                many => {
                    object.array(name, |array| {
                        many.iter().for_each(|value| {
                            array.string(value);
                        });
                    });
                }
            }
        }
        for (name, value) in self.others {
            object.string(name, value);
        }
    }
}

impl fmt::Debug for TokenRequest<'_> {
    /// Without its tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("grant", &self.grant)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("resource", &self.resource)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
