//! The campaign: every target for long, once, and its figures in a file that is kept.

use std::path::Path;

use super::figures::Figures;
use crate::sh::{self, Result, cmd};

/// Targets that spend their time on cryptography or on a bus: half as long as those that read bytes.
const SHORTER: [&str; 4] = ["mint_round_trip", "p256_mint", "secure_element", "tampered_hmac"];

/// A target that is built without AddressSanitizer: its figure is operations on the curve, of which the
/// sanitizer leaves a quarter. jwt-core has no unsafe code, and a smoke run has the sanitizer.
pub(super) const PLAIN: &str = "tampered_es256";

/// Seconds of a target.
pub(super) fn seconds(target: &str) -> u32 {
    if SHORTER.contains(&target) { 600 } else { 1200 }
}

pub(super) fn write(path: &Path, figures: &[Figures]) -> Result {
    let ask = |program: &str, arguments: &[&str]| {
        let answer = sh::ask(cmd(program).args(arguments).env_remove("RUSTUP_TOOLCHAIN"));
        answer.map(|text| text.trim().to_owned()).unwrap_or_default()
    };
    let rustc = ask("rustc", &["+nightly", "--version"]);
    let (date, commit) =
        (ask("date", &["-u", "+%F"]), ask("git", &["rev-parse", "--short", "HEAD"]));
    std::fs::write(path, document(figures, &date, &rustc, &commit))?;
    println!("{} is written", path.display());
    Ok(())
}

fn document(figures: &[Figures], date: &str, rustc: &str, commit: &str) -> String {
    let mut text = format!(
        "# Campaign\n\n\
         Written by `cargo xtask fuzz --campaign` on {date}: {rustc}, AddressSanitizer (but for\n\
         `{PLAIN}`), overflow checks and debug assertions, commit {commit}.\n\n\
         Edges are those of the code that a target links, its model included. Each execution of\n\
         `tampered_es256` verifies an ES256 signature.\n\n\
         | target | seconds | executions | per second | edges | corpus | finds |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    let mut rows = figures.to_vec();
    rows.sort_by(|a, b| a.target.cmp(&b.target));
    rows.push(Figures::total(figures));
    for row in rows {
        let Figures { target, seconds, executions, edges, corpus, finds } = &row;
        let per_second = row.per_second();
        text.push_str(&format!(
            "| {target} | {seconds} | {executions} | {per_second} | {edges} | {corpus} | {finds} |\n"
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_row_for_each_target_and_the_total_last() {
        let row = |target: &str, executions| Figures {
            target: target.to_owned(),
            seconds: 2,
            executions,
            ..Figures::default()
        };
        let text = document(&[row("b", 6), row("a", 4)], "2026-01-01", "rustc 1", "abc");
        let rows: Vec<_> = text.lines().rev().take(3).collect();
        assert_eq!(rows[0], "| total | 4 | 10 | 2 | 0 | 0 | 0 |");
        assert!(rows[2].starts_with("| a | 2 | 4 | 2 |"));
    }
}
