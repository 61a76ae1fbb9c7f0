//! Keys from hostile bytes, by jwt-core and by jwt-std.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::key_import(input));
