//! `cargo xtask examples`: every example of every crate runs, and prints what its head says it prints.
//!
//! The head of an example has a block of `text` after the word `prints`. Line by line it is what standard
//! output has to be; `…` stands for any characters. An example without such a block has to end well and to
//! print something.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::count::Count;
use crate::sh::{Result, ask, cargo, cmd, in_ci, root, run};
use crate::tools;

/// What an example needs of Debian: its name, a program that is there afterwards, the packages.
const NEEDS: &[(&str, &str, &[&str])] = &[("kms_signer", "softhsm2-util", &["softhsm2"])];

pub(crate) fn run_all() -> Result<Count> {
    let mut count = Count::default();
    for example in built()? {
        let name = format!("{}/{}", example.crate_, example.name);
        let mut ready = Ok(());
        for (_, program, packages) in NEEDS.iter().filter(|need| need.0 == example.name) {
            ready = ready.and_then(|()| tools::debian(program, packages));
        }
        if let Err(error) = ready {
            if in_ci() {
                return Err(format!("{name}: {error}").into());
            }
            println!("SKIPPED {name}: {error}");
            let skipped = Some(format!("the example {name}: {error}"));
            count = count.and(Count { passed: 0, skipped });
            continue;
        }
        let printed = ask(&mut cmd(&example.program)).ok_or_else(|| {
            // Once more, to show what it says.
            let _ = run(&mut cmd(&example.program));
            format!("{name} failed")
        })?;
        let source = std::fs::read_to_string(&example.source)?;
        let lines = check(&source, &printed).map_err(|error| format!("{name}: {error}"))?;
        println!("{name}: {lines}");
        count.passed = count.passed.saturating_add(1);
    }
    Ok(count)
}

struct Example {
    crate_: String,
    name: String,
    source: PathBuf,
    program: PathBuf,
}

/// Builds the examples of all crates, with the features that the tests are built with; cargo says where
/// they are.
fn built() -> Result<Vec<Example>> {
    let build = ["build", "--quiet", "--workspace", "--all-features", "--examples"];
    run(&mut cargo(&build))?;
    let messages = ask(cargo(&build).arg("--message-format=json")).ok_or("cargo build failed")?;
    let mut examples: Vec<_> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| example(&message))
        .collect();
    examples.sort_by(|a, b| (&a.crate_, &a.name).cmp(&(&b.crate_, &b.name)));
    // Whatever is in the folder runs: a file that cargo does not know would be passed over.
    let folder = root().join("crates/jwt-std/examples");
    let files = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        if !examples.iter().any(|example| example.source == file) {
            return Err(format!("{} was not built", file.display()).into());
        }
    }
    Ok(examples)
}

/// What a message of cargo says about an example that was built.
fn example(message: &Value) -> Option<Example> {
    let target = message.get("target")?;
    if target.get("kind")?.get(0)? != "example" {
        return None;
    }
    let manifest = Path::new(message.get("manifest_path")?.as_str()?);
    Some(Example {
        crate_: manifest.parent()?.file_name()?.to_string_lossy().into_owned(),
        name: target.get("name")?.as_str()?.to_owned(),
        source: target.get("src_path")?.as_str()?.into(),
        program: message.get("executable")?.as_str()?.into(),
    })
}

/// Compares what was printed with what the head says; returns what was compared, in words.
fn check(source: &str, printed: &str) -> Result<String> {
    if printed.trim().is_empty() {
        return Err("it printed nothing".into());
    }
    let Some(expected) = head(source) else {
        return Ok(String::from("ends well; its head does not say what it prints"));
    };
    let (found, count) = (printed.lines().count(), expected.len());
    for (expected, found) in expected.iter().zip(printed.lines()) {
        if !matches(expected, found) {
            return Err(format!("it printed\n  {found}\nand its head says\n  {expected}").into());
        }
    }
    if found != count {
        return Err(format!("it printed {found} lines, and its head says {count}").into());
    }
    Ok(format!("prints the {count} lines that its head says"))
}

/// The lines that the head of an example says it prints.
fn head(source: &str) -> Option<Vec<&str>> {
    let head = source.lines().map_while(|line| line.strip_prefix("//!"));
    let mut lines = head.map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.find(|line| line.trim_end().ends_with(" prints"))?;
    lines.find(|line| *line == "```text")?;
    Some(lines.take_while(|line| *line != "```").collect())
}

/// Whether a line is as expected, where `…` stands for any characters.
fn matches(expected: &str, found: &str) -> bool {
    let Some((first, rest)) = expected.split_once('…') else { return expected == found };
    let Some(mut found) = found.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = rest.split('…').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match found.split_once(part) {
            Some((_, after)) => found = after,
            None => return false,
        }
    }
    found.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str =
        "//! X.\n//!\n//! `cargo run` prints\n//!\n//! ```text\n//! a … c\n//! d\n//! ```\n";

    #[test]
    fn takes_what_its_head_says() {
        assert!(check(SOURCE, "a b c\nd\n").is_ok());
        assert!(check("//! X.\n", "anything\n").is_ok());
    }

    #[test]
    fn refuses_other_lines_more_lines_fewer_lines_and_none() {
        for printed in ["a b d\nd\n", "a b c\n", "a b c\nd\ne\n", "", "\n", "b a b c\nd\n"] {
            assert!(check(SOURCE, printed).is_err(), "{printed:?}");
        }
        assert!(check("//! X.\n", "").is_err());
    }

    #[test]
    fn parts_stand_in_their_order() {
        assert!(matches("…b…a", "xbya"));
        assert!(!matches("…b…a…c", "xaybc"));
        assert!(!matches("a…a", "a"));
    }
}
