//! What the fuzz targets do: one function for each, which panics where a property does not hold.
//!
//! It knows no fuzzer. libFuzzer calls these functions, and so does the test that replays the seeds
//! with the compiler that builds everything else.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)] // a target says what it found by a panic

mod base64url;
mod claims;
mod compact;
mod header;
mod json_object;
mod key_import;
mod mint_round_trip;
mod model;
mod oauth_readers;
mod p256_mint;
mod secure_element;
mod tampered;
mod targets;
mod verify_never_accepts;
mod whole_verify;

pub use base64url::base64url;
pub use claims::claims;
pub use compact::compact;
pub use header::header;
pub use json_object::json_object;
pub use key_import::key_import;
pub use mint_round_trip::mint_round_trip;
pub use oauth_readers::oauth_readers;
pub use p256_mint::p256_mint;
pub use secure_element::secure_element;
pub use tampered::{tampered_es256, tampered_hmac};
pub use targets::{TARGETS, Target};
pub use verify_never_accepts::verify_never_accepts;
pub use whole_verify::whole_verify;
