//! The JSON reader against serde_json: what is accepted, serde_json accepts with the same values.
#![no_main]

use jwt_core::json::{Object, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(object) = Object::parse(text) else { return };
    // The name by which serde_json passes numbers of any precision through serde: an object of that one
    // member is no object to it.
    if has_private_name(Value::Object(object)) {
        return;
    }
    let theirs: serde_json::Value = serde_json::from_slice(text).expect("we accept less");
    same(Value::Object(object), &theirs);
    assert_eq!(object.members().count(), theirs.as_object().unwrap().len(), "names are unique");
});

fn same(ours: Value<'_>, theirs: &serde_json::Value) {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => {}
        (Value::Bool(ours), serde_json::Value::Bool(theirs)) => assert_eq!(ours, *theirs),
        (Value::Number(ours), serde_json::Value::Number(theirs)) => {
            // With arbitrary precision serde_json keeps the text, but for the form of exponents.
            let form = |text: &str| text.to_lowercase().replace("e+", "e");
            assert_eq!(form(ours.as_str()), form(&theirs.to_string()));
            assert_eq!(ours.as_u64(), theirs.as_u64());
        }
        (Value::String(ours), serde_json::Value::String(theirs)) => {
            assert_eq!(ours, theirs.as_str());
            assert_eq!(ours.unescape(&mut vec![0; theirs.len()]).unwrap(), theirs);
        }
        (Value::Array(ours), serde_json::Value::Array(theirs)) => {
            assert_eq!(ours.elements().count(), theirs.len());
            ours.elements().zip(theirs).for_each(|(ours, theirs)| same(ours, theirs));
        }
        (Value::Object(ours), serde_json::Value::Object(theirs)) => {
            // Of names that come twice in an inner object serde_json keeps the last.
            for (name, _) in ours.members() {
                let last = ours.members().filter(|(other, _)| *other == name).last().unwrap().1;
                same(last, &theirs[&name.to_string()]);
            }
        }
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs}"),
    }
}

fn has_private_name(value: Value<'_>) -> bool {
    match value {
        Value::Object(object) => object
            .members()
            .any(|(name, value)| name == "$serde_json::private::Number" || has_private_name(value)),
        Value::Array(array) => array.elements().any(has_private_name),
        _ => false,
    }
}
