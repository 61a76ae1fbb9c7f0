//! The scanner: one pass over text, strict and without recursion (RFC 8259 sections 2 to 7).
//!
//! It steps over one token at a time and hands out spans of the text. Everything that reads JSON
//! in this crate is a thin use of it, so there is one grammar and one place to review.

use super::plain::special;
use super::value::{Array, Object};
use super::{MAX_DEPTH, MAX_NUMBER_LEN, Number, Text, Value};
use crate::error::{JsonError, JsonErrorKind};

/// A position in JSON text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte, not consumed; white space before it is.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            // RFC 8259 section 2: ws = *( %x20 / %x09 / %x0A / %x0D )
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.step();
        }
    }

    /// Consumes `expected` and the white space before it.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn consume(&mut self, expected: u8) -> Result<(), JsonError> {
        if self.eat(expected) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Consumes `wanted` and the white space before it, if it is there.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.step();
        }
        found
    }

    /// Nothing but white space may follow.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error(JsonErrorKind::TrailingData)),
        }
    }

    /// A string and the white space before it.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn string(&mut self) -> Result<Text<'a>, JsonError> {
        self.consume(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            // Nearly all bytes of a string are plain: step over them in one tight loop.
            self.at = self.at.wrapping_add(plain_len(self.rest()));
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.step();
                    self.escape()?;
                }
                Some(_) => return Err(self.error(JsonErrorKind::ControlCharacter)),
                None => return Err(self.unexpected()),
            }
        }
        let raw = self.since(start);
        self.step();
        Ok(Text::from_scanned(raw, escaped))
    }

    /// A whole value and the white space before it, inside `outer` open containers.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn value(&mut self, outer: u32) -> Result<Value<'a>, JsonError> {
        let first = self.peek();
        let start = self.at;
        Ok(match first {
            Some(b'{') => {
                self.containers(outer)?;
                Value::Object(Object::from_scanned(self.since(start)))
            }
            Some(b'[') => {
                self.containers(outer)?;
                Value::Array(Array::from_scanned(self.since(start)))
            }
            _ => self.scalar()?,
        })
    }

    /// Steps over a container and all that is in it.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn containers(&mut self, outer: u32) -> Result<(), JsonError> {
        enum Expect {
            Value,
            FirstElement,
            Name,
            FirstName,
            CommaOrClose,
        }
        let mut open = Open { kinds: 0, depth: 0, outer };
        let mut expect = Expect::Value;
        loop {
            let byte = self.peek().ok_or_else(|| self.unexpected())?;
            expect = match (expect, byte) {
                (Expect::Value | Expect::FirstElement, b'{') => {
                    open.push(true).map_err(|kind| self.error(kind))?;
                    self.step();
                    Expect::FirstName
                }
                (Expect::Value | Expect::FirstElement, b'[') => {
                    open.push(false).map_err(|kind| self.error(kind))?;
                    self.step();
                    Expect::FirstElement
                }
                (Expect::FirstElement, b']') => {
                    self.step();
                    open.pop();
                    Expect::CommaOrClose
                }
                (Expect::Value | Expect::FirstElement, _) => {
                    self.scalar()?;
                    Expect::CommaOrClose
                }
                (Expect::FirstName, b'}') => {
                    self.step();
                    open.pop();
                    Expect::CommaOrClose
                }
                (Expect::Name | Expect::FirstName, _) => {
                    self.string()?;
                    self.consume(b':')?;
                    Expect::Value
                }
                (Expect::CommaOrClose, b',') => {
                    self.step();
                    if open.in_object() { Expect::Name } else { Expect::Value }
                }
                (Expect::CommaOrClose, close) => {
                    if close != if open.in_object() { b'}' } else { b']' } {
                        return Err(self.unexpected());
                    }
                    self.step();
                    open.pop();
                    Expect::CommaOrClose
                }
            };
            if open.depth == 0 {
                return Ok(());
            }
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn scalar(&mut self) -> Result<Value<'a>, JsonError> {
        match self.peek() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b't') => self.literal("true").map(|()| Value::Bool(true)),
            Some(b'f') => self.literal("false").map(|()| Value::Bool(false)),
            Some(b'n') => self.literal("null").map(|()| Value::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.number()?)),
            _ => Err(self.unexpected()),
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn literal(&mut self, word: &str) -> Result<(), JsonError> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.unexpected());
        }
        self.at = self.at.wrapping_add(word.len());
        Ok(())
    }

    /// RFC 8259 section 6: number = [ minus ] int [ frac ] [ exp ]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn number(&mut self) -> Result<Number<'a>, JsonError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.step();
        }
        if self.byte() == Some(b'0') {
            self.step();
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.step();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.step();
            if let Some(b'+' | b'-') = self.byte() {
                self.step();
            }
            self.digits()?;
        }
        let raw = self.since(start);
        if raw.len() > MAX_NUMBER_LEN {
            return Err(JsonError { kind: JsonErrorKind::NumberTooLong, offset: start });
        }
        Ok(Number::from_scanned(raw))
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn digits(&mut self) -> Result<(), JsonError> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return Err(self.error(JsonErrorKind::InvalidNumber));
        }
        while let Some(b'0'..=b'9') = self.byte() {
            self.step();
        }
        Ok(())
    }

    /// What follows a reverse solidus (RFC 8259 section 7).
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn escape(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        let invalid = JsonError { kind: JsonErrorKind::InvalidEscape, offset: start };
        let byte = self.byte().ok_or_else(|| self.unexpected())?;
        self.step();
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                // "the character is represented as a 12-character sequence, encoding the UTF-16
                // surrogate pair"; a half of a pair stands for no character.
                let lone = JsonError { kind: JsonErrorKind::LoneSurrogate, offset: start };
                match self.hex4().ok_or(invalid)? {
                    0xd800..=0xdbff => {
                        if !self.rest().starts_with(b"\\u") {
                            return Err(lone);
                        }
                        self.step();
                        self.step();
                        match self.hex4().ok_or(invalid)? {
                            0xdc00..=0xdfff => Ok(()),
                            _ => Err(lone),
                        }
                    }
                    0xdc00..=0xdfff => Err(lone),
                    _ => Ok(()),
                }
            }
            _ => Err(invalid),
        }
    }

    fn hex4(&mut self) -> Option<u16> {
        let digits = self.rest().first_chunk()?;
        let unit = super::text::hex4(digits)?;
        self.at = self.at.wrapping_add(4);
        Some(unit)
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn step(&mut self) {
        self.at = self.at.wrapping_add(1);
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text from `start` to here. Both ends stand at ASCII characters, hence at boundaries.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The error for a byte that cannot stand here, or for the end of the text.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn unexpected(&self) -> JsonError {
        self.error(match self.byte() {
            Some(_) => JsonErrorKind::UnexpectedByte,
            None => JsonErrorKind::UnexpectedEnd,
        })
    }

    pub(super) const fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError { kind, offset: self.at }
    }
}

/// Whether a byte stands for itself in a string. RFC 8259 section 7: "All Unicode characters may
/// be placed within the quotation marks, except for the characters that MUST be escaped:
/// quotation mark, reverse solidus, and the control characters (U+0000 through U+001F)."
const fn is_plain(byte: u8) -> bool {
    byte != b'"' && byte != b'\\' && byte >= b' '
}

/// How many bytes at the front of `text` are plain, eight at a time.
#[cfg_attr(target_pointer_width = "64", inline(always))]
fn plain_len(text: &[u8]) -> usize {
    let (words, tail) = text.as_chunks::<8>();
    let mut len = 0_usize;
    for word in words {
        let special = special(*word);
        if special != 0 {
            return len.wrapping_add(usize::try_from(special.trailing_zeros() / 8).unwrap_or(0));
        }
        len = len.wrapping_add(8);
    }
    len.wrapping_add(tail.iter().take_while(|byte| is_plain(**byte)).count())
}

/// The kinds of the open containers: a bit each, the innermost lowest; 1 is an object.
struct Open {
    kinds: u64,
    depth: u32,
    outer: u32,
}

impl Open {
    fn push(&mut self, object: bool) -> Result<(), JsonErrorKind> {
        if self.depth.saturating_add(self.outer) >= MAX_DEPTH {
            return Err(JsonErrorKind::TooDeep);
        }
        self.depth = self.depth.wrapping_add(1);
        self.kinds = self.kinds << 1 | u64::from(object);
        Ok(())
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.kinds >>= 1;
    }

    const fn in_object(&self) -> bool {
        self.kinds & 1 == 1
    }
}
