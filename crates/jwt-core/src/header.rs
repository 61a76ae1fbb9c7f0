//! The JOSE header (RFC 7515 section 4), as far as this library acts on it.
//!
//! Members that could choose a key (`jku`, `jwk`, `x5u`, `x5c`, `x5t`) are not read at all.
//! This room knows no cryptography.

use crate::error::HeaderError;
use crate::json::{Object, See, Text, Value};

/// Whether a header member of this name is refused when read and never written.
pub(crate) fn is_forbidden(name: &[u8]) -> bool {
    matches!(name, b"crit" | b"b64")
}

/// A JOSE header that was read.
#[derive(Clone, Copy, Debug)]
pub struct JoseHeader<'a> {
    object: Object<'a>,
    alg: Text<'a>,
    kid: Option<Text<'a>>,
    typ: Option<Text<'a>>,
    cty: Option<Text<'a>>,
}

/// What was found so far.
#[derive(Default)]
struct Reading<'a> {
    alg: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    typ: Option<Text<'a>>,
    cty: Option<Text<'a>>,
    refused: Option<HeaderError>,
}

impl<'a> See<'a> for Reading<'a> {
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn see(&mut self, name: Text<'a>, value: Value<'a>) {
        let taken = if name == "alg" {
            text("alg", value).map(|found| self.alg = Some(found))
        } else if name == "kid" {
            text("kid", value).map(|found| self.kid = Some(found))
        } else if name == "typ" {
            text("typ", value).map(|found| self.typ = Some(found))
        } else if name == "cty" {
            text("cty", value).map(|found| self.cty = Some(found))
        } else if name == "crit" {
            // RFC 7515 section 4.1.11: "If any of the listed extension Header Parameters are
            // not understood and supported by the recipient, then the JWS is invalid."
            Err(HeaderError::Critical)
        } else if name == "b64" {
            Err(HeaderError::UnencodedPayload)
        } else {
            Ok(())
        };
        if let Err(error) = taken {
            self.refused.get_or_insert(error);
        }
    }
}

impl<'a> JoseHeader<'a> {
    /// Reads the JSON of a header.
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, HeaderError> {
        let mut read = Reading::default();
        let object = Object::parse_each(json, &mut read).map_err(HeaderError::Json)?;
        let Reading { alg, kid, typ, cty, refused } = read;
        if let Some(error) = refused {
            return Err(error);
        }
        let alg = alg.ok_or(HeaderError::MissingAlgorithm)?;
        Ok(Self { object, alg, kid, typ, cty })
    }

    /// "alg" (Algorithm), RFC 7515 section 4.1.1. It is compared with the algorithm of the key;
    /// it never chooses one.
    #[must_use]
    pub const fn alg(&self) -> Text<'a> {
        self.alg
    }

    /// "kid" (Key ID), RFC 7515 section 4.1.4.
    #[must_use]
    pub const fn kid(&self) -> Option<Text<'a>> {
        self.kid
    }

    /// "typ" (Type), RFC 7515 section 4.1.9.
    #[must_use]
    pub const fn typ(&self) -> Option<Text<'a>> {
        self.typ
    }

    /// "cty" (Content Type), RFC 7515 section 4.1.10.
    #[must_use]
    pub const fn cty(&self) -> Option<Text<'a>> {
        self.cty
    }

    /// The whole header, for members that this library does not act on.
    #[must_use]
    pub const fn object(&self) -> Object<'a> {
        self.object
    }
}

/// Whether `typ` names the media type `expected`.
///
/// RFC 7515 section 4.1.9: "A recipient using the media type value MUST treat it as if
/// 'application/' were prepended to any 'typ' value not containing a '/'." Media types are
/// compared without regard to case.
pub(crate) fn is_type(typ: Text<'_>, expected: &str) -> bool {
    media_type(typ.chars()).eq(media_type(expected.chars()))
}

fn media_type(chars: impl Iterator<Item = char> + Clone) -> impl Iterator<Item = char> {
    let prefix = if chars.clone().any(|char| char == '/') { "" } else { "application/" };
    prefix.chars().chain(chars).map(|char| char.to_ascii_lowercase())
}

fn text<'a>(member: &'static str, value: Value<'a>) -> Result<Text<'a>, HeaderError> {
    value.as_text().ok_or(HeaderError::WrongType { member })
}
