//! `#[derive(Serialize)]` types as members of an object.
//!
//! serde-json-core's serializer writes infinities as `null` and cannot count past the end of a
//! buffer, so this small one drives the crate's own writer: one escaping, exact sizes, and a
//! number that JSON cannot hold is an error.

use core::fmt::{self, Display, Write as _};

use serde::ser::{self, Serialize};

use super::writer::{JsonWriter, ObjectWriter, WriteMembers};
use crate::error::WriteError;

/// Writes the members of a `Serialize` type that serializes as a struct or a map.
///
/// ```
/// use jwt_core::json::{Serde, write_object};
///
/// #[derive(serde::Serialize)]
/// struct Mine<'a> {
///     tenant: &'a str,
///     scopes: [&'a str; 2],
/// }
///
/// let mine = Mine { tenant: "acme", scopes: ["read", "write"] };
/// let mut buf = [0; 64];
/// let text = write_object(&mut buf, &Serde(&mine))?;
/// assert_eq!(text, r#"{"tenant":"acme","scopes":["read","write"]}"#);
/// # Ok::<(), jwt_core::error::WriteError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Serde<T>(pub T);

impl<T: Serialize> WriteMembers for Serde<T> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        let serializer = Serializer { json: object.json(), place: Place::Members };
        if let Err(Failed(error)) = self.0.serialize(serializer) {
            object.refuse(error);
        }
    }
}

/// Serializes one value into its place.
struct Serializer<'w, 'b> {
    json: &'w mut JsonWriter<'b>,
    place: Place,
}

/// Where a serialized value goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It stands for itself.
    Value,
    /// It is an object whose members are wanted, without its braces.
    Members,
    /// It is the name of a member: a string, or what is written as one.
    Name,
}

/// An object or array that is being written.
struct Compound<'w, 'b> {
    json: &'w mut JsonWriter<'b>,
    close: &'static [u8],
}

/// The error that serde wants to see.
#[derive(Debug)]
struct Failed(WriteError);

impl Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ser::StdError for Failed {}

impl ser::Error for Failed {
    fn custom<T: Display>(_: T) -> Self {
        Self(WriteError::Serialize)
    }
}

impl<'w, 'b> Serializer<'w, 'b> {
    /// The writer, for something that is no object and no name.
    fn plain(self) -> Result<&'w mut JsonWriter<'b>, Failed> {
        match self.place {
            Place::Value => Ok(self.json),
            Place::Members => Err(Failed(WriteError::NotAnObject)),
            Place::Name => Err(Failed(WriteError::Serialize)),
        }
    }

    fn integer(self, negative: bool, magnitude: u64) -> Result<(), Failed> {
        self.plain()?.integer(negative, magnitude);
        Ok(())
    }

    fn float(self, value: impl fmt::Debug, finite: bool) -> Result<(), Failed> {
        let json = self.plain()?;
        if !finite {
            return Err(Failed(WriteError::NonFiniteNumber));
        }
        json.token("");
        // `Debug` takes an exponent where `Display` writes up to 325 digits, which is more than
        // the reader takes.
        write!(json, "{value:?}").map_err(|_| Failed(WriteError::Serialize))
    }

    fn list(self) -> Result<Compound<'w, 'b>, Failed> {
        let json = self.plain()?;
        json.open(b'[');
        Ok(Compound { json, close: b"]" })
    }

    fn object(self) -> Result<Compound<'w, 'b>, Failed> {
        if self.place == Place::Members {
            return Ok(Compound { json: self.json, close: &[] });
        }
        let json = self.plain()?;
        json.open(b'{');
        Ok(Compound { json, close: b"}" })
    }

    /// The object around the contents of an enum variant, `{"variant":…`; and whether it has a
    /// brace to close.
    fn variant(self, variant: &str) -> Result<(&'w mut JsonWriter<'b>, bool), Failed> {
        let Compound { json, close } = self.object()?;
        json.name(variant);
        Ok((json, !close.is_empty()))
    }
}

impl<'w, 'b> ser::Serializer for Serializer<'w, 'b> {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Compound<'w, 'b>;
    type SerializeTuple = Compound<'w, 'b>;
    type SerializeTupleStruct = Compound<'w, 'b>;
    type SerializeTupleVariant = Compound<'w, 'b>;
    type SerializeMap = Compound<'w, 'b>;
    type SerializeStruct = Compound<'w, 'b>;
    type SerializeStructVariant = Compound<'w, 'b>;

    fn serialize_bool(self, value: bool) -> Result<(), Failed> {
        self.plain()?.bool(value);
        Ok(())
    }
    fn serialize_i8(self, value: i8) -> Result<(), Failed> {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result<(), Failed> {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result<(), Failed> {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result<(), Failed> {
        self.integer(value.is_negative(), value.unsigned_abs())
    }
    fn serialize_u8(self, value: u8) -> Result<(), Failed> {
        self.serialize_u64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result<(), Failed> {
        self.serialize_u64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result<(), Failed> {
        self.serialize_u64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<(), Failed> {
        self.integer(false, value)
    }
    fn serialize_f32(self, value: f32) -> Result<(), Failed> {
        self.float(value, value.is_finite())
    }
    fn serialize_f64(self, value: f64) -> Result<(), Failed> {
        self.float(value, value.is_finite())
    }
    fn serialize_char(self, value: char) -> Result<(), Failed> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        if self.place == Place::Name {
            self.json.name(value);
        } else {
            self.plain()?.string(value);
        }
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failed> {
        self.collect_seq(value)
    }
    fn serialize_none(self) -> Result<(), Failed> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Failed> {
        self.plain()?.null();
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Failed> {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        let (json, braces) = self.variant(variant)?;
        value.serialize(Serializer { json: &mut *json, place: Place::Value })?;
        if braces {
            json.close(b'}');
        }
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'w, 'b>, Failed> {
        self.list()
    }
    fn serialize_tuple(self, _: usize) -> Result<Compound<'w, 'b>, Failed> {
        self.list()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'w, 'b>, Failed> {
        self.list()
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'w, 'b>, Failed> {
        let (json, braces) = self.variant(variant)?;
        json.open(b'[');
        Ok(Compound { json, close: if braces { b"]}" } else { b"]" } })
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'w, 'b>, Failed> {
        self.object()
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'w, 'b>, Failed> {
        self.object()
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'w, 'b>, Failed> {
        let (json, braces) = self.variant(variant)?;
        json.open(b'{');
        Ok(Compound { json, close: if braces { b"}}" } else { b"}" } })
    }
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Failed> {
        // A name is looked at as a whole, and there is no place to put it.
        self.plain()?.shown(value).map_err(|_| Failed(WriteError::Serialize))
    }
}

impl Compound<'_, '_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(Serializer { json: self.json, place: Place::Value })
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Failed> {
        self.json.name(name);
        self.element(value)
    }

    fn finish(self) {
        self.close.iter().for_each(|bracket| self.json.close(*bracket));
    }
}

/// Implements the serde traits that differ only in the name of one method.
macro_rules! elements {
    ($($trait:ident $method:ident;)*) => { $(
        impl ser::$trait for Compound<'_, '_> {
            type Ok = ();
            type Error = Failed;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                self.element(value)
            }
            fn end(self) -> Result<(), Failed> {
                self.finish();
                Ok(())
            }
        }
    )* };
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! members {
    ($($trait:ident)*) => { $(
        impl ser::$trait for Compound<'_, '_> {
            type Ok = ();
            type Error = Failed;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Failed> {
                self.member(name, value)
            }
            fn end(self) -> Result<(), Failed> {
                self.finish();
                Ok(())
            }
        }
    )* };
}

members!(SerializeStruct SerializeStructVariant);

impl ser::SerializeMap for Compound<'_, '_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        key.serialize(Serializer { json: self.json, place: Place::Name })
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.element(value)
    }
    fn end(self) -> Result<(), Failed> {
        self.finish();
        Ok(())
    }
}
