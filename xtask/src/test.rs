//! `cargo xtask test`: everything that must pass on any machine, with the tests counted.

use std::process::Command;

use crate::count::Count;
use crate::interop;
use crate::sh::{Result, cargo, in_ci, root, run_reading};
use crate::tools::debian;

pub(crate) fn run() -> Result<Count> {
    let total = cargo_tests()?.and(interop::run(&[])?);
    if let Some(what) = &total.skipped {
        println!("\nSKIPPED: {what}");
    }
    Ok(total)
}

/// `cargo test` of every crate and feature, and of those that have it in pure Rust; with the vectors where
/// they are.
pub(crate) fn cargo_tests() -> Result<Count> {
    if in_ci() {
        // Elsewhere the tests that share a Redis say that they are skipped.
        debian("/usr/bin/redis-server", &["redis-server"])?;
    }
    let pure = ["--package", "jwt-std", "--package", "jwt-core-cli", "--no-default-features"];
    Ok(tests(&["--workspace", "--all-features"])?.and(tests(&pure)?))
}

fn tests(which: &[&str]) -> Result<Count> {
    let mut count = Count::default();
    let mut command = cargo(&["test", "--no-fail-fast"]);
    command.args(which);
    match vectors() {
        Some(folder) => {
            command.env("JWT_VECTORS", folder);
        }
        None if in_ci() => return Err("JWT_VECTORS names no folder of vectors".into()),
        None => {
            let what = "the Wycheproof and RFC 7520 vectors: set JWT_VECTORS to their folder";
            count.skipped = Some(what.to_owned());
        }
    }
    count.passed = counted(&mut command)?;
    Ok(count)
}

/// Runs tests; returns how many passed.
pub(crate) fn counted(command: &mut Command) -> Result<u64> {
    let mut count = 0_u64;
    run_reading(command, |line| {
        // "test result: ok. 12 passed; 0 failed; …"
        if let Some((_, rest)) = line.split_once("test result: ")
            && let Some(passed) = rest.split_whitespace().nth(1)
        {
            count = count.saturating_add(passed.parse().unwrap_or(0));
        }
    })?;
    Ok(count)
}

/// The folder of vectors: where the environment says, or beside the clone.
pub(crate) fn vectors() -> Option<std::path::PathBuf> {
    let folder = match std::env::var_os("JWT_VECTORS") {
        Some(folder) => folder.into(),
        None => root().join("../shared/vectors"),
    };
    folder.canonicalize().ok().filter(|folder| folder.join("wycheproof").is_dir())
}
