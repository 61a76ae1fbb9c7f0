//! base64url without padding (RFC 7515 section 2, RFC 4648 section 5), strict and canonical.
//!
//! Exactly one text stands for a sequence of bytes: padding, white space, the `+` and `/` of plain
//! base64, and unused bits that are not zero are all refused. Otherwise two different token
//! strings would carry one signature.
//!
//! Tokens are public text, so this codec is table driven and not constant time. Secrets (`k` and
//! `d` of a JWK, PEM bodies) are decoded with `base64ct` instead, by the rooms that hold secrets.
//!
//! This room knows no JSON and no JWT.
//!
//! ```
//! use jwt_core::base64url;
//!
//! let mut buf = [0; base64url::encoded_len(5)];
//! assert_eq!(base64url::encode(b"hello", &mut buf), Ok("aGVsbG8"));
//! assert_eq!(base64url::decode(b"aGVsbG8", &mut [0; 5]), Ok(&b"hello"[..]));
//! assert!(base64url::decode(b"aGVsbG8=", &mut [0; 6]).is_err());
//! ```

#[cfg(target_pointer_width = "64")]
mod wide;

use core::fmt;

/// The alphabet of RFC 4648 section 5, Table 2.
const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Marks a byte outside the alphabet in [`VALUES`]; the top bit is set, so an OR finds it.
const INVALID: u8 = 0xff;

/// The value of each character, or [`INVALID`].
const VALUES: [u8; 256] = values();

/// Number of characters that encode `bytes` bytes.
///
/// Saturates at `usize::MAX`, which no buffer reaches.
#[must_use]
pub const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_add(bytes.div_ceil(3))
}

/// Number of bytes that `chars` characters decode to; `None` where no encoding is that long.
#[must_use]
pub const fn decoded_len(chars: usize) -> Option<usize> {
    let tail = match chars % 4 {
        0 => 0,
        1 => return None,
        2 => 1,
        _ => 2,
    };
    Some((chars / 4).saturating_mul(3).saturating_add(tail))
}

/// Whether `byte` belongs to the alphabet.
///
/// Written as comparisons, not as a table: a loop over it is turned into vector instructions.
#[must_use]
pub const fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_')
}

/// Why text is no base64url, or did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base64Error {
    /// The length is one more than a multiple of four, which no encoding has.
    InvalidLength,
    /// A byte outside the alphabet: padding, white space, or anything else.
    InvalidCharacter,
    /// The unused bits of the last character are not zero (RFC 4648 section 3.5).
    NotCanonical,
    /// The output buffer is too small.
    BufferTooSmall {
        /// Size in bytes that suffices.
        needed: usize,
    },
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidLength => f.write_str("impossible length for base64url"),
            Self::InvalidCharacter => f.write_str("a character outside the base64url alphabet"),
            Self::NotCanonical => f.write_str("unused bits of the last character are not zero"),
            Self::BufferTooSmall { needed } => write!(f, "buffer too small: {needed} bytes needed"),
        }
    }
}

impl core::error::Error for Base64Error {}

/// Encodes `bytes` into the front of `buf`.
///
/// # Errors
/// [`Base64Error::BufferTooSmall`] with [`encoded_len`] of the input.
pub fn encode<'b>(bytes: &[u8], buf: &'b mut [u8]) -> Result<&'b str, Base64Error> {
    let text = encode_ascii(bytes, buf)?;
    // Only symbols of the alphabet were written, so this never takes the default.
    Ok(core::str::from_utf8(text).unwrap_or_default())
}

/// As [`encode`], for text that becomes part of other text.
pub(crate) fn encode_ascii<'b>(bytes: &[u8], buf: &'b mut [u8]) -> Result<&'b [u8], Base64Error> {
    let needed = encoded_len(bytes.len());
    let out = buf.get_mut(..needed).ok_or(Base64Error::BufferTooSmall { needed })?;
    let free = &mut *out;
    #[cfg(target_pointer_width = "64")]
    let (bytes, free) = {
        let (done, symbols) = wide::encode(bytes, free);
        (bytes.get(done..).unwrap_or_default(), free.get_mut(symbols..).unwrap_or_default())
    };
    let (blocks, tail) = bytes.as_chunks::<3>();
    let (symbols, rest) = free.as_chunks_mut::<4>();
    for (block, symbols) in blocks.iter().zip(symbols) {
        *symbols = encode_block(block);
    }
    put_tail(rest, encode_tail(tail));
    Ok(out)
}

/// Encodes the first `len` bytes of `buf` where they stand; the text, which is ASCII, begins at the
/// front of `buf`.
///
/// A token is minted this way: its JSON is written into the caller's buffer and encoded in place,
/// from the last block to the first, so no second buffer is needed.
///
/// # Errors
/// [`Base64Error::BufferTooSmall`] with [`encoded_len`] of `len`; `buf` is unchanged then.
pub fn encode_in_place(buf: &mut [u8], len: usize) -> Result<&mut [u8], Base64Error> {
    let needed = encoded_len(len);
    let text = buf.get_mut(..needed).ok_or(Base64Error::BufferTooSmall { needed })?;
    let blocks = len / 3;
    #[cfg_attr(target_pointer_width = "64", allow(unused_mut))]
    let mut from = blocks.wrapping_mul(3);
    let tail = encode_tail(text.get(from..len).unwrap_or_default());
    let to = text.get_mut(blocks.wrapping_mul(4)..).unwrap_or_default();
    put_tail(to, tail);
    // Block i moves from 3i to 4i: the last one first, so none is overwritten before it is read.
    #[cfg(target_pointer_width = "64")]
    let (mut from, blocks) = wide::encode_in_place(text, blocks);
    let mut rest = text.get_mut(..blocks.wrapping_mul(4)).unwrap_or_default();
    while let Some(before) = from.checked_sub(3) {
        from = before;
        let Some(block) = rest.get(from..).and_then(<[u8]>::first_chunk).copied() else { break };
        let Some((before, symbols)) = rest.split_last_chunk_mut() else { break };
        *symbols = encode_block(&block);
        rest = before;
    }
    Ok(text)
}

/// Decodes `text` into the front of `buf`.
///
/// # Errors
/// Every [`Base64Error`].
pub fn decode<'b>(text: &[u8], buf: &'b mut [u8]) -> Result<&'b [u8], Base64Error> {
    let needed = decoded_len(text.len()).ok_or(Base64Error::InvalidLength)?;
    let out = buf.get_mut(..needed).ok_or(Base64Error::BufferTooSmall { needed })?;
    decode_into(text, out)?;
    Ok(out)
}

/// Decodes into as many bytes as `text` stands for.
fn decode_into(text: &[u8], out: &mut [u8]) -> Result<(), Base64Error> {
    let mut seen = 0;
    #[cfg(target_pointer_width = "64")]
    let (text, out) = {
        let (symbols, bytes, good) = wide::decode(text, out);
        seen |= if good { 0 } else { INVALID };
        (text.get(symbols..).unwrap_or_default(), out.get_mut(bytes..).unwrap_or_default())
    };
    let (symbols, tail) = text.as_chunks::<4>();
    let (blocks, rest) = out.as_chunks_mut::<3>();
    for (symbols, block) in symbols.iter().zip(blocks) {
        let (bytes, all) = decode_block(symbols);
        *block = bytes;
        seen |= all;
    }
    let (bytes, all, canonical) = decode_tail(tail);
    for (to, from) in rest.iter_mut().zip(bytes) {
        *to = from;
    }
    verdict(seen | all, canonical)
}

/// Decodes the whole of `buf` where it stands; the bytes begin at the front of `buf`.
///
/// # Errors
/// [`Base64Error::InvalidLength`] before anything is changed; [`Base64Error::InvalidCharacter`] and
/// [`Base64Error::NotCanonical`] with the contents of `buf` lost.
pub fn decode_in_place(buf: &mut [u8]) -> Result<&mut [u8], Base64Error> {
    let needed = decoded_len(buf.len()).ok_or(Base64Error::InvalidLength)?;
    let blocks = buf.len() / 4;
    let (bytes, all, canonical) =
        decode_tail(buf.get(blocks.wrapping_mul(4)..).unwrap_or_default());
    let mut seen = all;
    // Block i moves from 4i to 3i: the first one first, so none is overwritten before it is read.
    for i in 0..blocks {
        let symbols = buf.get(i.wrapping_mul(4)..).and_then(<[u8]>::first_chunk);
        if let Some((block, all)) = symbols.map(decode_block)
            && let Some(to) = buf.get_mut(i.wrapping_mul(3)..).and_then(<[u8]>::first_chunk_mut)
        {
            *to = block;
            seen |= all;
        }
    }
    let out = buf.get_mut(..needed).ok_or(Base64Error::BufferTooSmall { needed })?;
    for (to, from) in out.iter_mut().skip(blocks.wrapping_mul(3)).zip(bytes) {
        *to = from;
    }
    verdict(seen, canonical)?;
    Ok(out)
}

/// Checks that `text` is strict base64url, without decoding it; returns the decoded length.
///
/// # Errors
/// Every [`Base64Error`] but [`Base64Error::BufferTooSmall`].
pub fn check(text: &[u8]) -> Result<usize, Base64Error> {
    let len = decoded_len(text.len()).ok_or(Base64Error::InvalidLength)?;
    let each = || text.iter().fold(true, |all, byte| all & is_symbol(*byte));
    #[cfg(target_pointer_width = "64")]
    let all_symbols = wide::all_symbols(text).unwrap_or_else(each);
    #[cfg(not(target_pointer_width = "64"))]
    let all_symbols = each();
    let (_, _, canonical) = decode_tail(text.chunks_exact(4).remainder());
    verdict(if all_symbols { 0 } else { INVALID }, canonical)?;
    Ok(len)
}

const fn values() -> [u8; 256] {
    let mut values = [INVALID; 256];
    let mut value = 0u8;
    while value < 64 {
        #[allow(clippy::indexing_slicing, clippy::as_conversions)] // evaluated at compile time
        {
            values[ALPHABET[value as usize] as usize] = value;
        }
        value = value.wrapping_add(1);
    }
    values
}

fn symbol(six_bits: u8) -> u8 {
    // The mask keeps the index in range; the compiler drops the other branch.
    ALPHABET.get(usize::from(six_bits & 0x3f)).copied().unwrap_or_default()
}

fn value(symbol: u8) -> u8 {
    VALUES.get(usize::from(symbol)).copied().unwrap_or(INVALID)
}

fn encode_block(&[a, b, c]: &[u8; 3]) -> [u8; 4] {
    [symbol(a >> 2), symbol(a << 4 | b >> 4), symbol(b << 2 | c >> 6), symbol(c)]
}

/// Encodes the last bytes, fewer than three: the first two or three characters count, or none.
#[cfg(not(target_pointer_width = "64"))]
fn encode_tail(tail: &[u8]) -> [u8; 4] {
    let mut block = [0; 3];
    block.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    encode_block(&block)
}

/// Encodes the last bytes, fewer than three: the first two or three characters count, or none.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
fn encode_tail(tail: &[u8]) -> [u8; 4] {
    match *tail {
        [a] => encode_block(&[a, 0, 0]),
        [a, b] => encode_block(&[a, b, 0]),
        _ => [0; 4],
    }
}

/// Puts the characters of a tail where they belong.
#[cfg(not(target_pointer_width = "64"))]
fn put_tail(to: &mut [u8], tail: [u8; 4]) {
    to.iter_mut().zip(tail).for_each(|(to, from)| *to = from);
}

/// Puts the characters of a tail where they belong.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
fn put_tail(to: &mut [u8], [a, b, c, _]: [u8; 4]) {
    match to {
        [x, y] => (*x, *y) = (a, b),
        [x, y, z] => (*x, *y, *z) = (a, b, c),
        _ => {}
    }
}

/// The bytes of four characters, and the OR of their values: its top bit tells an invalid one.
fn decode_block(symbols: &[u8; 4]) -> ([u8; 3], u8) {
    let [a, b, c, d] = symbols.map(value);
    ([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d], a | b | c | d)
}

/// The bytes of the last two or three characters, the OR of their values, and whether the unused
/// bits are zero.
fn decode_tail(symbols: &[u8]) -> ([u8; 2], u8, bool) {
    match *symbols {
        [a, b] => {
            let (a, b) = (value(a), value(b));
            ([a << 2 | b >> 4, 0], a | b, b & 0x0f == 0)
        }
        [a, b, c] => {
            let (a, b, c) = (value(a), value(b), value(c));
            ([a << 2 | b >> 4, b << 4 | c >> 2], a | b | c, c & 0x03 == 0)
        }
        _ => ([0; 2], 0, true),
    }
}

fn verdict(seen: u8, canonical: bool) -> Result<(), Base64Error> {
    if seen & 0x80 != 0 {
        Err(Base64Error::InvalidCharacter)
    } else if !canonical {
        Err(Base64Error::NotCanonical)
    } else {
        Ok(())
    }
}
