//! What jwt-core and jsonwebtoken say of a token.

use jsonwebtoken::Validation;
use jwt_core::error::ClaimError;
use jwt_core::json::{Object, Value as Read};
use jwt_core::{ClaimErrors, NumericDate, Policy, UnverifiedToken, VerifyError};
use serde_json::{Map, Value};

use crate::keys::{AUDIENCE, Alg, ISSUER, Keys};

/// Why jwt-core refuses a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Verify(VerifyError),
    Claims(Vec<ClaimError>),
}

/// The verdict of jwt-core; an accepted token with its claims.
pub(crate) type Ours = Result<Value, Refusal>;

/// The verdict of a peer; claims as the JSON text that it makes of them.
pub(crate) type Theirs = Result<String, String>;

pub(crate) fn ours(keys: &Keys, alg: Alg, token: &str, now: u64) -> Ours {
    let token = UnverifiedToken::parse(token).map_err(Refusal::Verify)?;
    let mut scratch = vec![0; token.scratch_len()];
    let verified = match alg {
        Alg::Hs256 => token.verify(&keys.hs256, &mut scratch),
        Alg::Hs384 => token.verify(&keys.hs384, &mut scratch),
        Alg::Hs512 => token.verify(&keys.hs512, &mut scratch),
        Alg::Es256 => token.verify(&keys.es256_public, &mut scratch),
    };
    let now = NumericDate::from_seconds(i64::try_from(now).unwrap());
    let valid = verified.map_err(Refusal::Verify)?.validate(&Policy::new(ISSUER, AUDIENCE), now);
    let valid = valid.map_err(|errors: ClaimErrors| Refusal::Claims(errors.iter().collect()))?;
    let object = Object::parse(valid.claims().as_str().as_bytes()).unwrap();
    Ok(value(Read::Object(object)))
}

/// A value that was read, with numbers as [`number`] has them. Of names that come twice in an inner object
/// the last counts, as all peers have it.
fn value(read: Read<'_>) -> Value {
    match read {
        Read::Null => Value::Null,
        Read::Bool(value) => Value::Bool(value),
        Read::Number(number) => self::number(number.as_str()),
        Read::String(text) => Value::String(text.to_string()),
        Read::Array(array) => array.elements().map(value).collect(),
        Read::Object(object) => {
            let members = object.members().map(|(name, found)| (name.to_string(), value(found)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// A number, kept as its text under a name of our own: no `Value` holds every number.
fn number(text: &str) -> Value {
    Value::Object(Map::from_iter([(String::from(NUMBER), Value::from(text))]))
}

/// The name under which the text of a number is kept.
pub(crate) const NUMBER: &str = "\u{0}number";

pub(crate) fn jsonwebtoken(keys: &Keys, alg: Alg, token: &str) -> Theirs {
    let mut validation = Validation::new(alg.theirs());
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    match ::jsonwebtoken::decode::<Value>(token, keys.theirs(alg), &validation) {
        Ok(data) => Ok(data.claims.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
