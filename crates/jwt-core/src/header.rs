//! The JOSE header (RFC 7515 section 4), as far as this library acts on it.
//!
//! Members that could choose a key (`jku`, `jwk`, `x5u`, `x5c`, `x5t`) are not read at all.
//! This room knows no cryptography.

use crate::error::HeaderError;
use crate::json::{Object, Text, Value};

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

impl<'a> JoseHeader<'a> {
    /// Reads the JSON of a header.
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, HeaderError> {
        let (mut alg, mut kid, mut typ, mut cty) = (None, None, None, None);
        let mut refused = None;
        let object = Object::parse_each(json, |name, value| {
            let taken = if name == "alg" {
                text("alg", value).map(|found| alg = Some(found))
            } else if name == "kid" {
                text("kid", value).map(|found| kid = Some(found))
            } else if name == "typ" {
                text("typ", value).map(|found| typ = Some(found))
            } else if name == "cty" {
                text("cty", value).map(|found| cty = Some(found))
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
                refused.get_or_insert(error);
            }
        })
        .map_err(HeaderError::Json)?;
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
