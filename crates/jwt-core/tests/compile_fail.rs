//! Mistakes that do not compile: wrong orders of states, keys of the wrong algorithm, copied secrets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(all(feature = "es256", feature = "hmac"))]

/// One file for each mistake, named by the sentence it proves; beside it what the compiler of
/// rust-toolchain.toml says. Another compiler may word it differently.
#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
