//! Changes to good tokens with an ES256 signature.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::tampered_es256(input));
