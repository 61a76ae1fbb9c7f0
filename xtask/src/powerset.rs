//! `cargo xtask powerset`: every combination of features compiles, without warnings; of the many features of
//! jwt-device, which are apart from each other, every pair.

use crate::sh::{self, Result, cmd};
use crate::tools::cargo_tool;

const VERSION: &str = "0.6.46";

pub(crate) fn run() -> Result {
    check("jwt-core", &[])?;
    // `cortex-m4` does nothing for the host: `cargo xtask device` builds it.
    check("jwt-device", &["--depth", "2", "--exclude-features", "cortex-m4,default"])?;
    check("p256-mint", &["--exclude-features", "default"])?;
    check("jwt-std", &[])
}

fn check(package: &str, which: &[&str]) -> Result {
    let mut hack = cmd(cargo_tool("cargo-hack", VERSION)?);
    hack.args(["hack", "check", "--quiet", "--package", package, "--feature-powerset"]);
    hack.args(which);
    sh::run(hack.env("RUSTFLAGS", "-D warnings").env("CARGO_TARGET_DIR", "target/powerset"))
}
