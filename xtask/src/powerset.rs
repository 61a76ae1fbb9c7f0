//! `cargo xtask powerset`: combinations of features compile, without warnings: every pair of those of jwt-core, each of
//! jwt-device's and of jwt-std's, all of the others'. And what is said to be pure Rust compiles no C.

use crate::sh::{self, Result, ask, cargo, cmd};
use crate::tools::cargo_tool;

const VERSION: &str = "0.6.46";

pub(crate) fn run() -> Result {
    check("jwt-core", &["--depth", "2"])?;
    // `cortex-m4` does nothing for the host: `cargo xtask device` builds it.
    check("jwt-device", &["--depth", "1", "--exclude-features", "cortex-m4,default"])?;
    check("jwt-oauth", &["--exclude-features", "default"])?;
    check("p256-mint", &["--exclude-features", "default"])?;
    // Features that name other packages do not meet, so they go together.
    // Nor do those that fetch and serve: each by itself, with nothing else; clippy has them all.
    let types = "chrono-0_4,jiff-0_2,secrecy-0_10,time-0_3";
    check("jwt-std", &["--depth", "1", "--group-features", types])?;
    check("jwt-core-cli", &[])?;
    pure_rust("jwt-std")?;
    pure_rust("jwt-core-cli")
}

/// What compiles or finds C for another package.
const C: [&str; 5] = ["bindgen", "cc", "cmake", "pkg-config", "vcpkg"];

/// Without its default features a package needs no compiler for C.
fn pure_rust(package: &str) -> Result {
    let arguments = ["tree", "--package", package, "--no-default-features"];
    let mut tree = cargo(&arguments);
    tree.args(["--edges", "normal,build", "--target", "all", "--prefix", "none"]);
    let tree = ask(&mut tree).ok_or("cargo tree failed")?;
    match compiles_c(&tree) {
        Some(line) => Err(format!("{package} without default features needs {line}").into()),
        None => {
            println!("{package} without default features: no C");
            Ok(())
        }
    }
}

/// The first line of a tree that names one of them.
fn compiles_c(tree: &str) -> Option<&str> {
    tree.lines().find(|line| line.split(' ').next().is_some_and(|name| C.contains(&name)))
}

fn check(package: &str, which: &[&str]) -> Result {
    let mut hack = cmd(cargo_tool("cargo-hack", VERSION)?);
    hack.args(["hack", "check", "--quiet", "--package", package, "--feature-powerset"]);
    hack.args(which);
    sh::run(hack.env("RUSTFLAGS", "-D warnings").env("CARGO_TARGET_DIR", "target/powerset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_for_c_is_found_in_a_tree() {
        assert_eq!(compiles_c("jwt-std v0.1.0\ncc v1.2.3 (*)\n"), Some("cc v1.2.3 (*)"));
        assert_eq!(compiles_c("jwt-std v0.1.0\nccm v1.2.3\nsha2 v0.11.0\n"), None);
    }

    #[test]
    fn what_is_said_to_be_pure_rust_is() -> Result {
        pure_rust("jwt-std")?;
        pure_rust("jwt-core-cli")
    }
}
