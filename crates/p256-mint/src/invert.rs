//! The inverse of a number modulo an odd prime of 256 bits, in constant time: Bernstein and Yang, "Fast
//! constant-time gcd computation and modular inversion" (2019), with the start value 1/2 of Wuille.
//!
//! A division step takes (δ, f, g), where f is odd, to (1 − δ, g, (g − f)/2) if δ > 0 and g is odd, and to
//! (1 + δ, f, (g + (g mod 2)·f)/2) if not. From δ = 1/2, f = M and g = x < M, 590 steps make g = 0 and
//! f = ±gcd(M, x) for every M below 2^256. What thirty steps do depends on the lowest thirty bits only, so
//! they are done on single words, and what they do to f and g is a matrix.

#![expect(
    clippy::as_conversions,
    reason = "words are signed here, and double words are cut into them"
)]

use zeroize::Zeroize;

use crate::limb::{Limbs, accumulate, mask_if, opaque};

/// Bits of a word of [`Wide`], and the division steps of a batch.
const BITS: u32 = 30;
/// 600 steps are done where 590 are enough.
const BATCHES: u32 = 20;
const LOW: i32 = (1 << BITS) - 1;

/// Nine words of thirty bits, least significant first; the last has the sign and whatever is above.
type Wide = [i32; 9];

/// A modulus: a prime between 2^256 − 2^225 and 2^256.
pub(crate) struct Modulus {
    pub(crate) limbs: Limbs,
    /// −1 divided by it, modulo 2^30 or a higher power.
    pub(crate) minus_inverse: u32,
}

/// What a batch of steps does: 2^30·(f, g) becomes (u·f + v·g, q·f + r·g). |u| + |v| and |q| + |r| are at
/// most 2^30.
struct Matrix {
    u: i32,
    v: i32,
    q: i32,
    r: i32,
}

/// The inverse of `x`, which is below the modulus; zero where `x` is.
#[inline(never)]
pub(crate) fn invert(x: &Limbs, modulus: &Modulus) -> Limbs {
    let mut delta = 0;
    let wide = widen(&modulus.limbs);
    let mut state = State { f: wide, g: widen(x), d: [0; 9], e: [1, 0, 0, 0, 0, 0, 0, 0, 0] };
    for _ in 0..BATCHES {
        let State { f, g, d, e } = &mut state;
        let matrix = steps(&mut delta, f, g);
        combine(&matrix, f, g, &wide, 0);
        combine(&matrix, d, e, &wide, modulus.minus_inverse);
    }
    // g is 0 and f is 1 or −1, so d or −d is the inverse.
    let inverse = normalized(&state.d, &state.f, &wide, &modulus.limbs);
    state.zeroize();
    inverse
}

/// Modulo M, f is d·x and g is e·x.
struct State {
    f: Wide,
    g: Wide,
    d: Wide,
    e: Wide,
}

impl Zeroize for State {
    fn zeroize(&mut self) {
        [&mut self.f, &mut self.g, &mut self.d, &mut self.e].into_iter().for_each(Zeroize::zeroize);
    }
}

/// Thirty division steps. `delta` is δ less one half.
#[inline(never)]
fn steps(delta: &mut i32, f: &Wide, g: &Wide) -> Matrix {
    let ([f, ..], [g, ..]) = (*f, *g);
    let (mut f, mut g) = (f as u32, g as u32);
    let [mut u, mut v, mut q, mut r] = [1_u32, 0, 0, 1];
    let mut at = *delta;
    for _ in 0..BITS {
        let positive = opaque(!(at >> 31) as u32);
        let odd = mask_if(g & 1);
        let swap = positive & odd;
        // Of f and its coefficients the negative if δ > 0, and nothing if g is even.
        let sign = (positive | 1) & odd;
        g = g.wrapping_add(f.wrapping_mul(sign));
        q = q.wrapping_add(u.wrapping_mul(sign));
        r = r.wrapping_add(v.wrapping_mul(sign));
        // g − f + f is the old g.
        f = f.wrapping_add(g & swap);
        u = u.wrapping_add(q & swap) << 1;
        v = v.wrapping_add(r & swap) << 1;
        g >>= 1;
        // 1 − δ is ½ − (δ − ½), and −x is !x + 1.
        at = (at ^ swap as i32).wrapping_add(1);
    }
    *delta = at;
    Matrix { u: u as i32, v: v as i32, q: q as i32, r: r as i32 }
}

/// Makes 2^-30·(u·a + v·b) of a, and 2^-30·(q·a + r·b) of b: modulo the modulus M, or as numbers where
/// `minus_inverse` is zero, and the lowest thirty bits are.
///
/// Then |a| and |b| grow by at most M/2: from 1 in twenty batches to less than 11·M, and nine words hold 2^13·M.
/// The sums below are at most 2^60 + 2^59 and a carry.
#[inline(never)]
fn combine(matrix: &Matrix, a: &mut Wide, b: &mut Wide, modulus: &Wide, minus_inverse: u32) {
    let &Matrix { u, v, q, r } = matrix;
    let of_a = |a: i32, b: i32| product(u, a).wrapping_add(product(v, b));
    let of_b = |a: i32, b: i32| product(q, a).wrapping_add(product(r, b));
    let ([a0, ..], [b0, ..]) = (*a, *b);
    // The multiples of the modulus that make the lowest thirty bits zero, from −2^29 to below 2^29.
    let quotient = |low: i64| (low as u32).wrapping_mul(minus_inverse).wrapping_shl(2) as i32 >> 2;
    let (m, n) = (quotient(of_a(a0, b0)), quotient(of_b(a0, b0)));
    let (mut sum_a, mut sum_b) = (0_i64, 0_i64);
    let mut last = None;
    for ((x, y), w) in a.iter_mut().zip(b.iter_mut()).zip(modulus) {
        sum_a = sum_a.wrapping_add(of_a(*x, *y)).wrapping_add(product(m, *w));
        sum_b = sum_b.wrapping_add(of_b(*x, *y)).wrapping_add(product(n, *w));
        // Each word goes one place down; the first, which is zero, nowhere.
        if let Some((below_x, below_y)) = last.replace((x, y)) {
            *below_x = sum_a as i32 & LOW;
            *below_y = sum_b as i32 & LOW;
        }
        sum_a >>= BITS;
        sum_b >>= BITS;
    }
    if let Some((x, y)) = last {
        *x = sum_a as i32;
        *y = sum_b as i32;
    }
}

/// d, or −d where f is negative, modulo the modulus M. |d| is below 11·M.
fn normalized(d: &Wide, f: &Wide, modulus: &Wide, limbs_of_modulus: &Limbs) -> Limbs {
    let ([.., last_d], [.., last_f]) = (*d, *f);
    let sign = (opaque((last_f >> 31) as u32) | 1) as i32;
    // ±d = h·2^256 + l, with l from −2^255 − 2^240 to 2^255 + 2^240. So ±d − h·M is l + h·(2^256 − M), of
    // which the latter is below 2^229: it is above −M and below M.
    let h = last_d.wrapping_mul(sign).wrapping_add(1 << 15) >> 16;
    let mut number = [0; 9];
    let mut sum = 0_i64;
    for ((to, d), m) in number.iter_mut().zip(d).zip(modulus) {
        sum = sum.wrapping_add(product(*d, sign)).wrapping_sub(product(*m, h));
        *to = sum as i32 & LOW;
        sum >>= BITS;
    }
    let mut limbs = narrow(&number);
    accumulate(&mut limbs, limbs_of_modulus, opaque(sum as u32), 0);
    limbs
}

/// x·y. |y| is at most 2^30.
fn product(x: i32, y: i32) -> i64 {
    i64::from(x).wrapping_mul(i64::from(y))
}

/// Eight words of 32 bits as nine of 30.
#[cfg_attr(p256_mint_small, inline(never))]
fn widen(limbs: &Limbs) -> Wide {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = *limbs;
    [
        x0 as i32 & LOW,
        (x0 >> 30 | x1 << 2) as i32 & LOW,
        (x1 >> 28 | x2 << 4) as i32 & LOW,
        (x2 >> 26 | x3 << 6) as i32 & LOW,
        (x3 >> 24 | x4 << 8) as i32 & LOW,
        (x4 >> 22 | x5 << 10) as i32 & LOW,
        (x5 >> 20 | x6 << 12) as i32 & LOW,
        (x6 >> 18 | x7 << 14) as i32 & LOW,
        (x7 >> 16) as i32,
    ]
}

/// Nine words of 30 bits as eight of 32, modulo 2^256.
fn narrow(wide: &Wide) -> Limbs {
    let [x0, x1, x2, x3, x4, x5, x6, x7, x8] = *wide;
    let [x0, x1, x2, x3, x4, x5, x6, x7, x8] = [
        x0 as u32, x1 as u32, x2 as u32, x3 as u32, x4 as u32, x5 as u32, x6 as u32, x7 as u32,
        x8 as u32,
    ];
    [
        x0 | x1 << 30,
        x1 >> 2 | x2 << 28,
        x2 >> 4 | x3 << 26,
        x3 >> 6 | x4 << 24,
        x4 >> 8 | x5 << 22,
        x5 >> 10 | x6 << 20,
        x6 >> 12 | x7 << 18,
        x7 >> 14 | x8 << 16,
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;
    use std::vec::Vec;

    use super::*;
    use crate::limb::tests::number;

    /// The least and the greatest modulus that there may be.
    const MODULI: [Limbs; 2] = [[0, 0, 0, 0, 0, 0, 0, 0xffff_fffe], [u32::MAX; 8]];

    fn wide(number: &BigInt) -> Wide {
        let mut rest = number.clone();
        let mut words = [0; 9];
        for word in &mut words[..8] {
            *word = i32::try_from(&rest & BigInt::from(LOW)).unwrap();
            rest >>= BITS;
        }
        words[8] = i32::try_from(rest).unwrap();
        words
    }

    /// d and −d, as they come out of an inversion.
    fn check(d: &BigInt, modulus: &Limbs) {
        let m = BigInt::from(number(modulus));
        let bound: BigInt = &m * 11;
        if d.magnitude() >= bound.magnitude() {
            return;
        }
        for f in [1, -1] {
            let expected = ((f * d) % &m + &m) % &m;
            let found = normalized(&wide(d), &wide(&f.into()), &widen(modulus), modulus);
            assert_eq!(BigInt::from(number(&found)), expected, "{f} · {d:x} modulo {m:x}");
        }
    }

    #[test]
    fn numbers_next_to_every_multiple_are_reduced() {
        let one = BigInt::from(1);
        for modulus in &MODULI {
            let units = [number(modulus).into(), &one << 256, &one << 255, &one << 240];
            let multiples = (-22..=22).flat_map(|times| units.each_ref().map(|unit| times * unit));
            let beside: Vec<_> = (-2..=2).chain([-1 << 15, 1 << 15]).map(BigInt::from).collect();
            for multiple in multiples {
                beside.iter().for_each(|beside| check(&(&multiple + beside), modulus));
            }
        }
    }

    proptest! {
        #[test]
        fn any_number_is_reduced(limbs: Limbs, times in -11..11_i32) {
            for modulus in &MODULI {
                check(&((BigInt::from(times) << 256) + BigInt::from(number(&limbs))), modulus);
            }
        }
    }

    #[test]
    fn a_state_is_wiped() {
        let mut state = State { f: [1; 9], g: [2; 9], d: [3; 9], e: [4; 9] };
        state.zeroize();
        assert_eq!([state.f, state.g, state.d, state.e], [[0; 9]; 4]);
    }
}
