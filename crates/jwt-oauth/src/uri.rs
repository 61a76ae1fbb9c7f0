//! The URI that a request goes to (RFC 9110 section 7.1), compared as RFC 3986 section 6 has it.

use core::fmt;

/// An `http` or `https` URI without its query and fragment, as a view on its text.
///
/// Two are equal where they are after normalisation: by syntax (RFC 3986 section 6.2.2: case, percent-encoding,
/// dot segments) and by scheme (section 6.2.3: the default port, an empty path).
///
/// ```
/// use jwt_oauth::TargetUri;
///
/// let uri = TargetUri::parse("HTTPS://API.example:443/a/./b/../%63?page=2")?;
/// assert_eq!(uri, TargetUri::parse("https://api.example/a/c")?);
/// assert_ne!(uri, TargetUri::parse("https://api.example/a/c/")?);
/// assert_eq!(TargetUri::parse("https://api.example/v1?page=2#top")?.as_str(), "https://api.example/v1");
/// # Ok::<(), jwt_oauth::NotATargetUri>(())
/// ```
#[derive(Clone, Copy)]
pub struct TargetUri<'u> {
    text: &'u str,
    host: &'u str,
    port: u16,
    path: &'u str,
    is_https: bool,
}

/// Text is no `http` or `https` URI with a host, and nothing else around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct NotATargetUri;

impl fmt::Display for NotATargetUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an http or https URI")
    }
}

impl core::error::Error for NotATargetUri {}

impl<'u> TargetUri<'u> {
    /// Reads a URI; a query and a fragment are left out.
    ///
    /// # Errors
    /// [`NotATargetUri`]: another scheme, no host, user information (RFC 9110 section 4.2.4), a port above 65535,
    /// or a character that no URI has.
    pub fn parse(text: &'u str) -> Result<Self, NotATargetUri> {
        let (text, _) = split_at_any(text, b"?#");
        let (scheme, rest) = split_at_any(text, b":");
        let rest = rest.strip_prefix("://").ok_or(NotATargetUri)?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        if !is_https && !scheme.eq_ignore_ascii_case("http") {
            return Err(NotATargetUri);
        }
        let (authority, path) = split_at_any(rest, b"/");
        let (host, port) = split_authority(authority).ok_or(NotATargetUri)?;
        let port = match port {
            // RFC 3986 section 3.2.3: "URI producers and normalizers should omit the port component and its
            // ':' delimiter if port is empty".
            "" => default_port(is_https),
            port => number(port).ok_or(NotATargetUri)?,
        };
        if !all_of(path, |byte| is_of_name(byte) || matches!(byte, b':' | b'@' | b'/')) {
            return Err(NotATargetUri);
        }
        Ok(Self { text, host, port, path, is_https })
    }

    /// The URI as it was written, without query and fragment: an "htu" (RFC 9449 section 4.2).
    #[must_use]
    pub const fn as_str(&self) -> &'u str {
        self.text
    }
}

impl PartialEq for TargetUri<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_https == other.is_https
            && self.port == other.port
            && lower(self.host).eq(lower(other.host))
            && Segments::of(self.path).equal(Segments::of(other.path))
    }
}

impl Eq for TargetUri<'_> {}

impl fmt::Debug for TargetUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetUri({})", self.text)
    }
}

impl fmt::Display for TargetUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

const fn default_port(is_https: bool) -> u16 {
    if is_https { 443 } else { 80 }
}

/// Host and port; an IPv6 address stands in brackets and alone may have colons.
fn split_authority(authority: &str) -> Option<(&str, &str)> {
    let (host, rest) = if authority.starts_with('[') {
        let end = authority.find(']')?.checked_add(1)?;
        let (host, rest) = authority.split_at_checked(end)?;
        let address = host.get(1..end.checked_sub(1)?)?;
        let is_address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        (address.bytes().all(is_address) && !address.is_empty()).then_some((host, rest))?
    } else {
        let (host, rest) = split_at_any(authority, b":");
        (all_of(host, is_of_name) && !host.is_empty()).then_some((host, rest))?
    };
    match rest.strip_prefix(':') {
        Some(port) => Some((host, port)),
        None => rest.is_empty().then_some((host, "")),
    }
}

fn number(digits: &str) -> Option<u16> {
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

/// Splits in front of the first of these bytes.
fn split_at_any<'t>(text: &'t str, bytes: &[u8]) -> (&'t str, &'t str) {
    let at = text.bytes().position(|byte| bytes.contains(&byte)).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Whether each byte is one of these or part of a percent-encoding (RFC 3986 section 2.1).
fn all_of(text: &str, is_allowed: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => hex(bytes.next()).and(hex(bytes.next())).is_some(),
            byte => is_allowed(byte),
        };
        if !good {
            return false;
        }
    }
    true
}

/// `unreserved` and `sub-delims` (RFC 3986 section 2).
fn is_of_name(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hex(digit: Option<u8>) -> Option<u8> {
    u8::try_from(char::from(digit?).to_digit(16)?).ok()
}

/// The bytes of a part, and whether each stands for itself. RFC 3986 section 6.2.2.2: encodings of unreserved
/// characters "should be normalized by decoding".
fn normal(text: &str) -> impl Iterator<Item = (bool, u8)> {
    let mut bytes = text.bytes();
    core::iter::from_fn(move || {
        let byte = bytes.next()?;
        if byte != b'%' {
            return Some((true, byte));
        }
        // Both digits are there: `all_of` has seen them.
        let (high, low) = (hex(bytes.next())?, hex(bytes.next())?);
        let byte = high << 4 | low;
        Some((is_unreserved(byte), byte))
    })
}

fn lower(host: &str) -> impl Iterator<Item = (bool, u8)> {
    normal(host).map(|(plain, byte)| (plain, if plain { byte.to_ascii_lowercase() } else { byte }))
}

/// The segments of a path from the last to the first, without dot segments (RFC 3986 section 5.2.4): from
/// behind, ".." leaves out what comes next, and no stack is needed.
struct Segments<'u> {
    rest: Option<&'u str>,
    at_end: bool,
    left_out: usize,
}

impl<'u> Segments<'u> {
    fn of(path: &'u str) -> Self {
        // RFC 3986 section 6.2.3: "an empty path should be normalized to a path of '/'".
        let path = path.strip_prefix('/').unwrap_or(path);
        Self { rest: Some(path), at_end: true, left_out: 0 }
    }

    /// What stands behind the last slash. By bytes: the search of `str` is larger, and may panic.
    fn segment(&mut self) -> Option<&'u str> {
        let rest = self.rest.take()?;
        let Some(slash) = rest.bytes().rposition(|byte| byte == b'/') else { return Some(rest) };
        self.rest = rest.get(..slash);
        rest.get(slash.checked_add(1)?..)
    }

    fn equal(mut self, mut other: Self) -> bool {
        loop {
            match (self.next(), other.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if normal(a).eq(normal(b)) => {}
                _ => return false,
            }
        }
    }
}

impl<'u> Iterator for Segments<'u> {
    type Item = &'u str;

    fn next(&mut self) -> Option<&'u str> {
        loop {
            let segment = self.segment()?;
            let at_end = core::mem::replace(&mut self.at_end, false);
            let is = |dots: &str| normal(segment).eq(dots.bytes().map(|dot| (true, dot)));
            if is("..") {
                self.left_out = self.left_out.saturating_add(1);
            } else if !is(".") {
                if self.left_out == 0 {
                    return Some(segment);
                }
                self.left_out = self.left_out.saturating_sub(1);
                continue;
            }
            // A dot segment at the end leaves the slash in front of it.
            if at_end {
                return Some("");
            }
        }
    }
}
