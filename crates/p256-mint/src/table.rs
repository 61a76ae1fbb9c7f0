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

/// A point of the table: its coordinates, in Montgomery form.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    x: Limbs,
    y: Limbs,
}

/// The point at `place`. Reads all of them.
#[inline(never)]
pub(crate) fn take(part: &[Point], place: u32) -> Affine {
    Affine {
        x: Element(masked(part.iter().map(|point| &point.x), place)),
        y: Element(masked(part.iter().map(|point| &point.y), place)),
    }
}

#[inline(always)]
fn masked<'p>(values: impl Iterator<Item = &'p Limbs>, place: u32) -> Limbs {
    let mut taken = [0; 8];
    let mut distance = place;
    for value in values {
        // All ones where nothing is between, which is zero less one; places are small.
        let here = opaque((distance.wrapping_sub(1) as i32 >> 31) as u32 & !(distance as i32 >> 31) as u32);
        taken = zip(taken, *value, |all, word| all | word & here);
        distance = distance.wrapping_sub(1);
    }
    taken
}
