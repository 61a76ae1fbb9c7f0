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

    /// Adds a name, by [`hash`]. `false`: it is certainly new; `true`: it may have been there.
    pub(super) fn insert(&mut self, hash: u32) -> bool {
        let [a, b, c, d] = hash.to_le_bytes();
        let slot = a ^ b ^ c ^ d;
        let bit = 1 << (slot & 31);
        let Some(word) = self.seen.get_mut(usize::from(slot >> 5)) else { return true };
        let seen = *word & bit != 0;
        *word |= bit;
        seen
    }
}

/// FNV-1a over the bytes of a name.
pub(super) fn hash(name: impl Iterator<Item = u8>) -> u32 {
    name.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
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
