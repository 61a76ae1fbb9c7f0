//! The object writer: compact JSON with correct escaping, into the caller's buffer.
//!
//! Past the end of the buffer it keeps counting, so that the exact size can be told. Problems are
//! kept until the end, so that building an object needs no `?` at every member.

use super::names::{Names, names_of};
use super::{Text, Value};
use crate::error::{BufferTooSmall, WriteError};

/// Something that writes members into an object: claims, header members, a public key as a JWK.
///
/// Tuples write one after the other, which is how registered and own claims are put together;
/// [`from_fn`] makes one of a closure; `()` writes nothing.
///
/// ```
/// use jwt_core::json::{from_fn, write_object};
///
/// let members = (
///     from_fn(|object| {
///         object.string("name", "caf\u{e9} \"quoted\"").integer("n", -3);
///     }),
///     from_fn(|object| {
///         object.array("list", |list| {
///             list.bool(true).string("x");
///         });
///     }),
/// );
/// let mut buf = [0; 80];
/// let text = write_object(&mut buf, &members)?;
/// assert_eq!(text, r#"{"name":"café \"quoted\"","n":-3,"list":[true,"x"]}"#);
/// # Ok::<(), jwt_core::error::WriteError>(())
/// ```
pub trait WriteMembers {
    /// Writes the members to `object`.
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>);
}

/// Makes [`WriteMembers`] of a closure, and lets the compiler infer the type of its argument.
pub fn from_fn<F: Fn(&mut ObjectWriter<'_, '_>)>(write: F) -> FromFn<F> {
    FromFn(write)
}

/// See [`from_fn`].
#[derive(Clone, Copy, Debug)]
pub struct FromFn<F>(F);

impl<F: Fn(&mut ObjectWriter<'_, '_>)> WriteMembers for FromFn<F> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        (self.0)(object);
    }
}

impl<T: WriteMembers + ?Sized> WriteMembers for &T {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        (**self).write_members(object);
    }
}

impl<T: WriteMembers> WriteMembers for Option<T> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        if let Some(members) = self {
            members.write_members(object);
        }
    }
}

impl WriteMembers for () {
    fn write_members(&self, _: &mut ObjectWriter<'_, '_>) {}
}

impl<A: WriteMembers, B: WriteMembers> WriteMembers for (A, B) {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        self.0.write_members(object);
        self.1.write_members(object);
    }
}

impl<A: WriteMembers, B: WriteMembers, C: WriteMembers> WriteMembers for (A, B, C) {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        self.0.write_members(object);
        self.1.write_members(object);
        self.2.write_members(object);
    }
}

/// The members of an object that was read, copied as they stand.
impl WriteMembers for super::Object<'_> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        for (name, value) in self.members() {
            object.json.name_as_written(name);
            object.json.verbatim(value);
        }
    }
}

/// Writes one object with `members` into the front of `buf`.
///
/// # Errors
/// [`WriteError`]; too small a buffer is told with the exact size needed.
pub fn write_object<'b>(
    buf: &'b mut [u8],
    members: &(impl WriteMembers + ?Sized),
) -> Result<&'b str, WriteError> {
    let mut json = JsonWriter::new(buf);
    json.object(members);
    let (buf, len) = json.finish()?;
    let text = buf.get(..len).ok_or(BufferTooSmall { needed: len })?;
    Ok(core::str::from_utf8(text).unwrap_or_default())
}

/// Writes the members of an object. See [`WriteMembers`].
#[derive(Debug)]
pub struct ObjectWriter<'w, 'b> {
    json: &'w mut JsonWriter<'b>,
}

impl<'b> ObjectWriter<'_, 'b> {
    /// Writes a string member.
    pub fn string(&mut self, name: &str, value: &str) -> &mut Self {
        self.json.name(name);
        self.json.string(value);
        self
    }

    /// Writes an integer member.
    pub fn integer(&mut self, name: &str, value: i64) -> &mut Self {
        self.json.name(name);
        self.json.integer(value.is_negative(), value.unsigned_abs());
        self
    }

    /// Writes an integer member that is not negative.
    pub fn unsigned(&mut self, name: &str, value: u64) -> &mut Self {
        self.json.name(name);
        self.json.integer(false, value);
        self
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, name: &str, value: bool) -> &mut Self {
        self.json.name(name);
        self.json.bool(value);
        self
    }

    /// Writes `null`.
    pub fn null(&mut self, name: &str) -> &mut Self {
        self.json.name(name);
        self.json.null();
        self
    }

    /// Writes a value that was read, as it stands in its text.
    pub fn value(&mut self, name: &str, value: Value<'_>) -> &mut Self {
        self.json.name(name);
        self.json.verbatim(value);
        self
    }

    /// Writes an object member.
    pub fn object(&mut self, name: &str, members: &(impl WriteMembers + ?Sized)) -> &mut Self {
        self.json.name(name);
        self.json.object(members);
        self
    }

    /// Writes an array member.
    pub fn array(&mut self, name: &str, write: impl FnOnce(&mut ArrayWriter<'_, 'b>)) -> &mut Self {
        self.json.name(name);
        self.json.array(write);
        self
    }

    /// Gives the whole object up: the claims or members cannot be written as they are.
    pub(crate) fn refuse(&mut self, error: WriteError) {
        self.json.refuse(error);
    }

    #[cfg(feature = "serde-1")]
    pub(super) fn json(&mut self) -> &mut JsonWriter<'b> {
        self.json
    }
}

/// Writes the elements of an array. See [`ObjectWriter::array`].
#[derive(Debug)]
pub struct ArrayWriter<'w, 'b> {
    json: &'w mut JsonWriter<'b>,
}

impl<'b> ArrayWriter<'_, 'b> {
    /// Writes a string.
    pub fn string(&mut self, value: &str) -> &mut Self {
        self.json.string(value);
        self
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i64) -> &mut Self {
        self.json.integer(value.is_negative(), value.unsigned_abs());
        self
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.json.bool(value);
        self
    }

    /// Writes `null`.
    pub fn null(&mut self) -> &mut Self {
        self.json.null();
        self
    }

    /// Writes a value that was read, as it stands in its text.
    pub fn value(&mut self, value: Value<'_>) -> &mut Self {
        self.json.verbatim(value);
        self
    }

    /// Writes an object.
    pub fn object(&mut self, members: &(impl WriteMembers + ?Sized)) -> &mut Self {
        self.json.object(members);
        self
    }

    /// Writes an array.
    pub fn array(&mut self, write: impl FnOnce(&mut ArrayWriter<'_, 'b>)) -> &mut Self {
        self.json.array(write);
        self
    }
}

/// Tokens of JSON into a buffer: commas, escapes, counting, and the names of the outermost object.
#[derive(Debug)]
pub(crate) struct JsonWriter<'b> {
    buf: &'b mut [u8],
    /// Bytes written, or that would have been.
    len: usize,
    /// A comma belongs before the next name or value.
    comma: bool,
    depth: u32,
    names: Names,
    /// Names that the outermost object must not have.
    forbidden: &'static [&'static str],
    error: Option<WriteError>,
}

impl<'b> JsonWriter<'b> {
    pub(crate) fn new(buf: &'b mut [u8]) -> Self {
        Self {
            buf,
            len: 0,
            comma: false,
            depth: 0,
            names: Names::new(),
            forbidden: &[],
            error: None,
        }
    }

    pub(crate) fn forbidding(buf: &'b mut [u8], names: &'static [&'static str]) -> Self {
        Self { forbidden: names, ..Self::new(buf) }
    }

    /// The buffer and the length of the text, which may be more than the buffer holds: whoever
    /// minds asks `buf.get(..len)`.
    pub(crate) fn finish(self) -> Result<(&'b mut [u8], usize), WriteError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok((self.buf, self.len)),
        }
    }

    pub(crate) fn object(&mut self, members: &(impl WriteMembers + ?Sized)) {
        self.open(b"{");
        members.write_members(&mut ObjectWriter { json: self });
        self.close(b"}");
    }

    fn array(&mut self, write: impl FnOnce(&mut ArrayWriter<'_, 'b>)) {
        self.open(b"[");
        write(&mut ArrayWriter { json: self });
        self.close(b"]");
    }

    pub(super) fn open(&mut self, bracket: &[u8; 1]) {
        self.separate();
        self.push(bracket);
        self.comma = false;
        self.depth = self.depth.saturating_add(1);
        if self.depth > super::MAX_DEPTH {
            self.refuse(WriteError::TooDeep);
        }
    }

    pub(super) fn close(&mut self, bracket: &[u8; 1]) {
        self.push(bracket);
        self.comma = true;
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn name(&mut self, name: &str) {
        let start = self.len;
        self.string(name);
        self.end_name(start);
    }

    /// A name that was read, escaped as it stands in its text.
    fn name_as_written(&mut self, name: Text<'_>) {
        let start = self.len;
        self.separate();
        self.push(b"\"");
        self.push(name.raw().as_bytes());
        self.push(b"\"");
        self.end_name(start);
    }

    /// Whether the name just written, after `start`, may stand there; and its colon.
    fn end_name(&mut self, start: usize) {
        if self.depth == 1 {
            let (before, now) = self.buf.split_at_checked(start).unwrap_or_default();
            // Of text that did not fit nothing can be said: it is reported as too long instead.
            if let Some(name) = names_of_one(now.get(..self.len.saturating_sub(start))) {
                if self.forbidden.iter().any(|forbidden| name == *forbidden) {
                    self.error.get_or_insert(WriteError::ForbiddenMember);
                }
                if self.names.insert(name) && names_of(before).any(|earlier| earlier == name) {
                    self.error.get_or_insert(WriteError::DuplicateMember);
                }
            }
        }
        self.push(b":");
        self.comma = false;
    }

    pub(super) fn string(&mut self, text: &str) {
        self.separate();
        self.push(b"\"");
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            let (plain, special) = rest.split_at_checked(at).unwrap_or_default();
            self.push(plain.as_bytes());
            let mut chars = special.chars();
            match chars.next() {
                Some('"') => self.push(b"\\\""),
                Some('\\') => self.push(b"\\\\"),
                Some('\n') => self.push(b"\\n"),
                Some('\r') => self.push(b"\\r"),
                Some('\t') => self.push(b"\\t"),
                Some(control) => {
                    let [.., byte] = u32::from(control).to_be_bytes();
                    self.push(b"\\u00");
                    self.push(&[hex(byte >> 4), hex(byte & 0x0f)]);
                }
                None => {}
            }
            rest = chars.as_str();
        }
        self.push(rest.as_bytes());
        self.push(b"\"");
    }

    pub(super) fn integer(&mut self, negative: bool, magnitude: u64) {
        let mut digits = [0; 20];
        let mut rest = magnitude;
        let mut start = digits.len();
        for slot in digits.iter_mut().rev() {
            let [digit, ..] = (rest % 10).to_le_bytes();
            *slot = b'0' | digit;
            rest /= 10;
            start = start.saturating_sub(1);
            if rest == 0 {
                break;
            }
        }
        self.separate();
        if negative {
            self.push(b"-");
        }
        self.push(digits.get(start..).unwrap_or_default());
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.separate();
        self.push(if value { b"true" } else { b"false" });
    }

    pub(super) fn null(&mut self) {
        self.separate();
        self.push(b"null");
    }

    fn verbatim(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.null(),
            Value::Bool(value) => self.bool(value),
            Value::Number(number) => self.token(number.as_str()),
            Value::Array(array) => self.token(array.as_str()),
            Value::Object(object) => self.token(object.as_str()),
            Value::String(text) => {
                self.token("\"");
                self.push(text.raw().as_bytes());
                self.push(b"\"");
            }
        }
    }

    /// JSON text that stands for itself.
    pub(super) fn token(&mut self, text: &str) {
        self.separate();
        self.push(text.as_bytes());
    }

    pub(super) fn refuse(&mut self, error: WriteError) {
        self.error.get_or_insert(error);
    }

    /// The comma before a name or value that needs one; the next one will.
    fn separate(&mut self) {
        if self.comma {
            self.push(b",");
        }
        self.comma = true;
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(to) = self.buf.get_mut(self.len..end) {
            // Not `copy_from_slice`, whose check of the lengths is a panic path where code is small.
            to.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
        self.len = end;
    }
}

/// The name that `text` holds: a comma perhaps, and a string that this writer wrote.
fn names_of_one(text: Option<&[u8]>) -> Option<Text<'_>> {
    let text = core::str::from_utf8(text?).ok()?;
    let raw = text.strip_prefix(',').unwrap_or(text).strip_prefix('"')?.strip_suffix('"')?;
    Some(Text::from_scanned(raw, raw.contains('\\')))
}

const fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' | nibble } else { nibble.wrapping_add(b'a' - 10) }
}

#[cfg(feature = "serde-1")]
impl core::fmt::Write for JsonWriter<'_> {
    /// For numbers only: what they print needs no escapes.
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}
