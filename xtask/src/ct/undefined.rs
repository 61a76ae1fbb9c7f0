//! The subjects of `ct/`, each under valgrind with its secrets undefined.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::Figures;
use super::context;
use super::expected::{Counts, Expected};
use crate::sh::{self, Result, ask, cargo, cmd, root};
use crate::tools::debian;

/// A level of optimisation, and the profile that has it. For size other code of p256-mint is taken.
const LEVELS: [(&str, &str); 2] = [("O3", "ct"), ("Oz", "ct-z")];

pub(super) const FILE: &str = "ct/expected.toml";

/// What memcheck's exit code is where it has found something.
const FOUND: i32 = 99;

/// Fails where something depends on a secret that is not expected to, or where a control is not found.
/// Returns how many it looked at, and the figures in words.
pub(super) fn run(bless: bool) -> Result<Figures> {
    if !cfg!(target_arch = "x86_64") {
        return Err("secrets can be marked on x86-64 only".into());
    }
    debian("valgrind", &["valgrind"])?;
    let tools = [("rustc", "rustc --version failed"), ("valgrind", "valgrind --version failed")]
        .map(|(tool, failed)| ask(cmd(tool).arg("--version")).ok_or(failed));
    let [rustc, valgrind] = tools;
    let tools = format!("{}, {}", rustc?.trim(), valgrind?.trim());
    println!("by {tools}");
    let mut expected = Expected::read(FILE)?;
    if bless {
        expected.forget(&tools);
    }
    let (mut subjects, mut controls, mut allowed, mut leaks) = (0_u64, 0_u64, 0_u64, Vec::new());
    for (level, profile) in LEVELS {
        let binary = build(profile)?;
        let names = ask(&mut cmd(&binary)).ok_or("the list of subjects")?;
        for subject in names.lines() {
            let found = follow(&binary, subject)?;
            let sum = found.values().sum::<u64>();
            if subject.starts_with("control-") {
                if found.is_empty() {
                    leaks.push(format!("{subject} at {level} was not found"));
                }
                println!("{level} {subject:<20} found, at {sum} instructions");
                controls = controls.saturating_add(1);
                continue;
            }
            println!("{level} {subject:<20} {}", describe(&found));
            if bless {
                expected.accept(level, subject, &found);
            }
            leaks.extend(expected.leaks(&tools, level, subject, &found));
            subjects = subjects.saturating_add(1);
            allowed = allowed.saturating_add(sum);
        }
    }
    leaks.iter().for_each(|leak| println!("LEAK: {leak}"));
    if !leaks.is_empty() {
        return Err("secrets decide where they should not, or a control was not found".into());
    }
    if bless {
        expected.write(FILE)?;
    }
    let figures = format!(
        "{subjects} subjects, 0 leaks, {allowed} branches on what becomes public, {controls} controls found"
    );
    Ok((subjects.saturating_add(controls), figures))
}

/// Measures the comparison of MACs.
pub(super) fn timing() -> Result {
    let [(_, profile), ..] = LEVELS;
    sh::run(cmd(build(profile)?).arg("timing"))
}

fn build(profile: &str) -> Result<PathBuf> {
    sh::run(&mut cargo(&["build", "--quiet", "--package", "jwt-ct", "--profile", profile]))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(root().join(target).join(profile).join("jwt-ct"))
}

fn follow(binary: &Path, subject: &str) -> Result<Counts> {
    let report = binary.with_extension("xml");
    let mut valgrind = cmd("valgrind");
    valgrind.args(["--quiet", "--error-limit=no", "--xml=yes"]);
    valgrind.arg(format!("--error-exitcode={FOUND}"));
    valgrind.arg(format!("--xml-file={}", report.display()));
    let status = valgrind.arg(binary).arg(subject).stderr(Stdio::inherit()).status()?;
    let found = context::read(&fs::read_to_string(&report)?);
    match status.code() {
        Some(0) if found.is_empty() => Ok(found),
        Some(FOUND) if !found.is_empty() => Ok(found),
        _ => Err(format!("{subject} ended with {status}, and {} functions", found.len()).into()),
    }
}

fn describe(found: &Counts) -> String {
    if found.is_empty() {
        return "nothing depends on a secret".to_owned();
    }
    let places = found.iter().map(|(function, count)| format!("{function} {count}"));
    places.collect::<Vec<_>>().join(", ")
}
