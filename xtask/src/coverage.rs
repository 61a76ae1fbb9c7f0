//! `cargo xtask coverage`: which lines and branches of jwt-core its own tests reach.
//!
//! The compiler writes profiles; Debian's llvm-22 reads them, whose format is the same. Branches need nightly.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::sh::{self, Result, ask, cmd};
use crate::test::vectors;
use crate::tools::{cargo_tool, debian, has_nightly, on_nightly};

const VERSION: &str = "0.9.1";
/// Lines in percent that have to be reached.
const LINES: f64 = 98.0;
/// Branches in percent that have to be taken both ways.
const BRANCHES: f64 = 95.0;

pub(crate) fn run() -> Result {
    debian("/usr/bin/llvm-cov-22", &["llvm-22"])?;
    let tool = cargo_tool("cargo-llvm-cov", VERSION)?;
    let nightly = has_nightly()?;
    let mut tests = llvm_cov(&tool, nightly);
    tests.args(["--quiet", "--no-report", "--package", "jwt-core", "--all-features"]);
    if nightly {
        tests.arg("--branch");
    } else {
        println!("BRANCHES NOT COUNTED");
    }
    if let Some(folder) = vectors() {
        tests.env("JWT_VECTORS", folder);
    }
    sh::run(&mut tests)?;
    sh::run(&mut report(&tool, nightly))?;
    let json = ask(report(&tool, nightly).arg("--json")).ok_or("cargo llvm-cov report failed")?;
    let totals = serde_json::from_str::<Value>(&json)?;
    let totals = totals.pointer("/data/0/totals").ok_or("a report without totals")?;
    let lines = percent(totals, "lines")?;
    let branches = if nightly { percent(totals, "branches")? } else { BRANCHES };
    println!(
        "jwt-core: {lines:.2} % of lines (at least {LINES}), {branches:.2} % of branches (at least {BRANCHES})"
    );
    if lines < LINES || branches < BRANCHES {
        return Err("too little of jwt-core is reached by its tests".into());
    }
    Ok(())
}

fn llvm_cov(tool: &Path, nightly: bool) -> Command {
    let mut command = cmd(tool);
    command.arg("llvm-cov");
    command
        .env("LLVM_COV", "/usr/bin/llvm-cov-22")
        .env("LLVM_PROFDATA", "/usr/bin/llvm-profdata-22");
    if nightly {
        on_nightly(&mut command);
    }
    command
}

fn report(tool: &Path, nightly: bool) -> Command {
    let mut command = llvm_cov(tool, nightly);
    command.args(["report", "--summary-only", "--ignore-filename-regex", "(^|/)tests/"]);
    command
}

fn percent(totals: &Value, what: &str) -> Result<f64> {
    let percent = totals.get(what).and_then(|of| of.get("percent")?.as_f64());
    percent.ok_or_else(|| format!("a report without {what}").into())
}
