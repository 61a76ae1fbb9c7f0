//! The inverse of a number modulo an odd prime of 256 bits, in constant time: Bernstein and Yang, "Fast
//! constant-time gcd computation and modular inversion" (2019), with the start value 1/2 of Wuille.
//!
//! A division step takes (δ, f, g), where f is odd, to (1 − δ, g, (g − f)/2) if δ > 0 and g is odd, and to
//! (1 + δ, f, (g + (g mod 2)·f)/2) if not. From δ = 1/2, f = M and g = x < M, 590 steps make g = 0 and
//! f = ±gcd(M, x) for every M below 2^256. What thirty steps do depends on the lowest thirty bits only, so
//! they are done on single words, and what they do to f and g is a matrix.

#![expect(clippy::as_conversions, reason = "words are signed here, and double words are cut into them")]

use zeroize::Zeroize as _;

use crate::limb::{Limbs, add_carrying, mask, opaque};

/// Bits of a word of [`Wide`], and the division steps of a batch.
const BITS: u32 = 30;
/// 600 steps are done where 590 are enough.
const BATCHES: u32 = 20;
const LOW: i32 = (1 << BITS) - 1;

/// Nine words of thirty bits, least significant first; the last has the sign and whatever is above.
type Wide = [i32; 9];

/// A modulus.
pub(crate) struct Modulus {
    wide: Wide,
    /// 2^256 less the modulus.
    complement: Limbs,
    /// −1 divided by the modulus, modulo 2^30.
    minus_inverse: u32,
}

impl Modulus {
    /// Of 2^256 less the modulus, which is below 2^225, and −1 divided by the modulus, modulo 2^30 or a
    /// higher power.
    pub(crate) const fn new(complement: Limbs, minus_inverse: u32) -> Self {
        let [c0, c1, c2, c3, c4, c5, c6, c7] = complement;
        let (limbs, _) = add_carrying([!c0, !c1, !c2, !c3, !c4, !c5, !c6, !c7], [0; 8], true);
        Self { wide: widen(&limbs), complement, minus_inverse }
    }
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
    let (mut f, mut g) = (modulus.wide, widen(x));
    // f is d·x and g is e·x, modulo the modulus.
    let (mut d, mut e) = ([0; 9], [1, 0, 0, 0, 0, 0, 0, 0, 0]);
    for _ in 0..BATCHES {
        let matrix = steps(&mut delta, &f, &g);
        combine(&matrix, &mut f, &mut g, None);
        combine(&matrix, &mut d, &mut e, Some(modulus));
    }
    // g is 0 and f is 1 or −1, so d or −d is the inverse.
    let inverse = normalized(&d, &f, modulus);
    [f, g, d, e].zeroize();
    inverse
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
        let odd = mask(g & 1 == 1);
        // Of f and its coefficients the negative if δ > 0, and nothing if g is even.
        let addend = |word: u32| (word ^ positive).wrapping_sub(positive) & odd;
        g = g.wrapping_add(addend(f));
        q = q.wrapping_add(addend(u));
        r = r.wrapping_add(addend(v));
        // g − f + f is the old g.
        let swap = positive & odd;
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

/// Makes 2^-30·(u·a + v·b) of a, and 2^-30·(q·a + r·b) of b: of f and g, whose lowest thirty bits become zero,
/// as numbers; of d and e modulo the modulus M.
///
/// Then |a| and |b| grow by at most M/2: from 1 in twenty batches to less than 11·M, and nine words hold 2^13·M.
/// The sums below are at most 2^60 + 2^59 and a carry.
#[inline(never)]
fn combine(matrix: &Matrix, a: &mut Wide, b: &mut Wide, modulus: Option<&Modulus>) {
    let &Matrix { u, v, q, r } = matrix;
    let product = |x: i32, y: i32| i64::from(x).wrapping_mul(i64::from(y));
    let of_a = |a: i32, b: i32| product(u, a).wrapping_add(product(v, b));
    let of_b = |a: i32, b: i32| product(q, a).wrapping_add(product(r, b));
    let ([a0, ..], [b0, ..]) = (*a, *b);
    let (wide, minus_inverse) = match modulus {
        Some(modulus) => (&modulus.wide, modulus.minus_inverse),
        None => (&[0; 9], 0),
    };
    // The multiples of the modulus that make the lowest thirty bits zero, from −2^29 to below 2^29.
    let quotient = |low: i64| (low as u32).wrapping_mul(minus_inverse).wrapping_shl(2) as i32 >> 2;
    let (m, n) = (quotient(of_a(a0, b0)), quotient(of_b(a0, b0)));
    let (mut sum_a, mut sum_b) = (0_i64, 0_i64);
    let mut last = None;
    for ((x, y), w) in a.iter_mut().zip(b.iter_mut()).zip(wide) {
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
fn normalized(d: &Wide, f: &Wide, modulus: &Modulus) -> Limbs {
    let [.., sign] = *f;
    let negative = opaque((sign >> 31) as u32) as i32;
    // ±d + 11·M, which is not negative and below 2^261.
    let mut number = [0; 9];
    let mut sum = 0_i64;
    for ((to, d), m) in number.iter_mut().zip(d).zip(&modulus.wide) {
        let signed = (*d ^ negative).wrapping_sub(negative);
        sum = sum.wrapping_add(i64::from(signed)).wrapping_add(i64::from(*m).wrapping_mul(11));
        *to = sum as i32 & LOW;
        sum >>= BITS;
    }
    let (low, high) = narrow(&number);
    // Less `high` times M: plus `high` times 2^256 − M, without the multiple of 2^256. The result is below
    // 2^256 + 2^230, and modulo 2^256 it is either that or less than M.
    let mut product = [0; 8];
    let mut carry = 0_u64;
    for (to, c) in product.iter_mut().zip(&modulus.complement) {
        carry = carry.wrapping_add(u64::from(*c).wrapping_mul(u64::from(high)));
        *to = carry as u32;
        carry >>= 32;
    }
    let (number, over) = add_carrying(low, product, false);
    let (less, enough) = add_carrying(number, modulus.complement, false);
    crate::limb::select(mask(over | enough), less, number)
}

/// Eight words of 32 bits as nine of 30.
const fn widen(limbs: &Limbs) -> Wide {
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

/// Nine words of 30 bits as eight of 32, and what is above them.
const fn narrow(wide: &Wide) -> (Limbs, u32) {
    let [x0, x1, x2, x3, x4, x5, x6, x7, x8] = *wide;
    let [x0, x1, x2, x3, x4, x5, x6, x7, x8] =
        [x0 as u32, x1 as u32, x2 as u32, x3 as u32, x4 as u32, x5 as u32, x6 as u32, x7 as u32, x8 as u32];
    let limbs = [
        x0 | x1 << 30,
        x1 >> 2 | x2 << 28,
        x2 >> 4 | x3 << 26,
        x3 >> 6 | x4 << 24,
        x4 >> 8 | x5 << 22,
        x5 >> 10 | x6 << 20,
        x6 >> 12 | x7 << 18,
        x7 >> 14 | x8 << 16,
    ];
    (limbs, x8 >> 16)
}
