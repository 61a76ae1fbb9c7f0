//! Rules on single files, and on the tree as a whole.

use std::path::Path;

use super::Finding;
use super::source::Source;

/// Documents that have to be there.
const DOCUMENTS: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];

/// Crates whose code must not panic, whatever it is given.
const NO_PANIC: [&str; 5] = [
    "crates/jwt-core/src/",
    "crates/jwt-oauth/src/",
    "crates/jwt-device/src/",
    "crates/jwt-std/src/",
    "crates/p256-mint/src/",
];

/// Crates for machines without an allocator.
const DEVICES: [&str; 4] = ["jwt-core", "jwt-oauth", "jwt-device", "p256-mint"];

/// What makes code panic on purpose.
const PANICS: [&str; 6] =
    [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];

/// Files of other people's vectors, which are read from where they are.
const NOT_OURS: [&str; 2] = ["wycheproof/", "cookbook/"];

/// Every rule on one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut found = |line, what: &str| findings.push(Finding::new(&source.name, line, what));
    for (i, line) in source.text.lines().enumerate() {
        // In pieces, so that this file does not break its own rule.
        let homes = ["work", "root", "home"].map(|home| format!("/{home}/"));
        let is_path = |home: &String| {
            line.match_indices(home.as_str()).any(|(at, _)| {
                !line
                    .get(..at)
                    .unwrap_or_default()
                    .ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '}')
            })
        };
        if homes.iter().any(is_path) {
            found(i.saturating_add(1), "a path of somebody's machine");
        }
        if ["TO", "FIX"].iter().zip(["DO", "ME"]).any(|(a, b)| line.contains(&format!("{a}{b}:"))) {
            found(i.saturating_add(1), "unfinished work belongs in an issue");
        }
    }
    if !source.is_rust() {
        return findings;
    }
    // What a guide shows is a part of its page.
    let opens = ["//!", "#!["].iter().any(|opening| source.text.starts_with(opening));
    if !source.is_test() && !opens && !source.name.contains("/guide/") {
        found(1, "a module opens with `//!`: what it is, and what it must not know");
    }
    if ["/lib.rs", "/main.rs"].iter().any(|name| source.name.ends_with(name))
        && !source.name.starts_with("firmware/")
    {
        for (line, code) in source.code() {
            let main = source.name.ends_with("/main.rs") && code.starts_with("fn main()");
            if code.trim_start().trim_start_matches("pub ").starts_with("fn ") && !main {
                found(line, "lib.rs and main.rs hold no logic");
            }
        }
    }
    let no_panic = NO_PANIC.iter().any(|crate_| source.name.starts_with(crate_));
    for (line, code) in source.code() {
        if no_panic && PANICS.iter().any(|panic| code.contains(panic)) {
            found(line, "this crate does not panic");
        }
        if code.contains("#[allow(") && !code.contains("//") && !code.contains("reason") {
            found(line, "a relaxed lint has its reason beside it");
        }
    }
    if DEVICES.iter().any(|name| source.name == format!("crates/{name}/src/lib.rs")) {
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            if !source.text.contains(attribute) {
                found(1, &format!("{attribute} is missing"));
            }
        }
    }
    findings
}

/// Every rule on the tree.
pub(crate) fn check_tree(root: &Path, files: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in DOCUMENTS {
        if !files.iter().any(|file| file == document) {
            findings.push(Finding::new(document, 1, "missing"));
        }
    }
    for file in files {
        if NOT_OURS.iter().any(|folder| file.contains(folder)) {
            findings.push(Finding::new(file, 1, "vectors that are read from beside the clone"));
        }
        if !file.ends_with(".md") && !file.ends_with("Cargo.toml") {
            continue;
        }
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        findings.extend(if file.ends_with(".md") {
            links(root, file, &text)
        } else {
            manifest(file, &text)
        });
    }
    findings
}

/// Links of a document to files that are not there.
fn links(root: &Path, file: &str, text: &str) -> Vec<Finding> {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let broken = |line: &str| {
        line.split("](").skip(1).any(|rest| {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            !target.is_empty()
                && !target.contains("://")
                && !root.join(folder).join(target).exists()
        })
    };
    let lines = text.lines().enumerate().filter(|(_, line)| broken(line));
    lines.map(|(i, _)| Finding::new(file, i.saturating_add(1), "a link to nowhere")).collect()
}

/// A member of the workspace takes its lints and its facts from the workspace.
fn manifest(file: &str, text: &str) -> Vec<Finding> {
    // Those outside of the workspace, and the one member that has to be unsafe.
    let own = ["fuzz/", "firmware/", "ct/"].iter().any(|folder| file.starts_with(folder));
    let own = own || file == "Cargo.toml";
    let needed = ["[lints]\nworkspace = true", "version.workspace", "license.workspace"];
    let mut findings: Vec<_> = needed
        .iter()
        .filter(|needed| !own && !text.contains(*needed))
        .map(|needed| Finding::new(file, 1, format!("`{needed}` is missing")))
        .collect();
    if text.contains("[features]")
        && DEVICES.iter().any(|name| file == format!("crates/{name}/Cargo.toml"))
        && !text.contains("default = []")
    {
        findings.push(Finding::new(file, 1, "`default = []` is missing"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<String> {
        check(&Source::new(name, text)).into_iter().map(|finding| finding.what).collect()
    }

    const CORE: &str = "crates/jwt-core/src/time.rs";

    #[test]
    fn passes_a_clean_file() {
        assert!(found(CORE, "//! Time.\n\nfn f() {}\n").is_empty());
    }

    #[test]
    fn refuses_a_module_without_its_essay() {
        assert_eq!(found(CORE, "fn f() {}\n").len(), 1);
    }

    #[test]
    fn refuses_a_panic_in_the_core_and_allows_it_in_its_tests() {
        let panic = PANICS[0];
        assert_eq!(found(CORE, &format!("//! T\nf(){panic};\n")).len(), 1);
        assert!(found(CORE, &format!("//! T\n// f(){panic};\n")).is_empty());
        assert!(found(CORE, &format!("//! T\n#[cfg(test)]\nmod t {{ f(){panic}; }}\n")).is_empty());
        assert!(found("crates/jwt-core/tests/x.rs", &format!("f(){panic};\n")).is_empty());
    }

    #[test]
    fn refuses_logic_in_lib_and_main() {
        assert_eq!(found("crates/x/src/lib.rs", "//! X\nfn f() {}\n").len(), 1);
        assert!(found("crates/x/src/main.rs", "//! X\nfn main() {}\n").is_empty());
    }

    #[test]
    fn refuses_a_relaxed_lint_without_a_reason() {
        assert_eq!(found(CORE, "//! T\n#[allow(x)]\n").len(), 1);
        assert!(found(CORE, "//! T\n#[allow(x)] // because\n").is_empty());
    }

    #[test]
    fn refuses_a_path_of_a_machine_and_unfinished_work() {
        let path = ["/ro", "ot/x"].concat();
        assert_eq!(found("README.md", &path).len(), 1);
        let unfinished = ["TO", "DO: x"].concat();
        assert_eq!(found("README.md", &unfinished).len(), 1);
    }

    #[test]
    fn refuses_a_core_with_std_or_unsafe() {
        assert_eq!(found("crates/jwt-core/src/lib.rs", "//! X\n").len(), 2);
    }

    #[test]
    fn refuses_a_manifest_that_leaves_the_workspace() {
        assert_eq!(manifest("crates/x/Cargo.toml", "").len(), 3);
        assert!(manifest("fuzz/Cargo.toml", "").is_empty());
        let defaults = "[features]\ndefault = [\"x\"]\n[lints]\nworkspace = true\n\
            version.workspace = true\nlicense.workspace = true\n";
        assert_eq!(manifest("crates/jwt-core/Cargo.toml", defaults).len(), 1);
    }

    #[test]
    fn refuses_a_link_to_nowhere() {
        assert_eq!(links(Path::new("."), "x.md", "[a](no-such-file.md)").len(), 1);
        assert!(links(Path::new("."), "x.md", "[a](https://example.org)").is_empty());
    }
}
