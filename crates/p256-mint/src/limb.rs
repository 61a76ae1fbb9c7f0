//! Numbers of 256 bits as eight words, least significant first: carries, masks and bytes.
//!
//! Nothing here knows a modulus. Every function takes the same instructions whatever the numbers are, if the
//! compiler lets it: a mask goes through [`opaque`], or it would be known to be all ones or zero, and a branch
//! would be as good.

#![expect(clippy::as_conversions, reason = "a word is the low half of a double word")]

use core::hint::black_box;

/// Eight words, least significant first.
pub(crate) type Limbs = [u32; 8];

/// The low word and the high word.
#[inline(always)]
pub(crate) const fn halves(wide: u64) -> (u32, u32) {
    (wide as u32, (wide >> 32) as u32)
}

/// a·b.
#[cfg(not(p256_mint_half_words))]
#[inline(always)]
pub(crate) fn product(a: u32, b: u32) -> u64 {
    u64::from(a).wrapping_mul(u64::from(b))
}

/// a·b, by four products of half words.
#[cfg(any(test, p256_mint_half_words))]
#[cfg_attr(p256_mint_half_words, inline(never))]
pub(crate) fn product_of_halves(a: u32, b: u32) -> u64 {
    let ([a0, a1], [b0, b1]) = ([a & 0xffff, a >> 16], [b & 0xffff, b >> 16]);
    let low = a0.wrapping_mul(b0);
    let middle = a1.wrapping_mul(b0).wrapping_add(low >> 16);
    let other = a0.wrapping_mul(b1).wrapping_add(middle & 0xffff);
    let high = a1.wrapping_mul(b1).wrapping_add(middle >> 16).wrapping_add(other >> 16);
    u64::from(high) << 32 | u64::from(other << 16 | low & 0xffff)
}
#[cfg(p256_mint_half_words)]
pub(crate) use product_of_halves as product;

/// a·b + c + d, which two words always hold.
#[inline(always)]
pub(crate) fn mac(a: u32, b: u32, c: u32, d: u32) -> (u32, u32) {
    halves(product(a, b).wrapping_add(u64::from(c)).wrapping_add(u64::from(d)))
}

/// a + b + carry, and the carry out of it.
#[inline(always)]
pub(crate) const fn adc(a: u32, b: u32, carry: bool) -> (u32, bool) {
    adc_word(a, b, carry as u32)
}

#[inline(always)]
const fn adc_word(a: u32, b: u32, carry: u32) -> (u32, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry);
    (sum, first | second)
}

/// a + b + c, as [`adc`].
#[inline(always)]
pub(crate) fn add_wide(a: u32, b: u32, c: u32) -> (u32, u32) {
    halves(u64::from(a).wrapping_add(u64::from(b)).wrapping_add(u64::from(c)))
}

/// A word that the compiler knows nothing of.
#[inline(always)]
pub(crate) fn opaque(word: u32) -> u32 {
    black_box(word)
}

/// A constant that is added to a secret. The carry of a sum with a known word is a comparison, and cores without
/// conditional moves make a branch of it.
#[inline(always)]
pub(crate) fn addend(word: u32) -> u32 {
    if cfg!(p256_mint_half_words) { opaque(word) } else { word }
}

/// All ones where `bit` is 1, zero where it is 0.
#[inline(always)]
pub(crate) fn mask_if(bit: u32) -> u32 {
    opaque(bit.wrapping_neg())
}

/// All ones where `bit` is 0, zero where it is 1.
#[inline(always)]
pub(crate) fn mask_unless(bit: u32) -> u32 {
    opaque(bit.wrapping_sub(1))
}

/// `f` of every word of a and its fellow of b.
#[inline(always)]
pub(crate) fn zip(a: Limbs, b: Limbs, f: impl Fn(u32, u32) -> u32) -> Limbs {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = b;
    [f(a0, b0), f(a1, b1), f(a2, b2), f(a3, b3), f(a4, b4), f(a5, b5), f(a6, b6), f(a7, b7)]
}

/// a + b + carry, and the carry out of it: 1 or 0, as a word from a double word. As a truth value it would be
/// the result of a comparison, of which a core without conditional moves makes a branch.
#[inline(always)]
pub(crate) fn add_carrying(a: Limbs, b: Limbs, carry: u32) -> (Limbs, u32) {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = b;
    let (s0, carry) = adc_word(a0, b0, carry);
    let (s1, carry) = adc(a1, b1, carry);
    let (s2, carry) = adc(a2, b2, carry);
    let (s3, carry) = adc(a3, b3, carry);
    let (s4, carry) = adc(a4, b4, carry);
    let (s5, carry) = adc(a5, b5, carry);
    let (s6, carry) = adc(a6, b6, carry);
    let (s7, carry) = add_wide(a7, b7, carry as u32);
    ([s0, s1, s2, s3, s4, s5, s6, s7], carry)
}

/// a − b modulo 2^256, and 1 where a was at least b, or 0: as a + (2^256 − 1 − b) + 1, for which compilers know a
/// chain of carries where they know none of borrows.
#[inline(always)]
pub(crate) fn sub_carrying(a: Limbs, b: Limbs) -> (Limbs, u32) {
    add_carrying(a, zip(b, b, |word, _| !word), addend(1))
}

/// a + ((b and `and`) xor `xor`) + the lowest bit of `xor`, to a; and the carry. So a sum, a sum if a mask says
/// so, or a difference, of which the carry says that it is not negative. Slow and small.
#[inline(never)]
pub(crate) fn accumulate(a: &mut Limbs, b: &Limbs, and: u32, xor: u32) -> u32 {
    let mut carry = xor & 1;
    for (a, b) in a.iter_mut().zip(b) {
        (*a, carry) = add_wide(*a, b & and ^ xor, carry);
    }
    carry
}

/// a − b to a, and 1 where a was at least b, or 0.
pub(crate) fn subtract(a: &mut Limbs, b: &Limbs) -> u32 {
    accumulate(a, b, u32::MAX, u32::MAX)
}

/// `number`, which is below 2m with its carry, modulo m.
#[inline(never)]
pub(crate) fn reduce(number: &mut Limbs, carry: u32, m: &Limbs) {
    let enough = subtract(number, m);
    accumulate(number, m, mask_unless(enough | carry), 0);
}

/// Whether all words are zero.
pub(crate) fn is_zero(a: &Limbs) -> bool {
    a.iter().fold(0, |all, word| all | word) == 0
}

/// The number that these bytes are, big endian.
pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = [0; 8];
    let (words, _) = bytes.as_chunks::<4>();
    limbs
        .iter_mut()
        .zip(words.iter().rev())
        .for_each(|(limb, word)| *limb = u32::from_be_bytes(*word));
    limbs
}

/// The bytes of a number, big endian.
pub(crate) fn write_bytes(limbs: &Limbs, bytes: &mut [u8; 32]) {
    let (words, _) = bytes.as_chunks_mut::<4>();
    words.iter_mut().zip(limbs.iter().rev()).for_each(|(word, limb)| *word = limb.to_be_bytes());
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic
pub(crate) mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;
    use std::vec::Vec;

    use super::*;

    /// A word, of which carries are made more often than of any.
    pub(crate) fn word() -> impl Strategy<Value = u32> {
        const EDGES: [u32; 8] =
            [0, 1, u32::MAX, u32::MAX - 1, 1 << 31, (1 << 31) - 1, 0xffff, 0x1_0000];
        (any::<u32>(), 0..9_usize).prop_map(|(any, edge)| EDGES.get(edge).copied().unwrap_or(any))
    }

    /// Words, of which carries run along.
    pub(crate) fn limbs() -> impl Strategy<Value = Limbs> {
        prop_oneof![prop::array::uniform8(word()), any::<Limbs>()]
    }

    pub(crate) fn number(limbs: &Limbs) -> BigUint {
        BigUint::new(limbs.to_vec())
    }

    fn with_carry((limbs, carry): (Limbs, u32)) -> BigUint {
        number(&limbs) + (BigUint::from(carry) << 256)
    }

    fn after(mut limbs: Limbs, f: impl Fn(&mut Limbs) -> u32) -> (Limbs, u32) {
        let carry = f(&mut limbs);
        (limbs, carry)
    }

    proptest! {
        #[test]
        fn products_of_words_are_products(a in word(), b in word(), c in word(), d in word()) {
            let wide = u64::from(a) * u64::from(b);
            prop_assert_eq!(product(a, b), wide);
            prop_assert_eq!(product_of_halves(a, b), wide);
            let (low, high) = mac(a, b, c, d);
            let sum = u128::from(wide) + u128::from(c) + u128::from(d);
            prop_assert_eq!(u128::from(low) + (u128::from(high) << 32), sum);
        }

        #[test]
        fn sums_are_sums(a in limbs(), b in limbs(), carry: bool) {
            let sum = number(&a) + number(&b);
            prop_assert_eq!(with_carry(add_carrying(a, b, carry.into())), &sum + u32::from(carry));
            prop_assert_eq!(with_carry(after(a, |a| accumulate(a, &b, u32::MAX, 0))), sum);
            prop_assert_eq!(with_carry(after(a, |a| accumulate(a, &b, 0, 0))), number(&a));
        }

        #[test]
        fn differences_are_differences_where_they_are_not_negative(a in limbs(), b in limbs()) {
            let difference: BigUint = number(&a) + (BigUint::from(1_u32) << 256) - number(&b);
            prop_assert_eq!(with_carry(sub_carrying(a, b)), difference.clone());
            prop_assert_eq!(with_carry(after(a, |a| subtract(a, &b))), difference);
        }

        #[test]
        fn numbers_are_their_bytes(limbs in limbs()) {
            let mut bytes = [0; 32];
            write_bytes(&limbs, &mut bytes);
            prop_assert_eq!(BigUint::from_bytes_be(&bytes), number(&limbs));
            prop_assert_eq!(from_bytes(&bytes), limbs);
            prop_assert_eq!(is_zero(&limbs), limbs == [0; 8]);
        }
    }

    #[test]
    fn masks_are_all_ones_or_zero() {
        assert_eq!([mask_if(1), mask_if(0)], [u32::MAX, 0]);
        assert_eq!([mask_unless(0), mask_unless(1)], [u32::MAX, 0]);
        let one = [1, 0, 0, 0, 0, 0, 0, 0];
        let zeros: Vec<bool> = [[0; 8], one].iter().map(is_zero).collect();
        assert_eq!(zeros, [true, false]);
    }
}
