//! What claims have to say (RFC 7519 section 4.1, RFC 8725): a [`Policy`], and its verdict.
//!
//! A policy decides about issuer and audience, always, and requires an expiration time. Whatever
//! it does not check has to be spelled out by name. All failed checks are reported at once.

use core::fmt;

use crate::claims::ClaimsSet;
use crate::error::{ClaimError, ClaimErrors, RegisteredClaim};
use crate::header::{JoseHeader, is_type};
use crate::json::Text;
use crate::time::{Leeway, NumericDate};
use crate::verify::VerifiedToken;

/// Which issuers are accepted ("iss", RFC 7519 section 4.1.1; RFC 8725 section 3.8).
///
/// An expectation implies presence. Comparison is exact, character by character.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ExpectIssuer<'p> {
    /// This one.
    Is(&'p str),
    /// One of these.
    AnyOf(&'p [&'p str]),
    /// Any issuer, or none: the key alone tells who signed.
    NotChecked,
}

/// Which audiences are accepted ("aud", RFC 7519 section 4.1.3; RFC 8725 section 3.9).
///
/// An expectation implies presence. Comparison is exact, character by character.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ExpectAudience<'p> {
    /// The token names this audience, alone or with others.
    Is(&'p str),
    /// The token names one of these.
    AnyOf(&'p [&'p str]),
    /// No audience is used between these parties: a token that has one is meant for others.
    NotUsed,
    /// Any audience, or none. Whoever says this accepts tokens that were issued for others.
    NotChecked,
}

impl<'p> From<&'p str> for ExpectIssuer<'p> {
    fn from(issuer: &'p str) -> Self {
        Self::Is(issuer)
    }
}

impl<'p> From<&'p str> for ExpectAudience<'p> {
    fn from(audience: &'p str) -> Self {
        Self::Is(audience)
    }
}

/// The `typ` that is accepted.
#[derive(Clone, Copy, Debug)]
enum ExpectType<'p> {
    /// Absent or `JWT`: no other kind of token is taken for a plain JWT.
    Untyped,
    Is(&'p str),
    NotChecked,
}

/// Whether a token has to expire.
#[derive(Clone, Copy, Debug)]
enum Expiration {
    Required,
    Optional,
}

/// A check of the caller on the claims. Implemented for functions and closures.
pub trait Check {
    /// Looks at claims that have passed no other check yet.
    ///
    /// # Errors
    /// Why they are refused, in a few words without secrets.
    fn check(&self, claims: &ClaimsSet<'_>) -> Result<(), &'static str>;
}

impl<F: Fn(&ClaimsSet<'_>) -> Result<(), &'static str>> Check for F {
    fn check(&self, claims: &ClaimsSet<'_>) -> Result<(), &'static str> {
        self(claims)
    }
}

/// No check of the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCheck;

impl Check for NoCheck {
    fn check(&self, _: &ClaimsSet<'_>) -> Result<(), &'static str> {
        Ok(())
    }
}

/// What a token has to say to be accepted.
///
/// ```
/// use jwt_core::{ExpectAudience, ExpectIssuer, Leeway, Policy};
///
/// // A gateway's: issuer and audience are decided, expiration is required.
/// let policy = Policy::new("https://issuer.example", "https://api.example")
///     .typ("at+jwt")
///     .leeway(Leeway::from_seconds(5))
///     .require(&["jti"])
///     .check(|claims| match claims.claim("scope").and_then(|scope| scope.as_text()) {
///         Some(scope) if scope == "read" => Ok(()),
///         _ => Err("scope read is missing"),
///     });
///
/// // What is not checked is spelled out.
/// let lax = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed)
///     .allow_missing_expiration();
/// ```
#[derive(Clone, Copy)]
pub struct Policy<'p, C = NoCheck> {
    rules: Rules<'p>,
    check: C,
}

/// All of a policy that is data.
#[derive(Clone, Copy, Debug)]
struct Rules<'p> {
    issuer: ExpectIssuer<'p>,
    audience: ExpectAudience<'p>,
    subject: Option<&'p str>,
    typ: ExpectType<'p>,
    expiration: Expiration,
    leeway: Leeway,
    max_age: Option<u64>,
    required: &'p [&'p str],
}

impl<'p> Policy<'p> {
    /// Decides about issuer and audience; `exp` is required, `typ` is absent or `JWT`, and there is
    /// no leeway.
    pub fn new(
        issuer: impl Into<ExpectIssuer<'p>>,
        audience: impl Into<ExpectAudience<'p>>,
    ) -> Self {
        Self {
            rules: Rules {
                issuer: issuer.into(),
                audience: audience.into(),
                subject: None,
                typ: ExpectType::Untyped,
                expiration: Expiration::Required,
                leeway: Leeway::NONE,
                max_age: None,
                required: &[],
            },
            check: NoCheck,
        }
    }
}

impl<'p, C> Policy<'p, C> {
    fn with(self, change: impl FnOnce(&mut Rules<'p>)) -> Self {
        let Self { mut rules, check } = self;
        change(&mut rules);
        Self { rules, check }
    }

    /// Requires "sub" to be `subject` (RFC 7519 section 4.1.2).
    #[must_use]
    pub fn subject(self, subject: &'p str) -> Self {
        self.with(|rules| rules.subject = Some(subject))
    }

    /// Requires "typ" to be `typ` (RFC 8725 section 3.11). Case and a leading `application/` do
    /// not matter (RFC 7515 section 4.1.9).
    #[must_use]
    pub fn typ(self, typ: &'p str) -> Self {
        self.with(|rules| rules.typ = ExpectType::Is(typ))
    }

    /// Accepts any "typ". Whoever says this tells kinds of tokens apart by other means.
    #[must_use]
    pub fn any_typ(self) -> Self {
        self.with(|rules| rules.typ = ExpectType::NotChecked)
    }

    /// Allows clocks to be this far apart. It counts for "exp", "nbf", "iat" and the age.
    #[must_use]
    pub fn leeway(self, leeway: Leeway) -> Self {
        self.with(|rules| rules.leeway = leeway)
    }

    /// Requires "iat", and that it lies `seconds` in the past at most.
    #[must_use]
    pub fn max_age(self, seconds: u64) -> Self {
        self.with(|rules| rules.max_age = Some(seconds))
    }

    /// Requires the presence of these claims, whatever their values; 32 at most are told apart in
    /// errors. Replaces an earlier list.
    #[must_use]
    pub fn require(self, claims: &'p [&'p str]) -> Self {
        self.with(|rules| rules.required = claims)
    }

    /// Accepts a token without "exp", which is good forever. An "exp" that is there still counts.
    #[must_use]
    pub fn allow_missing_expiration(self) -> Self {
        self.with(|rules| rules.expiration = Expiration::Optional)
    }

    /// The claims of [`Policy::require`], for the index in [`ClaimError::MissingRequired`].
    #[must_use]
    pub const fn required_claims(&self) -> &'p [&'p str] {
        self.rules.required
    }

    /// The issuers that are accepted.
    #[must_use]
    pub const fn expected_issuer(&self) -> ExpectIssuer<'p> {
        self.rules.issuer
    }

    /// The audiences that are accepted.
    #[must_use]
    pub const fn expected_audience(&self) -> ExpectAudience<'p> {
        self.rules.audience
    }

    /// The subject of [`Policy::subject`].
    #[must_use]
    pub const fn expected_subject(&self) -> Option<&'p str> {
        self.rules.subject
    }

    /// The type of [`Policy::typ`].
    #[must_use]
    pub const fn expected_typ(&self) -> Option<&'p str> {
        match self.rules.typ {
            ExpectType::Is(typ) => Some(typ),
            ExpectType::Untyped | ExpectType::NotChecked => None,
        }
    }

    /// Adds a check of the caller. Replaces an earlier one; a check can call others.
    #[must_use]
    pub fn check<F>(self, check: F) -> Policy<'p, F>
    where
        F: Fn(&ClaimsSet<'_>) -> Result<(), &'static str>,
    {
        Policy { rules: self.rules, check }
    }
}

impl<C> fmt::Debug for Policy<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Rules<'_> {
    fn apply(
        &self,
        header: &JoseHeader<'_>,
        claims: &ClaimsSet<'_>,
        now: NumericDate,
        errors: &mut ClaimErrors,
    ) {
        self.check_times(claims, now, errors);
        self.check_issuer(claims, errors);
        self.check_audience(claims, errors);
        if let Some(subject) = self.subject {
            match claims.subject() {
                Some(found) if found != subject => errors.insert(ClaimError::SubjectMismatch),
                None => missing(claims, RegisteredClaim::Subject, errors),
                Some(_) => {}
            }
        }
        let typ_fits = match (self.typ, header.typ()) {
            (ExpectType::NotChecked, _) | (ExpectType::Untyped, None) => true,
            (ExpectType::Untyped, Some(typ)) => is_type(typ, "JWT"),
            (ExpectType::Is(expected), typ) => typ.is_some_and(|typ| is_type(typ, expected)),
        };
        if !typ_fits {
            errors.insert(ClaimError::TypeMismatch);
        }
        for (index, name) in self.required.iter().enumerate() {
            if claims.claim(name).is_none() {
                errors.insert(ClaimError::MissingRequired { index });
            }
        }
    }

    fn check_times(&self, claims: &ClaimsSet<'_>, now: NumericDate, errors: &mut ClaimErrors) {
        let leeway = self.leeway.seconds();
        match (claims.expiration_time(), self.expiration) {
            // RFC 7519 section 4.1.4: "the current date/time MUST be before the expiration
            // date/time": a token that expires now has expired.
            (Some(exp), _) if now.seconds() >= exp.seconds().saturating_add_unsigned(leeway) => {
                errors.insert(ClaimError::Expired { seconds: now.seconds_since(exp) });
            }
            (None, Expiration::Required) => {
                missing(claims, RegisteredClaim::ExpirationTime, errors);
            }
            _ => {}
        }
        // RFC 7519 section 4.1.5: "the current date/time MUST be after or equal to the not-before
        // date/time".
        if let Some(nbf) = claims.not_before()
            && nbf.seconds_since(now) > leeway
        {
            errors.insert(ClaimError::NotYetValid { seconds: nbf.seconds_since(now) });
        }
        // Nothing was issued in the future: clocks disagree, or somebody lies.
        if let Some(iat) = claims.issued_at()
            && iat.seconds_since(now) > leeway
        {
            errors.insert(ClaimError::IssuedInTheFuture { seconds: iat.seconds_since(now) });
        }
        if let Some(max_age) = self.max_age {
            match claims.issued_at_the_earliest() {
                Some(iat) if now.seconds_since(iat) > max_age.saturating_add(leeway) => {
                    let seconds = now.seconds_since(iat).saturating_sub(max_age);
                    errors.insert(ClaimError::TooOld { seconds });
                }
                None => missing(claims, RegisteredClaim::IssuedAt, errors),
                Some(_) => {}
            }
        }
    }

    fn check_issuer(&self, claims: &ClaimsSet<'_>, errors: &mut ClaimErrors) {
        let fits = |found: Text<'_>| match self.issuer {
            ExpectIssuer::Is(issuer) => found == issuer,
            ExpectIssuer::AnyOf(issuers) => issuers.iter().any(|issuer| found == *issuer),
            ExpectIssuer::NotChecked => true,
        };
        match claims.issuer() {
            Some(found) if !fits(found) => errors.insert(ClaimError::IssuerMismatch),
            None if !matches!(self.issuer, ExpectIssuer::NotChecked) => {
                missing(claims, RegisteredClaim::Issuer, errors);
            }
            _ => {}
        }
    }

    fn check_audience(&self, claims: &ClaimsSet<'_>, errors: &mut ClaimErrors) {
        let expected: &[&str] = match &self.audience {
            ExpectAudience::Is(audience) => core::slice::from_ref(audience),
            ExpectAudience::AnyOf(audiences) => audiences,
            ExpectAudience::NotUsed => {
                if claims.audience().is_some() {
                    errors.insert(ClaimError::UnexpectedAudience);
                }
                return;
            }
            ExpectAudience::NotChecked => return,
        };
        match claims.audience() {
            Some(found) if !expected.iter().any(|audience| found.contains(audience)) => {
                errors.insert(ClaimError::AudienceMismatch);
            }
            None => missing(claims, RegisteredClaim::Audience, errors),
            Some(_) => {}
        }
    }
}

/// Reports an expected claim as missing, unless it is there and of the wrong type.
fn missing(claims: &ClaimsSet<'_>, claim: RegisteredClaim, errors: &mut ClaimErrors) {
    if !claims.has(claim) {
        errors.insert(ClaimError::Missing(claim));
    }
}

impl<'s> VerifiedToken<'s> {
    /// Validates the claims against `policy` at the time `now`.
    ///
    /// # Errors
    /// All failed checks at once.
    pub fn validate<C: Check>(
        self,
        policy: &Policy<'_, C>,
        now: NumericDate,
    ) -> Result<ValidToken<'s>, ClaimErrors> {
        let Self { header, claims, mut errors } = self;
        policy.rules.apply(&header, &claims, now, &mut errors);
        if let Err(why) = policy.check.check(&claims) {
            errors.insert(ClaimError::Refused(why));
        }
        if errors.is_empty() { Ok(ValidToken { header, claims }) } else { Err(errors) }
    }
}

/// A token that was verified and validated: what it says may be acted on.
#[derive(Clone, Copy, Debug)]
pub struct ValidToken<'s> {
    header: JoseHeader<'s>,
    claims: ClaimsSet<'s>,
}

impl<'s> ValidToken<'s> {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> JoseHeader<'s> {
        self.header
    }

    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> ClaimsSet<'s> {
        self.claims
    }
}
