//! p256-mint against p256.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::p256_mint(input));
