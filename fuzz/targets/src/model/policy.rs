//! Policies from a few bytes, and what RFC 7519 section 4.1 and the documentation of `Policy` make of
//! claims, in integers that cannot overflow.

use jwt_core::error::{ClaimError, RegisteredClaim};
use jwt_core::{ExpectAudience, ExpectIssuer, Leeway, NumericDate, Policy};

use super::claims::Claims;
use super::date::LIMIT;

/// Bytes that a policy and a time are made of.
pub(crate) const LEN: usize = 8;

const ISSUERS: [&str; 2] = ["joe", "https://issuer.example"];
const AUDIENCES: [&str; 2] = ["api", "https://api.example/v1"];
const REQUIRED: [&str; 3] = ["jti", "scope", "é"];
const SECONDS: [u64; 8] = [0, 1, 5, 60, 300, 86_400, u64::MAX / 2, u64::MAX];
const TIMES: [i64; 8] = [1_700_000_000, 1_300_819_380, 0, -1, 1, LIMIT, -LIMIT, 1_700_000_300];

/// A policy, a time, and no more than they need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    issuers: Option<&'static [&'static str]>,
    /// `None`: not checked. Empty: none is used.
    audiences: Option<&'static [&'static str]>,
    subject: Option<&'static str>,
    typ: Typ,
    must_expire: bool,
    leeway: u64,
    max_age: Option<u64>,
    required: &'static [&'static str],
    pub(crate) now: i64,
}

#[derive(Clone, Copy, Debug)]
enum Typ {
    Untyped,
    Is(&'static str),
    NotChecked,
}

impl Rules {
    pub(crate) fn of([who, aud, flags, leeway, age, time, high, low]: [u8; LEN]) -> Self {
        let some = |list: &'static [&'static str], which: u8| match which & 3 {
            0 => Some(&list[..1]),
            1 => Some(&list[1..]),
            2 => Some(list),
            _ => None,
        };
        let seconds = |which: u8| SECONDS[usize::from(which & 7)];
        let offset = i64::from(i16::from_be_bytes([high, low]));
        Self {
            issuers: some(&ISSUERS, who),
            audiences: if aud & 4 == 0 { some(&AUDIENCES, aud) } else { Some(&[]) },
            subject: (flags & 1 != 0).then_some("mike"),
            typ: match flags >> 1 & 3 {
                0 | 1 => Typ::Untyped,
                2 => Typ::Is("at+jwt"),
                _ => Typ::NotChecked,
            },
            must_expire: flags & 8 == 0,
            leeway: seconds(leeway),
            max_age: (age & 8 != 0).then(|| seconds(age)),
            required: &REQUIRED[..usize::from(flags >> 6)],
            now: (TIMES[usize::from(time & 7)] + offset).clamp(-LIMIT, LIMIT),
        }
    }

    pub(crate) fn policy(&self) -> Policy<'static> {
        let issuer = match self.issuers {
            Some([one]) => ExpectIssuer::Is(one),
            Some(many) => ExpectIssuer::AnyOf(many),
            None => ExpectIssuer::NotChecked,
        };
        let audience = match self.audiences {
            Some([]) => ExpectAudience::NotUsed,
            Some([one]) => ExpectAudience::Is(one),
            Some(many) => ExpectAudience::AnyOf(many),
            None => ExpectAudience::NotChecked,
        };
        let mut policy = Policy::new(issuer, audience)
            .leeway(Leeway::from_seconds(self.leeway))
            .require(self.required);
        if let Some(subject) = self.subject {
            policy = policy.subject(subject);
        }
        match self.typ {
            Typ::Untyped => {}
            Typ::Is(typ) => policy = policy.typ(typ),
            Typ::NotChecked => policy = policy.any_typ(),
        }
        if !self.must_expire {
            policy = policy.allow_missing_expiration();
        }
        if let Some(seconds) = self.max_age {
            policy = policy.max_age(seconds);
        }
        policy
    }

    pub(crate) const fn now(&self) -> NumericDate {
        NumericDate::from_seconds(self.now)
    }

    /// Every check that has to fail, sorted.
    pub(crate) fn errors(&self, typ: Option<&str>, claims: &Claims) -> Vec<ClaimError> {
        let mut errors: Vec<_> =
            claims.wrong.iter().map(|claim| ClaimError::WrongType(*claim)).collect();
        self.times(claims, &mut errors);
        let mut missing = |claim: RegisteredClaim| {
            if !claims.wrong.contains(&claim) {
                errors.push(ClaimError::Missing(claim));
            }
        };
        let mut mismatched = Vec::new();
        match (self.issuers, &claims.iss) {
            (Some(expected), Some(found)) if !expected.contains(&found.as_str()) => {
                mismatched.push(ClaimError::IssuerMismatch);
            }
            (Some(_), None) => missing(RegisteredClaim::Issuer),
            _ => {}
        }
        match (self.audiences, &claims.aud) {
            (Some([]), Some(_)) => mismatched.push(ClaimError::UnexpectedAudience),
            (Some([_, ..]), None) => missing(RegisteredClaim::Audience),
            (Some(expected @ [_, ..]), Some(found))
                if !found.iter().any(|found| expected.contains(&found.as_str())) =>
            {
                mismatched.push(ClaimError::AudienceMismatch);
            }
            _ => {}
        }
        match (self.subject, &claims.sub) {
            (Some(expected), Some(found)) if expected != found => {
                mismatched.push(ClaimError::SubjectMismatch);
            }
            (Some(_), None) => missing(RegisteredClaim::Subject),
            _ => {}
        }
        let fits = match (self.typ, typ) {
            (Typ::NotChecked, _) | (Typ::Untyped, None) => true,
            (Typ::Untyped, Some(typ)) => is_type(typ, "jwt"),
            (Typ::Is(expected), typ) => typ.is_some_and(|typ| is_type(typ, expected)),
        };
        if !fits {
            mismatched.push(ClaimError::TypeMismatch);
        }
        for (index, name) in self.required.iter().enumerate() {
            if claims.members.find(name).is_none() {
                mismatched.push(ClaimError::MissingRequired { index });
            }
        }
        errors.extend(mismatched);
        sorted(errors)
    }

    fn times(&self, claims: &Claims, errors: &mut Vec<ClaimError>) {
        let (now, leeway) = (i128::from(self.now), i128::from(self.leeway));
        let seconds = |value: i128| u64::try_from(value).unwrap();
        let missing = |claim: RegisteredClaim, errors: &mut Vec<_>| {
            if !claims.wrong.contains(&claim) {
                errors.push(ClaimError::Missing(claim));
            }
        };
        match claims.exp {
            Some((down, _)) if now >= i128::from(down) + leeway => {
                errors.push(ClaimError::Expired { seconds: seconds(now - i128::from(down)) });
            }
            None if self.must_expire => missing(RegisteredClaim::ExpirationTime, errors),
            _ => {}
        }
        if let Some((_, up)) = claims.nbf
            && i128::from(up) > now + leeway
        {
            errors.push(ClaimError::NotYetValid { seconds: seconds(i128::from(up) - now) });
        }
        if let Some((_, up)) = claims.iat
            && i128::from(up) > now + leeway
        {
            errors.push(ClaimError::IssuedInTheFuture { seconds: seconds(i128::from(up) - now) });
        }
        match (self.max_age.map(i128::from), claims.iat) {
            (Some(max_age), Some((down, _))) if now - i128::from(down) > max_age + leeway => {
                let age = now - i128::from(down);
                errors.push(ClaimError::TooOld { seconds: seconds(age - max_age) });
            }
            (Some(_), None) => missing(RegisteredClaim::IssuedAt, errors),
            _ => {}
        }
    }
}

/// Media types (RFC 7515 section 4.1.9) with letters of ASCII made small.
fn is_type(typ: &str, expected: &str) -> bool {
    let full = |typ: &str| {
        let typ = typ.to_ascii_lowercase();
        if typ.contains('/') { typ } else { format!("application/{typ}") }
    };
    full(typ) == full(expected)
}

/// In an order that two lists of the same errors share.
pub(crate) fn sorted(mut errors: Vec<ClaimError>) -> Vec<ClaimError> {
    errors.sort_by_key(|error| format!("{error:?}"));
    errors
}
