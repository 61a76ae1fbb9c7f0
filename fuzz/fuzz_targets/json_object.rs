//! The JSON reader against serde_json.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::json_object(input));
