//! `cargo xtask tidy`: the repository as code. The rules that a reviewer should not have to remember
//! are checked from the sources; each has a name, and a test that shows it fire.

mod proofs;
mod rooms;
mod rules;
mod source;

use std::path::Path;

use crate::sh::{Result, ask, cmd, root};
use source::Source;

/// A rule that was broken, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    file: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }
}

pub(crate) fn run() -> Result {
    let root = root();
    let files = tracked(&root)?;
    let sources: Vec<Source> = files.iter().filter_map(|name| Source::read(&root, name)).collect();
    let mut findings = Vec::new();
    for source in &sources {
        findings.extend(rules::check(source));
    }
    findings.extend(rules::check_tree(&root, &files));
    let security = std::fs::read_to_string(root.join("SECURITY.md"))?;
    let proofs = proofs::named(&security);
    findings.extend(proofs::check(&proofs, &sources));
    let architecture = std::fs::read_to_string(root.join("ARCHITECTURE.md"))?;
    let mut count = 0_usize;
    for of in &rooms::CRATES {
        let table = rooms::table(of, &architecture);
        findings.extend(rooms::check(of, &table, &sources));
        count = count.saturating_add(table.len());
    }
    for Finding { file, line, what } in &findings {
        println!("{file}:{line}: {what}");
    }
    println!(
        "tidy: {} files, {} rooms, {} proofs, {} findings",
        sources.len(),
        count,
        proofs.len(),
        findings.len()
    );
    if findings.is_empty() { Ok(()) } else { Err("the rules above are broken".into()) }
}

/// The files that git knows, or would know.
fn tracked(root: &Path) -> Result<Vec<String>> {
    let mut git = cmd("git");
    git.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let list = ask(&mut git).ok_or("git ls-files failed")?;
    Ok(list.lines().filter(|name| root.join(name).exists()).map(str::to_owned).collect())
}
