//! What an OAuth client reads.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::oauth_readers(input));
