//! What is said of failed checks: which claim, what was expected, what was found.

use std::fmt;

use jwt_core::error::{ClaimError, ClaimErrors, RegisteredClaim};
use jwt_core::json::Value;
use jwt_core::{Check, ClaimsSet, ExpectAudience, ExpectIssuer, JoseHeader, NumericDate, Policy};

use crate::{ErrorKind, kind};

/// Characters of a found value that are shown.
const SHOWN: usize = 120;

/// One check that failed on the claims of a token whose signature is good.
///
/// Displayed, it is a sentence. What was found is JSON from the token, shortened, and without control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// What kind of check.
    pub kind: ErrorKind,
    /// The claim; `typ` for the type in the header; `None` for a check of the caller.
    pub claim: Option<String>,
    /// What was expected; `None` where a claim had only to be there, and for a check of the caller.
    pub expected: Option<String>,
    /// What was found; `None` where it is absent, and for a check of the caller.
    pub found: Option<String>,
    sentence: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// What is to be said of each failed check.
#[must_use]
pub fn explain<C: Check>(
    errors: &ClaimErrors,
    policy: &Policy<'_, C>,
    header: &JoseHeader<'_>,
    claims: &ClaimsSet<'_>,
) -> Vec<Refusal> {
    errors
        .iter()
        .map(|error| {
            let Facts { claim, expected } = facts(error, policy, claims);
            let found = claim.as_deref().and_then(|claim| match error {
                ClaimError::TypeMismatch => header.object().find("typ").map(show),
                _ => claims.claim(claim).map(show),
            });
            let sentence = sentence(error, claim.as_deref(), expected.as_deref(), found.as_deref());
            Refusal {
                kind: kind::of_claim(error),
                claim: claim.map(|claim| clean(&claim)),
                expected,
                found,
                sentence,
            }
        })
        .collect()
}

/// What a check was about.
struct Facts {
    claim: Option<String>,
    expected: Option<String>,
}

fn facts<C: Check>(error: ClaimError, policy: &Policy<'_, C>, claims: &ClaimsSet<'_>) -> Facts {
    // The core tells how late or early; from when, the claim tells.
    let now = |date: Option<NumericDate>, from: fn(NumericDate, u64) -> NumericDate, seconds| {
        date.map_or_else(String::new, |date| from(date, seconds).to_string())
    };
    let (claim, expected) = match error {
        ClaimError::WrongType(claim) => {
            let expected = match claim {
                RegisteredClaim::Audience => "a string or an array of at least one string",
                RegisteredClaim::Issuer | RegisteredClaim::Subject | RegisteredClaim::JwtId => {
                    "a string"
                }
                _ => "a number of seconds up to the year 9999",
            };
            (claim.name(), Some(expected.to_owned()))
        }
        ClaimError::Missing(claim) => (claim.name(), None),
        ClaimError::MissingRequired { index } => {
            (policy.required_claims().get(index).copied().unwrap_or_default(), None)
        }
        ClaimError::IssuerMismatch => {
            let expected = match policy.expected_issuer() {
                ExpectIssuer::Is(issuer) => quote(issuer),
                ExpectIssuer::AnyOf(issuers) => one_of(issuers),
                _ => String::from("another"),
            };
            ("iss", Some(expected))
        }
        ClaimError::AudienceMismatch => {
            let expected = match policy.expected_audience() {
                ExpectAudience::Is(audience) => quote(audience),
                ExpectAudience::AnyOf(audiences) => one_of(audiences),
                _ => String::from("another"),
            };
            ("aud", Some(expected))
        }
        ClaimError::UnexpectedAudience => ("aud", Some(String::from("none"))),
        ClaimError::SubjectMismatch => ("sub", policy.expected_subject().map(quote)),
        ClaimError::TypeMismatch => {
            let expected = policy.expected_typ().map(quote);
            ("typ", Some(expected.unwrap_or_else(|| String::from("\"JWT\" or none"))))
        }
        ClaimError::Expired { seconds } => {
            let now = now(claims.expiration_time(), NumericDate::saturating_add, seconds);
            ("exp", Some(format!("later than {now}")))
        }
        ClaimError::NotYetValid { seconds } => {
            let now = now(claims.not_before(), NumericDate::saturating_sub, seconds);
            ("nbf", Some(format!("{now} or earlier")))
        }
        ClaimError::IssuedInTheFuture { seconds } => {
            let now = now(claims.issued_at(), NumericDate::saturating_sub, seconds);
            ("iat", Some(format!("{now} or earlier")))
        }
        ClaimError::TooOld { seconds } => {
            let oldest = now(claims.issued_at(), NumericDate::saturating_add, seconds);
            ("iat", Some(format!("{oldest} or later")))
        }
        _ => return Facts { claim: None, expected: None },
    };
    Facts { claim: Some(claim.to_owned()), expected }
}

fn sentence(
    error: ClaimError,
    claim: Option<&str>,
    expected: Option<&str>,
    found: Option<&str>,
) -> String {
    let Some(claim) = claim else { return error.to_string() };
    let found = found.unwrap_or("absent");
    match error {
        ClaimError::Missing(_) => error.to_string(),
        ClaimError::MissingRequired { .. } => format!("{} is missing", quote(claim)),
        ClaimError::UnexpectedAudience => {
            format!("aud is {found}, and no audience is expected")
        }
        ClaimError::Expired { .. }
        | ClaimError::NotYetValid { .. }
        | ClaimError::IssuedInTheFuture { .. }
        | ClaimError::TooOld { .. } => format!("{error} ({claim} is {found})"),
        _ => format!("{claim} is {found}, expected {}", expected.unwrap_or("another")),
    }
}

fn one_of(expected: &[&str]) -> String {
    let quoted: Vec<_> = expected.iter().map(|one| quote(one)).collect();
    format!("one of {}", quoted.join(", "))
}

fn quote(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    clean(&format!("\"{escaped}\""))
}

/// A value as its JSON text.
fn show(value: Value<'_>) -> String {
    let json = match value {
        Value::String(text) => return quote(&text.to_string()),
        Value::Null => String::from("null"),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_str().to_owned(),
        Value::Array(array) => array.as_str().to_owned(),
        Value::Object(object) => object.as_str().to_owned(),
    };
    clean(&json)
}

/// Shortened, and safe to print: no control or bidirectional characters reach a terminal.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for (i, character) in text.chars().enumerate() {
        if i >= SHOWN {
            clean.push('…');
            break;
        }
        if is_unsafe(character) {
            clean.extend(character.escape_unicode());
        } else {
            clean.push(character);
        }
    }
    clean
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
