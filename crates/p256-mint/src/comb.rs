//! Multiples of the generator, by a comb of fixed base (Lim and Lee, 1994) with signed digits that are never
//! zero (Hedabou, Pinel and Bénéteau, 2004).
//!
//! # The digits
//! An odd number k below 2^L is a sum of ±2^i for all i below L: its sign at i is plus where bit i + 1 of k is
//! set, and at L − 1 it is plus. The comb has w teeth at distance d, so L = wd, and column c of it is the number
//! D_c = Σ ±2^(dt) over the teeth t. Of v parts of the table, which are 2^(eq) times each other for q below v
//! and e = d/v, part q serves the columns eq to eq + e − 1. So
//!
//! k = Σ 2^i · Σ 2^(eq) · D_(eq + i), over i below e and q below v:
//!
//! e − 1 doublings, and ev − 1 additions of what the table has, or the negative of it.
//!
//! # Why no addition is of equal or opposite points
//! That is so where P ∓ T is a multiple cn of the order, for the sum P so far and the addend T = ±2^(eq)·D of
//! part q, as integers. Let h be the number of doublings before.
//!
//! 1. c = 0. P ∓ T is Σ 2^(eb)·y_b over the wv blocks b of e places, and each y_b is 2x, 2x + s or 2x ∓ s, where
//!    x is a sum of ±2^i for all i below h, and s is 1 or −1. All |y_b| are below 2^(h+1), which is at most 2^e, so the sum
//!    is zero only where every y_b is: the lowest is a multiple of 2^e and smaller than that, and so on. But in the
//!    blocks of part q it is 2x ∓ s, which is odd.
//! 2. c ≠ 0 before the last round. After it and j more rounds the sum is 2^j times as large, but for what the
//!    columns add, and is k < n then. So |P| and |T| are below n/2 + 2^(L−e+2), and |P ∓ T| < n, because L − e + 3
//!    is below 255.
//! 3. c ≠ 0 in the last round, and q > 0. P ∓ T is below 2n, so c is 1 or −1, and cn is odd. But of the y_b of the
//!    lowest block, part 0 of tooth 0, it is 2x, and all others are taken 2^e times or more: P ∓ T is even.
//! 4. c ≠ 0 in the last addition. P + T = k is not a multiple of n. P − T = k − 2T = ±n says that k = 2T ± n, where T is
//!    one of 2^w numbers, and that column 0 of this k is T. A test goes through them: there is none.
//!
//! So there is no exception for any scalar. [`crate::point`] would make Z = 0 of one, and no signature.

use zeroize::Zeroizing;

use crate::limb::opaque;
use crate::point::{Affine, Jacobian};
use crate::scalar::Scalar;
use crate::table::{PARTS, Part, SPACING, TEETH, take};

/// Parts of the table.
const COUNT: usize = PARTS.len();
/// Places between two teeth.
const DISTANCE: usize = SPACING * COUNT;
/// Places of a number.
const PLACES: usize = DISTANCE * TEETH;

/// The multiple of the generator by `scalar`, which is odd.
#[inline(never)]
pub(crate) fn multiple(scalar: &Scalar) -> Jacobian {
    let signs = signs(scalar);
    let [.., last] = &PARTS;
    let mut sum = Jacobian::from(addend(&signs, last, DISTANCE - 1));
    for place in (0..SPACING).rev() {
        if place != SPACING - 1 {
            sum = sum.double();
        }
        for (part, points) in PARTS.iter().enumerate().rev() {
            if place == SPACING - 1 && part == COUNT - 1 {
                continue; // it is in the sum
            }
            let column = part.wrapping_mul(SPACING).wrapping_add(place);
            sum = sum.add(&addend(&signs, points, column));
        }
    }
    sum
}

/// Words of which bit i + 1 is set where the sign of 2^i is plus. Sixteen, so that four bits are a place among
/// them, and none is outside.
fn signs(scalar: &Scalar) -> Zeroizing<[u32; 16]> {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = scalar.0;
    // The highest sign is plus, wherever it is.
    Zeroizing::new([x0, x1, x2, x3, x4, x5, x6, x7, 1 << (PLACES - 256), 0, 0, 0, 0, 0, 0, 0])
}

/// What the table has for a column of the signs.
#[inline(never)]
fn addend<const POINTS: usize>(signs: &[u32; 16], part: &Part<POINTS>, column: usize) -> Affine {
    let mut teeth = 0;
    for tooth in (0..TEETH).rev() {
        let bit = tooth.wrapping_mul(DISTANCE).wrapping_add(column).wrapping_add(1);
        let word = signs.get((bit / 32) & 15).copied().unwrap_or(0);
        teeth = teeth << 1 | (word >> (bit % 32) & 1);
    }
    // Where the sign of the last tooth is minus: the negative of the opposite signs.
    let negative = opaque((teeth >> (TEETH - 1)).wrapping_sub(1));
    let rest = (1 << (TEETH - 1)) - 1;
    let Affine { x, y } = take(part, (teeth ^ negative) & rest);
    Affine { x, y: y.negated_where(negative) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
pub(crate) mod tests {
    use num_bigint::BigInt;
    use p256::ProjectivePoint;
    use p256::elliptic_curve::Group as _;
    use p256::elliptic_curve::sec1::ToSec1Point as _;
    use proptest::prelude::*;
    use std::vec::Vec;

    use super::*;
    use crate::limb;
    use crate::scalar::tests::{edges, order, scalar};

    /// Case 4 of the argument: of the 2^w numbers T that the last addend may be, none is the column 0 of an odd
    /// k = 2T ± n in 1..n. And what case 2 needs of the shape.
    pub(crate) fn no_last_addition_is_of_equal_points(
        teeth: usize,
        distance: usize,
        spacing: usize,
    ) {
        let order = order();
        let places = teeth * distance;
        assert!(places >= 256 && places - spacing + 3 < 255 && spacing >= 2);
        let one = BigInt::from(1);
        for signs in 0..1_u32 << teeth {
            let is_plus = |tooth: usize| signs >> tooth & 1 == 1;
            let term = |tooth: usize| {
                if is_plus(tooth) {
                    &one << (distance * tooth)
                } else {
                    -(&one << (distance * tooth))
                }
            };
            let addend: BigInt = (0..teeth).map(term).sum();
            for k in [2 * &addend + &order, 2 * &addend - &order] {
                if k < one || k >= order {
                    continue;
                }
                let sign = |place: usize| place == places - 1 || (&k >> (place + 1)) % 2_u32 == one;
                assert!((0..teeth).any(|tooth| sign(distance * tooth) != is_plus(tooth)), "{k}");
            }
        }
    }

    /// The coordinates of the multiple, as bytes.
    fn ours(scalar: &Scalar) -> Vec<u8> {
        let (x, y) = multiple(&scalar.odd_twin()).coordinates().unwrap();
        let mut bytes = [0; 64];
        let (halves, _) = bytes.as_chunks_mut();
        limb::write_bytes(&x.0, &mut halves[0]);
        limb::write_bytes(&y.negated_where(scalar.even()).0, &mut halves[1]);
        bytes.to_vec()
    }

    fn theirs(scalar: &Scalar) -> Vec<u8> {
        let mut bytes = [0; 32];
        limb::write_bytes(&scalar.0, &mut bytes);
        let scalar = p256::NonZeroScalar::from_repr(bytes.into()).unwrap();
        let point = ProjectivePoint::generator() * *scalar;
        point.to_affine().to_sec1_point(false).as_bytes()[1..].to_vec()
    }

    #[test]
    fn multiples_by_edge_scalars_are_those_of_p256() {
        for scalar in edges() {
            assert_eq!(ours(&scalar), theirs(&scalar), "{scalar:?}");
        }
    }

    proptest! {
        #[test]
        fn multiples_are_those_of_p256(scalar in scalar()) {
            prop_assume!(!scalar.is_zero());
            prop_assert_eq!(ours(&scalar), theirs(&scalar));
        }
    }
}
