//! The whole of verify and validate against a second path of serde_json, base64ct and p256: the same
//! verdict, the same failed checks, the same claims.

use jwt_core::json::{Object, Value};
use jwt_core::{ClaimErrors, Stage, UnverifiedToken, VerifyError};

use crate::claims::same_claims;
use crate::json_object::same;
use crate::model::compact::{encode, split};
use crate::model::json::Tree;
use crate::model::policy::{self, Rules, sorted};
use crate::model::signature::{Alg, sign, verifies, with_key};
use crate::model::{claims, header};

/// Separates the parts of an input. In no UTF-8 text.
const SEPARATOR: u8 = 0xff;

/// The input is a byte for the key, eight for the policy, and then either a token or a header and a
/// payload between separators, which are signed, and a text to put behind the signature.
pub fn whole_verify(input: &[u8]) {
    let Some(([which, rules @ ..], text)) = input.split_first_chunk::<{ policy::LEN + 1 }>() else {
        return;
    };
    let (alg, rules) = (Alg::of(*which), Rules::of(*rules));
    if which & 4 == 0 {
        return compare(alg, &rules, text);
    }
    let mut parts = text.splitn(3, |byte| *byte == SEPARATOR);
    let mut next = || parts.next().unwrap_or_default();
    let input = format!("{}.{}", encode(next()), encode(next()));
    let signature = encode(&sign(alg, input.as_bytes()));
    compare(alg, &rules, &[input.as_bytes(), b".", signature.as_bytes(), next()].concat());
}

/// What the second path has to say of a token that it does not refuse before its claims.
struct Verified {
    header: header::Header,
    claims: claims::Claims,
}

fn reference(alg: Alg, token: &[u8]) -> Result<Verified, Stage> {
    let parts = split(token).ok_or(Stage::Structure)?;
    let header = header::parse(&parts.header).ok_or(Stage::Header)?;
    if header.alg != alg.name() {
        return Err(Stage::Key);
    }
    if !verifies(alg, parts.signing_input, &parts.signature) {
        return Err(Stage::Signature);
    }
    let claims = claims::parse(&parts.payload).ok_or(Stage::Claims)?;
    Ok(Verified { header, claims })
}

fn compare(alg: Alg, rules: &Rules, text: &[u8]) {
    let expected = reference(alg, text);
    let token = match UnverifiedToken::parse(text) {
        Ok(token) => token,
        Err(error) => {
            assert_eq!((error.stage(), Some(Stage::Structure)), (Stage::Structure, expected.err()));
            return;
        }
    };
    let mut scratch = vec![0; token.scratch_len()];
    let verified = with_key!(alg, key => token.verify(key, &mut scratch));
    let (verified, expected) = match (verified, expected) {
        (Ok(verified), Ok(expected)) => (verified, expected),
        (ours, theirs) => {
            let ours: Option<VerifyError> = ours.err();
            assert_eq!(ours.map(|error| error.stage()), theirs.err(), "{ours:?}");
            return;
        }
    };
    let errors = rules.errors(expected.header.typ.as_deref(), &expected.claims);
    match verified.validate(&rules.policy(), rules.now()) {
        Ok(valid) => {
            assert_eq!(errors, [], "all is well");
            let header = valid.header();
            assert_eq!(header.alg(), alg.name());
            let object = Object::parse(header.object().as_str().as_bytes()).unwrap();
            same(Value::Object(object), &Tree::Object(expected.header.members.0));
            same_claims(&valid.claims(), expected.claims);
        }
        Err(found) => assert_eq!(sorted(ClaimErrors::iter(&found).collect()), errors),
    }
}
