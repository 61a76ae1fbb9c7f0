//! A table of vectors, and how one is made: minted with a key in memory, verified with jwt-core, and taken
//! apart.

use jwt_core::error::RegisteredClaim;
use jwt_core::{
    Audience, Es256, Es256SigningKey, HmacKey, Hs256, KeyStore, NumericDate, RegisteredClaims,
    UnverifiedToken, base64url,
};
use jwt_device::profile::{
    self, AudienceForm, KeyId, Lifetime, ProfileError, ProviderToken, PublicPoint, Reuse, Rule,
    RuleViolation, Subject,
};
use jwt_device::{JwsSigner, SoftwareSigner};

/// The time of every vector.
pub(crate) const NOW: NumericDate = NumericDate::from_seconds(1_780_000_000);

/// Header and payload, or the rule that was broken.
pub(crate) type Vector = Result<(String, String), RuleViolation>;

pub(crate) struct Row {
    pub(crate) api: &'static str,
    pub(crate) sentence: String,
    pub(crate) vector: Vector,
    pub(crate) expected: Result<(String, String), Rule>,
}

#[derive(Default)]
pub(crate) struct Table(pub(crate) Vec<Row>);

impl Table {
    pub(crate) fn passes(
        &mut self,
        api: &'static str,
        sentence: &str,
        vector: Vector,
        header: &str,
        payload: &str,
    ) {
        let expected = Ok((header.to_owned(), payload.to_owned()));
        self.0.push(Row { api, sentence: sentence.to_owned(), vector, expected });
    }

    pub(crate) fn refuses(
        &mut self,
        api: &'static str,
        sentence: &str,
        vector: Vector,
        rule: Rule,
    ) {
        let expected = Err(rule);
        self.0.push(Row { api, sentence: sentence.to_owned(), vector, expected });
    }

    /// Breaks every rule of the data once, in the claims of a token that is legal, and tries the legal
    /// edges beside them.
    pub(crate) fn data<T: ProviderToken>(&mut self, token: &T, kid: Option<&str>) {
        let profile = T::PROFILE;
        let legal = token.registered();
        let at = token.issued_at();
        let check = |kid, claims: &RegisteredClaims<'_>| {
            profile.check(kid, claims, at).map(|()| Default::default())
        };
        let mut legal_edge = |sentence: &str, result: Vector| {
            self.passes(profile.name, sentence, result, "", "");
        };
        legal_edge("as it is", check(kid, &legal));
        if let Some(Lifetime { min, max, usual }) = profile.lifetime {
            for seconds in [min, max, usual] {
                let exp = Some(at.saturating_add(seconds.into()));
                let claims = RegisteredClaims { expiration_time: exp, ..legal };
                legal_edge("at an edge of the lifetime", check(kid, &claims));
            }
        }
        let mut refuse = |sentence: String, result: Vector, rule| {
            self.refuses(profile.name, &sentence, result, rule);
        };
        match profile.key_id {
            KeyId::Optional => {}
            KeyId::Required => refuse("no kid".into(), check(None, &legal), Rule::KeyIdMissing),
            KeyId::OfLength(expected) => {
                refuse("no kid".into(), check(None, &legal), Rule::KeyIdMissing);
                let rule = Rule::KeyIdLength { found: 5, expected };
                refuse("short kid".into(), check(Some("short"), &legal), rule);
            }
            KeyId::SameAsSubject => {
                refuse("no kid".into(), check(None, &legal), Rule::KeyIdMissing);
                refuse("other kid".into(), check(Some("k"), &legal), Rule::KeyIdNotSubject);
            }
            _ => panic!("a new kind of kid rule needs a vector"),
        }
        let empty_kid = Rule::Empty { member: "kid" };
        refuse("empty kid".into(), check(Some(""), &legal), empty_kid);
        for claim in profile.required {
            let rule = Rule::Missing { claim: claim.name() };
            refuse(format!("without {claim}"), check(kid, &with(legal, *claim, None)), rule);
        }
        for claim in RegisteredClaim::ALL {
            let is_date = matches!(
                claim,
                RegisteredClaim::ExpirationTime
                    | RegisteredClaim::NotBefore
                    | RegisteredClaim::IssuedAt
            );
            if !is_date && !profile.forbidden.contains(&claim) {
                let rule = Rule::Empty { member: claim.name() };
                refuse(format!("empty {claim}"), check(kid, &with(legal, claim, Some(""))), rule);
            }
        }
        for claim in profile.forbidden {
            let rule = Rule::Forbidden { claim: claim.name() };
            refuse(format!("with {claim}"), check(kid, &with(legal, *claim, Some("x"))), rule);
        }
        for (claim, expected) in profile.fixed {
            let rule = Rule::Fixed { claim: claim.name(), expected };
            refuse(format!("other {claim}"), check(kid, &with(legal, *claim, Some("x"))), rule);
        }
        if profile.audience == AudienceForm::Single {
            let claims = RegisteredClaims { audience: Some(Audience::Many(&["a"])), ..legal };
            refuse("aud as array".into(), check(kid, &claims), Rule::AudienceNotSingle);
        }
        if profile.subject == Subject::IsIssuer {
            let claims = with(legal, RegisteredClaim::Subject, Some("x"));
            refuse("other sub".into(), check(kid, &claims), Rule::IssuerNotSubject);
        }
        if let Some(Lifetime { min, max, .. }) = profile.lifetime {
            let ends = |seconds: u64| {
                let exp = Some(at.saturating_add(seconds));
                check(kid, &RegisteredClaims { expiration_time: exp, ..legal })
            };
            let seconds = u64::from(min) - 1;
            let rule = Rule::LifetimeTooShort { seconds, min };
            refuse(format!("exp after {seconds} s"), ends(seconds), rule);
            let seconds = u64::from(max) + 1;
            let rule = Rule::LifetimeTooLong { seconds, max };
            refuse(format!("exp after {seconds} s"), ends(seconds), rule);
        }
        let age = |seconds: u64| at.saturating_add(seconds);
        let nothing = |()| Default::default();
        match profile.reuse {
            Reuse::UntilExpiry => {}
            Reuse::Once => {
                let again = profile.check_reuse(at, age(1)).map(nothing);
                refuse("sent again".into(), again, Rule::SingleUse);
            }
            Reuse::ByAge { min, max } => {
                let seconds = u64::from(min) - 1;
                let rule = Rule::RenewedTooSoon { seconds, min };
                let renewed = profile.check_renewal(at, age(seconds)).map(nothing);
                refuse(format!("renewed after {seconds} s"), renewed, rule);
                let seconds = u64::from(max) + 1;
                let rule = Rule::TooOld { seconds, max };
                let sent = profile.check_reuse(at, age(seconds)).map(nothing);
                refuse(format!("sent after {seconds} s"), sent, rule);
            }
            _ => panic!("a new kind of reuse needs a vector"),
        }
    }
}

/// `claims` with one of them replaced: by a text where it is one, by an hour from now where it is a date.
fn with<'a>(
    claims: RegisteredClaims<'a>,
    claim: RegisteredClaim,
    text: Option<&'a str>,
) -> RegisteredClaims<'a> {
    let date = text.map(|_| NOW.saturating_add(3600));
    match claim {
        RegisteredClaim::Issuer => RegisteredClaims { issuer: text, ..claims },
        RegisteredClaim::Subject => RegisteredClaims { subject: text, ..claims },
        RegisteredClaim::Audience => {
            RegisteredClaims { audience: text.map(Audience::One), ..claims }
        }
        RegisteredClaim::ExpirationTime => RegisteredClaims { expiration_time: date, ..claims },
        RegisteredClaim::NotBefore => RegisteredClaims { not_before: date, ..claims },
        RegisteredClaim::IssuedAt => RegisteredClaims { issued_at: date, ..claims },
        RegisteredClaim::JwtId => RegisteredClaims { jwt_id: text, ..claims },
    }
}

pub(crate) fn es256_key() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

pub(crate) fn public_point() -> PublicPoint {
    PublicPoint::from_sec1(&es256_key().verifying_key().to_sec1()).unwrap()
}

pub(crate) fn es256<T: ProviderToken<Algorithm = Es256>>(token: &T, kid: Option<&str>) -> Vector {
    let key = es256_key();
    vector(token, SoftwareSigner::new(&key, kid), &key.verifying_key())
}

pub(crate) fn hs256<T: ProviderToken<Algorithm = Hs256>>(token: &T, kid: Option<&str>) -> Vector {
    let key = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    vector(token, SoftwareSigner::new(&key, kid), &key)
}

fn vector<T, S>(token: &T, mut signer: S, keys: &impl KeyStore) -> Vector
where
    T: ProviderToken,
    S: JwsSigner<Algorithm = T::Algorithm>,
{
    let mut buf = [0; 1024];
    let minted = match profile::mint(token, &mut signer, &mut buf) {
        Ok(minted) => minted.as_str().to_owned(),
        Err(ProfileError::Rule(violation)) => return Err(violation),
        Err(error) => panic!("{error}"),
    };
    let _ = UnverifiedToken::parse(&minted).unwrap().verify(keys, &mut [0; 1024]).unwrap();
    Ok(parts(&minted))
}

pub(crate) fn parts(token: &str) -> (String, String) {
    let mut parts = token.split('.').map(|part| {
        let mut buf = [0; 1024];
        let bytes = base64url::decode(part.as_bytes(), &mut buf).unwrap();
        String::from_utf8_lossy(bytes).into_owned()
    });
    (parts.next().unwrap(), parts.next().unwrap())
}
