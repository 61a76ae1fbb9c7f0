//! The JSON reader against serde_json: what is accepted has the same values, and what serde_json accepts
//! and we refuse is of one of five classes.

use jwt_core::json::{JsonErrorKind, MAX_MEMBERS, MAX_NUMBER_LEN, Object, Value};

use crate::model::json::{Strict, Tree, duplicate};

/// The input is JSON text.
pub fn json_object(text: &[u8]) {
    match (Object::parse(text), Tree::parse(text)) {
        (Ok(object), Some(theirs)) => {
            same(Value::Object(object), &theirs);
            assert!(Strict::parse(text).is_some(), "what is accepted is within the limits");
        }
        (Ok(_), None) => panic!("serde_json refuses it"),
        (Err(_), None) => {}
        (Err(error), Some(theirs)) => {
            let of_class = match (error.kind, &theirs) {
                (JsonErrorKind::NotAnObject, theirs) => !matches!(theirs, Tree::Object(_)),
                (JsonErrorKind::DuplicateMember, Tree::Object(members)) => {
                    duplicate(members).is_some()
                }
                (JsonErrorKind::TooManyMembers, Tree::Object(members)) => {
                    members.len() > MAX_MEMBERS
                }
                (JsonErrorKind::TooDeep, theirs) => theirs.is_too_deep(),
                (JsonErrorKind::NumberTooLong, theirs) => {
                    theirs.is_too_deep() || theirs.longest_number() > MAX_NUMBER_LEN
                }
                _ => false,
            };
            assert!(of_class, "{error}, and serde_json accepts it");
        }
    }
}

/// Whether a value that was read is the one that serde_json reads.
pub(crate) fn same(ours: Value<'_>, theirs: &Tree) {
    match (ours, theirs) {
        (Value::Null, Tree::Null) => {}
        (Value::Bool(ours), Tree::Bool(theirs)) => assert_eq!(ours, *theirs),
        (Value::Number(ours), Tree::Number(theirs)) => {
            assert_eq!(ours.as_str(), theirs);
            assert_eq!(ours.as_u64(), serde_json::from_str(theirs).ok());
            let plain = theirs.parse::<i64>().ok();
            assert_eq!(ours.as_i64(), plain);
        }
        (Value::String(ours), Tree::String(theirs)) => {
            assert_eq!(ours, theirs.as_str());
            assert_eq!(ours.unescaped_len(), theirs.len());
            assert_eq!(ours.unescape(&mut vec![0; theirs.len()]).unwrap(), theirs);
            assert_eq!(ours.to_string(), *theirs);
            if ours.as_str().is_none() && !theirs.is_empty() {
                let short = ours.unescape(&mut vec![0; theirs.len() - 1]).unwrap_err();
                assert_eq!(short.needed, theirs.len());
            }
        }
        (Value::Array(ours), Tree::Array(theirs)) => {
            assert_eq!(ours.elements().count(), theirs.len());
            ours.elements().zip(theirs).for_each(|(ours, theirs)| same(ours, theirs));
        }
        (Value::Object(ours), Tree::Object(theirs)) => {
            assert_eq!(ours.members().count(), theirs.len());
            for ((name, ours), (their_name, theirs)) in ours.members().zip(theirs) {
                assert_eq!(name, their_name.as_str());
                same(ours, theirs);
            }
        }
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}"),
    }
}
