//! `WWW-Authenticate`: several challenges of several schemes in one field (RFC 9110 sections 11.2, 11.3 and
//! 11.6.1).
//!
//! A comma separates parameters and challenges alike; which one follows, the "=" behind a name tells. The whole
//! value is checked before anything of it is shown.

use core::fmt;

use jwt_core::error::BufferTooSmall;

use crate::field::FieldError;

/// Challenges and parameters of a field, together, at most: no answer has that many, and each parameter is
/// compared with the others of its challenge.
pub const MAX_ITEMS: usize = 64;

/// The challenges of one `WWW-Authenticate` field.
///
/// ```
/// use jwt_oauth::Challenges;
///
/// let field = br#"Basic realm="x", DPoP error="use_dpop_nonce", algs="ES256", Negotiate aGk=="#;
/// let challenges = Challenges::parse(field)?;
/// let dpop = challenges.iter().find(|challenge| challenge.is("dpop")).unwrap();
/// assert!(dpop.param("Error").is_some_and(|error| error == "use_dpop_nonce"));
/// assert_eq!(challenges.iter().last().unwrap().token68(), Some("aGk=="));
/// # Ok::<(), jwt_oauth::field::FieldError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Challenges<'a> {
    field: &'a [u8],
}

impl<'a> Challenges<'a> {
    /// Checks the value of a field.
    ///
    /// # Errors
    /// [`FieldError`].
    pub fn parse(field: &'a [u8]) -> Result<Self, FieldError> {
        let mut scanner = Scanner::new(field);
        let (mut items, mut challenge) = (0_usize, None);
        while let Some(item) = scanner.next()? {
            items = items.saturating_add(1);
            if items > MAX_ITEMS {
                return Err(FieldError::TooMany);
            }
            match item {
                Item::Scheme(_) => challenge = Some(scanner),
                Item::Param(name, _) => {
                    let mut before = challenge.map(Params).into_iter().flatten();
                    let same =
                        before.by_ref().filter(|(other, _)| other.eq_ignore_ascii_case(name));
                    // Itself, and no other.
                    if same.take(2).count() > 1 {
                        return Err(FieldError::DuplicateParameter);
                    }
                }
                Item::Token68(_) => {}
            }
        }
        // RFC 9110 section 11.6.1: "WWW-Authenticate = #challenge", and section 5.6.1.2 has no empty list here.
        if challenge.is_none() {
            Err(FieldError::Syntax { at: field.len() })
        } else {
            Ok(Self { field })
        }
    }

    /// The challenges in their order.
    pub fn iter(&self) -> impl Iterator<Item = Challenge<'a>> + use<'a> {
        let mut scanner = Scanner::new(self.field);
        core::iter::from_fn(move || {
            // The field was checked, so there is no error to lose.
            while let Ok(Some(item)) = scanner.next() {
                if let Item::Scheme(scheme) = item {
                    return Some(Challenge { scheme, rest: scanner });
                }
            }
            None
        })
    }
}

/// One challenge: its scheme, and a token68 or parameters.
#[derive(Clone, Copy)]
pub struct Challenge<'a> {
    scheme: &'a str,
    rest: Scanner<'a>,
}

impl<'a> Challenge<'a> {
    /// The scheme as it was written.
    #[must_use]
    pub const fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// Whether this is the scheme, whose case does not matter (RFC 9110 section 11.1).
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The token68, where there is one in place of parameters.
    #[must_use]
    pub fn token68(&self) -> Option<&'a str> {
        match self.rest.clone().next() {
            Ok(Some(Item::Token68(text))) => Some(text),
            _ => None,
        }
    }

    /// The value of a parameter, the case of whose name does not matter (RFC 9110 section 11.2).
    #[must_use]
    pub fn param(&self, name: &str) -> Option<ParamValue<'a>> {
        self.params().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The parameters in their order.
    pub fn params(&self) -> impl Iterator<Item = (&'a str, ParamValue<'a>)> + use<'a> {
        Params(self.rest)
    }
}

impl fmt::Debug for Challenge<'_> {
    /// Without the parameters: a nonce may be among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

/// The value of a parameter: a token, or the inside of a quoted-string. `==` compares after unescaping.
#[derive(Clone, Copy)]
pub struct ParamValue<'a> {
    raw: &'a [u8],
}

impl<'a> ParamValue<'a> {
    /// The bytes after unescaping (RFC 9110 section 5.6.4).
    pub fn bytes(&self) -> impl Iterator<Item = u8> + use<'a> {
        let mut raw = self.raw.iter();
        // A token has no backslash; behind one of a quoted-string there is always a byte.
        core::iter::from_fn(move || match raw.next()? {
            b'\\' => raw.next().copied(),
            byte => Some(*byte),
        })
    }

    /// The value in the front of `buf`.
    ///
    /// # Errors
    /// [`BufferTooSmall`] with the exact size.
    pub fn unescape<'b>(&self, buf: &'b mut [u8]) -> Result<&'b [u8], BufferTooSmall> {
        let needed = self.bytes().count();
        let to = buf.get_mut(..needed).ok_or(BufferTooSmall { needed })?;
        to.iter_mut().zip(self.bytes()).for_each(|(to, byte)| *to = byte);
        Ok(to)
    }
}

impl PartialEq<str> for ParamValue<'_> {
    fn eq(&self, other: &str) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl PartialEq<&str> for ParamValue<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for ParamValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParamValue").field("len", &self.raw.len()).finish_non_exhaustive()
    }
}

/// The parameters up to the next challenge.
struct Params<'a>(Scanner<'a>);

impl<'a> Iterator for Params<'a> {
    type Item = (&'a str, ParamValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.next() {
            Ok(Some(Item::Param(name, value))) => Some((name, value)),
            _ => None,
        }
    }
}

enum Item<'a> {
    Scheme(&'a str),
    Token68(&'a str),
    Param(&'a str, ParamValue<'a>),
}

/// What comes next in a field.
#[derive(Clone, Copy)]
struct Scanner<'a> {
    rest: &'a [u8],
    len: usize,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    /// Behind a scheme and a space: a token68 may stand here, and the first parameter needs no comma.
    AfterScheme,
    /// Behind an item: a comma has to come.
    AfterItem,
    /// As [`Place::AfterItem`], where no parameter may follow: behind a token68 or a scheme without a space.
    AfterWhole,
}

impl<'a> Scanner<'a> {
    const fn new(field: &'a [u8]) -> Self {
        Self { rest: field, len: field.len(), place: Place::Start }
    }

    fn next(&mut self) -> Result<Option<Item<'a>>, FieldError> {
        let commas = self.separators();
        if self.rest.is_empty() {
            return Ok(None);
        }
        if self.place == Place::AfterScheme && commas == 0 {
            if let Some(text) = self.token68() {
                self.place = Place::AfterWhole;
                return Ok(Some(Item::Token68(text)));
            }
        } else if self.place != Place::Start && commas == 0 {
            return Err(self.error());
        }
        let before = self.rest;
        let name = self.run(is_tchar).ok_or(self.error())?;
        let spaces = self.blanks();
        if self.rest.first() == Some(&b'=') {
            if matches!(self.place, Place::Start | Place::AfterWhole) {
                return Err(self.error());
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
            self.blanks();
            self.place = Place::AfterItem;
            return Ok(Some(Item::Param(name, self.value()?)));
        }
        // "challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]"
        if self.place == Place::AfterScheme && commas == 0 {
            self.rest = before;
            return Err(self.error());
        }
        self.place = if spaces { Place::AfterScheme } else { Place::AfterWhole };
        Ok(Some(Item::Scheme(name)))
    }

    /// White space and commas: a recipient takes empty elements (RFC 9110 section 5.6.1.2). How many commas.
    fn separators(&mut self) -> usize {
        let end = self.rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b','));
        let (skipped, rest) =
            self.rest.split_at_checked(end.unwrap_or(self.rest.len())).unwrap_or((self.rest, &[]));
        self.rest = rest;
        skipped.iter().filter(|byte| **byte == b',').count()
    }

    /// Optional white space; whether there was any.
    fn blanks(&mut self) -> bool {
        let before = self.rest.len();
        while let [b' ' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.len() < before
    }

    /// One or more of these bytes, which are ASCII.
    fn run(&mut self, is_of: impl Fn(u8) -> bool) -> Option<&'a str> {
        let end = self.rest.iter().position(|byte| !is_of(*byte)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(end)?;
        if run.is_empty() {
            return None;
        }
        self.rest = rest;
        core::str::from_utf8(run).ok()
    }

    /// "token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="", up to a comma or the end.
    fn token68(&mut self) -> Option<&'a str> {
        let end = self.rest.iter().position(|byte| !is_token68(*byte)).unwrap_or(self.rest.len());
        let tail = self.rest.get(end..)?;
        let pad = tail.iter().position(|byte| *byte != b'=').unwrap_or(tail.len());
        let (text, rest) = self.rest.split_at_checked(end.checked_add(pad)?)?;
        let behind = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        if end == 0 || behind.is_some_and(|byte| *byte != b',') {
            return None;
        }
        self.rest = rest;
        core::str::from_utf8(text).ok()
    }

    /// "token / quoted-string"
    fn value(&mut self) -> Result<ParamValue<'a>, FieldError> {
        let [b'"', inside @ ..] = self.rest else {
            let token = self.run(is_tchar).ok_or(self.error())?;
            return Ok(ParamValue { raw: token.as_bytes() });
        };
        self.rest = inside;
        loop {
            match self.rest {
                [b'"', rest @ ..] => {
                    let len = inside.len().saturating_sub(self.rest.len());
                    self.rest = rest;
                    return Ok(ParamValue { raw: inside.get(..len).unwrap_or_default() });
                }
                // "quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )"
                [b'\\', byte, rest @ ..] if is_text(*byte) => self.rest = rest,
                [byte, rest @ ..] if is_text(*byte) && *byte != b'\\' => self.rest = rest,
                _ => return Err(self.error()),
            }
        }
    }

    fn error(&self) -> FieldError {
        FieldError::Syntax { at: self.len.saturating_sub(self.rest.len()) }
    }
}

/// `tchar` (RFC 9110 section 5.6.2).
const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// `token68` without its padding; also `b64token` of RFC 6750 section 2.1.
pub(crate) const fn is_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}

/// `HTAB / SP / VCHAR / obs-text`.
const fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}
