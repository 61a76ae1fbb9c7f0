//! base64url against base64ct.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::base64url(input));
