//! Web Push: Voluntary Application Server Identification (VAPID), RFC 8292.

use core::fmt;

use jwt_core::error::RegisteredClaim;
use jwt_core::{CompactJws, Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{AudienceForm, Lifetime, Profile, ProviderToken, PublicPoint, Rule};

/// A VAPID token for a push service (RFC 8292 section 2). [`VapidAuthorization`] sends it.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT` |
/// | claims | "aud", the origin of the push resource; "exp"; "sub" optional, a `mailto:` or `https:` URI |
/// | lifetime | at most 86,400 s (24 h) from the request, so 12 h is usual |
///
/// RFC 8292 section 2.1 leaves "sub" to the sender; some push services are said to refuse tokens without
/// (*unconfirmed*), so have one.
#[derive(Clone, Copy, Debug)]
pub struct WebPush<'a> {
    /// "aud": the origin of the push resource, `https://push.example.net`: no path, no final slash.
    pub origin: &'a str,
    /// "sub": where to reach whoever runs the application server, `mailto:push@example.com`.
    pub contact: Option<&'a str>,
    /// Now. Not written.
    pub issued_at: NumericDate,
    /// Seconds from now to "exp".
    pub lifetime: u32,
}

impl ProviderToken for WebPush<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        typ: Some("JWT"),
        required: &[RegisteredClaim::Audience, RegisteredClaim::ExpirationTime],
        audience: AudienceForm::Single,
        // RFC 8292 section 2: 'An "exp" claim MUST NOT be more than 24 hours from the
        // time of the request.'
        lifetime: Some(Lifetime::at_most(24 * 60 * 60, 12 * 60 * 60)),
        ..Profile::new("Web Push", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            subject: self.contact,
            audience: Some(self.origin.into()),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            ..Default::default()
        }
    }

    fn check_own(&self) -> Result<(), Rule> {
        // RFC 8292 section 2: "the origin (Section 6.1 of [RFC6454]) of the push resource URL".
        if !self.origin.as_bytes().strip_prefix(b"https://").is_some_and(is_host_and_port) {
            return Err(Rule::NotAnOrigin { claim: "aud" });
        }
        // RFC 8292 section 2.1: 'either a "mailto:" (email) [RFC6068] or an "https:" [RFC2818] URI'.
        if self.contact.is_some_and(|contact| !is_contact(contact)) {
            return Err(Rule::NotAContact { claim: "sub" });
        }
        Ok(())
    }
}

fn is_contact(uri: &str) -> bool {
    let rest = uri.strip_prefix("mailto:").or_else(|| uri.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && Rule::is_of_uri(rest))
}

/// Whether `text` is a host, or an address in brackets, and perhaps a port. A host is in lower case, as an
/// origin has it.
pub(super) fn is_host_and_port(text: &[u8]) -> bool {
    // An IPv6 address stands in brackets and alone may have colons.
    let (is_host, rest) = match text.strip_prefix(b"[") {
        Some(address) => match split_before(address, b']') {
            (address @ [_, ..], [b']', rest @ ..]) => {
                let is_of_address =
                    |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
                (address.iter().all(is_of_address), rest)
            }
            _ => return false,
        },
        None => {
            let (host, rest) = split_before(text, b':');
            (is_host(host), rest)
        }
    };
    let is_port = match rest {
        [] => true,
        [b':', b'1'..=b'9', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => {
            // Numbers of the same length have the order of their texts.
            digits.len() < 4 || (digits.len() == 4 && rest <= b":65535".as_slice())
        }
        _ => false,
    };
    is_host && is_port
}

/// Whether `text` is labels of letters, digits and hyphens, with dots between them.
fn is_host(text: &[u8]) -> bool {
    let mut last = b'.';
    for byte in text {
        match byte {
            b'.' if last == b'.' => return false,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => last = *byte,
            _ => return false,
        }
    }
    last != b'.'
}

pub(super) fn split_before(text: &[u8], byte: u8) -> (&[u8], &[u8]) {
    let at = text.iter().position(|found| *found == byte).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or_default()
}

/// The value of the `Authorization` header of RFC 8292 section 3: `vapid t=…, k=…`.
///
/// `Display` writes it, without the name of the header and without a copy of the token; `Debug` does not.
#[derive(Clone, Copy)]
pub struct VapidAuthorization<'t> {
    /// The token, for `t`.
    pub token: CompactJws<'t>,
    /// The public half of the key that signed it, for `k`.
    pub public_key: PublicPoint,
}

impl fmt::Display for VapidAuthorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vapid t={}, k={}", self.token, self.public_key)
    }
}

impl fmt::Debug for VapidAuthorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidAuthorization(token)")
    }
}
