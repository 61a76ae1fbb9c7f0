//! What a request brings: the `Authorization` fields of its header, and nothing of its body or its URI.

use crate::Fault;

/// An access token as it was sent (RFC 6750 section 2.1), not verified.
///
/// `Debug` shows no token.
///
/// ```
/// use jwt_std::{Credentials, Fault};
///
/// assert!(matches!(Credentials::read([b"bearer abc.def".as_slice()]), Ok(Credentials::Bearer("abc.def"))));
/// assert!(matches!(Credentials::read([]), Err(Fault::NoCredentials)));
/// assert!(matches!(Credentials::read([b"Basic YTpi".as_slice()]), Err(Fault::NoCredentials)));
/// assert!(matches!(Credentials::read([b"Bearer a b".as_slice()]), Err(Fault::MalformedCredentials)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Credentials<'h> {
    /// With the scheme `Bearer`.
    Bearer(&'h str),
    /// With the scheme `DPoP` (RFC 9449 section 7.1).
    Dpop(&'h str),
}

impl<'h> Credentials<'h> {
    /// Reads all `Authorization` fields of a request.
    ///
    /// # Errors
    /// [`Fault::NoCredentials`] where there is none, or one of another scheme; [`Fault::SeveralCredentials`];
    /// [`Fault::MalformedCredentials`].
    pub fn read(fields: impl IntoIterator<Item = &'h [u8]>) -> Result<Self, Fault> {
        let mut fields = fields.into_iter();
        let field = fields.next().ok_or(Fault::NoCredentials)?;
        // RFC 6750 section 3.1, invalid_request: "uses more than one method for including an access token".
        if fields.next().is_some() {
            return Err(Fault::SeveralCredentials);
        }
        let end = field.iter().position(|byte| *byte == b' ').unwrap_or(field.len());
        let (scheme, rest) = field.split_at_checked(end).unwrap_or_default();
        if scheme.is_empty() || !scheme.iter().copied().all(is_token_character) {
            return Err(Fault::MalformedCredentials);
        }
        let is = |name: &str| scheme.eq_ignore_ascii_case(name.as_bytes());
        let make = match (is("Bearer"), is("DPoP")) {
            (true, _) => Self::Bearer,
            (_, true) => Self::Dpop,
            // Section 3.1: "using an unsupported authentication method" is no credentials.
            _ => return Err(Fault::NoCredentials),
        };
        // Section 2.1: credentials = "Bearer" 1*SP b64token
        let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
        let token = rest.get(spaces..).filter(|token| is_b64token(token));
        let token = token.and_then(|token| std::str::from_utf8(token).ok());
        token.map(make).ok_or(Fault::MalformedCredentials)
    }

    /// The token.
    #[must_use]
    pub const fn token(self) -> &'h str {
        match self {
            Self::Bearer(token) | Self::Dpop(token) => token,
        }
    }
}

impl std::fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer(..)",
            Self::Dpop(_) => "Dpop(..)",
        })
    }
}

/// RFC 9110 section 5.6.2: tchar.
const fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// RFC 6750 section 2.1: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
fn is_b64token(token: &[u8]) -> bool {
    let end = token.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last.saturating_add(1));
    let text = token.get(..end).unwrap_or_default();
    let allowed = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    !text.is_empty() && text.iter().all(allowed)
}
