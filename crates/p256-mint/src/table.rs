//! The points that the comb adds, and how one is taken without an address that depends on which.
//!
//! The features `table-1k`, `table-2k` and `table-4k` choose the size; the largest that is on is taken. The
//! modules are written by `cargo xtask tables`.

#[cfg_attr(feature = "table-4k", path = "table/table_4k.rs")]
#[cfg_attr(all(feature = "table-2k", not(feature = "table-4k")), path = "table/table_2k.rs")]
#[cfg_attr(
    all(feature = "table-1k", not(any(feature = "table-2k", feature = "table-4k"))),
    path = "table/table_1k.rs"
)]
#[cfg_attr(
    not(any(feature = "table-1k", feature = "table-2k", feature = "table-4k")),
    path = "table/table_512.rs"
)]
mod chosen;

use crate::field::Element;
use crate::limb::{Limbs, opaque, zip};
use crate::point::Affine;

pub(crate) use chosen::{PARTS, SPACING, TEETH};

/// Points of the table: their coordinates x and then y, in Montgomery form.
pub(crate) type Part<const POINTS: usize> = [[Limbs; POINTS]; 2];

/// The point at `place`. Reads all of them.
pub(crate) fn take<const POINTS: usize>([x, y]: &Part<POINTS>, place: u32) -> Affine {
    Affine { x: Element(entry(x, place)), y: Element(entry(y, place)) }
}

#[inline(never)]
fn entry(column: &[Limbs], place: u32) -> Limbs {
    let mut taken = [0; 8];
    for (at, words) in (0..).zip(column) {
        // The sign of zero less one. Places are small.
        let here = opaque((place ^ at).wrapping_sub(1) >> 31);
        taken = zip(taken, *words, |all, word| all.wrapping_add(word.wrapping_mul(here)));
    }
    taken
}
