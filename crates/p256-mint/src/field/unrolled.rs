//! Written out: a chain of carries stays in the flag of the core where it has one.

#![expect(clippy::as_conversions, reason = "a carry is a bit")]

use super::MINUS_P;
use super::row::{flag, row, word};
use crate::limb::{Limbs, adc, add_carrying, mac, mask_unless, opaque, sub_carrying};

#[inline(never)]
pub(super) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let (sum, carry) = add_carrying(*a, *b, false);
    reduced(sum, carry)
}

#[inline(never)]
pub(super) fn sub(a: &Limbs, b: &Limbs) -> Limbs {
    let (difference, enough) = sub_carrying(*a, *b);
    add_carrying(difference, masked_p(mask_unless(enough)), false).0
}

/// a·b/2^256.
#[inline(never)]
pub(super) fn mul(a: &Limbs, b: &Limbs) -> Limbs {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = *a;
    let b = *b;
    // One product and two words to add is an instruction of some cores, if none of them is known to be zero.
    let zero = opaque(0);
    let (t, top) = row!([zero; 8], false, a0, b, zero, flag);
    let (t, top) = row!(t, top, a1, b, zero, flag);
    let (t, top) = row!(t, top, a2, b, zero, flag);
    let (t, top) = row!(t, top, a3, b, zero, flag);
    let (t, top) = row!(t, top, a4, b, zero, flag);
    let (t, top) = row!(t, top, a5, b, zero, flag);
    let (t, top) = row!(t, top, a6, b, zero, flag);
    let (t, top) = row!(t, top, a7, b, zero, word);
    reduced(t, top)
}

/// `sum`, which is below 2p with its carry, modulo p.
#[inline(always)]
pub(super) fn reduced(sum: Limbs, carry: u32) -> Limbs {
    let (difference, enough) = add_carrying(sum, MINUS_P, false);
    add_carrying(difference, masked_p(mask_unless(enough | carry)), false).0
}

/// p where `mask` is all ones, and zero where it is zero.
#[inline(always)]
const fn masked_p(mask: u32) -> Limbs {
    [mask, mask, mask, 0, 0, 0, mask & 1, mask]
}
