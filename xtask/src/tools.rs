//! Tools that a command needs: installed into `target/tools` where that can be done, explained where
//! it cannot. Nothing is kept outside the clone but cargo's own cache.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use serde_json::Value;

use crate::sh::{Result, ask, cargo, cmd, in_ci, root, run};

/// A cargo subcommand of this version, installed into `target/tools`.
pub(crate) fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    let tools = root().join("target/tools");
    let binary = tools.join("bin").join(name);
    let stamp = tools.join(format!("{name}-{version}"));
    if !(binary.exists() && stamp.exists()) {
        let root = tools.to_string_lossy();
        run(cargo(&[
            "install",
            // They run for seconds; optimising them takes minutes.
            "--debug",
            "--quiet",
            "--locked",
            "--root",
            &root,
            "--version",
            version,
            name,
        ])
        // A build of its own: neither this build's flags nor its target folder.
        .env_remove("CARGO_TARGET_DIR"))?;
        std::fs::write(stamp, "")?;
    }
    Ok(binary)
}

/// A program of this repository, built; cargo says where it is.
pub(crate) fn built(package: &str, name: &str) -> Result<PathBuf> {
    let build = ["build", "--quiet", "--package", package, "--bin", name];
    run(&mut cargo(&build))?;
    let messages = ask(cargo(&build).arg("--message-format=json")).ok_or("cargo build failed")?;
    let mut programs = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)));
    Ok(programs.next_back().ok_or("cargo built no executable")?)
}

/// Debian packages, where `probe` is missing. Needs root; without it says what to install. One thread at a time, as
/// apt-get wants.
pub(crate) fn debian(probe: &str, packages: &[&str]) -> Result {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
    if exists(probe) {
        return Ok(());
    }
    let what = packages.join(" ");
    let root = ask(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !root || !exists("apt-get") {
        return Err(format!("{probe} is missing; on Debian: apt-get install {what}").into());
    }
    let mut update = cmd("apt-get");
    run(update.args(["update", "-qq"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    let mut install = cmd("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
    run(install.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null()))
}

/// Whether the nightly toolchain is there; in CI it has to be.
pub(crate) fn has_nightly() -> Result<bool> {
    if ask(cmd("rustc").args(["+nightly", "--version"])).is_some() {
        return Ok(true);
    }
    let missing = "no nightly toolchain; rustup toolchain install nightly";
    if in_ci() {
        return Err(missing.into());
    }
    println!("SKIPPED: {missing}");
    Ok(false)
}

/// Has a command use nightly, in place of the pinned toolchain.
pub(crate) fn on_nightly(command: &mut Command) -> &mut Command {
    command.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO").env_remove("RUSTC")
}

/// Whether a program is there: a path, or a name on the search path.
pub(crate) fn exists(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).exists();
    }
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).exists()))
}
