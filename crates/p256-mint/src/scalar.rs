//! Numbers modulo n, the order of P-256 (SEC 2 section 2.4.2): private keys, nonces, and what a signature is
//! made of. Every scalar is below n, always.
//!
//! Few are multiplied in a signature, so the products are loops, and small.

use zeroize::Zeroize;

use crate::invert::{self, Modulus};
use crate::limb::{self, Limbs, accumulate, mac, mask_unless, reduce, subtract, zip};

/// n.
pub(crate) const N: Limbs =
    [0xfc63_2551, 0xf3b9_cac2, 0xa717_9e84, 0xbce6_faad, 0xffff_ffff, 0xffff_ffff, 0, 0xffff_ffff];
/// −1/n modulo 2^32.
const MINUS_INVERSE: u32 = 0xee00_bc4f;
/// 2^512 mod n.
const R2: Scalar = Scalar([
    0xbe79_eea2,
    0x8324_4c95,
    0x49bd_6fa6,
    0x4699_799c,
    0x2b6b_ec59,
    0x2845_b239,
    0xf3d9_5620,
    0x66e1_2d94,
]);

/// For [`invert::invert`].
static MODULUS: Modulus = Modulus { limbs: N, minus_inverse: MINUS_INVERSE };

/// A number below n.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Scalar(pub(crate) Limbs);

impl Scalar {
    /// The number that these bytes are, big endian; `None` where it is zero, or n or above.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let limbs = limb::from_bytes(bytes);
        let too_large = subtract(&mut { limbs }, &N);
        (too_large == 0 && !limb::is_zero(&limbs)).then_some(Self(limbs))
    }

    /// A number below 2^256, modulo n.
    pub(crate) fn reduced(mut limbs: Limbs) -> Self {
        reduce(&mut limbs, 0, &N);
        Self(limbs)
    }

    pub(crate) fn is_zero(&self) -> bool {
        limb::is_zero(&self.0)
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let mut sum = self.0;
        let carry = accumulate(&mut sum, &other.0, u32::MAX, 0);
        reduce(&mut sum, carry, &N);
        Self(sum)
    }

    /// All ones where it is even.
    pub(crate) fn even(&self) -> u32 {
        let [lowest, ..] = self.0;
        mask_unless(lowest & 1)
    }

    /// Itself where it is odd, and else n less it, which is odd then.
    pub(crate) fn odd_twin(&self) -> Self {
        let even = self.even();
        let mut twin = N;
        subtract(&mut twin, &self.0);
        Self(zip(self.0, twin, |word, twin| word ^ (even & (word ^ twin))))
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        montgomery(&montgomery(self, other), &R2)
    }

    /// Zero where it is zero.
    pub(crate) fn inverse(&self) -> Self {
        Self(invert::invert(&self.0, &MODULUS))
    }
}

/// a·b/2^256.
#[inline(never)]
fn montgomery(a: &Scalar, b: &Scalar) -> Scalar {
    let mut t = [0; 8];
    let mut top = 0;
    for a in a.0 {
        // t + a·b
        let mut high = 0;
        for (t, b) in t.iter_mut().zip(&b.0) {
            (*t, high) = mac(a, *b, *t, high);
        }
        let (t8, over) = mac(1, high, top, 0);
        // Plus the multiple of n that makes the lowest word zero, which is dropped.
        let [t0, ..] = t;
        let m = t0.wrapping_mul(MINUS_INVERSE);
        let mut high = 0;
        let mut below = None;
        for (t, n) in t.iter_mut().zip(&N) {
            let word;
            (word, high) = mac(m, *n, *t, high);
            if let Some(below) = below.replace(t) {
                *below = word;
            }
        }
        let word;
        (word, top) = mac(1, high, t8, 0);
        if let Some(last) = below {
            *last = word;
        }
        top = top.wrapping_add(over);
    }
    reduce(&mut t, top, &N);
    Scalar(t)
}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
pub(crate) mod tests {
    use num_bigint::{BigInt, BigUint};
    use proptest::prelude::*;
    use std::vec::Vec;

    use super::*;
    use crate::limb::tests::{limbs, number};

    fn n() -> BigUint {
        number(&N)
    }

    /// n.
    pub(crate) fn order() -> BigInt {
        n().into()
    }

    fn of(number: &BigUint) -> Scalar {
        let mut bytes = [0; 32];
        let digits = number.to_bytes_be();
        bytes[32 - digits.len()..].copy_from_slice(&digits);
        Scalar::from_bytes(&bytes).unwrap()
    }

    /// Any scalar, at the edges more often than elsewhere.
    pub(crate) fn scalar() -> impl Strategy<Value = Scalar> {
        prop_oneof![
            1 => (1..4_u32).prop_map(|distance| of(&(n() - distance))),
            4 => limbs().prop_filter("below n", |limbs| number(limbs) < n()).prop_map(Scalar),
        ]
    }

    /// Single bits, and what is next to them and to their negatives: among them wherever the comb has a tooth,
    /// or a part of its table begins.
    pub(crate) fn edges() -> Vec<Scalar> {
        let one = BigUint::from(1_u32);
        let bits = (2..256).map(|bit| &one << bit);
        let around = bits
            .flat_map(|bit: BigUint| [&bit - &one, bit.clone(), &bit + &one, 3_u32 * &bit - &one]);
        let numbers: Vec<BigUint> = around.filter(|number| *number < n()).collect();
        let negatives = numbers.iter().map(|number| n() - number);
        let small = (1..=40_u32).flat_map(|small| [BigUint::from(small), n() - small]);
        small.chain(negatives).chain(numbers.clone()).map(|number| of(&number)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn scalars_add_and_multiply_modulo_n(a in scalar(), b in scalar()) {
            let (x, y) = (number(&a.0), number(&b.0));
            prop_assert_eq!(number(&a.add(&b).0), (&x + &y) % n());
            prop_assert_eq!(number(&a.mul(&b).0), (&x * &y) % n());
        }

        #[test]
        fn numbers_are_reduced_or_refused(limbs in limbs()) {
            let value = number(&limbs);
            prop_assert_eq!(number(&Scalar::reduced(limbs).0), &value % n());
            let mut bytes = [0; 32];
            limb::write_bytes(&limbs, &mut bytes);
            let is_scalar = value < n() && value != BigUint::ZERO;
            prop_assert_eq!(Scalar::from_bytes(&bytes), is_scalar.then_some(Scalar(limbs)));
        }

        #[test]
        fn of_a_scalar_and_its_negative_the_odd_one_is_taken(a in scalar()) {
            prop_assume!(!a.is_zero());
            let twin = a.odd_twin();
            prop_assert_eq!(twin.even(), 0);
            prop_assert!(twin == a || twin.add(&a).is_zero());
            prop_assert_eq!(twin == a, a.even() == 0);
        }
    }

    proptest! {
        #[test]
        fn inverses_make_one(a in scalar()) {
            let expected = Scalar([u32::from(!a.is_zero()), 0, 0, 0, 0, 0, 0, 0]);
            prop_assert_eq!(a.inverse().mul(&a), expected);
        }
    }

    #[test]
    fn edges_have_inverses() {
        for scalar in edges() {
            assert_eq!(scalar.inverse().mul(&scalar).0, [1, 0, 0, 0, 0, 0, 0, 0]);
        }
    }

    #[test]
    fn a_scalar_is_wiped() {
        let mut scalar = Scalar([7; 8]);
        scalar.zeroize();
        assert_eq!(scalar.0, [0; 8]);
    }

    #[test]
    fn zero_and_the_order_are_refused() {
        let mut bytes = [0; 32];
        assert_eq!(Scalar::from_bytes(&bytes), None);
        limb::write_bytes(&N, &mut bytes);
        assert_eq!(Scalar::from_bytes(&bytes), None);
        assert_eq!(Scalar::from_bytes(&[0xff; 32]), None);
    }
}
