//! The ratios as a picture: a bar for each library in the four main jobs.

use std::fmt::Write as _;

use super::measured::{Measured, OURS};
use crate::drawn;
use crate::sh::Result;

const FILE: &str = "benches/ratios.svg";

const JOBS: [&str; 4] = ["HS256 mint", "HS256 verify", "ES256 mint", "ES256 verify"];

/// In units of the picture.
const WIDTH: u32 = 720;
const LABELS: u32 = 210;
const BARS: f64 = 430.0;
const ROW: u32 = 18;
const HEADING: u32 = 30;

/// Writes the picture.
pub(super) fn write(measured: &Measured) -> Result {
    drawn::write(FILE, &render(measured)?)
}

/// The picture is of these figures.
pub(super) fn check(measured: &Measured) -> Result {
    drawn::check(FILE, "benches/measured.toml; `cargo xtask bench` writes both", &render(measured)?)
}

/// Libraries, not floors.
fn bars<'m>(measured: &'m Measured, job: &str) -> Vec<(&'m str, f64)> {
    let figures = measured.figures.iter();
    figures
        .filter(|figure| figure.job == job && !figure.contender.contains(':'))
        .map(|figure| (figure.contender.as_str(), figure.ratio))
        .collect()
}

fn render(measured: &Measured) -> Result<String> {
    let mut body = String::new();
    let mut y = 20_u32;
    for job in JOBS {
        let bars = bars(measured, job);
        let most = bars.iter().map(|(_, ratio)| *ratio).fold(1.0, f64::max);
        y = y.saturating_add(HEADING);
        writeln!(
            body,
            r#"<text x="10" y="{}" font-weight="600">{job}</text>"#,
            y.saturating_sub(8)
        )?;
        for (contender, ratio) in bars {
            let class = if contender == OURS { "o" } else { "p" };
            let wide = ratio / most * BARS;
            writeln!(
                body,
                r#"<text x="10" y="{base}">{contender}</text><rect class="{class}" x="{LABELS}" y="{y}" width="{wide:.0}" height="12"/><text class="q" x="{end:.0}" y="{base}">{ratio:.2}</text>"#,
                base = y.saturating_add(11),
                end = f64::from(LABELS) + wide + 8.0,
            )?;
            y = y.saturating_add(ROW);
        }
    }
    let height = y.saturating_add(10);
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<title>Time of minting and verifying over jwt-core's, by library</title>
<style>text{{fill:#24292f}}.q{{fill:#57606a}}.o{{fill:#0a7e8c}}.p{{fill:#d9822b}}@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}.q{{fill:#9aa4ae}}}}</style>
<text x="10" y="20" font-weight="600">Time over jwt-core's: less is faster; each job has a scale of its own</text>
{body}</svg>
"#
    ))
}
