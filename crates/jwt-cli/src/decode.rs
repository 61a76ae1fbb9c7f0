//! `jwt decode`: what a token says, for people. Nothing is verified, and the first line says so.

use std::fmt::Write as _;

use jwt_std::jwt_core::error::{ClaimError, HeaderError};
use jwt_std::jwt_core::json::{Object, Text, Value};
use jwt_std::jwt_core::{ClaimsSet, NumericDate, UnverifiedToken, VerifyError, base64url, danger};
use jwt_std::{SigningKey, now};

use crate::args::Decode;
use crate::exit::Result;
use crate::time::{relative, utc};
use crate::{input, output};

/// A date past this is more likely milliseconds: the year 5138.
const LIKELY_MILLISECONDS: i64 = 99_999_999_999;

/// A header that passes, in front of a payload whose own does not.
const STAND_IN: &[u8] = b"eyJhbGciOiIifQ.";

pub(crate) fn run(args: &Decode) -> Result {
    let text = input::token(&args.token)?;
    let token = UnverifiedToken::parse(&text)?;
    let mut scratch = vec![0; text.len().saturating_add(STAND_IN.len())];
    let mut page = String::from("UNVERIFIED: anybody can have written this\n\nheader\n");
    let mut warnings = Vec::new();

    let mut segments = text.split(|byte| *byte == b'.');
    let (header, payload) = (segments.next().unwrap_or_default(), segments.next());
    let mut buf = vec![0; header.len()];
    let header = base64url::decode(header, &mut buf).unwrap_or_default();
    match Object::parse(header) {
        Ok(header) => {
            members(&mut page, header.members());
            warn_of_header(header, &mut warnings);
        }
        Err(_) => raw(&mut page, header),
    }

    // What is wrong with the header keeps nobody from looking at the claims.
    let stand_in = [STAND_IN, payload.unwrap_or_default(), b"."].concat();
    let (content, of_header) = match danger::peek(token, &mut scratch) {
        Ok(content) => (content, Ok(())),
        Err(error @ VerifyError::Header(problem)) => {
            let outcome = match problem {
                HeaderError::Critical | HeaderError::UnencodedPayload => Ok(()),
                _ => Err(error),
            };
            (danger::peek(UnverifiedToken::parse(&stand_in)?, &mut scratch)?, outcome)
        }
        Err(error) => return Err(error.into()),
    };
    page.push_str("\nclaims\n");
    let of_claims = match content.claims() {
        Ok((claims, errors)) => {
            let now = now();
            members(&mut page, claims.members());
            dates(&mut page, &claims, now);
            for error in errors.iter() {
                warnings.push(error.to_string());
            }
            warn_of_claims(&claims, now, &errors.iter().collect::<Vec<_>>(), &mut warnings);
            Ok(())
        }
        Err(error) => {
            let _ = writeln!(page, "  {} bytes that are no claims set", content.payload().len());
            raw(&mut page, content.payload());
            Err(VerifyError::PayloadNotAnObject(error))
        }
    };
    if !warnings.is_empty() {
        page.push_str("\nwarnings\n");
        for warning in &warnings {
            let _ = writeln!(page, "  {}", output::printable(warning));
        }
    }
    output::write(page.as_bytes())?;
    Ok(of_header.and(of_claims)?)
}

/// Bytes that are no JSON object, as far as they are text.
fn raw(page: &mut String, bytes: &[u8]) {
    let _ = writeln!(page, "  {}", output::printable(&String::from_utf8_lossy(bytes)));
}

fn members<'a>(page: &mut String, members: impl Iterator<Item = (Text<'a>, Value<'a>)>) {
    for (name, value) in members {
        let value = match value {
            Value::Null => String::from("null"),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number.as_str().to_owned(),
            Value::String(text) => format!("\"{text}\""),
            Value::Array(array) => array.as_str().to_owned(),
            Value::Object(object) => object.as_str().to_owned(),
        };
        let name = output::printable(&name.to_string());
        let _ = writeln!(page, "  {name}: {}", output::printable(&value));
    }
}

fn dates(page: &mut String, claims: &ClaimsSet<'_>, now: NumericDate) {
    let dates = [
        ("issued at", claims.issued_at()),
        ("not before", claims.not_before()),
        ("expires at", claims.expiration_time()),
    ];
    if dates.iter().any(|(_, date)| date.is_some()) {
        page.push_str("\ntimes\n");
    }
    for (name, date) in dates {
        if let Some(date) = date {
            let _ = writeln!(page, "  {name:<10} {} ({})", utc(date), relative(date, now));
        }
    }
}

fn warn_of_header(header: Object<'_>, warnings: &mut Vec<String>) {
    match header.find("alg").map(|alg| alg.as_text()) {
        Some(Some(alg)) => {
            let alg = alg.to_string();
            if alg.eq_ignore_ascii_case("none") {
                warnings.push(String::from("alg is none: the token is not signed"));
            } else if !SigningKey::ALGORITHMS.iter().any(|known| known.name() == alg) {
                warnings.push(format!("alg \"{alg}\" is not supported here"));
            }
        }
        Some(None) => warnings.push(String::from("alg is not a string")),
        None => warnings.push(String::from("no alg: this is no JOSE header")),
    }
    for name in ["crit", "b64"] {
        if header.find(name).is_some() {
            warnings.push(format!("{name} is not supported: jwt verify refuses this token"));
        }
    }
    for name in ["jku", "jwk", "x5u", "x5c"] {
        if header.find(name).is_some() {
            warnings.push(format!("{name} names a key; it is ignored, as it must be"));
        }
    }
}

fn warn_of_claims(
    claims: &ClaimsSet<'_>,
    now: NumericDate,
    errors: &[ClaimError],
    warnings: &mut Vec<String>,
) {
    match claims.expiration_time() {
        Some(exp) if exp <= now => warnings.push(format!("expired {}", relative(exp, now))),
        Some(exp) if exp.seconds() > LIKELY_MILLISECONDS => {
            warnings.push(String::from("exp looks like milliseconds; it counts seconds"));
        }
        None if claims.claim("exp").is_none() => {
            warnings.push(String::from("no exp: the token never expires"));
        }
        _ => {}
    }
    if let Some(nbf) = claims.not_before().filter(|nbf| *nbf > now) {
        warnings.push(format!("valid only {}", relative(nbf, now)));
    }
    if let Some(iat) = claims.issued_at().filter(|iat| *iat > now) {
        warnings.push(format!("issued in the future, {}", relative(iat, now)));
    }
    for error in errors {
        if let ClaimError::WrongType(claim) = error
            && let Some(Value::Number(number)) = claims.claim(claim.name())
            && number.as_u64().is_some_and(|value| value > 253_402_300_799)
        {
            warnings.push(format!("{claim} looks like milliseconds; it counts seconds"));
        }
    }
}
