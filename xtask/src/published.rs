//! What a release shows: its public API, its parts, and that the versions it asks for suffice.
//!
//! `cargo xtask api` holds each crate's public API against the listing beside it; `--bless` writes the listing.
//! `cargo xtask minimal` builds with the oldest versions that the manifests allow. `cargo xtask sbom` writes
//! what each crate is made of, as CycloneDX.

use std::path::Path;

use crate::sh::{self, Result, ask, cmd, root};
use crate::tools::{cargo_tool, has_nightly, on_nightly};

/// The crates whose API is a promise.
const LIBRARIES: [&str; 5] = ["jwt-core", "jwt-oauth", "jwt-device", "jwt-std", "p256-mint"];

const PUBLIC_API: &str = "0.52.0";
const CYCLONEDX: &str = "0.5.9";

/// The listings, or the differences to them.
pub(crate) fn api(arguments: &[String]) -> Result {
    let bless = match arguments {
        [] => false,
        [flag] if flag == "--bless" => true,
        _ => return Err("usage: cargo xtask api [--bless]".into()),
    };
    if !has_nightly()? {
        return Ok(());
    }
    let tool = cargo_tool("cargo-public-api", PUBLIC_API)?;
    let mut changed = Vec::new();
    for library in LIBRARIES {
        let mut list = cmd(&tool);
        list.args(["public-api", "-sss", "--all-features", "--package", library]);
        let found = ask(on_nightly(&mut list)).ok_or("cargo public-api failed")?;
        let file = root().join("crates").join(library).join("api.txt");
        let listed = std::fs::read_to_string(&file).unwrap_or_default();
        println!("{library}: {} public items", found.lines().count());
        if bless {
            std::fs::write(file, found)?;
        } else if listed != found {
            differences(&listed, &found).iter().for_each(|line| println!("{line}"));
            changed.push(library);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    Err(format!("the API of {} changed; accept it by --bless", changed.join(", ")).into())
}

/// What is in one listing and not in the other.
fn differences(listed: &str, found: &str) -> Vec<String> {
    let lacks = |text: &str, line: &&str| !text.lines().any(|other| other == *line);
    let gone = listed.lines().filter(|line| lacks(found, line)).map(|line| format!("- {line}"));
    let new = found.lines().filter(|line| lacks(listed, line)).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

/// The published crates with the oldest direct dependencies that their manifests allow.
pub(crate) fn minimal() -> Result {
    if !has_nightly()? {
        return Ok(());
    }
    // A copy without what is not published, whose peers ask for newer ones.
    let copy = root().join("target/minimal");
    std::fs::create_dir_all(&copy)?;
    for part in ["crates", "Cargo.lock"] {
        let _ = std::fs::remove_dir_all(copy.join(part));
        let _ = std::fs::remove_file(copy.join(part));
    }
    sh::run(cmd("cp").args(["-R", "crates"]).arg(&copy))?;
    // The examples of the README are documentation of the core.
    std::fs::copy(root().join("README.md"), copy.join("README.md"))?;
    let manifest = std::fs::read_to_string(root().join("Cargo.toml"))?;
    std::fs::write(copy.join("Cargo.toml"), published(&manifest))?;
    let run =
        |arguments: &[&str]| sh::run(on_nightly(cmd("cargo").args(arguments)).current_dir(&copy));
    run(&["update", "--quiet", "-Z", "direct-minimal-versions"])?;
    run(&["check", "--quiet", "--workspace", "--all-features", "--target-dir", "build"])
}

/// The workspace with the crates alone.
fn published(manifest: &str) -> String {
    let lines = manifest.lines().map(|line| match line.split_once(" = ") {
        Some(("members" | "default-members", _)) => "",
        Some(("resolver", _)) => "resolver = \"3\"\nmembers = [\"crates/*\"]",
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A bill of materials for each library and the command.
pub(crate) fn sbom() -> Result {
    let tool = cargo_tool("cargo-cyclonedx", CYCLONEDX)?;
    sh::run(cmd(tool).args([
        "cyclonedx",
        "--format",
        "json",
        "--all-features",
        "--spec-version",
        "1.5",
    ]))?;
    let folder = root().join("target/sbom");
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(root().join("crates"))? {
        collect(&entry?.path(), &folder)?;
    }
    for other in ["benches", "xtask", "differential", "fuzz/targets"] {
        let _ = collect(&root().join(other), &folder);
    }
    println!("written to target/sbom");
    Ok(())
}

/// Moves what the tool wrote beside a manifest.
fn collect(crate_: &Path, folder: &Path) -> Result {
    for entry in std::fs::read_dir(crate_)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().ends_with(".cdx.json") {
            std::fs::rename(&path, folder.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_is_told() {
        assert_eq!(differences("a\nb\n", "b\nc\n"), ["- a", "+ c"]);
        assert!(differences("a\n", "a\n").is_empty());
    }

    #[test]
    fn a_copy_has_the_crates_and_nothing_else() {
        let manifest =
            "[workspace]\nresolver = \"3\"\nmembers = [\"x\"]\ndefault-members = [\"x\"]\na = 1";
        let copy = published(manifest);
        assert!(copy.contains("members = [\"crates/*\"]") && copy.contains("a = 1"));
        assert!(!copy.contains("\"x\""));
    }
}
