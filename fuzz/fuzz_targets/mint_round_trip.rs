//! What is minted is read again as it was meant.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| jwt_fuzz_targets::mint_round_trip(input));
