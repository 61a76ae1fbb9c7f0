//! Changes to good tokens with an HMAC.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::tampered_hmac(input));
