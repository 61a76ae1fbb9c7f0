//! JSON (RFC 8259): a strict, non-recursive reader and a writer, both on the caller's memory.
//!
//! The reader accepts RFC 8259 exactly and one thing less: an [`Object`] that was parsed has no
//! duplicate member names, compared after unescaping. It never recurses, whatever the input: the
//! kinds of the open containers are bits of one integer, [`MAX_DEPTH`] of them.
//!
//! This room knows no JWT.

mod decimal;
mod names;
mod number;
mod plain;
mod reader;
#[cfg(feature = "serde-1")]
mod serialize;
mod text;
mod unique;
mod value;
mod writer;

pub use crate::error::{JsonError, JsonErrorKind};
pub use number::Number;
#[cfg(feature = "serde-1")]
pub use serialize::Serde;
pub use text::{Chars, Text};
pub use value::{Array, Elements, Members, Object, Value};
pub use writer::{ArrayWriter, ObjectWriter, WriteMembers, from_fn, write_object};

pub(crate) use value::See;
pub(crate) use writer::JsonWriter;

/// Open containers at most, the outermost object included.
pub const MAX_DEPTH: u32 = 64;

/// Members of a parsed object at most.
///
/// Bounds the search for duplicate names: on a core of 32 bits, names that are made to collide cost so many
/// readings at most.
pub const MAX_MEMBERS: usize = 256;

/// Characters of a number at most.
pub const MAX_NUMBER_LEN: usize = 128;
