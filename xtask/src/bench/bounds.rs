//! `cargo xtask bounds`: instructions to read hostile input of one, two and four times a length.
//!
//! What the second half of the longest costs may be twice what the step before it costs, and no more: then it
//! grows as the length does. It gates growth, so it needs no budgets, and any compiler will do.

use std::fs;

use super::build;
use crate::count::Count;
use crate::drawn::thousands;
use crate::sh::{Result, cmd, root};
use crate::tools;

/// Instructions for each byte that do not count as growth: limits are reached, and words filled, in steps.
const SLACK: u64 = 10;

/// Instructions for each byte of the longest input, at most: a key set whose names are all escaped.
const PER_BYTE: u64 = 1_250;

pub(crate) fn run() -> Result<Count> {
    tools::debian("valgrind", &["valgrind"])?;
    let binary = build::counted("bounds")?;
    let folder = root().join("target/bounds");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let mut valgrind = cmd("valgrind");
    valgrind.args(["--tool=callgrind", "--collect-atstart=no"]);
    valgrind.args(["--toggle-collect=*bounds*measured*", "--dump-after=bounds::measured"]);
    valgrind.arg(format!("--callgrind-out-file={}", folder.join("out").display()));
    let output = valgrind.arg(binary).output()?;
    if !output.status.success() {
        return Err(format!("not counted:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    println!(
        "{:<42} {:>7} {:>12} {:>12} {:>12} {:>9}",
        "input", "bytes", "1x", "2x", "4x", "each byte"
    );
    let (mut passed, mut worse) = (0_u64, 0_u64);
    // The tool writes a file for each call, in their order.
    let mut files = (1_u32..).map(|call| folder.join(format!("out.{call}")));
    for line in String::from_utf8(output.stdout)?.lines() {
        let (name, len) = line.split_once('\t').ok_or("not a line of the bounds")?;
        let longest = len.parse::<u64>()?.saturating_mul(4);
        let mut counts = [0; 3];
        for (count, file) in counts.iter_mut().zip(&mut files) {
            *count = total(&fs::read_to_string(file)?).ok_or("no total")?;
        }
        let verdict = judge(counts, longest);
        let [once, twice, most] = counts;
        let each = most.checked_div(longest).unwrap_or_default();
        let [once, twice, most] = [once, twice, most].map(thousands);
        println!("{name:<42} {longest:>7} {once:>12} {twice:>12} {most:>12} {each:>9} {verdict}");
        let tally = if verdict.is_empty() { &mut passed } else { &mut worse };
        *tally = tally.saturating_add(1);
    }
    match (passed, worse) {
        (0, _) => Err("nothing was counted".into()),
        (_, 0) => {
            println!("{passed} kinds of input: cost grows as their length does");
            Ok(Count { passed, skipped: None })
        }
        _ => Err(format!("{worse} kinds of input cost more than their length allows").into()),
    }
}

/// What is wrong with the instructions at one, two and four times a length; empty: nothing.
fn judge([once, twice, most]: [u64; 3], longest: u64) -> &'static str {
    let first = twice.saturating_sub(once);
    let second = most.saturating_sub(twice);
    // Twice the growth, and a tenth for what does not divide evenly.
    let allowed = (first.saturating_mul(22) / 10).saturating_add(longest.saturating_mul(SLACK));
    if second > allowed {
        "GROWS"
    } else if most > longest.saturating_mul(PER_BYTE) {
        "DEAR"
    } else {
        ""
    }
}

/// The instructions of one part of the tool's output.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("summary: "))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_doubles_with_the_length_is_right_and_what_squares_is_not() {
        assert_eq!(judge([10_000, 20_000, 40_000], 1_000), "");
        assert_eq!(judge([40_000, 40_000, 40_000], 1_000), "");
        assert_eq!(judge([10_000, 40_000, 160_000], 1_000), "GROWS");
        assert_eq!(judge([400_000, 800_000, 1_600_000], 1_000), "DEAR");
    }
}
