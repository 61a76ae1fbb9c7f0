//! Numbers modulo p, the prime of P-256 (SEC 2 section 2.4.2), in Montgomery form: what stands for x is
//! x·2^256 mod p. Every element is below p, always.
//!
//! p = 2^256 − 2^224 + 2^192 + 2^96 − 1, so −1/p is 1 modulo 2^96: the Montgomery quotient of a row is its
//! lowest word, and adding its multiple of p takes one product.
//!
//! Sums and products are there twice, with the same results: written out, and small.

mod product;
mod sum;

use zeroize::Zeroize;

use crate::invert::{self, Modulus};
use crate::limb::{Limbs, zip};
#[cfg(p256_mint_rows)]
use product::by_rows as mul;
#[cfg(not(p256_mint_rows))]
use product::written_out as mul;
#[cfg(not(p256_mint_small))]
use sum::add;
#[cfg(p256_mint_small)]
use sum::add_by_differences as add;
use sum::sub;

/// p.
pub(crate) const P: Limbs = [u32::MAX, u32::MAX, u32::MAX, 0, 0, 0, 1, u32::MAX];
/// 2^256 − p.
const MINUS_P: Limbs = [1, 0, 0, u32::MAX, u32::MAX, u32::MAX, u32::MAX - 1, 0];
/// 2^768 mod p.
const R3: Element =
    Element([0xa, 0xffff_fffd, 0xffff_fff7, 0xffff_ffed, 0xffff_fffc, 0x5, 0x1, 0x18]);

/// For [`invert::invert`].
static MODULUS: Modulus = Modulus { limbs: P, minus_inverse: 1 };

/// A number below p.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Element(pub(crate) Limbs);

impl Element {
    /// What stands for one.
    pub(crate) const ONE: Self = Self(MINUS_P);

    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(add(&self.0, &other.0))
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(sub(&self.0, &other.0))
    }

    /// Of what stands for a and b, what stands for a·b.
    pub(crate) fn mul(&self, other: &Self) -> Self {
        Self(mul(&self.0, &other.0))
    }

    /// Itself plus itself.
    pub(crate) fn double(&self) -> Self {
        self.add(self)
    }

    /// Its negative where `mask` is all ones, itself where it is zero.
    pub(crate) fn negated_where(&self, mask: u32) -> Self {
        let negative = Self([0; 8]).sub(self);
        Self(zip(self.0, negative.0, |word, negative| word ^ (mask & (word ^ negative))))
    }

    pub(crate) fn square(&self) -> Self {
        self.mul(self)
    }

    /// The inverse; zero of zero.
    pub(crate) fn inverse(&self) -> Self {
        // What is inverted is x·2^256, as a number.
        Self(invert::invert(&self.0, &MODULUS)).mul(&R3)
    }

    /// The number that this stands for, as itself.
    pub(crate) fn number(&self) -> Self {
        self.mul(&Self([1, 0, 0, 0, 0, 0, 0, 0]))
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;
    use crate::limb::tests::{limbs, number};

    fn p() -> BigUint {
        number(&P)
    }

    /// A number below p, at its edges more often than elsewhere.
    fn below_p() -> impl Strategy<Value = Limbs> {
        let near = |distance: u32| crate::limb::sub_carrying(P, [distance, 0, 0, 0, 0, 0, 0, 0]).0;
        prop_oneof![
            1 => (1..4_u32).prop_map(near),
            4 => limbs().prop_filter("below p", |limbs| number(limbs) < p()),
        ]
    }

    /// a·2^256 modulo p.
    fn shifted(a: &BigUint) -> BigUint {
        (a << 256) % p()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn both_forms_of_a_sum_are_modulo_p(a in below_p(), b in below_p()) {
            let expected = (number(&a) + number(&b)) % p();
            prop_assert_eq!(&number(&sum::add(&a, &b)), &expected);
            prop_assert_eq!(number(&sum::add_by_differences(&a, &b)), expected);
        }

        #[test]
        fn differences_are_modulo_p(a in below_p(), b in below_p()) {
            let expected = (number(&a) + p() - number(&b)) % p();
                        prop_assert_eq!(number(&sum::sub(&a, &b)), expected);
        }

        #[test]
        fn both_forms_of_a_product_are_modulo_p(a in below_p(), b in below_p()) {
            let product = product::written_out(&a, &b);
            prop_assert_eq!(product::by_rows(&a, &b), product);
            let product = number(&product);
            prop_assert!(product < p());
            prop_assert_eq!(shifted(&product), (number(&a) * number(&b)) % p());
        }

        #[test]
        fn negatives_are_what_makes_zero(a in below_p()) {
            let a = Element(a);
            prop_assert_eq!(a.negated_where(0), a);
            prop_assert_eq!(a.negated_where(u32::MAX).add(&a), Element([0; 8]));
        }

        #[test]
        fn elements_stand_for_numbers(a in below_p()) {
            prop_assert_eq!(shifted(&number(&Element(a).number().0)), number(&a));
        }
    }

    proptest! {
        #[test]
        fn inverses_make_one(a in below_p()) {
            let a = Element(a);
            let expected = if a.0 == [0; 8] { a } else { Element::ONE };
            prop_assert_eq!(a.inverse().mul(&a), expected);
        }
    }

    #[test]
    fn one_is_its_own_inverse_and_product() {
        let one = Element::ONE;
        assert_eq!([one.inverse(), one.square(), one.mul(&one)], [one; 3]);
        assert_eq!(one.number().0, [1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(one.double(), one.add(&one));
    }

    #[test]
    fn an_element_is_wiped() {
        let mut element = Element([7; 8]);
        element.zeroize();
        assert_eq!(element.0, [0; 8]);
    }
}
