//! A JSON string as it stands in the text, escapes and all, and its characters.

use core::fmt::{self, Write as _};

use super::names;
use crate::error::BufferTooSmall;

/// The contents of a JSON string (RFC 8259 section 7), not yet unescaped.
///
/// Comparison is by character after unescaping, byte for byte otherwise: no case folding, no
/// Unicode normalisation (RFC 7519 section 7.3).
///
/// ```
/// use jwt_core::json::Object;
///
/// let object = Object::parse(br#"{"iss":"https:\/\/issuer.example"}"#)?;
/// let issuer = object.find("iss").and_then(|value| value.as_text()).unwrap();
/// assert_eq!(issuer, "https://issuer.example");
/// assert_eq!(issuer.unescape(&mut [0; 64]).unwrap(), "https://issuer.example");
/// # Ok::<(), jwt_core::json::JsonError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// The span between the quotation marks of a string that the scanner has passed.
    pub(super) const fn from_scanned(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// As [`Text::from_scanned`], for a span of which nothing else is known.
    #[cfg(not(target_pointer_width = "64"))]
    pub(super) fn from_raw(raw: &'a [u8]) -> Option<Self> {
        Some(Self { raw: core::str::from_utf8(raw).ok()?, escaped: raw.contains(&b'\\') })
    }

    /// What [`names::Names`] knows a name by: the same however it is escaped.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn hash(&self) -> u32 {
        match self.as_str() {
            Some(text) => names::hash(text.as_bytes()),
            None => names::hash_each(self.chars().flat_map(|character| {
                let mut utf8 = [0; 4];
                let len = character.encode_utf8(&mut utf8).len();
                utf8.into_iter().take(len)
            })),
        }
    }

    /// The span between the quotation marks, escapes and all.
    pub(super) const fn raw(&self) -> &'a str {
        self.raw
    }

    /// The string, where it has no escapes and so needs no buffer.
    #[must_use]
    pub const fn as_str(&self) -> Option<&'a str> {
        if self.escaped { None } else { Some(self.raw) }
    }

    /// The characters after unescaping.
    #[must_use]
    pub fn chars(&self) -> Chars<'a> {
        Chars { raw: self.raw.chars() }
    }

    /// The order of the characters after unescaping, which is that of their UTF-8.
    #[cfg(target_pointer_width = "64")]
    pub(super) fn order(&self, other: &Self) -> core::cmp::Ordering {
        match (self.as_str(), other.as_str()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => self.chars().cmp(other.chars()),
        }
    }

    #[cfg(target_pointer_width = "64")]
    #[cold]
    fn unescapes_to(&self, other: &str) -> bool {
        self.chars().eq(other.chars())
    }

    /// Length in bytes of the unescaped UTF-8.
    #[must_use]
    pub fn unescaped_len(&self) -> usize {
        match self.as_str() {
            Some(text) => text.len(),
            None => self.chars().map(char::len_utf8).fold(0, usize::saturating_add),
        }
    }

    /// The string, unescaped into `buf` where it has escapes, and borrowed otherwise.
    ///
    /// # Errors
    /// [`BufferTooSmall`] with the exact size needed.
    pub fn unescape<'b>(&self, buf: &'b mut [u8]) -> Result<&'b str, BufferTooSmall>
    where
        'a: 'b,
    {
        if let Some(text) = self.as_str() {
            return Ok(text);
        }
        let needed = self.unescaped_len();
        let out = buf.get_mut(..needed).ok_or(BufferTooSmall { needed })?;
        let mut rest = &mut *out;
        for character in self.chars() {
            let mut utf8 = [0; 4];
            let utf8 = character.encode_utf8(&mut utf8).as_bytes();
            let (to, tail) =
                rest.split_at_mut_checked(utf8.len()).ok_or(BufferTooSmall { needed })?;
            to.iter_mut().zip(utf8).for_each(|(to, from)| *to = *from);
            rest = tail;
        }
        core::str::from_utf8(out).map_err(|_| BufferTooSmall { needed })
    }

    /// The string, unescaped into a `heapless::String`.
    ///
    /// # Errors
    /// [`BufferTooSmall`] with the exact size needed.
    #[cfg(feature = "heapless-09")]
    pub fn to_heapless<const N: usize>(&self) -> Result<heapless::String<N>, BufferTooSmall> {
        let needed = self.unescaped_len();
        let mut out = heapless::String::new();
        for character in self.chars() {
            out.push(character).map_err(|_| BufferTooSmall { needed })?;
        }
        Ok(out)
    }
}

impl PartialEq<str> for Text<'_> {
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn eq(&self, other: &str) -> bool {
        match self.as_str() {
            Some(text) => text == other,
            #[cfg(target_pointer_width = "64")]
            None => self.unescapes_to(other),
            #[cfg(not(target_pointer_width = "64"))]
            None => self.chars().eq(other.chars()),
        }
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(a), Some(b)) => a == b,
            _ => self.chars().eq(other.chars()),
        }
    }
}

impl Eq for Text<'_> {}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars().try_for_each(|character| f.write_char(character))
    }
}

impl fmt::Debug for Text<'_> {
    /// Shows the length only: a string may be a secret `k` or a user's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text").field("len", &self.raw.len()).finish_non_exhaustive()
    }
}

/// The characters of a [`Text`], unescaped.
#[derive(Clone, Debug)]
pub struct Chars<'a> {
    raw: core::str::Chars<'a>,
}

impl Chars<'_> {
    fn unit(&mut self) -> Option<u16> {
        let digits = self.raw.as_str().as_bytes().first_chunk()?;
        let unit = hex4(digits)?;
        self.raw.nth(3)?;
        Some(unit)
    }
}

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let character = self.raw.next()?;
        if character != '\\' {
            return Some(character);
        }
        Some(match self.raw.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.unit()?;
                // The scanner has passed the text: a high half is followed by "\u" and a low one.
                let pair = if (0xd800..0xdc00).contains(&first) {
                    self.raw.nth(1)?;
                    [first, self.unit()?]
                } else {
                    [first, 0]
                };
                char::decode_utf16(pair).next()?.ok()?
            }
            literal => literal,
        })
    }
}

/// The UTF-16 code unit that four hexadecimal digits name.
pub(super) fn hex4(digits: &[u8; 4]) -> Option<u16> {
    digits.iter().try_fold(0u16, |unit, digit| {
        let nibble = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(nibble).ok()?)
    })
}
