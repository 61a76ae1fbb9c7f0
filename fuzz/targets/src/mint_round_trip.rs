//! Claims and header members of every shape, minted and read again: what `Minter` writes, `verify` accepts,
//! and it is what was meant. What it does not write, it refuses for a reason that is there.

use arbitrary::{Arbitrary, Unstructured};
use jwt_core::error::{HeaderError, WriteError};
use jwt_core::json::{ArrayWriter, ObjectWriter, from_fn};
use jwt_core::{
    Audience, CompactJws, MAX_HEADER_LEN, MAX_TOKEN_LEN, MintError, Minter, NumericDate,
    RegisteredClaims, UnverifiedToken, VerifyError,
};

use crate::model::date::LIMIT;
use crate::model::json::{Strict, Tree, duplicate};
use crate::model::signature::{Alg, KEYS, with_key};
use crate::model::{compact, json};

/// Claims and a header, whatever they are.
#[derive(Arbitrary, Debug)]
struct Input {
    alg: u8,
    typ: Option<String>,
    cty: Option<String>,
    kid: Option<String>,
    header: Vec<(Name, Own)>,
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Aud>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: Option<String>,
    claims: Vec<(Name, Own)>,
}

/// The name of a member: any, and now and then one that means something.
#[derive(Debug)]
struct Name(String);

impl<'a> Arbitrary<'a> for Name {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        const KNOWN: [&str; 16] = [
            "alg", "typ", "cty", "kid", "crit", "b64", "jwk", "x5c", "iss", "sub", "aud", "exp",
            "nbf", "iat", "jti", "",
        ];
        let which = usize::from(u8::arbitrary(bytes)?);
        Ok(Self(match KNOWN.get(which) {
            Some(known) => (*known).to_owned(),
            None => String::arbitrary(bytes)?,
        }))
    }
}

#[derive(Arbitrary, Debug)]
enum Aud {
    One(String),
    Many(Vec<String>),
}

/// A value of the caller's own.
#[derive(Arbitrary, Debug)]
enum Own {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Text(String),
    Array(Vec<Own>),
    Object(Vec<(Name, Own)>),
}

/// The input is bytes that claims and a header are made of.
pub fn mint_round_trip(input: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(input)) else { return };
    let (header, payload) = (input.header(), input.payload());
    let mut buf = vec![0; MAX_TOKEN_LEN];
    let minted = input.mint(&mut buf).map(|token| token.as_str().to_owned());
    let token = match minted {
        Ok(token) => token,
        Err(error) => return assert!(input.may_refuse(&header, &payload, error), "{error:?}"),
    };
    exact_size(&input, &token);

    let parts = compact::split(token.as_bytes()).unwrap();
    assert_eq!(Strict::parse(&parts.header).map(|it| Tree::Object(it.0)), Some(header));
    assert_eq!(Strict::parse(&parts.payload).map(|it| Tree::Object(it.0)), Some(payload));
    let token = UnverifiedToken::parse(&token).unwrap();
    let mut scratch = vec![0; token.scratch_len()];
    let verified = with_key!(input.alg(), key => token.verify(key, &mut scratch).map(|_| ()));
    // The types of header members that are written by hand are the caller's.
    let by_hand = |(Name(name), value): &(Name, Own)| {
        ["typ", "cty", "kid"].contains(&name.as_str()) && !matches!(value, Own::Text(_))
    };
    match verified {
        Err(VerifyError::Header(HeaderError::WrongType { .. })) => {
            assert!(input.header.iter().any(by_hand));
        }
        verified => assert_eq!((verified, input.header.iter().any(by_hand)), (Ok(()), false)),
    }
}

/// A buffer of the size of the token is enough, and one byte less is told exactly.
fn exact_size(input: &Input, token: &str) {
    let mut buf = vec![0xee; token.len()];
    assert_eq!(input.mint(&mut buf).unwrap().as_str(), token);
    buf.pop();
    let error = Err(MintError::BufferTooSmall { needed: token.len() });
    assert_eq!(input.mint(&mut buf).map(|_| ()), error);
    let half = buf.len() / 2;
    assert_eq!(input.mint(&mut buf[..half]).map(|_| ()), error);
}

impl Input {
    /// The curve is slow, and what it signs is the same: of a hundred inputs one is for it.
    fn alg(&self) -> Alg {
        if self.alg >= 253 { Alg::Es256 } else { Alg::of(self.alg % 3) }
    }

    fn mint<'b>(&self, buf: &'b mut [u8]) -> Result<CompactJws<'b>, MintError> {
        let many: Vec<&str>;
        let date = |seconds: Option<i64>| seconds.map(NumericDate::from_seconds);
        let registered = RegisteredClaims {
            issuer: self.iss.as_deref(),
            subject: self.sub.as_deref(),
            audience: match &self.aud {
                None => None,
                Some(Aud::One(one)) => Some(Audience::One(one)),
                Some(Aud::Many(list)) => {
                    many = list.iter().map(String::as_str).collect();
                    Some(Audience::Many(&many))
                }
            },
            expiration_time: date(self.exp),
            not_before: date(self.nbf),
            issued_at: date(self.iat),
            jwt_id: self.jti.as_deref(),
        };
        let own = |members| from_fn(move |object| write_members(object, members));
        let mut minter = Minter::new();
        if let Some(typ) = &self.typ {
            minter = minter.typ(typ);
        }
        if let Some(cty) = &self.cty {
            minter = minter.cty(cty);
        }
        if let Some(kid) = &self.kid {
            minter = minter.kid(kid);
        }
        let minter = minter.header(own(&self.header));
        let claims = (registered, own(&self.claims));
        match self.alg() {
            Alg::Hs256 => minter.mint(buf, &KEYS.hs256, &claims),
            Alg::Hs384 => minter.mint(buf, &KEYS.hs384, &claims),
            Alg::Hs512 => minter.mint(buf, &KEYS.hs512, &claims),
            Alg::Es256 => minter.mint(buf, &KEYS.es256, &claims),
        }
    }

    /// What the header has to say.
    fn header(&self) -> Tree {
        let alg = Some(self.alg().name().to_owned());
        let named = [("alg", &alg), ("typ", &self.typ), ("cty", &self.cty), ("kid", &self.kid)];
        let named = named.into_iter().filter_map(|(name, text)| Some(member(name, text.clone()?)));
        Tree::Object(named.chain(own_members(&self.header)).collect())
    }

    /// What the payload has to say.
    fn payload(&self) -> Tree {
        let text = |name, text: &Option<String>| Some(member(name, text.clone()?));
        let date = |name: &str, seconds: Option<i64>| {
            Some((name.to_owned(), Tree::Number(seconds?.clamp(-LIMIT, LIMIT).to_string())))
        };
        let aud = self.aud.as_ref().map(|aud| match aud {
            Aud::One(one) => member("aud", one.clone()),
            Aud::Many(many) => {
                let many = many.iter().cloned().map(Tree::String).collect();
                (String::from("aud"), Tree::Array(many))
            }
        });
        let registered = [
            text("iss", &self.iss),
            text("sub", &self.sub),
            aud,
            date("exp", self.exp),
            date("nbf", self.nbf),
            date("iat", self.iat),
            text("jti", &self.jti),
        ];
        Tree::Object(registered.into_iter().flatten().chain(own_members(&self.claims)).collect())
    }

    /// Whether an error is right.
    fn may_refuse(&self, header: &Tree, payload: &Tree, error: MintError) -> bool {
        let (of, why) = match error {
            MintError::Header(why) => (header, why),
            MintError::Claims(why) => (payload, why),
            MintError::TooLong | MintError::BufferTooSmall { .. } => {
                // Characters take six bytes at most, and base64url a third more.
                let (header, payload) = (length(header) * 8 + 64, length(payload) * 8 + 64);
                return header > MAX_HEADER_LEN || header + payload + 90 > MAX_TOKEN_LEN;
            }
            _ => return false,
        };
        let Tree::Object(members) = of else { return false };
        match why {
            WriteError::DuplicateMember => duplicate(members).is_some(),
            WriteError::ForbiddenMember => {
                members.iter().any(|(name, _)| ["crit", "b64"].contains(&name.as_str()))
            }
            WriteError::EmptyAudience => {
                matches!(&self.aud, Some(Aud::Many(many)) if many.is_empty())
            }
            WriteError::TooDeep => depth(of) > 64,
            WriteError::TooManyMembers => members.len() > 256,
            _ => false,
        }
    }
}

fn member(name: &str, text: String) -> (String, Tree) {
    (name.to_owned(), Tree::String(text))
}

fn own_members(members: &[(Name, Own)]) -> impl Iterator<Item = (String, Tree)> {
    members.iter().map(|(Name(name), value)| (name.clone(), value.tree()))
}

impl Own {
    fn tree(&self) -> Tree {
        match self {
            Self::Null => Tree::Null,
            Self::Bool(value) => Tree::Bool(*value),
            Self::Integer(value) => Tree::Number(value.to_string()),
            Self::Unsigned(value) => Tree::Number(value.to_string()),
            Self::Text(value) => Tree::String(value.clone()),
            Self::Array(values) => Tree::Array(values.iter().map(Self::tree).collect()),
            Self::Object(members) => Tree::Object(own_members(members).collect()),
        }
    }
}

fn write_members(object: &mut ObjectWriter<'_, '_>, members: &[(Name, Own)]) {
    for (Name(name), value) in members {
        match value {
            Own::Null => object.null(name),
            Own::Bool(value) => object.bool(name, *value),
            Own::Integer(value) => object.integer(name, *value),
            Own::Unsigned(value) => object.unsigned(name, *value),
            Own::Text(value) => object.string(name, value),
            Own::Array(values) => object.array(name, |array| write_elements(array, values)),
            Own::Object(members) => {
                object.object(name, &from_fn(|object| write_members(object, members)))
            }
        };
    }
}

fn write_elements(array: &mut ArrayWriter<'_, '_>, values: &[Own]) {
    for value in values {
        match value {
            Own::Null => array.null(),
            Own::Bool(value) => array.bool(*value),
            Own::Integer(value) => array.integer(*value),
            // Arrays have no other writer for it.
            Own::Unsigned(value) => {
                let text = format!("{{\"n\":{value}}}");
                let object = jwt_core::json::Object::parse(text.as_bytes()).unwrap();
                array.value(object.find("n").unwrap())
            }
            Own::Text(value) => array.string(value),
            Own::Array(values) => array.array(|array| write_elements(array, values)),
            Own::Object(members) => array.object(&from_fn(|object| write_members(object, members))),
        };
    }
}

/// Open containers at once.
fn depth(value: &Tree) -> usize {
    match value {
        Tree::Array(values) => 1 + values.iter().map(depth).max().unwrap_or_default(),
        Tree::Object(members) => {
            1 + members.iter().map(|(_, value)| depth(value)).max().unwrap_or_default()
        }
        _ => 0,
    }
}

/// Characters and punctuation, roughly.
fn length(value: &Tree) -> usize {
    match value {
        json::Tree::String(text) | json::Tree::Number(text) => text.len() + 3,
        Tree::Array(values) => 3 + values.iter().map(length).sum::<usize>(),
        Tree::Object(members) => {
            3 + members.iter().map(|(name, value)| name.len() + 4 + length(value)).sum::<usize>()
        }
        _ => 6,
    }
}
