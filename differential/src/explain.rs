//! Which class a difference is of. It is looked up in the reason that jwt-core gives, and has to be found
//! again in the token itself, by other means; otherwise the difference is unexplained.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::error::{
    Base64Error, ClaimError, HeaderError, JsonErrorKind, RegisteredClaim, VerifyError,
};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::class::{Class, Kind};
use crate::forge::Case;
use crate::verdict::{NUMBER, Ours, Refusal, Theirs};

/// `Ok(None)`: no difference. `Err`: one that nothing explains, in words.
pub(crate) fn explain(
    peer: &str,
    case: &Case,
    ours: &Ours,
    theirs: &Theirs,
) -> Result<Option<Class>, String> {
    let (kind, class) = match (ours, theirs) {
        (Err(_), Err(_)) => return Ok(None),
        (Err(refusal), Ok(_)) => (Kind::Stricter, stricter(&case.token, refusal)),
        (Ok(_), Err(error)) => (Kind::Laxer, laxer(&case.token, error)),
        (Ok(ours), Ok(theirs)) => {
            let Some(theirs) = parse_claims(theirs) else {
                return Err(String::from("claims that are not JSON"));
            };
            match compare(ours, &theirs) {
                Same::Yes => return Ok(None),
                Same::Nearly => (Kind::Claims, Some(Class::Precision)),
                Same::No => return Err(format!("other claims: ours {ours}, theirs {theirs}")),
            }
        }
    };
    match class {
        Some(class) if class.kind() == kind && class.peers().contains(peer) => Ok(Some(class)),
        _ => Err(match (ours, theirs) {
            (Err(refusal), _) => format!("we refuse, the peer accepts: {refusal:?}"),
            (_, Err(error)) => format!("we accept, the peer refuses: {error}"),
            _ => String::from("a class of another kind"),
        }),
    }
}

fn stricter(token: &str, refusal: &Refusal) -> Option<Class> {
    match refusal {
        Refusal::Verify(VerifyError::InvalidBase64url { error, .. }) => base64(token, *error),
        Refusal::Verify(VerifyError::Header(error)) => {
            let header = part(token, 0)?;
            match error {
                HeaderError::Json(error) => json(&header, error.kind),
                HeaderError::Critical => has(&header, "crit").then_some(Class::Critical),
                HeaderError::UnencodedPayload => {
                    has(&header, "b64").then_some(Class::UnencodedPayload)
                }
                HeaderError::WrongType { member } => {
                    let value = find(&header, member)?;
                    (!value.starts_with('"')).then_some(Class::HeaderType)
                }
                _ => None,
            }
        }
        Refusal::Verify(VerifyError::PayloadNotAnObject(error)) => {
            json(&part(token, 1)?, error.kind)
        }
        Refusal::Verify(_) => None,
        Refusal::Claims(errors) => {
            // Each failed check has to be explained, and the first one names the class.
            let classes: Option<Vec<_>> = errors.iter().map(|error| claim(token, error)).collect();
            classes?.first().copied()
        }
    }
}

/// Of text that is not base64url: what it has instead.
fn base64(token: &str, error: Base64Error) -> Option<Class> {
    let has = |wanted: fn(char) -> bool| token.chars().any(wanted);
    match error {
        Base64Error::NotCanonical => Some(Class::UnusedBits),
        _ if has(char::is_whitespace) => Some(Class::WhiteSpace),
        _ if has(|c| c == '=') => Some(Class::Padding),
        _ => None,
    }
}

/// Of JSON that jwt-core does not read: what is wrong with it.
fn json(json: &[u8], kind: JsonErrorKind) -> Option<Class> {
    let found = |what: &str| json.windows(what.len()).any(|window| window == what.as_bytes());
    let is = |condition: bool, class| condition.then_some(class);
    match kind {
        JsonErrorKind::NotUtf8 => is(core::str::from_utf8(json).is_err(), Class::NotUtf8),
        JsonErrorKind::DuplicateMember => {
            let mut names = names(json)?;
            names.sort_unstable();
            is(names.windows(2).any(|pair| pair[0] == pair[1]), Class::DuplicateMember)
        }
        JsonErrorKind::LoneSurrogate => {
            let text = json.to_ascii_lowercase();
            is(text.windows(3).any(|window| window == b"\\ud"), Class::LoneSurrogate)
        }
        JsonErrorKind::TooDeep => {
            let open = json.iter().filter(|byte| b"[{".contains(byte)).count();
            is(open > 64, Class::Limit)
        }
        JsonErrorKind::TooManyMembers => is(names(json)?.len() > 256, Class::Limit),
        JsonErrorKind::NumberTooLong => {
            let numbers = json.split(|byte| !(byte.is_ascii_digit() || b"+-.eE".contains(byte)));
            is(numbers.map(<[u8]>::len).any(|len| len > 128), Class::Limit)
        }
        _ if json.starts_with(b"\xef\xbb\xbf") => Some(Class::ByteOrderMark),
        // Every second byte of UTF-16 is zero where the text is ASCII.
        _ if json.contains(&0) && serde_json::from_slice::<IgnoredAny>(json).is_err() => {
            Some(Class::NotUtf8)
        }
        _ => is(found("NaN") || found("Infinity"), Class::NotJson),
    }
}

/// Of a check that failed: why others may not make it.
fn claim(token: &str, error: &ClaimError) -> Option<Class> {
    let payload = part(token, 1)?;
    let fraction = |name| find(&payload, name).is_some_and(|text| has_fraction(&text));
    match error {
        ClaimError::WrongType(claim) => {
            let value = find(&payload, claim.name())?;
            let date = [
                RegisteredClaim::ExpirationTime,
                RegisteredClaim::NotBefore,
                RegisteredClaim::IssuedAt,
            ];
            let number = date.contains(claim) && is_number(&value);
            // 9999-12-31T23:59:59Z
            let far = value.parse::<f64>().is_ok_and(|value| value.abs() >= 253_402_300_799.0);
            match (number, far) {
                (true, true) => Some(Class::DateRange),
                (true, false) => None,
                (false, _) => Some(Class::ClaimType),
            }
        }
        // Rounded to the nearest, half a second before the present is the present.
        ClaimError::Expired { seconds: 0 | 1 } if fraction("exp") => Some(Class::Fraction),
        ClaimError::Expired { seconds: 0 } => Some(Class::ExpiresNow),
        ClaimError::NotYetValid { seconds: 1 } if fraction("nbf") => Some(Class::Fraction),
        ClaimError::IssuedInTheFuture { seconds: 1 } if fraction("iat") => Some(Class::Fraction),
        ClaimError::IssuedInTheFuture { .. } => Some(Class::IssuedInTheFuture),
        ClaimError::TypeMismatch => {
            let typ = find(&part(token, 0)?, "typ")?;
            let typ: String = serde_json::from_str(&typ).ok()?;
            let plain = ["jwt", "application/jwt"].contains(&typ.to_lowercase().as_str());
            (!plain).then_some(Class::ExplicitType)
        }
        _ => None,
    }
}

/// Why others refuse what jwt-core accepts. It has to be in the token, and in the words of the peer.
fn laxer(token: &str, error: &str) -> Option<Class> {
    let (header, payload) = (part(token, 0)?, part(token, 1)?);
    if error.contains("number out of range") {
        let big = |json: &[u8]| {
            let text = String::from_utf8_lossy(json).into_owned();
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
            words.filter_map(|word| word.parse::<f64>().ok()).any(f64::is_infinite)
        };
        return (big(&header) || big(&payload)).then_some(Class::NumberOfOthers);
    }
    if error == "Invalid format for claim `nbf`" || error.contains("nbf") {
        let negative = find(&payload, "nbf").is_some_and(|text| text.starts_with('-'));
        return negative.then_some(Class::DateBefore1970);
    }
    // Members that jwt-core does not read, of types that others insist on.
    const READ: [&str; 10] =
        ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "enc", "zip", "url", "nonce"];
    let of_header = error.starts_with("JSON error");
    (of_header && READ.iter().any(|name| has(&header, name))).then_some(Class::HeaderOfOthers)
}

fn part(token: &str, index: usize) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(token.split('.').nth(index)?).ok()
}

/// The text of the value of a member; of several the last.
fn find(json: &[u8], name: &str) -> Option<String> {
    Members::parse(json)?.0.into_iter().rev().find(|(found, _)| found == name).map(|it| it.1)
}

fn has(json: &[u8], name: &str) -> bool {
    find(json, name).is_some()
}

fn names(json: &[u8]) -> Option<Vec<String>> {
    Some(Members::parse(json)?.0.into_iter().map(|(name, _)| name).collect())
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// Whether a number is written with digits behind the point that are not all zero, or as a part of one.
fn has_fraction(text: &str) -> bool {
    let value: f64 = text.parse().unwrap_or_default();
    let behind = text.split_once('.').is_some_and(|(_, rest)| {
        rest.split(['e', 'E']).next().unwrap_or_default().bytes().any(|digit| digit != b'0')
    });
    is_number(text) && (value.fract() != 0.0 || behind)
}

/// Every member of an object, duplicates too, with the text of its value.
struct Members(Vec<(String, String)>);

impl Members {
    /// With what Python reads beyond JSON.
    fn parse(json: &[u8]) -> Option<Self> {
        let mut text = String::from_utf8_lossy(json).trim_start_matches('\u{feff}').to_owned();
        for (word, number) in [("-Infinity", "-1e999"), ("Infinity", "1e999"), ("NaN", "1e999")] {
            text = text.replace(word, number);
        }
        serde_json::from_str(&text).ok()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    members.push((name, value.get().to_owned()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Each)
    }
}

/// The claims of a peer. Python writes infinities by name.
fn parse_claims(text: &str) -> Option<Value> {
    serde_json::from_str(text)
        .or_else(|_| {
            serde_json::from_str(&text.replace("-Infinity", "null").replace("Infinity", "null"))
        })
        .ok()
}

/// How much two values are the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    Yes,
    /// But for what a double cannot hold.
    Nearly,
    No,
}

fn compare(ours: &Value, theirs: &Value) -> Same {
    match (ours, theirs) {
        (Value::Object(ours), theirs) if ours.contains_key(NUMBER) => {
            number(ours[NUMBER].as_str().unwrap_or_default(), theirs)
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let each = ours.iter().zip(theirs).map(|(ours, theirs)| compare(ours, theirs));
            each.max().unwrap_or(Same::Yes)
        }
        (Value::Object(ours), Value::Object(theirs)) if ours.len() == theirs.len() => {
            let each = ours.iter().map(|(name, ours)| match theirs.get(name) {
                Some(theirs) => compare(ours, theirs),
                None => Same::No,
            });
            each.max().unwrap_or(Same::Yes)
        }
        (ours, theirs) if ours == theirs => Same::Yes,
        _ => Same::No,
    }
}

/// A number as jwt-core keeps it, against what a peer made of it.
fn number(text: &str, theirs: &Value) -> Same {
    let Ok(ours) = text.parse::<f64>() else { return Same::No };
    let exact = text.parse::<i128>().ok();
    match theirs {
        // JSON has no infinity.
        Value::Null if ours.is_infinite() => Same::Nearly,
        Value::Number(theirs) => {
            let integer = theirs.to_string().parse::<i128>().ok();
            let double = theirs.as_f64().unwrap_or(f64::NAN);
            if exact.is_some() && exact == integer {
                Same::Yes
            } else if ours.to_bits() == double.to_bits() || (ours == 0.0 && double == 0.0) {
                let fits = exact.is_none_or(|exact| exact.unsigned_abs() < 1 << 53);
                if fits { Same::Yes } else { Same::Nearly }
            } else if (ours - double).abs() <= ours.abs() * 4.0 * f64::EPSILON {
                Same::Nearly
            } else {
                Same::No
            }
        }
        _ => Same::No,
    }
}
