//! The figures as README.md shows them.

use super::board::{self, Board, Level, M4};
use super::budgets::Budgets;
use super::image::{self, EMPTY, Image, PEER};
use crate::drawn::{Block, thousands};
use crate::sh::Result;

const BLOCK: Block = Block {
    begin: "<!-- device:begin -->",
    end: "<!-- device:end -->",
    source: "firmware/budgets.toml; --bless writes it",
};

/// Writes the table into README.md.
pub(super) fn write(budgets: &Budgets) -> Result {
    BLOCK.write(&render(budgets))
}

/// README.md shows these figures and no others.
pub(super) fn check(budgets: &Budgets) -> Result {
    BLOCK.check(&render(budgets))
}

/// One row an image and board, for speed and for size.
fn render(budgets: &Budgets) -> String {
    let mut table = String::from(
        "| | core | instructions, first / next | stack, first / next | flash | small: instructions | stack | flash |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for board in board::ALL {
        for image in image::ALL.iter().chain([&PEER]).filter(|image| image.job.is_shown()) {
            if let Some(row) = row(budgets, board, image) {
                table.push_str(&row);
            }
        }
    }
    table.push_str(&sentence(budgets));
    table
}

fn row(budgets: &Budgets, board: &Board, image: &Image) -> Option<String> {
    let at = |level: Level| {
        let figures = budgets.get(board.key, level.key(), image.name)?;
        let empty = budgets.get(board.key, level.key(), EMPTY)?;
        Some((figures, figures.flash().saturating_sub(empty.flash())))
    };
    let (speed, fast) = at(Level::Speed)?;
    let (size, small) = at(Level::Size)?;
    Some(format!(
        "| {} | {} | {} / {} | {} / {} | {} | {} | {} | {} |\n",
        image.title,
        board.core,
        thousands(speed.cold?),
        thousands(speed.warm?),
        thousands(speed.stack_cold?),
        thousands(speed.stack_warm?),
        thousands(fast),
        thousands(size.warm?),
        thousands(size.stack_warm?),
        thousands(small),
    ))
}

/// What the figures are, and what the peer takes.
fn sentence(budgets: &Budgets) -> String {
    let at = |image: &str| budgets.get(M4.key, Level::Speed.key(), image);
    let cold = |image: &str| at(image).and_then(|figures| figures.cold).unwrap_or_default();
    let warm = |image: &str| at(image).and_then(|figures| figures.warm).unwrap_or_default();
    let (own, bare) = (warm("es256_mint"), warm("es256_sign"));
    let compiler: Vec<_> = budgets.compiler.split(' ').take(2).collect();
    format!(
        "\nInstructions (not cycles) as QEMU counts them, and bytes, by {}. *First* is after boot, with the\n\
         key to be loaded; for a verifier it is loading the key alone. The OAuth client first fetches a token and sends a\n\
         request with it, then one more, all with DPoP: three signatures, then one. Flash is what an image has over one that\n\
         mints nothing. *Small* is optimisation level `z`, with SHA-256 as a loop, and squarings by the\n\
         multiplication in the assembly. Over the bare signature a token costs {} % in instructions.\n\
         jwt-compact 0.9, which needs a heap, takes {} times as many for its first token and {} times for the\n\
         next.\n",
        compiler.join(" "),
        fraction(own.saturating_sub(bare).saturating_mul(100), bare),
        fraction(cold(PEER.name), cold("es256_mint")),
        fraction(warm(PEER.name), own),
    )
}

/// With two places.
fn fraction(of: u64, by: u64) -> String {
    let hundredths = of.saturating_mul(100).checked_div(by).unwrap_or_default();
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_and_the_chart_are_drawn_from_the_budgets() -> Result {
        let budgets = Budgets::read()?;
        check(&budgets)?;
        super::super::chart::check(&budgets)
    }

    #[test]
    fn fractions_read_well() {
        assert_eq!(fraction(10, 4), "2.50");
        assert_eq!(fraction(1, 0), "0.00");
    }
}
