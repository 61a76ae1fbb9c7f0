//! `cargo xtask coverage`: which lines of jwt-core its own tests reach.
//!
//! The compiler writes profiles; Debian's llvm-22 reads them, whose format is the same.

use crate::sh::{self, Result, cmd};
use crate::test::vectors;
use crate::tools::{cargo_tool, debian};

const VERSION: &str = "0.9.1";
/// Lines in percent that have to be reached.
const FLOOR: &str = "95";

pub(crate) fn run() -> Result {
    debian("/usr/bin/llvm-cov-22", &["llvm-22"])?;
    let mut tool = cmd(cargo_tool("cargo-llvm-cov", VERSION)?);
    tool.args(["llvm-cov", "--quiet", "--package", "jwt-core", "--all-features", "--summary-only"])
        .args(["--ignore-filename-regex", "(^|/)tests/", "--fail-under-lines", FLOOR])
        .env("LLVM_COV", "/usr/bin/llvm-cov-22")
        .env("LLVM_PROFDATA", "/usr/bin/llvm-profdata-22");
    if let Some(folder) = vectors() {
        tool.env("JWT_VECTORS", folder);
    }
    sh::run(&mut tool)
}
