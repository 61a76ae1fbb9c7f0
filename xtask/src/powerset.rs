//! `cargo xtask powerset`: every combination of features compiles, without warnings.

use crate::sh::{self, Result, cmd};
use crate::tools::cargo_tool;

const VERSION: &str = "0.6.46";

pub(crate) fn run() -> Result {
    ["jwt-core", "jwt-device", "jwt-std"].into_iter().try_for_each(check)
}

fn check(package: &str) -> Result {
    let mut hack = cmd(cargo_tool("cargo-hack", VERSION)?);
    hack.args(["hack", "check", "--quiet", "--package", package, "--feature-powerset"]);
    sh::run(hack.env("RUSTFLAGS", "-D warnings").env("CARGO_TARGET_DIR", "target/powerset"))
}
