//! `cargo xtask deny`: licences, bans and sources of every dependency, as deny.toml says; and a reason
//! for each that the core stands on.

use crate::dependencies;
use crate::sh::{self, Result, cmd};
use crate::tools::cargo_tool;

const VERSION: &str = "0.20.2";

pub(crate) fn run() -> Result {
    dependencies::check()?;
    let tool = cargo_tool("cargo-deny", VERSION)?;
    sh::run(cmd(&tool).args(["--all-features", "check", "licenses", "bans", "sources"]))?;
    // The advisory database is fetched from outside the registries; not everybody can.
    if sh::run(cmd(&tool).args(["--all-features", "check", "advisories"])).is_err() {
        println!("ADVISORIES NOT CHECKED or not clean: see above");
    }
    Ok(())
}
