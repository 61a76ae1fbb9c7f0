//! Sentences for failed checks: which claim, what was expected, what was found.

use jwt_core::error::{ClaimError, ClaimErrors, RegisteredClaim};
use jwt_core::json::Value;
use jwt_core::{Check, ClaimsSet, ExpectAudience, ExpectIssuer, JoseHeader, Policy};

/// Characters of a found value that are shown.
const SHOWN: usize = 120;

/// A sentence for each failed check.
///
/// Values from the token are shown as JSON, shortened, and without control characters.
#[must_use]
pub fn explain<C: Check>(
    errors: &ClaimErrors,
    policy: &Policy<'_, C>,
    header: &JoseHeader<'_>,
    claims: &ClaimsSet<'_>,
) -> Vec<String> {
    let found = |name: &str| claims.claim(name).map_or_else(String::new, show);
    let explain_one = |error: ClaimError| match error {
        ClaimError::WrongType(claim) => format!(
            "{claim} is {}, expected {}",
            found(claim.name()),
            match claim {
                RegisteredClaim::Audience => "a string or an array of at least one string",
                RegisteredClaim::Issuer | RegisteredClaim::Subject | RegisteredClaim::JwtId => {
                    "a string"
                }
                _ => "a number of seconds up to the year 9999",
            }
        ),
        ClaimError::MissingRequired { index } => match policy.required_claims().get(index) {
            Some(name) => format!("{} is missing", quote(name)),
            None => error.to_string(),
        },
        ClaimError::IssuerMismatch => {
            let expected = match policy.expected_issuer() {
                ExpectIssuer::Is(issuer) => quote(issuer),
                ExpectIssuer::AnyOf(issuers) => one_of(issuers),
                _ => String::from("another"),
            };
            format!("iss is {}, expected {expected}", found("iss"))
        }
        ClaimError::AudienceMismatch => {
            let expected = match policy.expected_audience() {
                ExpectAudience::Is(audience) => quote(audience),
                ExpectAudience::AnyOf(audiences) => one_of(audiences),
                _ => String::from("another"),
            };
            format!("aud is {}, expected {expected}", found("aud"))
        }
        ClaimError::UnexpectedAudience => {
            format!("aud is {}, and no audience is expected", found("aud"))
        }
        ClaimError::SubjectMismatch => {
            let expected = policy.expected_subject().map_or_else(String::new, quote);
            format!("sub is {}, expected {expected}", found("sub"))
        }
        ClaimError::TypeMismatch => {
            let found = header.object().find("typ").map_or_else(|| "absent".to_owned(), show);
            match policy.expected_typ() {
                Some(typ) => format!("typ is {found}, expected {}", quote(typ)),
                None => format!("typ is {found}, expected \"JWT\" or none"),
            }
        }
        ClaimError::Expired { .. } => format!("{error} (exp is {})", found("exp")),
        ClaimError::NotYetValid { .. } => format!("{error} (nbf is {})", found("nbf")),
        ClaimError::IssuedInTheFuture { .. } | ClaimError::TooOld { .. } => {
            format!("{error} (iat is {})", found("iat"))
        }
        _ => error.to_string(),
    };
    errors.iter().map(explain_one).collect()
}

fn one_of(expected: &[&str]) -> String {
    let quoted: Vec<_> = expected.iter().map(|one| quote(one)).collect();
    format!("one of {}", quoted.join(", "))
}

fn quote(text: &str) -> String {
    clean(&format!("\"{text}\""))
}

/// A value as its JSON text.
fn show(value: Value<'_>) -> String {
    clean(&match value {
        Value::Null => String::from("null"),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_str().to_owned(),
        Value::String(text) => format!("\"{text}\""),
        Value::Array(array) => array.as_str().to_owned(),
        Value::Object(object) => object.as_str().to_owned(),
    })
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
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
