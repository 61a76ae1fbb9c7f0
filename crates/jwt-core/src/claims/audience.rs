//! "aud" (RFC 7519 section 4.1.3): "an array of case-sensitive strings", or one such string.

use core::fmt;

use crate::json::{Array, Text, Value};

/// An audience to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience<'a> {
    /// One audience, written as a string.
    One(&'a str),
    /// Several, written as an array. An empty one is refused.
    Many(&'a [&'a str]),
}

impl<'a> From<&'a str> for Audience<'a> {
    fn from(one: &'a str) -> Self {
        Self::One(one)
    }
}

impl<'a> From<&'a [&'a str]> for Audience<'a> {
    fn from(many: &'a [&'a str]) -> Self {
        Self::Many(many)
    }
}

/// The audiences of a token that was read: at least one.
#[derive(Clone, Copy)]
pub struct Audiences<'a>(Repr<'a>);

#[derive(Clone, Copy)]
enum Repr<'a> {
    One(Text<'a>),
    Many(Array<'a>),
}

impl<'a> Audiences<'a> {
    /// `None` where the value is no string and no array of at least one string and nothing else.
    pub(super) fn read(value: Value<'a>) -> Option<Self> {
        match value {
            Value::String(one) => Some(Self(Repr::One(one))),
            Value::Array(many) => {
                let mut elements = many.elements().peekable();
                elements.peek()?;
                elements
                    .all(|element| element.as_text().is_some())
                    .then_some(Self(Repr::Many(many)))
            }
            _ => None,
        }
    }

    /// Whether `audience` is one of them, compared character by character.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|found| found == audience)
    }

    /// The audiences in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        let (one, many) = match self.0 {
            Repr::One(one) => (Some(one), None),
            Repr::Many(many) => (None, Some(many.elements())),
        };
        let many = many.into_iter().flatten().filter_map(|element| element.as_text());
        one.into_iter().chain(many)
    }
}

impl fmt::Debug for Audiences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
