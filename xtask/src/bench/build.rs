//! Building the binaries of `benches/`.

use std::path::PathBuf;

use crate::sh::{Result, ask, cargo, cmd, root, run};
use crate::tools;

/// A compiled binary of the benches.
pub(super) fn binary(name: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root().join(target).join("release").join(name)
}

/// The binaries with all peers: josekit only where OpenSSL's headers are, or can be installed.
pub(super) fn peers() -> Result {
    let mut build = cargo(&[
        "build",
        "--quiet",
        "--release",
        "--package",
        "jwt-benches",
        "--features",
        "peers",
    ]);
    match tools::debian("/usr/include/openssl/ssl.h", &["libssl-dev", "pkg-config"]) {
        Ok(()) => {
            build.args(["--config", "build.rustflags=['--cfg','josekit']"]);
        }
        Err(error) => println!("josekit is left out: {error}"),
    }
    run(&mut build)
}

/// A binary whose instructions are counted, without peers.
pub(super) fn counted(name: &str) -> Result<PathBuf> {
    let build = ["build", "--quiet", "--release", "--package", "jwt-benches", "--bin", name];
    run(&mut cargo(&build))?;
    Ok(binary(name))
}

/// The compiler, which the figures are of.
pub(super) fn compiler() -> Result<String> {
    let version = ask(cmd("rustc").arg("--version")).ok_or("rustc --version failed")?;
    Ok(version.trim().to_owned())
}
