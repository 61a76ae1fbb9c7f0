//! The figures that the images are built to reach. They are gated whatever the compiler.

use super::board::{Board, Level, M0, M4, RV32};
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

/// A board, an image, its level, a figure of it, and the most that it may be.
type Goal = (&'static Board, &'static str, Level, Quantity, u64);

const GOALS: &[Goal] = &[
    (&M4, "hs256_mint", Level::Speed, Quantity::Warm, 20_000),
    (&M4, "hs256_mint", Level::Speed, Quantity::Stack, 1024),
    (&M4, "hs256_mint", Level::Size, Quantity::Flash, 4096),
    (&M4, "es256_mint", Level::Speed, Quantity::Cold, 6_200_000),
    (&M4, "es256_mint", Level::Size, Quantity::Flash, 20 * 1024),
    (&M4, "es256_mint", Level::Size, Quantity::Stack, 4096),
    (&M4, "es256_mint_fast", Level::Speed, Quantity::Warm, 360_000),
    (&M4, "es256_mint_fast", Level::Speed, Quantity::Stack, 2560),
    (&M4, "es256_mint_fast", Level::Size, Quantity::Flash, 12 * 1024),
    (&M4, "es256_mint_atecc608", Level::Size, Quantity::Flash, 8 * 1024),
    (&M4, "es256_mint_atecc608", Level::Size, Quantity::Stack, 1536),
    (&M4, "es256_verify_fast", Level::Speed, Quantity::Warm, 800_000),
    (&M4, "es256_mint_comb", Level::Speed, Quantity::Warm, 560_000),
    (&M4, "es256_mint_comb", Level::Speed, Quantity::Stack, 2252),
    (&M4, "es256_mint_comb", Level::Size, Quantity::Warm, 750_000),
    (&M4, "es256_mint_comb", Level::Size, Quantity::Flash, 11 * 1024),
    (&M0, "es256_mint_comb", Level::Speed, Quantity::Warm, 3_100_000),
    (&M0, "es256_mint_comb", Level::Speed, Quantity::Stack, 2252),
    (&M0, "es256_mint_comb", Level::Size, Quantity::Warm, 4_500_000),
    (&M0, "es256_mint_comb", Level::Size, Quantity::Flash, 12 * 1024),
    (&RV32, "es256_mint_comb", Level::Speed, Quantity::Warm, 1_250_000),
    (&RV32, "es256_mint_comb", Level::Size, Quantity::Warm, 2_000_000),
    (&RV32, "es256_mint_comb", Level::Size, Quantity::Flash, 14 * 1024),
];

/// The most that a first token by the comb may cost over the next, in hundredths.
const COLD: u64 = 2;

/// The most that a token may cost over its signature alone, in thousandths.
const OVERHEAD: u64 = 5;

/// Prints each goal with what was measured.
pub(super) fn check(measured: &Budgets) -> Result {
    let mut missed = 0_u32;
    println!("{:<5} {:<24} {:<3} {:<14} {:>10} {:>10}", "", "goal", "", "", "at most", "is");
    let mut row = |board: &Board, image: &str, level: Level, what: &str, most: u64, is: u64| {
        let verdict = if is <= most { "" } else { "  MISSED" };
        missed = missed.saturating_add(u32::from(is > most));
        println!(
            "{:<5} {image:<24} {:<3} {what:<14} {most:>10} {is:>10}{verdict}",
            board.key,
            level.key()
        );
    };
    let get = |board: &Board, image: &str, level: Level| {
        let figures = measured.get(board.key, level.key(), image);
        figures.copied().ok_or_else(|| format!("{image} was not measured"))
    };
    for (board, image, level, quantity, most) in GOALS {
        let figures = get(board, image, *level)?;
        let empty = get(board, EMPTY, *level)?;
        let (what, is) = quantity.of(&figures, &empty);
        row(board, image, *level, what, *most, is);
    }
    let signature = get(&M4, "es256_sign", Level::Speed)?.warm.unwrap_or_default();
    let mint = get(&M4, "es256_mint", Level::Speed)?.warm.unwrap_or(u64::MAX);
    let most = signature.saturating_mul(OVERHEAD) / 1000;
    row(&M4, "es256_mint", Level::Speed, "over signature", most, mint.saturating_sub(signature));
    let comb = get(&M4, "es256_mint_comb", Level::Speed)?;
    let (cold, warm) = (comb.cold.unwrap_or(u64::MAX), comb.warm.unwrap_or_default());
    let most = warm.saturating_add(warm.saturating_mul(COLD) / 100);
    row(&M4, "es256_mint_comb", Level::Speed, "cold", most, cold);
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
