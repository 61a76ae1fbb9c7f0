//! A profile: the rules of an API that can be said as data, and their check. It knows no API.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{ObjectWriter, WriteMembers as _};
use jwt_core::{Algorithm, Audience, NumericDate, RegisteredClaims};

use super::{Rule, RuleViolation};

/// The rules of an API, as data.
///
/// The fields are public so that a program can print them, and so that a profile can be written as
/// `Profile { …, ..Profile::new(name, algorithm) }`; that form goes on compiling when a field is added.
///
/// ```
/// use jwt_device::profile::{AppleApns, ProviderToken as _};
///
/// let apns = AppleApns::PROFILE;
/// assert_eq!(apns.lifetime(), None); // no "exp": the age of a token is what counts
/// assert_eq!((apns.min_interval(), apns.max_interval()), (Some(1200), Some(3600)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name of the API, for people.
    pub name: &'static str,
    /// The algorithm that it verifies.
    pub algorithm: Algorithm,
    /// "typ" (Type), RFC 7515 section 4.1.9, as it is written; `None` writes none.
    pub typ: Option<&'static str>,
    /// "cty" (Content Type), RFC 7515 section 4.1.10, as it is written; `None` writes none.
    pub cty: Option<&'static str>,
    /// Header members that are the same in every token.
    pub header: &'static [(&'static str, &'static str)],
    /// "kid" (Key ID), RFC 7515 section 4.1.4.
    pub key_id: KeyId,
    /// Registered claims that have to be there.
    pub required: &'static [RegisteredClaim],
    /// Registered claims that must not be there. What [`ProviderToken::claims`](super::ProviderToken::claims)
    /// writes by these names is not seen.
    pub forbidden: &'static [RegisteredClaim],
    /// Registered claims that have to be one certain text where they are there.
    pub fixed: &'static [(RegisteredClaim, &'static str)],
    /// "aud" (Audience), RFC 7519 section 4.1.3: one string, or an array too.
    pub audience: AudienceForm,
    /// "sub" (Subject), RFC 7519 section 4.1.2, against "iss".
    pub subject: Subject,
    /// How long a token may live; `None` where "exp" has no part in it.
    pub lifetime: Option<Lifetime>,
    /// How often a token may be sent, and how old it may be.
    pub reuse: Reuse,
    /// The unit of "exp", "nbf" and "iat" on the wire.
    pub time_unit: TimeUnit,
}

/// What a profile says of "kid".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyId {
    /// Written where the signer's key has a name.
    Optional,
    /// Has to be there.
    Required,
    /// Has to be there and to have this many characters, all of them ASCII letters and digits.
    OfLength(usize),
    /// Has to be there and to be the text of "sub".
    SameAsSubject,
}

/// What a profile says of the form of "aud".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudienceForm {
    /// A string or an array (RFC 7519 section 4.1.3).
    Any,
    /// A single string.
    Single,
}

/// What a profile says of "sub" against "iss".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// They have nothing to do with each other.
    Any,
    /// They have to be the same.
    IsIssuer,
}

/// How long a token may live, in seconds from "iat", or from the minting where there is none, to "exp".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// What to ask for: within the limits with room for a clock that is ahead.
    pub usual: u32,
    /// The least that the API accepts; at least 1.
    pub min: u32,
    /// The most that the API accepts.
    pub max: u32,
}

impl Lifetime {
    /// A lifetime that the API limits to `max` seconds.
    #[must_use]
    pub const fn at_most(max: u32, usual: u32) -> Self {
        Self { usual, min: 1, max }
    }

    /// A lifetime that the API does not limit.
    #[must_use]
    pub const fn unlimited(usual: u32) -> Self {
        Self::at_most(u32::MAX, usual)
    }
}

/// How often a token may be sent, and how old it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reuse {
    /// Any number of times before "exp".
    UntilExpiry,
    /// Any number of times while it is young enough, and no new one before it is old enough.
    ByAge {
        /// Seconds before a new token may be sent.
        min: u32,
        /// Seconds after which it is refused.
        max: u32,
    },
    /// Once: each request has a token of its own.
    Once,
}

/// The unit of the times in a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeUnit {
    /// Seconds, as RFC 7519 section 2 has it.
    Seconds,
    /// Milliseconds, as an integer.
    Milliseconds,
}

impl TimeUnit {
    /// A date in this unit.
    pub(super) const fn count(self, date: NumericDate) -> i64 {
        match self {
            Self::Seconds => date.seconds(),
            // A NumericDate ends in the year 9999: it cannot saturate.
            Self::Milliseconds => date.seconds().saturating_mul(1000),
        }
    }

    /// Writes the claims with their dates in this unit.
    pub(super) fn write(self, claims: &RegisteredClaims<'_>, object: &mut ObjectWriter<'_, '_>) {
        if self == Self::Seconds {
            return claims.write_members(object);
        }
        let RegisteredClaims { expiration_time, not_before, issued_at, .. } = *claims;
        let dates = [("exp", expiration_time), ("nbf", not_before), ("iat", issued_at)];
        RegisteredClaims { expiration_time: None, not_before: None, issued_at: None, ..*claims }
            .write_members(object);
        for (name, date) in dates {
            if let Some(date) = date {
                object.integer(name, self.count(date));
            }
        }
    }
}

impl Profile {
    /// An API that has a name, an algorithm and no rule.
    #[must_use]
    pub const fn new(name: &'static str, algorithm: Algorithm) -> Self {
        Self {
            name,
            algorithm,
            typ: None,
            cty: None,
            header: &[],
            key_id: KeyId::Optional,
            required: &[],
            forbidden: &[],
            fixed: &[],
            audience: AudienceForm::Any,
            subject: Subject::Any,
            lifetime: None,
            reuse: Reuse::UntilExpiry,
            time_unit: TimeUnit::Seconds,
        }
    }

    /// Seconds from the minting to "exp" to ask for; `None` where tokens have no "exp".
    #[must_use]
    pub const fn lifetime(&self) -> Option<u32> {
        match self.lifetime {
            Some(lifetime) => Some(lifetime.usual),
            None => None,
        }
    }

    /// Seconds between two tokens at least; `None` where there may be a new one at any time.
    #[must_use]
    pub const fn min_interval(&self) -> Option<u32> {
        match self.reuse {
            Reuse::ByAge { min, .. } => Some(min),
            Reuse::UntilExpiry | Reuse::Once => None,
        }
    }

    /// Seconds after which a token is too old to be sent, "exp" or no "exp"; `None` where "exp" alone
    /// decides.
    #[must_use]
    pub const fn max_interval(&self) -> Option<u32> {
        match self.reuse {
            Reuse::ByAge { max, .. } => Some(max),
            Reuse::UntilExpiry | Reuse::Once => None,
        }
    }

    /// Whether each request needs a token of its own.
    #[must_use]
    pub const fn single_use(&self) -> bool {
        matches!(self.reuse, Reuse::Once)
    }

    /// Checks that a new token may be minted at `now`, where the last one was minted at `last`.
    ///
    /// A `last` in the future is a clock that was set back since; a new token is what is needed then.
    ///
    /// # Errors
    /// [`Rule::RenewedTooSoon`].
    pub fn check_renewal(&self, last: NumericDate, now: NumericDate) -> Result<(), RuleViolation> {
        let seconds = now.seconds_since(last);
        match self.min_interval() {
            Some(min) if seconds < u64::from(min) && last <= now => {
                Err(self.violation(Rule::RenewedTooSoon { seconds, min }))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the token which was minted at `last`, and sent before, may be sent again at `now`.
    /// Whether it has expired is another question: its "exp" answers it.
    ///
    /// # Errors
    /// [`Rule::SingleUse`] and [`Rule::TooOld`].
    pub fn check_reuse(&self, last: NumericDate, now: NumericDate) -> Result<(), RuleViolation> {
        if self.single_use() {
            return Err(self.violation(Rule::SingleUse));
        }
        let seconds = now.seconds_since(last);
        match self.max_interval() {
            Some(max) if seconds > u64::from(max) => {
                Err(self.violation(Rule::TooOld { seconds, max }))
            }
            _ => Ok(()),
        }
    }

    /// Checks registered claims, and the name of the key, against the rules that are data.
    ///
    /// [`super::mint`] does this. It is here for claims that are written by hand, and for tools.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(
        &self,
        key_id: Option<&str>,
        claims: &RegisteredClaims<'_>,
        issued_at: NumericDate,
    ) -> Result<(), RuleViolation> {
        self.check_claims(claims)
            .and_then(|()| self.check_key_id(key_id, claims.subject))
            .and_then(|()| self.check_lifetime(claims, issued_at))
            .map_err(|rule| self.violation(rule))
    }

    const fn violation(&self, rule: Rule) -> RuleViolation {
        RuleViolation { api: self.name, rule }
    }

    fn check_key_id(&self, key_id: Option<&str>, subject: Option<&str>) -> Result<(), Rule> {
        let Some(kid) = key_id else {
            return match self.key_id {
                KeyId::Optional => Ok(()),
                KeyId::Required | KeyId::OfLength(_) | KeyId::SameAsSubject => {
                    Err(Rule::KeyIdMissing)
                }
            };
        };
        Rule::not_empty("kid", kid)?;
        match self.key_id {
            KeyId::OfLength(expected) => {
                // As many as there are bytes that begin a character.
                let found = kid.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
                if found != expected {
                    Err(Rule::KeyIdLength { found, expected })
                } else if kid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    Ok(())
                } else {
                    Err(Rule::KeyIdCharacters)
                }
            }
            KeyId::SameAsSubject if subject != Some(kid) => Err(Rule::KeyIdNotSubject),
            _ => Ok(()),
        }
    }

    fn check_claims(&self, claims: &RegisteredClaims<'_>) -> Result<(), Rule> {
        for claim in self.required {
            if !is_present(claims, *claim) {
                return Err(Rule::Missing { claim: claim.name() });
            }
        }
        for claim in self.forbidden {
            if is_present(claims, *claim) {
                return Err(Rule::Forbidden { claim: claim.name() });
            }
        }
        if self.audience == AudienceForm::Single
            && matches!(claims.audience, Some(Audience::Many(_)))
        {
            return Err(Rule::AudienceNotSingle);
        }
        for claim in RegisteredClaim::ALL {
            if let Some(text) = text(claims, claim) {
                Rule::not_empty(claim.name(), text)?;
            }
        }
        // An array that is empty or has an empty text names nobody either.
        if let Some(Audience::Many(many)) = claims.audience
            && (many.is_empty() || many.iter().any(|one| one.is_empty()))
        {
            return Err(Rule::Empty { member: RegisteredClaim::Audience.name() });
        }
        for &(claim, expected) in self.fixed {
            if is_present(claims, claim) && text(claims, claim) != Some(expected) {
                return Err(Rule::Fixed { claim: claim.name(), expected });
            }
        }
        if self.subject == Subject::IsIssuer && claims.subject != claims.issuer {
            return Err(Rule::IssuerNotSubject);
        }
        Ok(())
    }

    fn check_lifetime(
        &self,
        claims: &RegisteredClaims<'_>,
        issued_at: NumericDate,
    ) -> Result<(), Rule> {
        let (Some(Lifetime { min, max, .. }), Some(exp)) = (self.lifetime, claims.expiration_time)
        else {
            return Ok(());
        };
        let seconds = exp.seconds_since(claims.issued_at.unwrap_or(issued_at));
        if seconds < u64::from(min) {
            return Err(Rule::LifetimeTooShort { seconds, min });
        }
        if seconds > u64::from(max) {
            return Err(Rule::LifetimeTooLong { seconds, max });
        }
        Ok(())
    }
}

fn is_present(claims: &RegisteredClaims<'_>, claim: RegisteredClaim) -> bool {
    match claim {
        RegisteredClaim::Issuer => claims.issuer.is_some(),
        RegisteredClaim::Subject => claims.subject.is_some(),
        RegisteredClaim::Audience => claims.audience.is_some(),
        RegisteredClaim::ExpirationTime => claims.expiration_time.is_some(),
        RegisteredClaim::NotBefore => claims.not_before.is_some(),
        RegisteredClaim::IssuedAt => claims.issued_at.is_some(),
        RegisteredClaim::JwtId => claims.jwt_id.is_some(),
    }
}

/// The text of a claim that is one.
fn text<'a>(claims: &RegisteredClaims<'a>, claim: RegisteredClaim) -> Option<&'a str> {
    match claim {
        RegisteredClaim::Issuer => claims.issuer,
        RegisteredClaim::Subject => claims.subject,
        RegisteredClaim::Audience => match claims.audience {
            Some(Audience::One(one)) => Some(one),
            Some(Audience::Many(_)) | None => None,
        },
        RegisteredClaim::JwtId => claims.jwt_id,
        RegisteredClaim::ExpirationTime
        | RegisteredClaim::NotBefore
        | RegisteredClaim::IssuedAt => None,
    }
}
