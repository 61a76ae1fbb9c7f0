//! `cargo xtask fuzz`: every fuzz target for some seconds, from its named seeds, on nightly.

use crate::sh::{self, Result, cmd, in_ci, root};
use crate::tools::cargo_tool;

const VERSION: &str = "0.13.2";

pub(crate) fn run(arguments: &[String]) -> Result {
    let seconds = match arguments {
        [] => 5,
        [flag, seconds] if flag == "--seconds" => seconds.parse::<u32>()?,
        _ => return Err("usage: cargo xtask fuzz [--seconds N]".into()),
    };
    if sh::ask(cmd("rustc").args(["+nightly", "--version"])).is_none() {
        let missing = "no nightly toolchain; rustup toolchain install nightly";
        if in_ci() {
            return Err(missing.into());
        }
        println!("SKIPPED: {missing}");
        return Ok(());
    }
    cargo_tool("cargo-fuzz", VERSION)?;
    let tools = root().join("target/tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([tools].into_iter().chain(std::env::split_paths(&path)))?;
    for target in targets()? {
        let corpus = root().join("fuzz/corpus").join(&target);
        std::fs::create_dir_all(&corpus)?;
        let mut fuzz = cmd("cargo");
        fuzz.args(["+nightly", "fuzz", "run", &target]).arg(corpus);
        let seeds = root().join("fuzz/seeds").join(&target);
        if seeds.is_dir() {
            fuzz.arg(seeds);
        }
        fuzz.args(["--", &format!("-max_total_time={seconds}"), "-print_final_stats=1"]);
        // A smoke run is the same each time; a run that somebody asks for looks elsewhere.
        if arguments.is_empty() {
            fuzz.arg("-seed=1");
        }
        let dictionary = root().join("fuzz/jose.dict");
        if dictionary.is_file() {
            fuzz.arg(format!("-dict={}", dictionary.display()));
        }
        // The pinned toolchain's variables would override `+nightly`.
        fuzz.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env("PATH", &path);
        sh::run(&mut fuzz)?;
    }
    Ok(())
}

/// The names of the targets, from the manifest.
fn targets() -> Result<Vec<String>> {
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml"))?;
    let bins = manifest.split("[[bin]]").skip(1);
    let name = |bin: &str| bin.split('"').nth(1).map(str::to_owned);
    Ok(bins.filter_map(name).collect())
}
