//! The figures as a picture: flash by image, for size, on the board that all are compared on.

use std::fmt::Write as _;

use super::board::{Level, M4};
use super::budgets::{Budgets, Figures};
use super::image::{self, EMPTY, PEER};
use crate::drawn::{self, thousands};
use crate::sh::Result;

const FILE: &str = "firmware/figures.svg";

/// In units of the picture.
const WIDTH: u64 = 720;
const LABELS: u64 = 210;
const BARS: u64 = 400;
const ROW: u64 = 30;
const TOP: u64 = 52;

/// Writes the picture.
pub(super) fn write(budgets: &Budgets) -> Result {
    drawn::write(FILE, &render(budgets)?)
}

/// The picture is of these figures.
pub(super) fn check(budgets: &Budgets) -> Result {
    drawn::check(FILE, "firmware/budgets.toml; --bless writes it", &render(budgets)?)
}

/// A bar: its label, and bytes of flash and of stack.
type Bar = (&'static str, u64, u64);

fn bars(budgets: &Budgets) -> Vec<Bar> {
    let at = |name: &str| budgets.get(M4.key, Level::Size.key(), name);
    let empty = at(EMPTY).map_or(0, Figures::flash);
    image::ALL
        .iter()
        .chain([&PEER])
        .filter(|image| image.job.is_shown())
        .filter_map(|image| {
            let figures = at(image.name)?;
            Some((image.title, figures.flash().saturating_sub(empty), figures.stack_warm?))
        })
        .collect()
}

fn render(budgets: &Budgets) -> Result<String> {
    let bars = bars(budgets);
    let most = bars.iter().map(|(_, flash, _)| *flash).max().unwrap_or_default();
    let height = u64::try_from(bars.len())?.saturating_mul(ROW).saturating_add(TOP + 10);
    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<title>Flash and stack of minting, verifying and calling an API on a Cortex-M4F, optimised for size</title>
<style>text{{fill:#24292f}}.q{{fill:#57606a}}.f{{fill:#0a7e8c}}.s{{fill:#d9822b}}@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}.q{{fill:#9aa4ae}}}}</style>
<text x="10" y="20" font-weight="600">Bytes on a Cortex-M4F, optimised for size</text>
<rect class="f" x="10" y="30" width="10" height="10"/><text class="q" x="26" y="40">flash</text>
<rect class="s" x="80" y="30" width="10" height="10"/><text class="q" x="96" y="40">stack</text>"#
    )?;
    let mut y = TOP;
    for (title, flash, stack) in bars {
        let wide = |bytes: u64| bytes.saturating_mul(BARS).checked_div(most).unwrap_or_default();
        let (long, short) = (wide(flash), wide(stack));
        writeln!(
            svg,
            r#"<text x="10" y="{base}">{title}</text>
<rect class="f" x="{LABELS}" y="{y}" width="{long}" height="14"/><rect class="s" x="{LABELS}" y="{below}" width="{short}" height="6"/>
<text class="q" x="{end}" y="{base}">{flash} / {stack}</text>"#,
            base = y.saturating_add(14),
            below = y.saturating_add(15),
            end = LABELS.saturating_add(long).saturating_add(8),
            flash = thousands(flash),
            stack = thousands(stack),
        )?;
        y = y.saturating_add(ROW);
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}
