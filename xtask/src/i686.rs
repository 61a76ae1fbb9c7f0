//! `cargo xtask i686`: the tests of the crates without an allocator, compiled for 32 bits and run.
//!
//! A host of 64 bits takes other paths through the readers than a small core does, and its `usize` hides what
//! overflows on one. The emulated devices run the vectors; here everything runs.

use crate::count::Count;
use crate::sh::Result;
use crate::{cross, test, tools};

const TARGET: &str = "i686-unknown-linux-gnu";

pub(crate) fn run() -> Result<Count> {
    // The C library and the linker's files for 32 bits.
    tools::debian("/usr/lib32/crt1.o", &["gcc-multilib"])?;
    let mut count = Count::default();
    for package in ["jwt-core", "p256-mint"] {
        let mut tests = cross::toolchain(TARGET, "std,panic_unwind,test")?;
        tests.args(["test", "--target", TARGET, "--target-dir", "target/i686"]);
        tests.args(["--package", package, "--all-features", "--lib", "--tests"]);
        // What does not compile does not depend on the target, and is built for the host.
        tests.args(["--", "--skip", "mistakes_do_not_compile"]);
        if let Some(vectors) = test::vectors() {
            tests.env("JWT_VECTORS", vectors);
        }
        count = count.and(Count { passed: test::counted(&mut tests)?, skipped: None });
    }
    Ok(count)
}
