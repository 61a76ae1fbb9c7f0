//! Numbers modulo p, the prime of P-256 (SEC 2 section 2.4.2), in Montgomery form: what stands for x is
//! x·2^256 mod p. Every element is below p, always.
//!
//! p = 2^256 − 2^224 + 2^192 + 2^96 − 1, so −1/p is 1 modulo 2^96: the Montgomery quotient of a row is its
//! lowest word, and adding its multiple of p takes one product.

#![expect(clippy::as_conversions, reason = "a carry is a bit")]

use zeroize::Zeroize;

use crate::invert::{self, Modulus};
use crate::limb::{Limbs, adc, add_carrying, mac, mask, opaque, sub_carrying};

/// p.
#[cfg(test)]
pub(crate) const P: Limbs = [u32::MAX, u32::MAX, u32::MAX, 0, 0, 0, 1, u32::MAX];
/// 2^256 − p, which is also what stands for one.
const MINUS_P: Limbs = [1, 0, 0, u32::MAX, u32::MAX, u32::MAX, u32::MAX - 1, 0];
/// 2^768 mod p.
const R3: Element = Element([0xa, 0xffff_fffd, 0xffff_fff7, 0xffff_ffed, 0xffff_fffc, 0x5, 0x1, 0x18]);

/// For [`invert::invert`].
const MODULUS: Modulus = Modulus::new(MINUS_P, 1);

/// t + a·b for a word a, made a multiple of 2^32 by a multiple of p, and divided by it. Of t < 2p and b < p
/// it makes less than 2p, so one bit over eight words is enough.
macro_rules! row {
    ($t:expr, $top:expr, $a:expr, $b:expr, $zero:expr) => {{
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
        let (t7, high) = mac(m, u32::MAX, t7, carry as u32);
        let (t8, over) = adc(t8, high, false);
        let (t8, over_again) = adc(t8, $top as u32, false);
        ([t1, t2, t3, t4, t5, t6, t7, t8], over | over_again)
    }};
}

/// A number below p.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Element(pub(crate) Limbs);

impl Element {
    /// What stands for one.
    pub(crate) const ONE: Self = Self(MINUS_P);

    #[inline(never)]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let (sum, carry) = add_carrying(self.0, other.0, false);
        Self(minus_p(sum, carry))
    }

    #[inline(never)]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let (difference, enough) = sub_carrying(self.0, other.0);
        Self(add_carrying(difference, masked_p(mask(!enough)), false).0)
    }

    /// Itself plus itself.
    pub(crate) fn double(&self) -> Self {
        self.add(self)
    }

    /// Half of it: the number that it is the double of.
    #[inline(never)]
    pub(crate) fn half(&self) -> Self {
        let [lowest, ..] = self.0;
        let odd = mask(lowest & 1 == 1);
        let ([s0, s1, s2, s3, s4, s5, s6, s7], carry) = add_carrying(self.0, masked_p(odd), false);
        let shifted = |word: u32, next: u32| word >> 1 | next << 31;
        Self([
            shifted(s0, s1),
            shifted(s1, s2),
            shifted(s2, s3),
            shifted(s3, s4),
            shifted(s4, s5),
            shifted(s5, s6),
            shifted(s6, s7),
            shifted(s7, carry as u32),
        ])
    }

    /// Its negative where `negate` is all ones; itself where that is zero. Zero has no negative here.
    pub(crate) fn negated_by(&self, negate: u32) -> Self {
        // p − x = (all ones − x) + p + 1 − 2^256
        let [x0, x1, x2, x3, x4, x5, x6, x7] = self.0;
        let flipped = [
            x0 ^ negate, x1 ^ negate, x2 ^ negate, x3 ^ negate,
            x4 ^ negate, x5 ^ negate, x6 ^ negate, x7 ^ negate,
        ];
        Self(add_carrying(flipped, [0, 0, 0, negate & 1, 0, 0, negate & 1, negate], false).0)
    }

    /// The product; of what stands for a and b, what stands for ab.
    #[inline(never)]
    pub(crate) fn mul(&self, other: &Self) -> Self {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = self.0;
        let b = other.0;
        let zero = opaque(0);
        let (t, top) = row!([zero; 8], false, a0, b, zero);
        let (t, top) = row!(t, top, a1, b, zero);
        let (t, top) = row!(t, top, a2, b, zero);
        let (t, top) = row!(t, top, a3, b, zero);
        let (t, top) = row!(t, top, a4, b, zero);
        let (t, top) = row!(t, top, a5, b, zero);
        let (t, top) = row!(t, top, a6, b, zero);
        let (t, top) = row!(t, top, a7, b, zero);
        Self(minus_p(t, top))
    }

    pub(crate) fn square(&self) -> Self {
        self.mul(self)
    }

    /// The inverse; zero of zero.
    pub(crate) fn inverse(&self) -> Self {
        // What is inverted is x·2^256, as a number.
        Self(invert::invert(&self.0, &MODULUS)).mul(&R3)
    }

    /// The number that this stands for.
    pub(crate) fn to_limbs(&self) -> Limbs {
        self.mul(&Self([1, 0, 0, 0, 0, 0, 0, 0])).0
    }
}

/// `sum`, which is below 2p with its carry, modulo p.
#[inline(always)]
fn minus_p(sum: Limbs, carry: bool) -> Limbs {
    let (difference, enough) = add_carrying(sum, MINUS_P, false);
    add_carrying(difference, masked_p(mask(!(enough | carry))), false).0
}

/// p where `mask` is all ones, and zero where it is zero.
#[inline(always)]
const fn masked_p(mask: u32) -> Limbs {
    [mask, mask, mask, 0, 0, 0, mask & 1, mask]
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}
