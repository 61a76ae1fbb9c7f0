//! The serializer for serde, held against serde_json's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(feature = "serde-1")]

use std::collections::BTreeMap;

use jwt_core::error::WriteError;
use jwt_core::json::{MAX_DEPTH, Object, ObjectWriter, Serde, from_fn, write_object};
use proptest::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::Value as Reference;

fn ours(value: &impl Serialize) -> Result<String, WriteError> {
    let mut buf = vec![0; 1 << 14];
    write_object(&mut buf, &Serde(value)).map(str::to_owned)
}

/// The same text as serde_json's, and text that our own reader accepts.
fn same(value: &impl Serialize) {
    let written = ours(value).unwrap();
    assert_eq!(written, serde_json::to_string(value).unwrap());
    assert!(Object::parse(written.as_bytes()).is_ok(), "{written}");
    for size in 0..written.len() {
        assert_eq!(
            write_object(&mut vec![0; size], &Serde(value)),
            Err(WriteError::BufferTooSmall { needed: written.len() })
        );
    }
}

#[derive(Serialize, Clone, Default)]
struct Unit;

#[derive(Serialize, Clone)]
struct Newtype<T>(T);

#[derive(Serialize, Clone)]
struct Pair(u8, &'static str);

#[derive(Serialize, Clone)]
enum Variants {
    Unit,
    Newtype(i32),
    Tuple(u8, String),
    Struct { a: bool, b: Option<u8> },
}

#[derive(Serialize, Clone)]
struct Empty {}

#[derive(Serialize)]
struct All {
    text: String,
    character: char,
    emoji: char,
    boolean: bool,
    signed: (i8, i16, i32, i64),
    unsigned: (u8, u16, u32, u64),
    none: Option<u8>,
    some: Option<&'static str>,
    unit: (),
    unit_struct: Unit,
    newtype: Newtype<Newtype<u8>>,
    pair: Pair,
    variants: Vec<Variants>,
    list: [u16; 3],
    empty_list: Vec<u8>,
    map: BTreeMap<String, Vec<Option<bool>>>,
    character_keys: BTreeMap<char, u8>,
    nested: Box<Nested>,
    empty: Empty,
    #[serde(skip)]
    _skipped: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<u8>,
    #[serde(rename = "q\"uote")]
    renamed: u8,
}

#[derive(Serialize)]
struct Nested {
    a: Vec<Nested>,
    b: BTreeMap<&'static str, Variants>,
}

fn variants() -> Vec<Variants> {
    vec![
        Variants::Unit,
        Variants::Newtype(-5),
        Variants::Tuple(1, "\u{7}\"".to_owned()),
        Variants::Struct { a: true, b: None },
    ]
}

#[test]
fn derived_types_are_written_as_by_serde_json() {
    same(&All {
        text: "q\" \\ / \u{0}\u{1f}\n\r\t\u{7f}\u{2028} caf\u{e9} \u{1f600}".to_owned(),
        character: '"',
        emoji: '\u{1f600}',
        boolean: true,
        signed: (i8::MIN, i16::MIN, i32::MIN, i64::MIN),
        unsigned: (u8::MAX, u16::MAX, u32::MAX, u64::MAX),
        none: None,
        some: Some("x"),
        unit: (),
        unit_struct: Unit,
        newtype: Newtype(Newtype(7)),
        pair: Pair(1, "two"),
        variants: variants(),
        list: [1, 2, 3],
        empty_list: vec![],
        map: [("k".to_owned(), vec![Some(true), None]), (String::new(), vec![])].into(),
        character_keys: [('a', 1), ('"', 2)].into(),
        nested: Box::new(Nested {
            a: vec![Nested { a: vec![], b: BTreeMap::new() }],
            b: [("v", Variants::Struct { a: false, b: Some(1) })].into(),
        }),
        empty: Empty {},
        _skipped: 0,
        absent: None,
        renamed: 1,
    });
}

#[test]
fn whatever_serializes_as_an_object_has_members() {
    same(&Empty {});
    same(&Newtype(Newtype(Pairs { a: 1, b: "2" })));
    same(&Some(Pairs { a: 1, b: "2" }));
    same(&&Pairs { a: 1, b: "2" });
    same(&BTreeMap::from([("a", 1), ("b", 2)]));
    same(&BTreeMap::<&str, u8>::new());
    same(&Variants::Newtype(1));
    same(&Variants::Tuple(1, String::new()));
    same(&Variants::Struct { a: true, b: Some(1) });
}

#[derive(Serialize)]
struct Pairs {
    a: u8,
    b: &'static str,
}

#[test]
fn whatever_serializes_as_anything_else_is_no_object() {
    let no_object = Err(WriteError::NotAnObject);
    assert_eq!(ours(&1), no_object);
    assert_eq!(ours(&-1i64), no_object);
    assert_eq!(ours(&1.5), no_object);
    assert_eq!(ours(&true), no_object);
    assert_eq!(ours(&"{}"), no_object);
    assert_eq!(ours(&'x'), no_object);
    assert_eq!(ours(&()), no_object);
    assert_eq!(ours(&None::<Empty>), no_object);
    assert_eq!(ours(&Unit), no_object);
    assert_eq!(ours(&Variants::Unit), no_object);
    assert_eq!(ours(&vec![Empty {}]), no_object);
    assert_eq!(ours(&(Empty {}, 1)), no_object);
    assert_eq!(ours(&Pair(1, "x")), no_object);
    assert_eq!(ours(&Newtype(1)), no_object);
}

#[derive(Serialize)]
struct Float<T> {
    f: T,
}

#[test]
fn a_number_that_json_cannot_hold_is_an_error_wherever_it_stands() {
    for f in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let error = Err(WriteError::NonFiniteNumber);
        assert_eq!(ours(&Float { f }), error);
        assert_eq!(ours(&Float { f: f as f32 }), error);
        assert_eq!(ours(&Float { f: vec![Some((1, f))] }), error);
        assert_eq!(ours(&BTreeMap::from([("x", f)])), error);
    }
}

/// The number `f` by our reader and the parser of the standard library, which rounds exactly.
fn read<T: core::str::FromStr<Err: core::fmt::Debug>>(written: &str) -> T {
    let object = Object::parse(written.as_bytes());
    let object = object.unwrap_or_else(|error| panic!("{written}: {error}"));
    object.find("f").and_then(|value| value.as_number()).unwrap().as_str().parse().unwrap()
}

#[test]
fn every_finite_float_is_written_so_that_our_own_reader_takes_it_and_it_comes_back_exactly() {
    for f in [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        1.5,
        1e15,
        1e16,
        1e17,
        123_456_789.125,
        1e100,
        1e300,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        1e-5,
        1e-7,
        0.3,
        1.0 / 3.0,
        f64::EPSILON,
    ] {
        let written = ours(&Float { f }).unwrap();
        assert_eq!(read::<f64>(&written).to_bits(), f.to_bits(), "{written}");
    }
    for f in [0.1f32, f32::MAX, f32::MIN_POSITIVE, 1e-45, 16_777_216.0] {
        let written = ours(&Float { f }).unwrap();
        assert_eq!(read::<f32>(&written).to_bits(), f.to_bits(), "{written}");
    }
}

struct Fails;

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("needle"))
    }
}

struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&[0, 1, 255])
    }
}

/// A type that is written as it shows itself, character by character. The empty one cannot.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shown(&'static str);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().next().ok_or(std::fmt::Error)?;
        self.0.chars().try_for_each(|character| write!(f, "{character}"))
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[test]
fn a_type_that_shows_itself_is_a_string_with_its_escapes() {
    for text in ["x", "2026-11-25T18:00:00Z", "\"\\\n\u{1}\u{7f}", "a\u{e9}\u{1f600}\"b"] {
        same(&Float { f: Shown(text) });
    }
    same(&Float { f: format_args!("{}-{:?}", 1, "x") });
    same(&BTreeMap::from([("a", Some(Shown("\"")))]));
}

#[derive(Serialize)]
struct Twice {
    a: u8,
    #[serde(rename = "a")]
    b: u8,
}

#[test]
fn what_cannot_be_written_without_an_allocator_is_an_error() {
    let error = Err(WriteError::Serialize);
    assert_eq!(ours(&Fails), error);
    assert_eq!(ours(&Float { f: Fails }), error);
    assert_eq!(ours(&Float { f: 1i128 }), error);
    assert_eq!(ours(&Float { f: 1u128 }), error);
    assert_eq!(ours(&BTreeMap::from([(1, 1)])), error);
    assert_eq!(ours(&BTreeMap::from([(true, 1)])), error);
    assert_eq!(ours(&BTreeMap::from([((), 1)])), error);
    assert_eq!(ours(&BTreeMap::from([(Pair(1, "x").1, 1)])), Ok(r#"{"x":1}"#.to_owned()));
    assert_eq!(ours(&BTreeMap::from([(Shown("x"), 1)])), error);
    assert_eq!(ours(&Float { f: Shown("") }), error);
    same(&Float { f: Bytes });
    assert_eq!(ours(&Twice { a: 1, b: 2 }), Err(WriteError::DuplicateMember));
}

#[test]
fn serde_members_stand_beside_others() {
    let own = Serde(Pairs { a: 1, b: "x" });
    let first = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.integer("n", 0);
    });
    let mut buf = [0; 99];
    assert_eq!(write_object(&mut buf, &(first, &own, ())), Ok(r#"{"n":0,"a":1,"b":"x"}"#));
    assert_eq!(write_object(&mut buf, &(&own, first)), Ok(r#"{"a":1,"b":"x","n":0}"#));
    assert_eq!(write_object(&mut buf, &(&own, &own)), Err(WriteError::DuplicateMember));
    let nested = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.object("o", &own).array("l", |array| {
            array.object(&own).object(&own);
        });
    });
    let wanted = r#"{"o":{"a":1,"b":"x"},"l":[{"a":1,"b":"x"},{"a":1,"b":"x"}]}"#;
    assert_eq!(write_object(&mut buf, &nested), Ok(wanted));
}

#[test]
fn serde_types_are_not_written_deeper_than_the_reader_reads() {
    #[derive(Serialize)]
    struct Deep {
        x: Option<Box<Deep>>,
    }
    let nested =
        |depth| (1..depth).fold(Deep { x: None }, |deep, _| Deep { x: Some(Box::new(deep)) });
    same(&nested(MAX_DEPTH));
    assert_eq!(ours(&nested(MAX_DEPTH + 1)), Err(WriteError::TooDeep));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_float_is_written_so_that_our_own_reader_takes_it(f: f64) {
        prop_assume!(f.is_finite());
        let written = ours(&Float { f }).unwrap();
        prop_assert_eq!(read::<f64>(&written).to_bits(), f.to_bits(), "{}", written);
        prop_assert!(serde_json::from_str::<Reference>(&written).is_ok(), "{}", written);
    }
}
