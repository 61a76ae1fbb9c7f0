//! The figures that the images are built to reach, on a Cortex-M4F. They are gated whatever the compiler.

use super::board::{Level, M4};
use super::budgets::{Budgets, Figures};
use super::image::EMPTY;
use crate::sh::Result;

/// A figure of an image.
#[derive(Clone, Copy)]
enum Quantity {
    /// Bytes, without what `empty` has.
    Flash,
    /// Bytes, of any mint but the first.
    Stack,
    /// Instructions of the first call.
    Cold,
    /// Instructions of any other.
    Warm,
}

/// An image, its level, a figure of it, and the most that it may be.
type Goal = (&'static str, Level, Quantity, u64);

const GOALS: &[Goal] = &[
    ("hs256_mint", Level::Speed, Quantity::Warm, 20_000),
    ("hs256_mint", Level::Speed, Quantity::Stack, 1024),
    ("hs256_mint", Level::Size, Quantity::Flash, 4096),
    ("es256_mint", Level::Speed, Quantity::Cold, 6_200_000),
    ("es256_mint", Level::Size, Quantity::Flash, 20 * 1024),
    ("es256_mint", Level::Size, Quantity::Stack, 4096),
    ("es256_mint_fast", Level::Speed, Quantity::Warm, 360_000),
    ("es256_mint_fast", Level::Speed, Quantity::Stack, 2560),
    ("es256_mint_fast", Level::Size, Quantity::Flash, 12 * 1024),
    ("es256_mint_atecc608", Level::Size, Quantity::Flash, 8 * 1024),
    ("es256_mint_atecc608", Level::Size, Quantity::Stack, 1536),
    ("es256_verify_fast", Level::Speed, Quantity::Warm, 800_000),
];

/// The most that a token may cost over its signature alone, in thousandths.
const OVERHEAD: u64 = 5;

/// Prints each goal with what was measured.
pub(super) fn check(measured: &Budgets) -> Result {
    let mut missed = 0_u32;
    println!("{:<24} {:<3} {:<14} {:>10} {:>10}", "goal", "", "", "at most", "is");
    let mut row = |image: &str, level: Level, what: &str, most: u64, is: u64| {
        let verdict = if is <= most { "" } else { "  MISSED" };
        missed = missed.saturating_add(u32::from(is > most));
        println!("{image:<24} {:<3} {what:<14} {most:>10} {is:>10}{verdict}", level.key());
    };
    let get = |image: &str, level: Level| {
        let figures = measured.get(M4.key, level.key(), image);
        figures.copied().ok_or_else(|| format!("{image} was not measured"))
    };
    for (image, level, quantity, most) in GOALS {
        let figures = get(image, *level)?;
        let empty = get(EMPTY, *level)?;
        let (what, is) = quantity.of(&figures, &empty);
        row(image, *level, what, *most, is);
    }
    let signature = get("es256_sign", Level::Speed)?.warm.unwrap_or_default();
    let mint = get("es256_mint", Level::Speed)?.warm.unwrap_or(u64::MAX);
    let most = signature.saturating_mul(OVERHEAD) / 1000;
    row("es256_mint", Level::Speed, "over signature", most, mint.saturating_sub(signature));
    if missed == 0 { Ok(()) } else { Err(format!("{missed} goals missed").into()) }
}

impl Quantity {
    fn of(self, figures: &Figures, empty: &Figures) -> (&'static str, u64) {
        let missing = u64::MAX;
        match self {
            Self::Flash => ("flash", figures.flash().saturating_sub(empty.flash())),
            Self::Stack => ("stack", figures.stack_warm.unwrap_or(missing)),
            Self::Cold => ("cold", figures.cold.unwrap_or(missing)),
            Self::Warm => ("warm", figures.warm.unwrap_or(missing)),
        }
    }
}
