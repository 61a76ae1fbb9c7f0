//! Claims and their validation against a model of big integers: the same values, the same failed checks.

use jwt_core::error::VerifyError;
use jwt_core::json::Value;
use jwt_core::{ClaimsSet, MintError, Minter, NumericDate, UnverifiedToken};

use crate::header::equal;
use crate::json_object::same;
use crate::model::claims as model;
use crate::model::json::Tree;
use crate::model::policy::{self, Rules, sorted};
use crate::model::signature::KEYS;

/// The input is eight bytes of a policy, then the JSON of claims.
pub fn claims(input: &[u8]) {
    let Some((rules, json)) = input.split_first_chunk::<{ policy::LEN }>() else { return };
    let rules = Rules::of(*rules);
    let key = &KEYS.hs256;
    let mut buf = vec![0; json.len() * 2 + 128];
    let token = match Minter::new().typ("at+jwt").mint_payload(&mut buf, key, json) {
        Ok(token) => token,
        Err(error) => {
            assert_eq!(error, MintError::TooLong);
            return;
        }
    };
    let token = UnverifiedToken::parse(&token).unwrap();
    let mut scratch = vec![0; token.scratch_len()];
    match (token.verify(key, &mut scratch), model::parse(json)) {
        (Err(VerifyError::PayloadNotAnObject(_)), None) => {}
        (Ok(verified), Some(model)) => {
            let expected = rules.errors(Some("at+jwt"), &model);
            match verified.validate(&rules.policy(), rules.now()) {
                Ok(valid) => {
                    assert_eq!(expected, [], "all is well");
                    same_claims(&valid.claims(), model);
                }
                Err(errors) => assert_eq!(sorted(errors.iter().collect()), expected),
            }
        }
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}"),
    }
}

/// Whether claims that were accepted are those of the model.
pub(crate) fn same_claims(ours: &ClaimsSet<'_>, theirs: model::Claims) {
    assert!(equal(ours.issuer(), theirs.iss.as_deref()));
    assert!(equal(ours.subject(), theirs.sub.as_deref()));
    assert!(equal(ours.jwt_id(), theirs.jti.as_deref()));
    let seconds = |date: Option<NumericDate>| date.map(NumericDate::seconds);
    assert_eq!(seconds(ours.expiration_time()), theirs.exp.map(|(down, _)| down));
    assert_eq!(seconds(ours.not_before()), theirs.nbf.map(|(_, up)| up));
    assert_eq!(seconds(ours.issued_at()), theirs.iat.map(|(_, up)| up));
    match (ours.audience(), theirs.aud) {
        (None, None) => {}
        (Some(ours), Some(theirs)) => {
            assert_eq!(ours.iter().count(), theirs.len());
            assert!(ours.iter().zip(&theirs).all(|(ours, theirs)| ours == theirs.as_str()));
            assert!(theirs.iter().all(|one| ours.contains(one)));
        }
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}"),
    }
    let object = jwt_core::json::Object::parse(ours.as_str().as_bytes()).unwrap();
    same(Value::Object(object), &Tree::Object(theirs.members.0));
}
