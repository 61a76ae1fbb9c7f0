//! Small: a product is a loop over its rows, and a sum is a difference.

#![expect(clippy::as_conversions, reason = "a carry is a bit")]

use super::row::{flag, row};
use super::unrolled::reduced;
use crate::limb::{Limbs, adc, mac, opaque};

pub(super) use super::unrolled::sub;

pub(super) fn add(a: &Limbs, b: &Limbs) -> Limbs {
    sub(a, &sub(&[0; 8], b))
}

/// a·b/2^256.
#[inline(never)]
pub(super) fn mul(a: &Limbs, b: &Limbs) -> Limbs {
    let b = *b;
    // Not known to be zero, for the reason given in the other form.
    let zero = opaque(0);
    let (mut t, mut top) = ([zero, zero, zero, zero, zero, zero, zero, zero], false);
    for a in a {
        (t, top) = row!(t, top, *a, b, zero, flag);
    }
    reduced(t, top as u32)
}
