//! The JWT Claims Set (RFC 7519 section 4): registered claims to write, and claims that were read.
//!
//! Reading is strict about type: a registered claim of the wrong JSON type is remembered as such
//! and never taken for an absent one. What claims mean for a verdict, [`crate::Policy`] says.
//! This room knows no cryptography.

mod audience;

use crate::error::{ClaimError, ClaimErrors, JsonError, RegisteredClaim, WriteError};
use crate::json::{Members, Object, ObjectWriter, See, Text, Value, WriteMembers};
use crate::time::NumericDate;

pub use audience::{Audience, Audiences};

/// The seven registered claims, to be written (RFC 7519 section 4.1). All are optional.
///
/// ```
/// use jwt_core::{NumericDate, RegisteredClaims};
///
/// let now = NumericDate::from_seconds(1_700_000_000);
/// let claims = RegisteredClaims {
///     issuer: Some("device-0001"),
///     audience: Some("api".into()),
///     issued_at: Some(now),
///     expiration_time: Some(now.saturating_add(300)),
///     ..Default::default()
/// };
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct RegisteredClaims<'a> {
    /// "iss" (Issuer), RFC 7519 section 4.1.1.
    pub issuer: Option<&'a str>,
    /// "sub" (Subject), RFC 7519 section 4.1.2.
    pub subject: Option<&'a str>,
    /// "aud" (Audience), RFC 7519 section 4.1.3.
    pub audience: Option<Audience<'a>>,
    /// "exp" (Expiration Time), RFC 7519 section 4.1.4.
    pub expiration_time: Option<NumericDate>,
    /// "nbf" (Not Before), RFC 7519 section 4.1.5.
    pub not_before: Option<NumericDate>,
    /// "iat" (Issued At), RFC 7519 section 4.1.6.
    pub issued_at: Option<NumericDate>,
    /// "jti" (JWT ID), RFC 7519 section 4.1.7.
    pub jwt_id: Option<&'a str>,
}

impl WriteMembers for RegisteredClaims<'_> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        object.optional("iss", self.issuer).optional("sub", self.subject);
        match self.audience {
            Some(Audience::One(one)) => {
                object.string("aud", one);
            }
            Some(Audience::Many([])) => object.refuse(WriteError::EmptyAudience),
            Some(Audience::Many(many)) => {
                object.array("aud", |array| {
                    for one in many {
                        array.string(one);
                    }
                });
            }
            None => {}
        }
        let mut date = |name, value: Option<NumericDate>| {
            if let Some(value) = value {
                object.integer(name, value.seconds());
            }
        };
        date("exp", self.expiration_time);
        date("nbf", self.not_before);
        date("iat", self.issued_at);
        object.optional("jti", self.jwt_id);
    }
}

/// The claims of a token that was read, as views on their text.
#[derive(Clone, Copy, Debug)]
pub struct ClaimsSet<'a> {
    object: Object<'a>,
    registered: Registered<'a>,
}

/// The registered claims that were there, and of the right type.
#[derive(Clone, Copy, Debug, Default)]
struct Registered<'a> {
    issuer: Option<Text<'a>>,
    subject: Option<Text<'a>>,
    audience: Option<Audiences<'a>>,
    expiration_time: Option<NumericDate>,
    not_before: Option<NumericDate>,
    issued_at: Option<IssuedAt>,
    jwt_id: Option<Text<'a>>,
}

/// What was found so far.
struct Reading<'r, 'a> {
    registered: &'r mut Registered<'a>,
    errors: &'r mut ClaimErrors,
}

impl<'a> See<'a> for Reading<'_, 'a> {
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn see(&mut self, name: Text<'a>, value: Value<'a>) {
        let claim = match name.as_str() {
            Some(name) => RegisteredClaim::from_name(name),
            None => RegisteredClaim::ALL.into_iter().find(|claim| name == claim.name()),
        };
        if let Some(claim) = claim
            && self.registered.take(claim, value).is_none()
        {
            self.errors.insert(ClaimError::WrongType(claim));
        }
    }
}

/// An "iat" rounded both ways: each check takes the strict side.
#[derive(Clone, Copy, Debug)]
struct IssuedAt {
    down: NumericDate,
    up: NumericDate,
}

impl<'a> ClaimsSet<'a> {
    /// Reads the JSON of claims; registered ones of the wrong type are kept as errors beside them.
    pub(crate) fn parse(json: &'a [u8]) -> Result<(Self, ClaimErrors), JsonError> {
        let (mut registered, mut errors) = (Registered::default(), ClaimErrors::default());
        let mut reading = Reading { registered: &mut registered, errors: &mut errors };
        let object = Object::parse_each(json, &mut reading)?;
        Ok((Self { object, registered }, errors))
    }

    /// "iss" (Issuer), RFC 7519 section 4.1.1.
    #[must_use]
    pub const fn issuer(&self) -> Option<Text<'a>> {
        self.registered.issuer
    }

    /// "sub" (Subject), RFC 7519 section 4.1.2.
    #[must_use]
    pub const fn subject(&self) -> Option<Text<'a>> {
        self.registered.subject
    }

    /// "aud" (Audience), RFC 7519 section 4.1.3.
    #[must_use]
    pub const fn audience(&self) -> Option<Audiences<'a>> {
        self.registered.audience
    }

    /// "exp" (Expiration Time), RFC 7519 section 4.1.4, rounded down.
    #[must_use]
    pub const fn expiration_time(&self) -> Option<NumericDate> {
        self.registered.expiration_time
    }

    /// "nbf" (Not Before), RFC 7519 section 4.1.5, rounded up.
    #[must_use]
    pub const fn not_before(&self) -> Option<NumericDate> {
        self.registered.not_before
    }

    /// "iat" (Issued At), RFC 7519 section 4.1.6, rounded up.
    #[must_use]
    pub fn issued_at(&self) -> Option<NumericDate> {
        self.registered.issued_at.map(|date| date.up)
    }

    /// "iat" rounded down: what the age of a token counts from.
    pub(crate) fn issued_at_the_earliest(&self) -> Option<NumericDate> {
        self.registered.issued_at.map(|date| date.down)
    }

    /// "jti" (JWT ID), RFC 7519 section 4.1.7.
    #[must_use]
    pub const fn jwt_id(&self) -> Option<Text<'a>> {
        self.registered.jwt_id
    }

    /// Whether the registered claim is present.
    pub(crate) fn has(&self, claim: RegisteredClaim) -> bool {
        self.object.find(claim.name()).is_some()
    }

    /// The value of any claim; names are compared after unescaping.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Value<'a>> {
        self.object.find(name)
    }

    /// All claims in the order of the text.
    #[must_use]
    pub const fn members(&self) -> Members<'a> {
        self.object.members()
    }

    /// The JSON text of the claims.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.object.as_str()
    }

    /// All claims as a `Deserialize` type, by serde-json-core.
    ///
    /// The text has passed the strict reader. serde-json-core still refuses some valid JSON: an
    /// escaped string into `&str`, surrogate pairs, a fraction into an integer. `scratch` bounds
    /// the length of an escaped string.
    ///
    /// # Errors
    /// The error of serde-json-core.
    #[cfg(feature = "serde-json-core-07")]
    pub fn deserialize<T: serde::Deserialize<'a>>(
        &self,
        scratch: &mut [u8],
    ) -> Result<T, serde_json_core::de::Error> {
        serde_json_core::from_str_escaped(self.as_str(), scratch).map(|(value, _)| value)
    }
}

impl<'a> Registered<'a> {
    /// Takes in one registered claim; `None` where its type is wrong.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn take(&mut self, claim: RegisteredClaim, value: Value<'a>) -> Option<()> {
        match claim {
            RegisteredClaim::Issuer => self.issuer = Some(value.as_text()?),
            RegisteredClaim::Subject => self.subject = Some(value.as_text()?),
            RegisteredClaim::Audience => self.audience = Some(Audiences::read(value)?),
            // Half a second after the last valid second is late: rounded down.
            RegisteredClaim::ExpirationTime => self.expiration_time = Some(date(value)?.down),
            // Half a second before the first valid second is early: rounded up.
            RegisteredClaim::NotBefore => self.not_before = Some(date(value)?.up),
            RegisteredClaim::IssuedAt => self.issued_at = Some(date(value)?),
            RegisteredClaim::JwtId => self.jwt_id = Some(value.as_text()?),
        }
        Some(())
    }
}

/// A NumericDate of any JSON number syntax, rounded both ways.
fn date(value: Value<'_>) -> Option<IssuedAt> {
    let floor = value.as_number()?.floor()?;
    let down = NumericDate::new(floor.integer)?;
    let up = NumericDate::new(floor.integer.saturating_add(i64::from(floor.inexact)))?;
    Some(IssuedAt { down, up })
}
