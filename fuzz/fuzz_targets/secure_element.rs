//! The ATECC608 driver on a hostile bus.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::secure_element(input));
