//! Views on checked JSON text: values are spans, and nothing is copied or decoded until asked.

use super::reader::Scanner;
use super::unique::Unique;
use super::{Number, Text};
use crate::error::{JsonError, JsonErrorKind};

/// A JSON value (RFC 8259 section 3), as a view on its text.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, not converted.
    Number(Number<'a>),
    /// A string, not unescaped.
    String(Text<'a>),
    /// An array.
    Array(Array<'a>),
    /// An object. Its grammar is checked; that its names are unique is not.
    /// [`Object::parse`] of its text checks that too.
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// The string, if this is one.
    #[must_use]
    pub const fn as_text(&self) -> Option<Text<'a>> {
        if let Self::String(text) = self { Some(*text) } else { None }
    }

    /// The number, if this is one.
    #[must_use]
    pub const fn as_number(&self) -> Option<Number<'a>> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The array, if this is one.
    #[must_use]
    pub const fn as_array(&self) -> Option<Array<'a>> {
        if let Self::Array(array) = self { Some(*array) } else { None }
    }

    /// The object, if this is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<Object<'a>> {
        if let Self::Object(object) = self { Some(*object) } else { None }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }
}

/// A JSON object (RFC 8259 section 4), as a view on its text.
///
/// ```
/// use jwt_core::json::Object;
///
/// let object = Object::parse(br#" {"name": "caf\u00e9", "n": [1, 2]} "#)?;
/// assert!(object.find("name").and_then(|v| v.as_text()).is_some_and(|t| t == "café"));
/// assert!(Object::parse(br#"{"a":1,"\u0061":2}"#).is_err());
/// # Ok::<(), jwt_core::json::JsonError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Object<'a>(&'a str);

impl<'a> Object<'a> {
    /// Checks that `text` is one JSON object, with unique names at its top level, and nothing
    /// but white space around it.
    ///
    /// Time is linear in the length of `text`, and the stack is constant. Where names are made to collide, a
    /// host of 64 bits compares each with eight others at most; a smaller core reads the object again for each.
    ///
    /// # Errors
    /// A [`JsonError`]: the first thing that is wrong, and where.
    pub fn parse(text: &'a [u8]) -> Result<Self, JsonError> {
        Self::parse_each(text, &mut |_: Text<'a>, _: Value<'a>| ())
    }

    /// As [`Object::parse`], showing each member to `see` on the way, so that whoever looks for
    /// some of them needs no second pass. What was seen counts only where the result is `Ok`.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) fn parse_each(text: &'a [u8], see: &mut impl See<'a>) -> Result<Self, JsonError> {
        let text = core::str::from_utf8(text).map_err(|error| JsonError {
            kind: JsonErrorKind::NotUtf8,
            offset: error.valid_up_to(),
        })?;
        let mut members = Members::new(text);
        if members.scanner.peek() != Some(b'{') {
            return Err(members.scanner.error(JsonErrorKind::NotAnObject));
        }
        let mut names = Unique::new(text);
        let read = members.each(&mut names, see);
        // A name that comes twice comes before whatever ended the reading.
        names.settle()?;
        read.map(|()| Self(text))
    }

    /// The text of an object inside text that the scanner has passed.
    pub(super) const fn from_scanned(text: &'a str) -> Self {
        Self(text)
    }

    /// The JSON text of this object.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// The members in the order of the text.
    #[must_use]
    pub const fn members(&self) -> Members<'a> {
        Members::new(self.0)
    }

    /// The value of the member `name`, compared after unescaping.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Value<'a>> {
        self.members().find(|(found, _)| found == name).map(|(_, value)| value)
    }
}

/// Whoever looks at the members of an object while it is parsed.
pub(crate) trait See<'a> {
    fn see(&mut self, name: Text<'a>, value: Value<'a>);
}

impl<'a, F: FnMut(Text<'a>, Value<'a>)> See<'a> for F {
    fn see(&mut self, name: Text<'a>, value: Value<'a>) {
        self(name, value);
    }
}

impl core::fmt::Debug for Object<'_> {
    /// Shows the length only: an object may be a key or the claims of a user.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Object").field("len", &self.0.len()).finish_non_exhaustive()
    }
}

/// The members of an [`Object`]: pairs of a name and a value.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    scanner: Scanner<'a>,
    state: State,
}

impl<'a> Members<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { scanner: Scanner::new(text), state: State::Start }
    }

    /// Reads all members and what may follow the object.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn each(&mut self, names: &mut Unique<'a>, see: &mut impl See<'a>) -> Result<(), JsonError> {
        #[cfg(not(target_pointer_width = "64"))]
        while let Some((name, value)) = self.step()? {
            names.admit(name, &self.scanner)?;
            see.see(name, value);
        }
        #[cfg(target_pointer_width = "64")]
        while let Some(name) = self.name()? {
            // Most are strings. Apart from the others, these need not be put together and taken apart.
            if self.scanner.peek() == Some(b'"') {
                let text = self.scanner.string()?;
                names.admit(name, &self.scanner)?;
                see.see(name, Value::String(text));
            } else {
                let value = self.scanner.value(1)?;
                names.admit(name, &self.scanner)?;
                see.see(name, value);
            }
        }
        self.scanner.end()
    }

    /// Where the reading stands.
    #[cfg(target_pointer_width = "64")]
    pub(super) const fn scanner(&self) -> &Scanner<'a> {
        &self.scanner
    }

    /// The name of the next member, up to its value; `None` after the closing brace.
    #[cfg(target_pointer_width = "64")]
    #[inline(always)]
    fn name(&mut self) -> Result<Option<Text<'a>>, JsonError> {
        if !self.state.advance(&mut self.scanner, b'{', b'}')? {
            return Ok(None);
        }
        let name = self.scanner.string()?;
        self.scanner.consume(b':')?;
        Ok(Some(name))
    }

    /// The next member; `None` after the closing brace.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn step(&mut self) -> Result<Option<(Text<'a>, Value<'a>)>, JsonError> {
        if !self.state.advance(&mut self.scanner, b'{', b'}')? {
            return Ok(None);
        }
        let name = self.scanner.string()?;
        self.scanner.consume(b':')?;
        Ok(Some((name, self.scanner.value(1)?)))
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Text<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        // The text was checked when the object was made, so there is no error to lose.
        self.step().ok().flatten()
    }
}

/// A JSON array (RFC 8259 section 5), as a view on its text.
#[derive(Clone, Copy)]
pub struct Array<'a>(&'a str);

impl<'a> Array<'a> {
    /// The text of an array inside text that the scanner has passed.
    pub(super) const fn from_scanned(text: &'a str) -> Self {
        Self(text)
    }

    /// The JSON text of this array.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// The elements in the order of the text.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a> {
        Elements { scanner: Scanner::new(self.0), state: State::Start }
    }
}

impl core::fmt::Debug for Array<'_> {
    /// Shows the length only, as for [`Object`].
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Array").field("len", &self.0.len()).finish_non_exhaustive()
    }
}

/// The elements of an [`Array`].
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    scanner: Scanner<'a>,
    state: State,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.state.advance(&mut self.scanner, b'[', b']') {
            Ok(true) => self.scanner.value(1).ok(),
            _ => None,
        }
    }
}

/// Where an iterator over a container stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Inside,
    Done,
}

impl State {
    /// Steps over the bracket or comma before the next item; `false` at the end of the container.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn advance(
        &mut self,
        scanner: &mut Scanner<'_>,
        open: u8,
        close: u8,
    ) -> Result<bool, JsonError> {
        match *self {
            Self::Start => {
                scanner.consume(open)?;
                *self = if scanner.eat(close) { Self::Done } else { Self::Inside };
            }
            Self::Inside => {
                if scanner.eat(close) {
                    *self = Self::Done;
                } else {
                    scanner.consume(b',')?;
                }
            }
            Self::Done => {}
        }
        Ok(*self == Self::Inside)
    }
}
