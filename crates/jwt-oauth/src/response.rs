//! What a token endpoint answers (RFC 6749 section 5), read strictly.

mod error;

use core::fmt;

use jwt_core::json::{Object, Text, Value};

use crate::challenge::is_token68;
use crate::field::is_nqchar;

pub use error::{ErrorCode, ResponseError};

/// Bytes of an answer at most.
pub const MAX_RESPONSE_LEN: usize = 32_768;

/// Seconds of "expires_in" at most: ten years. More is milliseconds taken for seconds, or a token forever.
pub const MAX_EXPIRES_IN: u32 = 315_576_000;

/// "token_type": how an access token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub enum TokenType {
    /// RFC 6750: whoever has it may use it.
    Bearer,
    /// RFC 9449: with a proof by the key that it is bound to.
    Dpop,
}

impl TokenType {
    /// The name, which is also the scheme of the `Authorization` header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A successful answer (RFC 6749 section 5.1).
///
/// ```
/// use jwt_oauth::{TokenResponse, TokenType};
///
/// let body = br#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"bearer","expires_in":3600}"#;
/// let response = TokenResponse::parse(body, TokenType::Bearer)?;
/// assert_eq!(response.access_token(), "2YotnFZFEjr1zCsicMWpAA");
/// assert_eq!(response.expires_in(), Some(3600));
/// // Who asked for a bound token takes no other.
/// assert!(TokenResponse::parse(body, TokenType::Dpop).is_err());
/// # Ok::<(), jwt_oauth::ResponseError>(())
/// ```
#[derive(Clone, Copy)]
pub struct TokenResponse<'a> {
    access_token: Text<'a>,
    token_type: TokenType,
    expires_in: Option<u32>,
    scope: Option<Text<'a>>,
    refresh_token: Option<Text<'a>>,
    issued_token_type: Option<Text<'a>>,
}

impl<'a> TokenResponse<'a> {
    /// Reads the body of an answer whose status is 200, to a request for a token of the type `asked`.
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn parse(body: &'a [u8], asked: TokenType) -> Result<Self, ResponseError> {
        let object = object(body)?;
        let access_token = required(&object, "access_token")?;
        if !is_b64token(access_token) {
            return Err(ResponseError::Characters { member: "access_token" });
        }
        // RFC 6749 section 5.1: "token_type … Value is case insensitive."
        let found = required(&object, "token_type")?;
        let is =
            |kind: TokenType| lower(found).eq(kind.name().chars().map(|c| c.to_ascii_lowercase()));
        if !is(asked) {
            // RFC 9449 section 5: "a token_type of Bearer" answers a proof where the token is not bound.
            let unbound = asked == TokenType::Dpop && is(TokenType::Bearer);
            return Err(if unbound { ResponseError::NotBound } else { ResponseError::TokenType });
        }
        Ok(Self {
            access_token,
            token_type: asked,
            expires_in: object.find("expires_in").map(expires_in).transpose()?,
            scope: optional(&object, "scope", is_scope)?,
            refresh_token: optional(&object, "refresh_token", is_vschars)?,
            issued_token_type: optional(&object, "issued_token_type", is_vschars)?,
        })
    }

    /// "access_token": what `b64token` (RFC 6750 section 2.1) and `token68` have, so it can stand in a header.
    #[must_use]
    pub const fn access_token(&self) -> Text<'a> {
        self.access_token
    }

    /// "token_type".
    #[must_use]
    pub const fn token_type(&self) -> TokenType {
        self.token_type
    }

    /// "expires_in": seconds from the time of the answer.
    #[must_use]
    pub const fn expires_in(&self) -> Option<u32> {
        self.expires_in
    }

    /// "scope": `None` where it is what was asked for.
    #[must_use]
    pub const fn scope(&self) -> Option<Text<'a>> {
        self.scope
    }

    /// "refresh_token". A device that holds a key needs none: it mints again.
    #[must_use]
    pub const fn refresh_token(&self) -> Option<Text<'a>> {
        self.refresh_token
    }

    /// "issued_token_type" (RFC 8693 section 2.2.1).
    #[must_use]
    pub const fn issued_token_type(&self) -> Option<Text<'a>> {
        self.issued_token_type
    }
}

impl fmt::Debug for TokenResponse<'_> {
    /// Without its tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// An answer that says what is wrong (RFC 6749 section 5.2).
#[derive(Clone, Copy)]
pub struct ErrorResponse<'a> {
    code: ErrorCode,
    description: Option<Text<'a>>,
    uri: Option<Text<'a>>,
}

impl<'a> ErrorResponse<'a> {
    /// Reads the body of an answer whose status is 4xx or 5xx.
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn parse(body: &'a [u8]) -> Result<Self, ResponseError> {
        let object = object(body)?;
        let error = required(&object, "error")?;
        if !all(error, is_nqschar) {
            return Err(ResponseError::Characters { member: "error" });
        }
        // What is for people is left out where it breaks the grammar: the code is what counts.
        let text = |name| object.find(name).and_then(|value| value.as_text());
        Ok(Self {
            code: ErrorCode::find(|name| error == name),
            description: text("error_description").filter(|text| all(*text, is_nqschar)),
            uri: text("error_uri").filter(|text| all(*text, |c| c != ' ' && is_nqschar(c))),
        })
    }

    /// "error".
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// "error_description", for the developer. The server's words: they may hold anything that is printable.
    #[must_use]
    pub const fn description(&self) -> Option<Text<'a>> {
        self.description
    }

    /// "error_uri".
    #[must_use]
    pub const fn uri(&self) -> Option<Text<'a>> {
        self.uri
    }
}

impl fmt::Debug for ErrorResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse").field("code", &self.code).finish_non_exhaustive()
    }
}

fn object(body: &[u8]) -> Result<Object<'_>, ResponseError> {
    if body.len() > MAX_RESPONSE_LEN {
        return Err(ResponseError::TooLong { limit: MAX_RESPONSE_LEN });
    }
    Object::parse(body).map_err(ResponseError::Json)
}

fn required<'a>(object: &Object<'a>, member: &'static str) -> Result<Text<'a>, ResponseError> {
    let value = object.find(member).ok_or(ResponseError::Missing { member })?;
    value.as_text().ok_or(ResponseError::WrongType { member })
}

fn optional<'a>(
    object: &Object<'a>,
    member: &'static str,
    is_good: impl Fn(Text<'a>) -> bool,
) -> Result<Option<Text<'a>>, ResponseError> {
    match object.find(member) {
        None => Ok(None),
        Some(value) => match value.as_text() {
            None => Err(ResponseError::WrongType { member }),
            Some(text) if is_good(text) => Ok(Some(text)),
            Some(_) => Err(ResponseError::Characters { member }),
        },
    }
}

fn expires_in(value: Value<'_>) -> Result<u32, ResponseError> {
    let number = value.as_number().ok_or(ResponseError::WrongType { member: "expires_in" })?;
    let seconds = number.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
    seconds.filter(|seconds| (1..=MAX_EXPIRES_IN).contains(seconds)).ok_or(ResponseError::ExpiresIn)
}

fn lower<'a>(text: Text<'a>) -> impl Iterator<Item = char> + use<'a> {
    text.chars().map(|char| char.to_ascii_lowercase())
}

/// Whether there are characters, and all are these.
fn all(text: Text<'_>, is_of: impl Fn(char) -> bool) -> bool {
    text.unescaped_len() > 0 && text.chars().all(is_of)
}

/// "b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=""
fn is_b64token(text: Text<'_>) -> bool {
    let is_of = |c: char| u8::try_from(c).is_ok_and(is_token68);
    let mut rest = text.chars().skip_while(|c| is_of(*c));
    text.chars().next().is_some_and(is_of) && rest.all(|c| c == '=')
}

/// "scope = scope-token *( SP scope-token )"
fn is_scope(text: Text<'_>) -> bool {
    let mut before = ' ';
    for c in text.chars() {
        if !is_nqschar(c) || (c == ' ' && before == ' ') {
            return false;
        }
        before = c;
    }
    before != ' '
}

/// `1*VSCHAR` (RFC 6749 appendix A).
fn is_vschars(text: Text<'_>) -> bool {
    all(text, |c| (' '..='~').contains(&c))
}

/// `NQSCHAR` (RFC 6749 appendix A): `NQCHAR` or a space.
fn is_nqschar(c: char) -> bool {
    c == ' ' || u8::try_from(c).is_ok_and(is_nqchar)
}
