//! The JOSE header against a model over serde_json: the same verdict, the same members.

use jwt_core::error::VerifyError;
use jwt_core::json::{Text, Value};
use jwt_core::{MAX_HEADER_LEN, UnverifiedToken, danger};

use crate::json_object::same;
use crate::model::json::Tree;
use crate::model::{compact, header as model};

/// The input is the JSON of a header.
pub fn header(json: &[u8]) {
    let text = compact::encode(json);
    let token = format!("{text}.e30.");
    let token = match UnverifiedToken::parse(&token) {
        Ok(token) => token,
        Err(error) => {
            assert!(matches!(
                error,
                VerifyError::HeaderTooLong { .. } | VerifyError::TokenTooLong { .. }
            ));
            assert!(text.len() > MAX_HEADER_LEN);
            return;
        }
    };
    let mut scratch = vec![0; token.scratch_len()];
    match (danger::peek(token, &mut scratch), model::parse(json)) {
        (Err(VerifyError::Header(_)), None) => {}
        (Ok(ours), Some(theirs)) => {
            let ours = ours.header();
            assert_eq!(ours.alg(), theirs.alg.as_str());
            assert!(equal(ours.kid(), theirs.kid.as_deref()));
            assert!(equal(ours.typ(), theirs.typ.as_deref()));
            assert!(equal(ours.cty(), theirs.cty.as_deref()));
            same(Value::Object(ours.object()), &Tree::Object(theirs.members.0));
        }
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}"),
    }
}

/// Whether a text that was read is this one, or both are absent.
pub(crate) fn equal(ours: Option<Text<'_>>, theirs: Option<&str>) -> bool {
    match (ours, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => false,
    }
}
