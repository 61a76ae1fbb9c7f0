//! `cargo xtask cross`: the crates for devices compile for devices, with no `alloc` there to use.
//!
//! An installed rustup target is taken where there is one. Otherwise Debian's compiler and library
//! sources build `core` and nothing else, so code that needs an allocator cannot compile.

use std::process::Command;

use crate::sh::{self, Result, ask, cargo, cmd, root};
use crate::tools::debian;

const TARGETS: [&str; 3] =
    ["thumbv6m-none-eabi", "thumbv7em-none-eabihf", "riscv32imac-unknown-none-elf"];

/// A crate and the features that have to work without an allocator.
const CRATES: [(&str, &str); 4] = [
    ("jwt-core", "hmac,es256,pem,heapless-09,serde-json-core-07"),
    ("jwt-oauth", "es256,defmt-1"),
    ("jwt-device", "hmac,es256,embedded-hal-async-1,rand_core-010,signature-3,defmt-1"),
    ("p256-mint", "rand_core-010,table-4k"),
];

pub(crate) fn run() -> Result {
    for target in TARGETS {
        for (package, features) in CRATES {
            let mut build = toolchain(target, "core")?;
            // What `cargo xtask device` runs is compiled to the end there.
            build.args(["check", "--quiet", "--release", "--target-dir", "target/cross"]);
            build.args(["--package", package, "--features", features, "--target", target]);
            sh::run(&mut build)?;
        }
        println!("{target}: jwt-core, jwt-oauth, jwt-device and p256-mint compile, no alloc");
    }
    Ok(())
}

/// The cargo that can build for `target`, with these parts of the library where it has to build them.
pub(crate) fn toolchain(target: &str, library: &str) -> Result<Command> {
    let sysroot = ask(cmd("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    if std::path::Path::new(sysroot.trim()).join("lib/rustlib").join(target).is_dir() {
        return Ok(cargo(&[]));
    }
    debian("/usr/bin/rustc", &["rustc-web", "rust-web-src", "cargo-web", "lld"])?;
    let mut debian = Command::new("/usr/bin/cargo");
    debian.current_dir(root()).env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
    // Of the toolchain that runs this command, nothing may leak into the other one.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_") || name.starts_with("RUSTUP_") || name.starts_with("RUSTDOC")
        {
            debian.env_remove(name);
        }
    }
    for name in ["CARGO", "RUSTFLAGS", "RUSTC_WRAPPER", "RUSTDOC", "LD_LIBRARY_PATH"] {
        debian.env_remove(name);
    }
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        debian.env("CARGO_HOME", home);
    }
    debian.arg(format!("-Zbuild-std={library}"));
    Ok(debian)
}
