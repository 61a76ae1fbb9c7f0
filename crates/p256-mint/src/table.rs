//! The points that the comb adds, and how one is taken without an address that depends on which.
//!
//! The features `table-1k`, `table-2k` and `table-4k` choose the size; the largest that is on is taken. The
//! modules are written by `cargo xtask tables`.

#[cfg(any(test, all(feature = "table-1k", not(any(feature = "table-2k", feature = "table-4k")))))]
mod table_1k;
#[cfg(any(test, all(feature = "table-2k", not(feature = "table-4k"))))]
mod table_2k;
#[cfg(any(test, feature = "table-4k"))]
mod table_4k;
#[cfg(any(test, not(any(feature = "table-1k", feature = "table-2k", feature = "table-4k"))))]
mod table_512;

use crate::field::Element;
use crate::limb::{Limbs, opaque, zip};
use crate::point::Affine;

#[cfg(all(feature = "table-1k", not(any(feature = "table-2k", feature = "table-4k"))))]
pub(crate) use table_1k::{PARTS, SPACING, TEETH};
#[cfg(all(feature = "table-2k", not(feature = "table-4k")))]
pub(crate) use table_2k::{PARTS, SPACING, TEETH};
#[cfg(feature = "table-4k")]
pub(crate) use table_4k::{PARTS, SPACING, TEETH};
#[cfg(not(any(feature = "table-1k", feature = "table-2k", feature = "table-4k")))]
pub(crate) use table_512::{PARTS, SPACING, TEETH};

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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
mod tests {
    use p256::elliptic_curve::Group as _;
    use p256::elliptic_curve::sec1::ToSec1Point as _;
    use p256::{ProjectivePoint, Scalar};

    use super::*;

    /// 2^`exponent`.
    fn power(exponent: usize) -> Scalar {
        (0..exponent).fold(Scalar::ONE, |power, _| power.double())
    }

    fn check<const POINTS: usize>(parts: &[Part<POINTS>], teeth: usize, spacing: usize) {
        let distance = spacing * parts.len();
        assert_eq!(POINTS, 1 << (teeth - 1));
        for (q, part) in parts.iter().enumerate() {
            for i in 0..POINTS {
                let scalar = (0..teeth - 1).fold(power(distance * (teeth - 1)), |sum, tooth| {
                    let addend = power(distance * tooth);
                    if i >> tooth & 1 == 1 { sum + addend } else { sum - addend }
                });
                let point = ProjectivePoint::generator() * (scalar * power(spacing * q));
                let point = point.to_affine().to_sec1_point(false);
                let Affine { x, y } = take(part, u32::try_from(i).unwrap());
                let expected = [point.x().unwrap(), point.y().unwrap()];
                for (coordinate, expected) in [x, y].iter().zip(expected) {
                    let mut bytes = [0; 32];
                    crate::limb::write_bytes(&coordinate.number().0, &mut bytes);
                    assert_eq!(bytes.as_slice(), expected.as_slice(), "part {q} point {i}");
                }
            }
        }
    }

    #[test]
    fn every_table_has_the_multiples_that_it_says() {
        check(&table_512::PARTS, table_512::TEETH, table_512::SPACING);
        check(&table_1k::PARTS, table_1k::TEETH, table_1k::SPACING);
        check(&table_2k::PARTS, table_2k::TEETH, table_2k::SPACING);
        check(&table_4k::PARTS, table_4k::TEETH, table_4k::SPACING);
    }

    /// Shapes of the tables, for the argument in [`crate::comb`].
    #[test]
    fn no_scalar_makes_the_last_addition_one_of_equal_points() {
        for (teeth, spacing, parts) in [
            (table_512::TEETH, table_512::SPACING, table_512::PARTS.len()),
            (table_1k::TEETH, table_1k::SPACING, table_1k::PARTS.len()),
            (table_2k::TEETH, table_2k::SPACING, table_2k::PARTS.len()),
            (table_4k::TEETH, table_4k::SPACING, table_4k::PARTS.len()),
        ] {
            crate::comb::tests::no_last_addition_is_of_equal_points(
                teeth,
                spacing * parts,
                spacing,
            );
        }
    }
}
