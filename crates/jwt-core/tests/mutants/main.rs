//! All of these tests in one program, which is soon built: what `cargo xtask mutants` runs.
#![allow(clippy::duplicate_mod, reason = "each of them has its own")]

#[path = "../base64.rs"]
mod base64;
#[path = "../claims.rs"]
mod claims;
#[path = "../danger.rs"]
mod danger;
#[path = "../heapless.rs"]
mod heapless;
#[path = "../json.rs"]
mod json;
#[path = "../json_serde.rs"]
mod json_serde;
#[path = "../keys.rs"]
mod keys;
#[path = "../mint.rs"]
mod mint;
#[path = "../negative.rs"]
mod negative;
#[path = "../nonces.rs"]
mod nonces;
#[path = "../rfc_vectors.rs"]
mod rfc_vectors;
#[path = "../serde_json_core.rs"]
mod serde_json_core;
#[path = "../stores.rs"]
mod stores;
#[path = "../tampering.rs"]
mod tampering;
#[path = "../wycheproof.rs"]
mod wycheproof;
