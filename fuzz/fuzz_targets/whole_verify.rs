//! Verify and validate against a second path.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::whole_verify(input));
