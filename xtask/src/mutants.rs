//! `cargo xtask mutants`: whether the tests of a crate see that its code was changed.
//!
//! cargo-mutants makes the changes, one at a time. Each meets tests that are soon built and run; what survives
//! meets all tests of the crate. What survives these too has its reason in the crate's MUTANTS.md, or is an error.

mod crates;
mod names;
mod survivors;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::sh::{Result, cmd, root, status};
use crate::test::vectors;
use crate::tools::{cargo_tool, exists};
use crates::{CRATES, Crate, Tests};
use names::Names;

const VERSION: &str = "27.1.0";

const USAGE: &str =
    "usage: cargo xtask mutants [jwt-core | p256-mint] [--file GLOB]... [--shard K/N] [--resume]";

/// What is asked for.
struct Request {
    crate_: &'static Crate,
    files: Vec<String>,
    shard: Option<String>,
    /// Goes on where the last run was ended; of the same sources.
    resume: bool,
}

pub(crate) fn run(arguments: &[String]) -> Result {
    let request = parse(arguments).ok_or(USAGE)?;
    let tool = cargo_tool("cargo-mutants", VERSION)?;
    let name = request.crate_.name;
    let folder = root().join("target/mutants").join(name);
    if !request.resume && folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;

    let mut which: Vec<_> =
        pairs("--file", request.files).chain(pairs("--shard", request.shard)).collect();
    if request.resume {
        which.push("--iterate".into());
    }
    pass(mutants(&tool, &folder.join("quick"), request.crate_, &request.crate_.quick)?, which)?;
    let mut all = Names::read(&folder.join("quick"))?;
    if !all.missed.is_empty() {
        let which = pairs("--re", all.missed.iter().map(|name| exactly(name))).collect();
        pass(mutants(&tool, &folder.join("full"), request.crate_, &request.crate_.full)?, which)?;
        all = all.then(Names::read(&folder.join("full"))?);
    }

    let report = root().join("crates").join(name).join("MUTANTS.md");
    let judged = survivors::judge(&all, &std::fs::read_to_string(report)?);
    for (name, count) in &judged.gone {
        println!("listed, and caught now: {name} ×{count}");
    }
    for (name, count) in &judged.unlisted {
        println!("SURVIVES: {name} ×{count}");
    }
    println!("{name}: {}", all.figure());
    if judged.unlisted.is_empty() {
        return Ok(());
    }
    let survivors: BTreeSet<_> = all.missed.iter().collect();
    let places: Vec<_> = survivors.into_iter().map(String::as_str).collect();
    Err(format!(
        "survivors without a reason in MUTANTS.md; all that survive:\n{}",
        places.join("\n")
    )
    .into())
}

fn parse(arguments: &[String]) -> Option<Request> {
    let mut words = arguments.iter();
    let [first, ..] = CRATES;
    let mut request = Request { crate_: first, files: Vec::new(), shard: None, resume: false };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--file" => request.files.push(words.next()?.clone()),
            "--shard" => request.shard = Some(words.next()?.clone()),
            "--resume" => request.resume = true,
            name => request.crate_ = CRATES.iter().find(|crate_| crate_.name == name)?,
        }
    }
    if request.files.is_empty() {
        let file = |room: &&str| format!("crates/{}/src/{room}.rs", request.crate_.name);
        request.files = request.crate_.rooms.iter().map(file).collect();
    }
    Some(request)
}

fn pairs(option: &str, values: impl IntoIterator<Item = String>) -> impl Iterator<Item = String> {
    values.into_iter().flat_map(move |value| [option.to_owned(), value])
}

/// cargo-mutants with these tests, to this folder.
fn mutants(tool: &Path, folder: &Path, crate_: &Crate, tests: &Tests) -> Result<Command> {
    std::fs::create_dir_all(folder)?;
    let mut command = cmd(tool);
    command.args(["mutants", "--package", crate_.name, "--profile", "mutants", "--all-features"]);
    command.args([
        "--no-shuffle",
        "--colors",
        "never",
        "--timeout",
        "600",
        "--build-timeout",
        "600",
    ]);
    command.arg("--output").arg(folder);
    command.args(tests.which.iter().map(|test| format!("--cargo-arg={test}")));
    let skipped = pairs("--skip", tests.skipped.iter().map(ToString::to_string));
    command.args(
        std::iter::once("--".into())
            .chain(skipped)
            .map(|word: String| format!("--cargo-test-arg={word}")),
    );
    // A loop without end is ended by its time on the processor: a busy machine does not make it longer.
    if exists("prlimit") {
        let runner = format!(r#"["prlimit","--cpu={}"]"#, tests.seconds);
        command.arg(format!(r#"--cargo-arg=--config=target."cfg(unix)".runner={runner}"#));
    }
    if exists("ld.lld") {
        command.env("RUSTFLAGS", "-C link-arg=-fuse-ld=lld");
    }
    if let Some(folder) = vectors() {
        command.env("JWT_VECTORS", folder);
    }
    // The sources are copied for each run; what they depend on is built once.
    command.env("CARGO_TARGET_DIR", root().join("target/mutants/build"));
    command.env("PROPTEST_MAX_SHRINK_ITERS", "0");
    if let Some(cases) = tests.cases {
        command.env("PROPTEST_CASES", cases);
    }
    Ok(command)
}

/// Mutants that survive (2) or take too long (3) are no failure of the tool.
fn pass(mut command: Command, which: Vec<String>) -> Result {
    match status(command.args(which))?.code() {
        Some(0 | 2 | 3) => Ok(()),
        code => Err(format!("cargo mutants ended with {code:?}").into()),
    }
}

/// A regular expression for a mutant's whole name.
fn exactly(name: &str) -> String {
    let mut expression = String::from("^");
    for character in name.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            expression.push('\\');
        }
        expression.push(character);
    }
    expression + "$"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(words: &[&str]) -> Option<Request> {
        parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn the_rooms_of_a_crate_are_changed_unless_files_are_named() {
        let core = request(&[]).unwrap();
        assert_eq!((core.crate_.name, core.resume), ("jwt-core", false));
        assert!(core.files.iter().any(|file| file == "crates/jwt-core/src/validate.rs"));
        let mint = request(&["p256-mint", "--file", "**/limb.rs", "--shard", "0/4", "--resume"]);
        let mint = mint.unwrap();
        assert_eq!((mint.crate_.name, mint.resume), ("p256-mint", true));
        assert_eq!((mint.files, mint.shard), (vec!["**/limb.rs".into()], Some("0/4".into())));
        assert!(request(&["jwt-std"]).is_none() && request(&["--file"]).is_none());
    }

    #[test]
    fn a_name_is_found_and_no_other() {
        assert_eq!(exactly("a/b.rs:1:2: replace > with ^"), r"^a/b\.rs:1:2: replace > with \^$");
    }
}
