//! `cargo xtask mint`: p256-mint with each of its tables, and in each of its forms, against p256.

use crate::count::Count;
use crate::sh::{Result, cargo};
use crate::test;

const TABLES: [&str; 4] = ["", "table-1k", "table-2k", "table-4k"];

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    match arguments {
        [] => {}
        [flag] if flag == "--million" => return million(),
        _ => return Err("usage: cargo xtask mint [--million]".into()),
    }
    let mut passed = 0_u64;
    for table in TABLES {
        // With optimisation for size the small forms are taken. Overflow is checked in both.
        for level in ["2", "\"s\""] {
            let mut tests =
                cargo(&["test", "--quiet", "--package", "p256-mint", "--features", table]);
            tests
                .args(["--lib", "--tests", "--config"])
                .arg(format!("profile.dev.opt-level={level}"));
            tests.env("CARGO_TARGET_DIR", "target/mint");
            passed = passed.saturating_add(test::counted(&mut tests)?);
        }
    }
    Ok(Count { passed, skipped: None })
}

/// A million keys and messages, from a counter.
fn million() -> Result<Count> {
    let mut test =
        cargo(&["test", "--release", "--package", "p256-mint", "--features", "table-2k"]);
    test.args(["--test", "p256", "--", "--ignored", "--nocapture", "million"]);
    Ok(Count { passed: test::counted(&mut test)?, skipped: None })
}
