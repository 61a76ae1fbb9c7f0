//! `cargo xtask mint`: p256-mint against p256, as devices have it, or with each of its tables and in each of its forms.

use crate::count::Count;
use crate::sh::{Result, cargo};
use crate::test;

const TABLES: [&str; 4] = ["", "table-1k", "table-2k", "table-4k"];

/// Levels of optimisation: at the second the small forms are taken. Overflow is checked in both.
const LEVELS: [&str; 2] = ["2", "\"s\""];

/// What the images of devices are built with.
const PUBLISHED: [(&str, &str); 2] = [("table-2k", "2"), ("table-1k", "\"s\"")];

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    match arguments {
        [] => tests(PUBLISHED),
        [flag] if flag == "--tables" => {
            tests(TABLES.into_iter().flat_map(|table| LEVELS.map(|level| (table, level))))
        }
        [flag] if flag == "--million" => million(),
        _ => Err("usage: cargo xtask mint [--tables | --million]".into()),
    }
}

fn tests(forms: impl IntoIterator<Item = (&'static str, &'static str)>) -> Result<Count> {
    let mut passed = 0_u64;
    for (table, level) in forms {
        let mut tests = cargo(&["test", "--quiet", "--package", "p256-mint", "--features", table]);
        tests.args(["--lib", "--tests", "--config"]).arg(format!("profile.dev.opt-level={level}"));
        tests.env("CARGO_TARGET_DIR", "target/mint");
        passed = passed.saturating_add(test::counted(&mut tests)?);
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
