//! `cargo xtask packages`: every published crate packages, with all that it needs inside.

use crate::sh::{self, Result, cargo};

pub(crate) fn run() -> Result {
    // `--no-verify`: the workspace has just been built and tested as a whole.
    let arguments = ["package", "--quiet", "--no-verify", "--allow-dirty", "--exclude", "xtask"];
    let others = ["jwt-benches", "jwt-differential", "jwt-fuzz-targets"];
    let excluded = others.iter().flat_map(|name| ["--exclude", name]);
    sh::run(cargo(&arguments).args(excluded).arg("--workspace"))
}
