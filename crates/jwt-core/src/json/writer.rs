//! The object writer: compact JSON with correct escaping, into the caller's buffer.
//!
//! Past the end of the buffer it keeps counting, so that the exact size can be told. Problems are
//! kept until the end, so that building an object needs no `?` at every member.

use core::fmt;

use super::decimal::decimal;
#[cfg(target_pointer_width = "64")]
use super::decimal::sixteen_digits;
use super::names::{Names, hash, names_of};
#[cfg(target_pointer_width = "64")]
use super::plain::copy;
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
            object.json.name_of(name);
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
        #[cfg(target_pointer_width = "64")]
        if self.json.plain_member(name, value).is_some() {
            return self;
        }
        self.json.name(name);
        self.json.string(value);
        self
    }

    /// Writes a string member where there is one.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.string(name, value);
        }
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
pub(crate) struct JsonWriter<'b> {
    buf: &'b mut [u8],
    /// Bytes written, or that would have been.
    len: usize,
    /// A comma belongs before the next name or value.
    comma: bool,
    depth: u32,
    /// Members of the outermost object.
    members: usize,
    names: Names,
    /// Names that the outermost object must not have.
    forbidden: fn(&[u8]) -> bool,
    error: Option<WriteError>,
}

impl<'b> JsonWriter<'b> {
    pub(crate) fn new(buf: &'b mut [u8]) -> Self {
        Self {
            buf,
            len: 0,
            comma: false,
            depth: 0,
            members: 0,
            names: Names::new(),
            forbidden: |_| false,
            error: None,
        }
    }

    pub(crate) fn forbidding(buf: &'b mut [u8], forbidden: fn(&[u8]) -> bool) -> Self {
        Self { forbidden, ..Self::new(buf) }
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
        self.open(b'{');
        members.write_members(&mut ObjectWriter { json: self });
        self.close(b'}');
    }

    fn array(&mut self, write: impl FnOnce(&mut ArrayWriter<'_, 'b>)) {
        self.open(b'[');
        write(&mut ArrayWriter { json: self });
        self.close(b']');
    }

    pub(super) fn open(&mut self, bracket: u8) {
        self.separate();
        self.push(&[bracket]);
        self.comma = false;
        self.depth = self.depth.saturating_add(1);
        if self.depth > super::MAX_DEPTH {
            self.refuse(WriteError::TooDeep);
        }
    }

    pub(super) fn close(&mut self, bracket: u8) {
        self.push(&[bracket]);
        self.comma = true;
        self.depth = self.depth.saturating_sub(1);
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn name(&mut self, name: &str) {
        let start = self.begin_name();
        self.characters(name);
        self.end_name(start, name);
    }

    /// A whole string member, where nothing is escaped, all of it fits, and no name was there before: each is
    /// looked at once, and the end of the text is kept in a register meanwhile. Otherwise nothing is done.
    #[cfg(target_pointer_width = "64")]
    #[inline(always)]
    fn plain_member(&mut self, name: &str, value: &str) -> Option<()> {
        let (name, value) = (name.as_bytes(), value.as_bytes());
        let comma = usize::from(self.comma);
        let len = name.len().saturating_add(value.len()).saturating_add(5);
        let end = self.len.checked_add(len)?.checked_add(comma)?;
        let (_, out) = self.buf.get_mut(..end)?.split_at_mut_checked(self.len)?;
        let (to_comma, out) = out.split_at_mut_checked(comma)?;
        to_comma.fill(b',');
        let (quote, out) = out.split_first_mut()?;
        let (to_name, out) = out.split_at_mut_checked(name.len())?;
        let (between, out) = out.split_first_chunk_mut()?;
        let (last, to_value) = out.split_last_mut()?;
        if !copy(name, to_name) || !copy(value, to_value) {
            return None;
        }
        (*quote, *between, *last) = (b'"', *b"\":\"", b'"');
        if self.depth == 1 {
            let taken = self.members >= super::MAX_MEMBERS || (self.forbidden)(name);
            // As in `check_name`; where that is called for, it finds the filter as it was.
            if taken || self.names.may_have(hash(name)) {
                return None;
            }
            self.names.insert(hash(name));
            self.members = self.members.wrapping_add(1);
        }
        self.len = end;
        self.comma = true;
        Some(())
    }

    /// A name that was read, in this writer's spelling.
    fn name_of(&mut self, name: Text<'_>) {
        let start = self.begin_name();
        for character in name.chars() {
            self.characters(character.encode_utf8(&mut [0; 4]));
        }
        self.end_name(start, "");
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn begin_name(&mut self) -> usize {
        self.separate();
        self.push(b"\"");
        self.len
    }

    /// Whether the name just written, from `start` on, may stand there; and what ends it. `given` is the
    /// name before it was written, where that is at hand.
    ///
    /// A character has one spelling here, so names are equal where their bytes are.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn end_name(&mut self, start: usize, given: &str) {
        if self.depth == 1
            && let Err(error) = self.check_name(start, given)
        {
            self.refuse(error);
        }
        self.push(b"\":");
        self.comma = false;
    }

    /// Of a name that did not fit nothing can be said: it is reported as too long instead.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn check_name(&mut self, start: usize, given: &str) -> Result<(), WriteError> {
        self.members = self.members.wrapping_add(1);
        if self.members > super::MAX_MEMBERS {
            return Err(WriteError::TooManyMembers);
        }
        let (Some(name), Some(before)) = (self.buf.get(start..self.len), self.buf.get(..start))
        else {
            return Ok(());
        };
        // Escapes make a name longer, so this is the same; and it is slow to read what was just written.
        #[cfg(target_pointer_width = "64")]
        let name = if name.len() == given.len() { given.as_bytes() } else { name };
        #[cfg(not(target_pointer_width = "64"))]
        let _ = given;
        if (self.forbidden)(name) {
            return Err(WriteError::ForbiddenMember);
        }
        if self.names.insert(hash(name))
            && names_of(before, |rest| rest.starts_with(b":")).any(|earlier| earlier == name)
        {
            return Err(WriteError::DuplicateMember);
        }
        Ok(())
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn string(&mut self, text: &str) {
        self.separate();
        self.push(b"\"");
        self.characters(text);
        self.push(b"\"");
    }

    /// A string of what a value shows, escaped piece by piece.
    #[cfg(feature = "serde-1")]
    pub(super) fn shown(&mut self, value: &(impl fmt::Display + ?Sized)) -> fmt::Result {
        self.separate();
        self.push(b"\"");
        fmt::Write::write_fmt(&mut Escaped(self), format_args!("{value}"))?;
        self.push(b"\"");
        Ok(())
    }

    /// The inside of a string. What must be escaped is ASCII (RFC 8259 section 7).
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn characters(&mut self, text: &str) {
        #[cfg(target_pointer_width = "64")]
        if let Some(end) = self.len.checked_add(text.len())
            && let Some(to) = self.buf.get_mut(self.len..end)
            && copy(text.as_bytes(), to)
        {
            self.len = end;
            return;
        }
        self.characters_each(text);
    }

    /// As [`JsonWriter::characters`], where some are escaped or do not fit.
    #[cfg_attr(target_pointer_width = "64", cold)]
    fn characters_each(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' | 0..=0x1f => self.escape(byte),
                _ => self.byte(byte),
            }
        }
    }

    #[cold]
    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..=0x1f => {
                return self.push(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte & 0x0f)]);
            }
            _ => byte,
        };
        self.push(&[b'\\', short]);
    }

    pub(super) fn integer(&mut self, negative: bool, magnitude: u64) {
        self.separate();
        if negative {
            self.push(b"-");
        }
        #[cfg(target_pointer_width = "64")]
        if let Some((digits, len)) = sixteen_digits(magnitude)
            && let Some(to) = self.buf.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut)
        {
            // What is behind the digits is written next.
            *to = digits;
            self.len = self.len.wrapping_add(len);
            return;
        }
        self.push(decimal(magnitude, &mut [0; 20]));
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
            Value::Array(array) => self.nested(array.as_str()),
            Value::Object(object) => self.nested(object.as_str()),
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

    /// Copies an array or object, which adds its levels to those that are open.
    fn nested(&mut self, text: &str) {
        if self.depth.saturating_add(levels(text)) > super::MAX_DEPTH {
            self.refuse(WriteError::TooDeep);
        }
        self.token(text);
    }

    /// The comma before a name or value that needs one; the next one will.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn separate(&mut self) {
        if self.comma {
            self.push(b",");
        }
        self.comma = true;
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn push(&mut self, bytes: &[u8]) {
        #[cfg(target_pointer_width = "64")]
        if let Some(end) = self.len.checked_add(bytes.len())
            && let Some(to) = self.buf.get_mut(self.len..end)
        {
            to.copy_from_slice(bytes);
            self.len = end;
            return;
        }
        self.push_each(bytes);
    }

    /// As [`JsonWriter::push`], where the end of the buffer is near.
    #[cfg_attr(target_pointer_width = "64", cold)]
    fn push_each(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.byte(*byte));
    }

    fn byte(&mut self, byte: u8) {
        if let Some(to) = self.buf.get_mut(self.len) {
            *to = byte;
        }
        self.len = self.len.saturating_add(1);
    }
}

/// How deep a valid value is nested.
fn levels(text: &str) -> u32 {
    let (mut depth, mut deepest) = (0_u32, 0_u32);
    let mut in_string = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            // What it escapes is no end of the string.
            b'\\' => drop(bytes.next()),
            b'{' | b'[' if !in_string => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Without what is in the buffer: it may be a token that was minted before.
impl fmt::Debug for JsonWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonWriter")
            .field("len", &self.len)
            .field("depth", &self.depth)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// The inside of a string that is being written.
#[cfg(feature = "serde-1")]
struct Escaped<'w, 'b>(&'w mut JsonWriter<'b>);

#[cfg(feature = "serde-1")]
impl fmt::Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.characters(text);
        Ok(())
    }
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
