//! JSON as serde_json has it, with the text of numbers, the order of members, and every duplicate.
//!
//! serde_json decides what is JSON. The limits of jwt-core are properties that can be asked for here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Deeper than this nothing is looked at: jwt-core refuses it.
const DEPTH: usize = 64;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    /// As it was written.
    Number(String),
    String(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
    /// A container inside 64 others: its grammar is checked, and no more.
    TooDeep,
}

impl Tree {
    /// What `text` says, if it is JSON.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        Self::of(serde_json::from_slice(text).ok()?, 0)
    }

    fn of(raw: &RawValue, outer: usize) -> Option<Self> {
        let text = raw.get();
        let inner = outer.saturating_add(1);
        Some(match text.bytes().next()? {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::String(serde_json::from_str(text).ok()?),
            b'{' | b'[' if outer >= DEPTH => Self::TooDeep,
            b'[' => {
                let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                let elements = elements.into_iter().map(|raw| Self::of(raw, inner));
                Self::Array(elements.collect::<Option<_>>()?)
            }
            b'{' => {
                let Pairs(members) = serde_json::from_str(text).ok()?;
                let members =
                    members.into_iter().map(|(name, raw)| Some((name, Self::of(raw, inner)?)));
                Self::Object(members.collect::<Option<_>>()?)
            }
            _ => Self::Number(text.to_owned()),
        })
    }

    pub(crate) fn is_too_deep(&self) -> bool {
        match self {
            Self::TooDeep => true,
            Self::Array(elements) => elements.iter().any(Self::is_too_deep),
            Self::Object(members) => members.iter().any(|(_, value)| value.is_too_deep()),
            _ => false,
        }
    }

    /// Characters of the longest number in it.
    pub(crate) fn longest_number(&self) -> usize {
        match self {
            Self::Number(text) => text.len(),
            Self::Array(elements) => {
                elements.iter().map(Self::longest_number).max().unwrap_or_default()
            }
            Self::Object(members) => {
                members.iter().map(|(_, value)| value.longest_number()).max().unwrap_or_default()
            }
            _ => 0,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }
}

/// The members of an object with unique names, within the limits: what jwt-core reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strict(pub(crate) Vec<(String, Tree)>);

impl Strict {
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let tree = Tree::parse(text)?;
        let in_limits = !tree.is_too_deep() && tree.longest_number() <= 128;
        match tree {
            Tree::Object(members)
                if in_limits && members.len() <= 256 && duplicate(&members).is_none() =>
            {
                Some(Self(members))
            }
            _ => None,
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Tree> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }
}

/// A name that comes twice.
pub(crate) fn duplicate(members: &[(String, Tree)]) -> Option<&str> {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// Every member of an object, in order.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Pairs(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
