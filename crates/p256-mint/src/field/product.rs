//! Products, with the same results in two forms.

#![allow(dead_code, reason = "one of the two forms is taken")]

use super::sum::reduced;
use crate::limb::{Limbs, adc, add_wide, mac, opaque};

/// t + a·b for a word a, made a multiple of 2^32 by a multiple of p, and divided by it. Of t < 2p and b < p
/// it makes less than 2p, so one bit over eight words is enough.
macro_rules! row {
    ($t:expr, $top:expr, $a:expr, $b:expr, $zero:expr, $end:path) => {{
        let [t0, t1, t2, t3, t4, t5, t6, t7] = $t;
        let [b0, b1, b2, b3, b4, b5, b6, b7] = $b;
        let (m, high) = mac($a, b0, t0, $zero);
        let (t1, high) = mac($a, b1, t1, high);
        let (t2, high) = mac($a, b2, t2, high);
        let (t3, high) = mac($a, b3, t3, high);
        let (t4, high) = mac($a, b4, t4, high);
        let (t5, high) = mac($a, b5, t5, high);
        let (t6, high) = mac($a, b6, t6, high);
        let (t7, t8) = mac($a, b7, t7, high);
        // m·p = m·2^96 + m·2^192 + m·(2^32 − 1)·2^224 − m
        let (t3, carry) = adc(t3, m, false);
        let (t4, carry) = adc(t4, 0, carry);
        let (t5, carry) = adc(t5, 0, carry);
        let (t6, carry) = adc(t6, m, carry);
        let (t7, high) = mac(m, u32::MAX, t7, u32::from(carry));
        let (t8, top) = $end(t8, high, $top);
        ([t1, t2, t3, t4, t5, t6, t7, t8], top)
    }};
}
/// a·b/2^256.
#[inline(never)]
pub(super) fn written_out(a: &Limbs, b: &Limbs) -> Limbs {
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

/// a·b/2^256.
#[inline(never)]
pub(super) fn by_rows(a: &Limbs, b: &Limbs) -> Limbs {
    let b = *b;
    // Not known to be zero, for the reason given above.
    let zero = opaque(0);
    let (mut t, mut top) = ([zero, zero, zero, zero, zero, zero, zero, zero], false);
    for a in a {
        (t, top) = row!(t, top, *a, b, zero, flag);
    }
    reduced(t, u32::from(top))
}

/// a + b + top, and the carry out of it, as a flag for the next row.
#[inline(always)]
const fn flag(a: u32, b: u32, top: bool) -> (u32, bool) {
    let (sum, first) = adc(a, b, false);
    let (sum, second) = adc(sum, 0, top);
    (sum, first | second)
}

/// The same as a word, for a mask.
#[inline(always)]
fn word(a: u32, b: u32, top: bool) -> (u32, u32) {
    add_wide(a, b, u32::from(top))
}
