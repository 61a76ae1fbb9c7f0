//! The codec for processors of 64 bits: eight characters at a time, by tables of 12 KB that would be too
//! large for firmware. What is left over at an end goes the narrow way.

/// Characters that are checked at once.
const SYMBOLS: usize = 16;

/// Whether all of `text` is in the alphabet; `None` where it is shorter than a block.
pub(super) fn all_symbols(text: &[u8]) -> Option<bool> {
    let (blocks, _) = text.as_chunks::<SYMBOLS>();
    // It overlaps the last of the others, unless the length is a multiple of theirs.
    let last = text.last_chunk::<SYMBOLS>()?;
    let mut bad = foreign(last);
    for block in blocks {
        for (bad, foreign) in bad.iter_mut().zip(foreign(block)) {
            *bad |= foreign;
        }
    }
    Some(u128::from_ne_bytes(bad) == 0)
}

/// A byte of ones for each byte that is not in the alphabet.
#[inline(always)]
fn foreign(block: &[u8; SYMBOLS]) -> [u8; SYMBOLS] {
    each(*block, |byte| {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        mask(!(letter | digit | (byte == b'-') | (byte == b'_')))
    })
}

/// What each symbol gives in each of the four places of a group, in the order of memory; other bytes set
/// the highest byte.
static PLACES: [[u32; 256]; 4] = places();

/// The symbols of twelve bits, in the order of memory.
static PAIRS: [u16; 4096] = pairs();

/// Decodes from the front as much as goes in groups of eight characters. Returns how many characters
/// and bytes are done, and whether all of the characters were symbols.
pub(super) fn decode(text: &[u8], out: &mut [u8]) -> (usize, usize, bool) {
    let (mut from, mut to) = (0_usize, 0_usize);
    let mut seen = 0;
    // Two bytes more are written than there are, and overwritten next: the last group goes another way.
    while let Some(eight) = text.get(from..).and_then(<[u8]>::first_chunk::<8>)
        && let Some(six) = out.get_mut(to..).and_then(<[u8]>::first_chunk_mut)
    {
        let &[a, b, c, d, e, f, g, h] = eight;
        let (low, high) = (decode_four([a, b, c, d]), decode_four([e, f, g, h]));
        seen |= low | high;
        *six = (u64::from(low) | u64::from(high) << 24).to_le_bytes();
        (from, to) = (from.wrapping_add(8), to.wrapping_add(6));
    }
    (from, to, seen >> 24 == 0)
}

#[inline(always)]
fn decode_four(four: [u8; 4]) -> u32 {
    let mut joined = 0;
    for (symbol, place) in four.into_iter().zip(&PLACES) {
        joined |= place.get(usize::from(symbol)).copied().unwrap_or(u32::MAX);
    }
    joined
}

/// Encodes where they stand the last of so many groups of three bytes; returns where the first of the
/// others end, and how many these are.
pub(super) fn encode_in_place(text: &mut [u8], threes: usize) -> (usize, usize) {
    let (mut from, mut to) = (threes.wrapping_mul(3), threes.wrapping_mul(4));
    while let Some((before, symbols)) = from.checked_sub(6).zip(to.checked_sub(8)) {
        // Two bytes more are read than are used.
        let Some(eight) = text.get(before..).and_then(<[u8]>::first_chunk).copied() else { break };
        let Some(place) = text.get_mut(symbols..).and_then(<[u8]>::first_chunk_mut) else { break };
        *place = encode_six(eight);
        (from, to) = (before, symbols);
    }
    (from, to / 4)
}

/// Encodes from the front as much as goes in groups of six bytes; returns how many bytes and characters
/// are done.
pub(super) fn encode(bytes: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut from, mut to) = (0_usize, 0_usize);
    while let Some(eight) = bytes.get(from..).and_then(<[u8]>::first_chunk)
        && let Some(place) = out.get_mut(to..).and_then(<[u8]>::first_chunk_mut)
    {
        *place = encode_six(*eight);
        (from, to) = (from.wrapping_add(6), to.wrapping_add(8));
    }
    (from, to)
}

/// The symbols of the first six bytes.
#[inline(always)]
fn encode_six(eight: [u8; 8]) -> [u8; 8] {
    let word = u64::from_be_bytes(eight);
    let pair = |shift: u32| {
        let index = usize::try_from(word >> shift & 0xfff).unwrap_or_default();
        u64::from(PAIRS.get(index).copied().unwrap_or_default())
    };
    (pair(52) | pair(40) << 16 | pair(28) << 32 | pair(16) << 48).to_le_bytes()
}

/// As `map` of arrays, which does not become vector instructions.
#[inline(always)]
fn each(mut block: [u8; SYMBOLS], change: impl Fn(u8) -> u8) -> [u8; SYMBOLS] {
    for byte in &mut block {
        *byte = change(*byte);
    }
    block
}

#[inline(always)]
const fn mask(condition: bool) -> u8 {
    if condition { 0xff } else { 0 }
}

#[allow(clippy::indexing_slicing, clippy::as_conversions)] // evaluated at compile time
const fn places() -> [[u32; 256]; 4] {
    let mut places = [[0xff00_0000; 256]; 4];
    let mut value = 0_u32;
    while value < 64 {
        let symbol = super::ALPHABET[value as usize] as usize;
        places[0][symbol] = value << 2;
        places[1][symbol] = value >> 4 | (value << 12 & 0xf000);
        places[2][symbol] = (value >> 2) << 8 | (value << 22 & 0xc0_0000);
        places[3][symbol] = value << 16;
        value = value.wrapping_add(1);
    }
    places
}

#[allow(clippy::indexing_slicing, clippy::as_conversions)] // evaluated at compile time
const fn pairs() -> [u16; 4096] {
    let mut pairs = [0; 4096];
    let mut bits = 0;
    while bits < 4096_usize {
        pairs[bits] =
            u16::from_le_bytes([super::ALPHABET[bits >> 6], super::ALPHABET[bits & 0x3f]]);
        bits = bits.wrapping_add(1);
    }
    pairs
}
