//! Whether a member name was there before.
//!
//! A filter of 256 bits answers "certainly new" for most names at once. Only where its bit is
//! already set are the earlier names walked and compared. Reader and writer share both parts.

use super::Text;

/// A Bloom filter with one hash over member names, unescaped.
#[derive(Debug)]
pub(super) struct Names {
    seen: [u32; 8],
}

impl Names {
    pub(super) const fn new() -> Self {
        Self { seen: [0; 8] }
    }

    /// Adds `name`. `false`: it is certainly new; `true`: it may have been there.
    pub(super) fn insert(&mut self, name: Text<'_>) -> bool {
        // FNV-1a over the UTF-8 of the name, folded to eight bits.
        let hash = match name.as_str() {
            Some(text) => text.bytes().fold(OFFSET, fnv),
            None => name.chars().fold(OFFSET, |hash, character| {
                character.encode_utf8(&mut [0; 4]).bytes().fold(hash, fnv)
            }),
        };
        let [a, b, c, d] = hash.to_le_bytes();
        let slot = a ^ b ^ c ^ d;
        let bit = 1 << (slot & 31);
        let Some(word) = self.seen.get_mut(usize::from(slot >> 5)) else { return true };
        let seen = *word & bit != 0;
        *word |= bit;
        seen
    }
}

const OFFSET: u32 = 0x811c_9dc5;

fn fnv(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// The member names at the top level of a valid object, or of the beginning of one.
///
/// It trusts the grammar, which is what lets it be this small.
pub(super) fn names_of(text: &[u8]) -> impl Iterator<Item = Text<'_>> {
    let mut depth = 0u32;
    let mut name_next = false;
    let mut at = 0usize;
    core::iter::from_fn(move || {
        while let Some(byte) = text.get(at) {
            at = at.wrapping_add(1);
            match byte {
                b'{' | b'[' => depth = depth.saturating_add(1),
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    let start = at;
                    let mut escaped = false;
                    while let Some(byte) = text.get(at).filter(|byte| **byte != b'"') {
                        escaped |= *byte == b'\\';
                        at = at.wrapping_add(if *byte == b'\\' { 2 } else { 1 });
                    }
                    let raw = text.get(start..at);
                    at = at.wrapping_add(1);
                    if name_next && depth == 1 {
                        name_next = false;
                        let raw = core::str::from_utf8(raw?).ok()?;
                        return Some(Text::from_scanned(raw, escaped));
                    }
                }
                _ => {}
            }
            name_next = match byte {
                b'{' | b',' => depth == 1,
                b' ' | b'\t' | b'\n' | b'\r' => name_next,
                _ => false,
            };
        }
        None
    })
}
