//! Sums and differences. A chain of carries that is written out stays in the flag of the core where it has one.

#![allow(dead_code, reason = "one of the two forms of a sum is taken")]

use super::MINUS_P;
use crate::limb::{Limbs, add_carrying, addend, mask_unless, sub_carrying};

#[inline(never)]
pub(super) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let (sum, carry) = add_carrying(*a, *b, 0);
    reduced(sum, carry)
}

/// The same, in little code.
pub(super) fn add_by_differences(a: &Limbs, b: &Limbs) -> Limbs {
    sub(a, &sub(&[0; 8], b))
}

#[inline(never)]
pub(super) fn sub(a: &Limbs, b: &Limbs) -> Limbs {
    let (difference, enough) = sub_carrying(*a, *b);
    add_carrying(difference, masked_p(mask_unless(enough)), 0).0
}

/// `sum`, which is below 2p with its carry, modulo p.
#[inline(always)]
pub(super) fn reduced(sum: Limbs, carry: u32) -> Limbs {
    let [m0, m1, m2, m3, m4, m5, m6, m7] = MINUS_P;
    let minus_p = [m0, m1, m2, m3, m4, m5, addend(m6), m7];
    let (difference, enough) = add_carrying(sum, minus_p, 0);
    add_carrying(difference, masked_p(mask_unless(enough | carry)), 0).0
}

/// p where `mask` is all ones, and zero where it is zero.
#[inline(always)]
const fn masked_p(mask: u32) -> Limbs {
    [mask, mask, mask, 0, 0, 0, mask & 1, mask]
}
