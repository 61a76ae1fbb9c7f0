//! No input verifies under keys that it cannot know.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::verify_never_accepts(input));
