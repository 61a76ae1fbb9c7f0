//! "aud" (RFC 7519 section 4.1.3): one string, or an array of them.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Audiences of a token. The default is none, and the token has no "aud".
///
/// One is written as a string, several as an array. A list without any is not minted: the token would be good for
/// whoever checks no audience, which is not what an empty list means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience(Option<Vec<String>>);

impl Audience {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether the token has no "aud".
    pub(super) fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    /// Whether `audience` is one of them, compared character by character.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|one| one == audience)
    }

    /// The audiences in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(String::as_str)
    }
}

impl From<&str> for Audience {
    fn from(one: &str) -> Self {
        Self(Some(vec![one.to_owned()]))
    }
}

impl From<String> for Audience {
    fn from(one: String) -> Self {
        Self(Some(vec![one]))
    }
}

impl<S: Into<String>> FromIterator<S> for Audience {
    fn from_iter<I: IntoIterator<Item = S>>(many: I) -> Self {
        Self(Some(many.into_iter().map(Into::into).collect()))
    }
}

impl<S: Into<String>> From<Vec<S>> for Audience {
    fn from(many: Vec<S>) -> Self {
        many.into_iter().collect()
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Audience {
    fn from(many: [S; N]) -> Self {
        many.into_iter().collect()
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_deref().unwrap_or_default() {
            [] => Err(S::Error::custom("an empty aud is accepted nowhere")),
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Audience;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E>(self, one: &str) -> Result<Audience, E> {
        Ok(one.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Audience, A::Error> {
        let mut many = Vec::new();
        while let Some(one) = seq.next_element()? {
            many.push(one);
        }
        Ok(Audience(Some(many)))
    }
}
