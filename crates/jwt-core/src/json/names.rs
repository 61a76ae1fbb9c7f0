//! Whether a member name was there before.
//!
//! A filter of 256 bits answers "certainly new" for most names at once. Only where its bit is
//! already set are the earlier names walked and compared. Reader and writer share both parts.

/// A Bloom filter with one hash over member names.
#[derive(Debug)]
pub(super) struct Names {
    seen: [u32; 8],
}

impl Names {
    pub(super) const fn new() -> Self {
        Self { seen: [0; 8] }
    }

    /// Whether [`Names::insert`] would say that the name may have been there.
    #[cfg(target_pointer_width = "64")]
    #[inline(always)]
    pub(super) fn may_have(&self, hash: u32) -> bool {
        let [_, _, _, slot] = hash.to_le_bytes();
        let word = self.seen.get(usize::from(slot >> 5)).copied().unwrap_or(u32::MAX);
        word & 1 << (slot & 31) != 0
    }

    /// Adds a name, by [`hash`]. `false`: it is certainly new; `true`: it may have been there.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn insert(&mut self, hash: u32) -> bool {
        let [a, b, c, d] = hash.to_le_bytes();
        let slot = if cfg!(target_pointer_width = "64") { d } else { a ^ b ^ c ^ d };
        let bit = 1 << (slot & 31);
        let Some(word) = self.seen.get_mut(usize::from(slot >> 5)) else { return true };
        let seen = *word & bit != 0;
        *word |= bit;
        seen
    }
}

/// FNV-1a over the bytes of a name.
#[cfg(not(target_pointer_width = "64"))]
pub(super) fn hash(name: &[u8]) -> u32 {
    hash_each(name.iter().copied())
}

/// As [`hash`], byte by byte.
#[cfg(not(target_pointer_width = "64"))]
pub(super) fn hash_each(name: impl Iterator<Item = u8>) -> u32 {
    name.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A hash of a name by words of eight bytes. The highest bits are the best.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(super) fn hash(name: &[u8]) -> u32 {
    let (words, rest) = name.as_chunks::<8>();
    let mut state = 0;
    for word in words {
        state = mix(state, u64::from_le_bytes(*word));
    }
    finish(state, rest)
}

/// As [`hash`], byte by byte.
#[cfg(target_pointer_width = "64")]
#[cold]
pub(super) fn hash_each(name: impl Iterator<Item = u8>) -> u32 {
    let (mut state, mut word, mut len) = (0, [0; 8], 0_usize);
    for byte in name {
        if let Some(to) = word.get_mut(len) {
            *to = byte;
        }
        len = len.wrapping_add(1);
        if len == word.len() {
            state = mix(state, u64::from_le_bytes(word));
            len = 0;
        }
    }
    finish(state, word.get(..len).unwrap_or_default())
}

#[cfg(target_pointer_width = "64")]
#[inline(always)]
const fn mix(state: u64, word: u64) -> u64 {
    // 2^64 over the golden ratio: each bit reaches the highest ones.
    (state.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Takes in the last bytes, fewer than eight, and returns the better half.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
fn finish(state: u64, rest: &[u8]) -> u32 {
    let wide = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    let word = match (rest.first_chunk(), rest.last_chunk(), rest) {
        (Some(first), Some(last), _) => wide(first) | wide(last) << 32,
        (_, _, [a, b, c]) => wide(&[*a, *b, *c, 3]),
        (_, _, [a, b]) => wide(&[*a, *b, 2, 0]),
        (_, _, [a]) => wide(&[*a, 1, 0, 0]),
        _ => 0,
    };
    let [_, _, _, _, high @ ..] = mix(state, word).to_le_bytes();
    u32::from_le_bytes(high)
}

/// The member names at the top level of a valid object, or of the beginning of one, as they stand
/// between their quotation marks.
///
/// It trusts the grammar, which is what lets it be this small. `is_after_a_name` looks at what comes after
/// a string for the colon that follows a name: white space before it is the reader's concern alone.
pub(super) fn names_of(
    text: &[u8],
    is_after_a_name: fn(&[u8]) -> bool,
) -> impl Iterator<Item = &[u8]> {
    let mut depth = 0_u32;
    let mut rest = text;
    core::iter::from_fn(move || {
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'{' | b'[' => depth = depth.wrapping_add(1),
                b'}' | b']' => depth = depth.wrapping_sub(1),
                b'"' => {
                    let mut end = 0_usize;
                    while let Some(byte) = after.get(end).filter(|byte| **byte != b'"') {
                        end = end.wrapping_add(if *byte == b'\\' { 2 } else { 1 });
                    }
                    let string = after.get(..end)?;
                    rest = after.get(end.wrapping_add(1)..)?;
                    // Of the strings of an object, a colon follows the names.
                    if depth == 1 && is_after_a_name(rest) {
                        return Some(string);
                    }
                }
                _ => {}
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::collections::BTreeSet;
    use std::format;

    use super::{hash, hash_each};

    #[test]
    fn a_name_has_one_hash_however_it_is_read() {
        for len in 0..40 {
            let name = format!("{:len$}", "sub");
            assert_eq!(hash(name.as_bytes()), hash_each(name.bytes()), "{name}");
        }
    }

    #[test]
    fn names_that_are_used_fall_into_slots_of_their_own() {
        let names = [
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "alg",
            "kid",
            "typ",
            "cty",
            "scope",
            "azp",
            "nonce",
            "email",
            "name",
            "groups",
            "roles",
            "tid",
            "client_id",
        ];
        let slots: BTreeSet<u8> = names
            .iter()
            .map(|name| {
                let [a, b, c, d] = hash(name.as_bytes()).to_le_bytes();
                if cfg!(target_pointer_width = "64") { d } else { a ^ b ^ c ^ d }
            })
            .collect();
        assert!(slots.len() + 2 >= names.len(), "{} of {}", slots.len(), names.len());
    }
}
