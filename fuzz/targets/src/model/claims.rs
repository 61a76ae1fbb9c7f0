//! The registered claims (RFC 7519 section 4.1): absent, of the wrong type, or what they say.

use jwt_core::error::RegisteredClaim;

use super::date::date;
use super::json::{Strict, Tree};

/// What jwt-core reads in a claims set.
#[derive(Debug)]
pub(crate) struct Claims {
    pub(crate) iss: Option<String>,
    pub(crate) sub: Option<String>,
    pub(crate) aud: Option<Vec<String>>,
    pub(crate) exp: Option<(i64, i64)>,
    pub(crate) nbf: Option<(i64, i64)>,
    pub(crate) iat: Option<(i64, i64)>,
    pub(crate) jti: Option<String>,
    pub(crate) wrong: Vec<RegisteredClaim>,
    pub(crate) members: Strict,
}

pub(crate) fn parse(json: &[u8]) -> Option<Claims> {
    let members = Strict::parse(json)?;
    let mut wrong = Vec::new();
    let iss = take(&members, RegisteredClaim::Issuer, text, &mut wrong);
    let sub = take(&members, RegisteredClaim::Subject, text, &mut wrong);
    let aud = take(&members, RegisteredClaim::Audience, audience, &mut wrong);
    let exp = take(&members, RegisteredClaim::ExpirationTime, time, &mut wrong);
    let nbf = take(&members, RegisteredClaim::NotBefore, time, &mut wrong);
    let iat = take(&members, RegisteredClaim::IssuedAt, time, &mut wrong);
    let jti = take(&members, RegisteredClaim::JwtId, text, &mut wrong);
    Some(Claims { iss, sub, aud, exp, nbf, iat, jti, wrong, members })
}

fn take<T>(
    members: &Strict,
    claim: RegisteredClaim,
    read: fn(&Tree) -> Option<T>,
    wrong: &mut Vec<RegisteredClaim>,
) -> Option<T> {
    let read = read(members.find(claim.name())?);
    if read.is_none() {
        wrong.push(claim);
    }
    read
}

fn text(value: &Tree) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn audience(value: &Tree) -> Option<Vec<String>> {
    match value {
        Tree::String(one) => Some(vec![one.clone()]),
        Tree::Array(many) if !many.is_empty() => many.iter().map(text).collect(),
        _ => None,
    }
}

fn time(value: &Tree) -> Option<(i64, i64)> {
    if let Tree::Number(number) = value { date(number) } else { None }
}
