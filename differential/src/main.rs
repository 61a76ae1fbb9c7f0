//! Tokens put to jwt-core, jsonwebtoken, PyJWT and jose: where verdicts or claims differ, the RFC section
//! that decides it is named, or the run fails. `cargo xtask differential` builds and starts it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)] // a test tool may panic

mod change;
mod class;
mod explain;
mod forge;
mod keys;
mod peer;
mod random;
mod report;
mod run;
mod verdict;

fn main() -> std::process::ExitCode {
    run::main()
}
