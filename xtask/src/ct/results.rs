//! `ct/RESULTS.md`: what was counted and accepted, to be read. It is drawn from the two files of counts.

use std::fmt::Write as _;

use super::expected::Expected;
use crate::device::branches;
use crate::drawn;
use crate::sh::Result;

const FILE: &str = "ct/RESULTS.md";

/// Draws the file anew, or fails where it shows something else.
pub(super) fn draw(bless: bool) -> Result {
    let text = format!(
        "# What `cargo xtask ct` finds\n\nDrawn by `cargo xtask ct --bless` from {} and {}.\n\n{}\n{}",
        super::undefined::FILE,
        branches::FILE,
        undefined(&Expected::read(super::undefined::FILE)?)?,
        branches(&Expected::read(branches::FILE)?)?,
    );
    if bless { drawn::write(FILE, &text) } else { drawn::check(FILE, "ct/*.toml", &text) }
}

fn undefined(expected: &Expected) -> Result<String> {
    let mut text = format!(
        "## Under valgrind, with secrets undefined\n\nBy {}. Instructions that branch on what memcheck holds for \
         secret; none takes an address from it.\n\n| subject | O3 | Oz |\n| --- | --- | --- |\n",
        expected.tools
    );
    for subject in expected.subjects() {
        let cell = |level| {
            let counts = expected.counts(level, subject);
            let cells: Vec<_> = counts.map(|(name, count)| format!("`{name}` {count}")).collect();
            if cells.is_empty() { "none".to_owned() } else { cells.join("<br>") }
        };
        writeln!(text, "| {subject} | {} | {} |", cell("O3"), cell("Oz"))?;
    }
    text.push_str("\n| function | why it may |\n| --- | --- |\n");
    for (function, why) in &expected.why {
        writeln!(text, "| `{function}` | {why} |")?;
    }
    Ok(text)
}

fn branches(expected: &Expected) -> Result<String> {
    let cores: Vec<_> = expected.subjects().into_iter().collect();
    let columns = cores.iter().map(|core| format!(" {core} |")).collect::<String>();
    let dashes = cores.iter().map(|_| " ---: |").collect::<String>();
    let mut text = format!(
        "## Branches in images\n\nBy {}; at O3 / Oz.\n\n| function | depends on |{columns}\n| --- | --- |{dashes}\n",
        expected.tools
    );
    for (function, why) in &expected.why {
        write!(text, "| `{function}` | {why} |")?;
        for core in &cores {
            let count = |level| {
                let mut counts = expected.counts(level, core);
                counts.find(|(name, _)| *name == function).map_or(0, |(_, count)| *count)
            };
            match (count("O3"), count("Oz")) {
                (0, 0) => write!(text, " |")?,
                (speed, size) => write!(text, " {speed} / {size} |")?,
            }
        }
        text.push('\n');
    }
    Ok(text)
}
