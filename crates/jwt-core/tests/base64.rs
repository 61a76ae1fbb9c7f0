//! base64url, held against base64ct: same verdict, same bytes, exact sizes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic

mod common;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::base64url::{
    Base64Error, check, decode, decode_in_place, decoded_len, encode, encode_in_place, encoded_len,
    is_symbol,
};
use proptest::prelude::*;

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What base64ct says of `text`; its canonical decoder is the reference.
fn reference(text: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(text).ok()?;
    let mut buf = vec![0; text.len()];
    Base64UrlUnpadded::decode(text, &mut buf).ok().map(<[u8]>::to_vec)
}

/// All four doors for one text; panics where they disagree.
fn ours(text: &[u8]) -> Result<Vec<u8>, Base64Error> {
    let mut buf = vec![0xa5; text.len()];
    let copied = decode(text, &mut buf).map(<[u8]>::to_vec);
    let mut place = text.to_vec();
    let in_place = decode_in_place(&mut place).map(|bytes| bytes.to_vec());
    assert_eq!(copied, in_place, "decode and decode_in_place on {text:?}");
    assert_eq!(copied.as_ref().map(Vec::len), check(text).as_ref().copied(), "check on {text:?}");
    copied
}

fn agree(text: &[u8]) {
    let ours = ours(text);
    assert_eq!(ours.clone().ok(), reference(text), "{text:?}: {ours:?}");
    if let Ok(bytes) = ours {
        let mut back = vec![0; encoded_len(bytes.len())];
        assert_eq!(encode(&bytes, &mut back).unwrap().as_bytes(), text, "one text for these bytes");
    }
}

#[test]
fn the_alphabet_is_the_one_of_rfc_4648_section_5() {
    for byte in 0..=u8::MAX {
        assert_eq!(is_symbol(byte), ALPHABET.contains(&byte), "byte {byte:#04x}");
        // As any of four characters, and as either of the last two.
        for at in 0..4 {
            let mut text = *b"AAAA";
            text[at] = byte;
            assert_eq!(check(&text).is_ok(), ALPHABET.contains(&byte), "{text:?}");
            agree(&text);
        }
    }
}

#[test]
fn every_text_of_up_to_two_characters_has_the_verdict_of_base64ct() {
    agree(b"");
    for a in 0..=u8::MAX {
        agree(&[a]);
        for b in 0..=u8::MAX {
            agree(&[a, b]);
            agree(&[b'A', a, b]);
            agree(&[b'A', b'A', b'A', b'A', a, b]);
        }
    }
}

#[test]
fn two_or_more_bad_characters_are_as_bad_as_one() {
    for len in 2..24 {
        for (first, second) in (0..len).flat_map(|a| (0..=a).map(move |b| (a, b))) {
            let mut text = vec![b'A'; len];
            (text[first], text[second]) = (b'=', b'.');
            agree(&text);
        }
        agree(&vec![b'='; len]);
    }
}

#[test]
fn every_refusal_has_its_reason() {
    use Base64Error::{InvalidCharacter, InvalidLength, NotCanonical};
    let table: &[(&[u8], Base64Error)] = &[
        (b"A", InvalidLength),
        (b"AAAAA", InvalidLength),
        (b"=", InvalidLength),
        (b"AA=", InvalidCharacter),
        (b"AA==", InvalidCharacter),
        (b"AAA=", InvalidCharacter),
        (b"AA+A", InvalidCharacter),
        (b"AA/A", InvalidCharacter),
        (b" AAA", InvalidCharacter),
        (b"AA\n", InvalidCharacter),
        (b"AA\0A", InvalidCharacter),
        (b"AA.A", InvalidCharacter),
        ("Aé".as_bytes(), InvalidCharacter),
        (b"\xff\xff", InvalidCharacter),
        (b"AB", NotCanonical),
        (b"A_", NotCanonical),
        (b"AAB", NotCanonical),
        (b"AAAAAAC", NotCanonical),
        // Both wrong: the character is told.
        (b"!B", InvalidCharacter),
    ];
    for (text, error) in table {
        assert_eq!(ours(text), Err(*error), "{text:?}");
    }
}

/// Long enough for several groups of each width, and the ends between them.
#[test]
fn any_byte_at_any_place_has_the_verdict_of_base64ct() {
    for len in 0..70 {
        let symbols: Vec<u8> = (0..len).map(|i| ALPHABET[(i * 29 + len) % 64]).collect();
        agree(&symbols);
        let mut canonical = symbols.clone();
        if let Some(last) = canonical.last_mut() {
            *last = b'A';
        }
        agree(&canonical);
        for at in 0..len {
            for byte in if len % 7 == 0 { 0..=u8::MAX } else { b'*'..=b'A' } {
                let mut text = canonical.clone();
                text[at] = byte;
                agree(&text);
            }
        }
    }
}

#[test]
fn any_byte_at_any_place_encodes_as_by_base64ct() {
    for len in 0..40 {
        for at in 0..len {
            for byte in 0..=u8::MAX {
                let mut bytes: Vec<u8> = (0..len).map(|i| (i * 53) as u8).collect();
                bytes[at] = byte;
                let text = Base64UrlUnpadded::encode_string_of(&bytes);
                let mut buf = vec![0xa5; text.len() + 1];
                assert_eq!(encode(&bytes, &mut buf), Ok(text.as_str()));
                assert_eq!(buf[text.len()], 0xa5);
                buf[..len].copy_from_slice(&bytes);
                assert_eq!(encode_in_place(&mut buf, len), Ok(text.clone().into_bytes().as_mut()));
                assert_eq!(buf[text.len()], 0xa5);
            }
        }
    }
}

#[test]
fn of_the_last_character_exactly_one_in_16_or_in_4_is_canonical() {
    for (prefix, expected) in [("A", 4), ("AA", 16)] {
        let good = ALPHABET
            .iter()
            .filter(|last| check(&[prefix.as_bytes(), &[**last]].concat()).is_ok())
            .count();
        assert_eq!(good, expected, "{prefix}");
    }
}

#[test]
fn lengths_agree_with_base64ct_and_saturate() {
    for len in 0..1000 {
        let bytes = vec![0u8; len];
        assert_eq!(encoded_len(len), Base64UrlUnpadded::encoded_len(&bytes));
        assert_eq!(decoded_len(encoded_len(len)), Some(len));
        assert_eq!(decoded_len(len).is_none(), len % 4 == 1);
    }
    assert_eq!(encoded_len(usize::MAX), usize::MAX);
    assert!(decoded_len(usize::MAX).is_some_and(|len| len < usize::MAX));
}

#[test]
fn every_buffer_size_is_too_small_or_enough_and_needed_is_exact() {
    for len in 0..20usize {
        let bytes: Vec<u8> = (0..len).map(|i| (i * 37) as u8).collect();
        let text = Base64UrlUnpadded::encode_string_of(&bytes);
        for size in 0..=text.len() + 2 {
            let mut buf = vec![0xa5; size];
            let too_small = Err(Base64Error::BufferTooSmall { needed: text.len() });
            let wanted = if size < text.len() { too_small } else { Ok(text.as_str()) };
            assert_eq!(encode(&bytes, &mut buf), wanted, "encode {len} into {size}");
            if size >= text.len() {
                assert!(buf[text.len()..].iter().all(|b| *b == 0xa5), "nothing behind is touched");
            }
        }
        for size in len..=text.len() + 2 {
            let mut buf = vec![0xa5; size];
            buf[..len].copy_from_slice(&bytes);
            let before = buf.clone();
            let got = encode_in_place(&mut buf, len).map(|text| text.to_owned());
            if size < text.len() {
                assert_eq!(got, Err(Base64Error::BufferTooSmall { needed: text.len() }));
                assert_eq!(buf, before, "unchanged");
            } else {
                assert_eq!(got, Ok(text.clone().into_bytes()));
                assert_eq!(buf[text.len()..], before[text.len()..]);
            }
        }
        for size in 0..=len + 2 {
            let mut buf = vec![0xa5; size];
            let got = decode(text.as_bytes(), &mut buf).map(<[u8]>::to_vec);
            if size < len {
                assert_eq!(got, Err(Base64Error::BufferTooSmall { needed: len }));
            } else {
                assert_eq!(got.as_ref(), Ok(&bytes));
                assert!(buf[len..].iter().all(|b| *b == 0xa5));
            }
        }
    }
    // More than the buffer holds is asked for: refused, not a panic.
    assert_eq!(
        encode_in_place(&mut [0; 4], usize::MAX),
        Err(Base64Error::BufferTooSmall { needed: usize::MAX })
    );
}

#[test]
fn errors_say_what_is_wrong() {
    for (error, text) in [
        (Base64Error::InvalidLength, "impossible length for base64url"),
        (Base64Error::InvalidCharacter, "a character outside the base64url alphabet"),
        (Base64Error::NotCanonical, "unused bits of the last character are not zero"),
        (Base64Error::BufferTooSmall { needed: 7 }, "buffer too small: 7 bytes needed"),
    ] {
        assert_eq!(error.to_string(), text);
        let _: &dyn core::error::Error = &error;
    }
}

/// base64ct's `encode_string` wants its `alloc` feature; this is the same by its buffer door.
trait EncodeString {
    fn encode_string_of(bytes: &[u8]) -> String;
}

impl EncodeString for Base64UrlUnpadded {
    fn encode_string_of(bytes: &[u8]) -> String {
        let mut buf = vec![0; Self::encoded_len(bytes)];
        Self::encode(bytes, &mut buf).unwrap().to_owned()
    }
}

proptest! {
    #![proptest_config(common::cases(4000))]

    #[test]
    fn random_bytes_encode_as_by_base64ct_and_come_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = Base64UrlUnpadded::encode_string_of(&bytes);
        let mut buf = vec![0; text.len()];
        prop_assert_eq!(encode(&bytes, &mut buf).unwrap(), &text);
        let mut place = bytes.clone();
        place.resize(text.len(), 0);
        prop_assert_eq!(&*encode_in_place(&mut place, bytes.len()).unwrap(), text.as_bytes());
        prop_assert_eq!(ours(text.as_bytes()), Ok(bytes));
    }

    #[test]
    fn mutated_texts_have_the_verdict_of_base64ct(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 0..4),
    ) {
        let mut text = Base64UrlUnpadded::encode_string_of(&bytes).into_bytes();
        for (at, byte, kind) in edits {
            let at = at.index(text.len() + 1);
            match kind {
                0 => text.insert(at, byte),
                1 => text.insert(at, ALPHABET[usize::from(byte) % 64]),
                2 if at < text.len() => text[at] = ALPHABET[usize::from(byte) % 64],
                _ => text.truncate(at),
            }
        }
        agree(&text);
    }

    #[test]
    fn random_symbols_have_the_verdict_of_base64ct(
        indices in prop::collection::vec(0usize..64, 0..40),
    ) {
        agree(&indices.into_iter().map(|i| ALPHABET[i]).collect::<Vec<_>>());
    }
}
