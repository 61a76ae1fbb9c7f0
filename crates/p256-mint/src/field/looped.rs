//! As loops: a third of the code, and a third more instructions.

#![expect(clippy::as_conversions, reason = "a carry is a bit")]

use super::P;
use super::row::row;
use crate::limb::{Limbs, accumulate, adc, mac, mask, opaque, reduce, subtract};

pub(super) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let mut sum = *a;
    let carry = accumulate(&mut sum, b, u32::MAX, 0);
    reduce(&mut sum, carry, &P);
    sum
}

#[inline(never)]
pub(super) fn sub(a: &Limbs, b: &Limbs) -> Limbs {
    let mut difference = *a;
    let enough = subtract(&mut difference, b);
    accumulate(&mut difference, &P, mask(!enough), 0);
    difference
}

/// a·b/2^256.
#[inline(never)]
pub(super) fn mul(a: &Limbs, b: &Limbs) -> Limbs {
    let b = *b;
    let zero = opaque(0);
    let (mut t, mut top) = ([zero; 8], false);
    for a in a {
        (t, top) = row!(t, top, *a, b, zero);
    }
    reduce(&mut t, top, &P);
    t
}
