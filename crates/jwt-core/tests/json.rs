//! The strict JSON reader and the writer, held against serde_json in both directions.
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

use jwt_core::error::{JsonErrorKind, WriteError};
use jwt_core::json::{
    ArrayWriter, MAX_DEPTH, MAX_MEMBERS, MAX_NUMBER_LEN, Object, ObjectWriter, Value, WriteMembers,
    from_fn, write_object,
};
use proptest::prelude::*;
use serde_json::Value as Reference;

/// A value of ours as one of serde_json's; of duplicates in nested objects the last counts there.
fn convert(value: Value<'_>) -> Reference {
    match value {
        Value::Null => Reference::Null,
        Value::Bool(value) => Reference::Bool(value),
        Value::Number(number) => serde_json::from_str(number.as_str()).unwrap(),
        Value::String(text) => Reference::String(text.to_string()),
        Value::Array(array) => Reference::Array(array.elements().map(convert).collect()),
        Value::Object(object) => convert_object(object),
    }
}

fn convert_object(object: Object<'_>) -> Reference {
    let members = object.members().map(|(name, value)| (name.to_string(), convert(value)));
    Reference::Object(members.collect())
}

/// Whether our reader has to accept `text`, decided by serde_json and by counting; `None` where
/// serde_json refuses a number for its size, so that it cannot decide.
fn reference(text: &[u8]) -> Option<Result<Reference, &'static str>> {
    let Ok(utf8) = core::str::from_utf8(text) else { return Some(Err("not UTF-8")) };
    let value: Reference = match serde_json::from_str(utf8) {
        Ok(value) => value,
        Err(error) if error.to_string().contains("number out of range") => return None,
        Err(_) => return Some(Err("grammar")),
    };
    if !value.is_object() {
        return Some(Err("no object"));
    }
    let names = outermost_names(utf8);
    let count = names.len();
    let unique: std::collections::BTreeSet<_> = names.into_iter().collect();
    Some(if unique.len() != count {
        Err("duplicate")
    } else if count > MAX_MEMBERS {
        Err("members")
    } else if depth(utf8) > MAX_DEPTH {
        Err("depth")
    } else if longest_number(utf8) > MAX_NUMBER_LEN {
        Err("number length")
    } else {
        Ok(value)
    })
}

/// The text without its strings: only what is structure and scalars, by a pass of its own.
fn without_strings(text: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::new(), false, false);
    for character in text.chars() {
        match (inside, escaped, character) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => inside = !inside,
            (true, ..) => {}
            (false, ..) => out.push(character),
        }
    }
    out
}

fn depth(text: &str) -> u32 {
    let (mut depth, mut deepest) = (0u32, 0);
    for character in without_strings(text).chars() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn longest_number(text: &str) -> usize {
    without_strings(text)
        .split(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
        .map(str::len)
        .max()
        .unwrap_or(0)
}

/// The member names at the top level with duplicates, unescaped by serde_json.
fn outermost_names(text: &str) -> Vec<String> {
    let (mut names, mut depth, mut previous) = (Vec::new(), 0, ' ');
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if character == '"' {
            let mut end = 1;
            while !rest[end..].starts_with('"') {
                let escape = rest[end..].starts_with('\\');
                end += rest[end..]
                    .chars()
                    .take(if escape { 2 } else { 1 })
                    .map(char::len_utf8)
                    .sum::<usize>();
            }
            if depth == 1 && matches!(previous, '{' | ',') {
                names.push(serde_json::from_str(&rest[..=end]).unwrap());
            }
            (previous, rest) = ('"', &rest[end + 1..]);
            continue;
        }
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        // In an array at depth 1 no name follows a comma: the outermost container is an object.
        if !character.is_ascii_whitespace() {
            previous = character;
        }
        rest = &rest[character.len_utf8()..];
    }
    names
}

fn agree(text: &[u8]) {
    let ours = Object::parse(text);
    let shown = String::from_utf8_lossy(text);
    match reference(text) {
        None => {}
        Some(Ok(value)) => {
            let object = ours.unwrap_or_else(|error| panic!("{shown}: {error}"));
            assert_eq!(convert_object(object), value, "{shown}");
            assert_eq!(object.as_str().as_bytes(), text);
        }
        Some(Err(why)) => assert!(ours.is_err(), "accepted {shown}: {why}"),
    }
}

/// A small deterministic generator for the choices of the printer.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn space(&mut self, out: &mut String) {
        for _ in 0..self.roll(8).saturating_sub(5) {
            out.push([' ', '\t', '\n', '\r'][self.roll(4) as usize]);
        }
    }
}

/// Prints JSON with random white space and random escapes.
fn print(value: &Reference, dice: &mut Dice, out: &mut String) {
    dice.space(out);
    match value {
        Reference::String(text) => print_string(text, dice, out),
        Reference::Array(elements) => {
            out.push('[');
            for (i, element) in elements.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                print(element, dice, out);
            }
            dice.space(out);
            out.push(']');
        }
        Reference::Object(members) => {
            out.push('{');
            for (i, (name, value)) in members.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                dice.space(out);
                print_string(name, dice, out);
                dice.space(out);
                out.push(':');
                print(value, dice, out);
            }
            dice.space(out);
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
    dice.space(out);
}

fn print_string(text: &str, dice: &mut Dice, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let short = match character {
            '"' | '\\' | '/' => Some(character),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        match (dice.roll(4), short) {
            (0, _) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let hex = if dice.roll(2) == 0 {
                        format!("{unit:04x}")
                    } else {
                        format!("{unit:04X}")
                    };
                    out.push_str(&format!("\\u{hex}"));
                }
            }
            (_, Some(short)) if character != '/' || dice.roll(2) == 0 => out.extend(['\\', short]),
            _ if character < ' ' => out.push_str(&format!("\\u{:04x}", character as u32)),
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{0,2}",
        "[ -~]{0,12}",
        prop::collection::vec(any::<char>(), 0..6).prop_map(|chars| chars.into_iter().collect()),
        prop::collection::vec(
            prop::sample::select(
                "\"\\/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}\u{ffff}\u{10000}\u{1f600}"
                    .chars()
                    .collect::<Vec<_>>()
            ),
            0..6
        )
        .prop_map(|chars| chars.into_iter().collect()),
    ]
}

fn value() -> impl Strategy<Value = Reference> {
    let leaf = prop_oneof![
        Just(Reference::Null),
        any::<bool>().prop_map(Reference::from),
        any::<i64>().prop_map(Reference::from),
        any::<u64>().prop_map(Reference::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Reference::from),
        text().prop_map(Reference::from),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Reference::Array),
            prop::collection::btree_map(text(), inner, 0..6)
                .prop_map(|map| Reference::Object(map.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = serde_json::Map<String, Reference>> {
    prop::collection::btree_map(text(), value(), 0..8).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(common::cases(1500))]

    #[test]
    fn printed_objects_are_read_as_by_serde_json(members in object(), seed: u64) {
        let value = Reference::Object(members);
        let mut text = String::new();
        print(&value, &mut Dice(seed), &mut text);
        prop_assert!(Object::parse(text.as_bytes()).is_ok(), "{}", text);
        agree(text.as_bytes());
    }

    #[test]
    fn mutated_objects_have_the_verdict_of_serde_json(
        members in object(),
        seed: u64,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..6), 1..4),
    ) {
        const BYTES: &[u8] = b"{}[]:,\"\\/u0123456789abcdefDdEe+-.trnl \t\n\r\0\x1f\x7f\x80\xbf\xc3\xed\xa0\xf0\xff";
        let mut text = String::new();
        print(&Reference::Object(members), &mut Dice(seed), &mut text);
        let mut text = text.into_bytes();
        for (at, what, kind) in edits {
            let at = at.index(text.len() + 1);
            let byte = BYTES[what.index(BYTES.len())];
            match kind {
                0 => text.insert(at, byte),
                1 if at < text.len() => text[at] = byte,
                2 if at < text.len() => { text.remove(at); }
                3 => text.truncate(at),
                4 => {
                    // A piece of the text a second time: duplicates and nesting.
                    let end = at + what.index(text.len() - at + 1);
                    let piece = text[at..end].to_vec();
                    text.splice(at..at, piece);
                }
                _ => { text.extend_from_slice(&[byte]); }
            }
        }
        agree(&text);
    }

    #[test]
    fn short_strings_of_json_tokens_have_the_verdict_of_serde_json(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"a\"", "\"\\u0061\"", "\"b\"", "\"\"", "0", "-", "1.5", "1e", "e5",
            "true", "false", "null", " ", "\n", "\"", "\\", "{}", "[]", "\"a\":1", "{\"a\":", "\\ud83d", "\"\\ude00\"",
        ]), 0..12),
    ) {
        agree(tokens.concat().as_bytes());
        agree(format!("{{\"x\":{}}}", tokens.concat()).as_bytes());
        agree(format!("{{{}}}", tokens.concat()).as_bytes());
    }

    #[test]
    fn numbers_have_the_verdict_of_serde_json(number in "[-+]?[0-9]{0,3}[.]?[0-9]{0,3}[eE]?[-+]?[0-9]{0,2}") {
        agree(format!("{{\"x\":{number}}}").as_bytes());
    }

    #[test]
    fn strings_have_the_verdict_of_serde_json(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "\\u", "\\", "d83d", "D83D", "de00", "DE00", "dbff", "dc00", "0041", "004", "g", "\\n", "\\/", "\\\"",
            "\u{e9}", "\u{1f600}", "\u{1}", "\u{7f}", "x", "\\ud83d\\ude00", "\\uD83D", "\\uDE00",
        ]), 0..8),
    ) {
        agree(format!("{{\"x\":\"{}\"}}", pieces.concat()).as_bytes());
        agree(format!("{{\"{}\":0}}", pieces.concat()).as_bytes());
    }

    #[test]
    fn what_the_writer_writes_is_read_back_equal(members in object()) {
        let members = integers_only(Reference::Object(members));
        let mut buf = vec![0; 1 << 16];
        let Reference::Object(map) = &members else { unreachable!() };
        let written = write_object(&mut buf, &Write(map)).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Reference>(written).unwrap(), &members);
        let object = Object::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(convert_object(object), members);
        // And what was read is written again as it stands.
        let mut again = vec![0; written.len()];
        prop_assert_eq!(write_object(&mut again, &object).unwrap(), written);
    }

    #[test]
    fn an_object_that_was_read_is_copied_with_its_values_as_they_stand(members in object(), seed: u64) {
        let value = Reference::Object(members);
        let mut text = String::new();
        print(&value, &mut Dice(seed), &mut text);
        let object = Object::parse(text.as_bytes()).unwrap();
        // Names are spelled anew, at most six characters for two.
        let mut buf = vec![0; 3 * text.len()];
        let copy = write_object(&mut buf, &object).unwrap();
        let copy = Object::parse(copy.as_bytes()).unwrap();
        prop_assert_eq!(convert_object(copy), convert_object(object));
    }
}

/// Floats have no door of their own in the writer.
fn integers_only(value: Reference) -> Reference {
    match value {
        Reference::Number(number) if !number.is_i64() => Reference::from(-1),
        Reference::Array(elements) => elements.into_iter().map(integers_only).collect(),
        Reference::Object(members) => {
            Reference::Object(members.into_iter().map(|(k, v)| (k, integers_only(v))).collect())
        }
        other => other,
    }
}

struct Write<'m>(&'m serde_json::Map<String, Reference>);

impl WriteMembers for Write<'_> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        for (name, value) in self.0 {
            match value {
                Reference::Null => object.null(name),
                Reference::Bool(value) => object.bool(name, *value),
                Reference::Number(number) => match number.as_u64() {
                    Some(number) => object.unsigned(name, number),
                    None => object.integer(name, number.as_i64().unwrap()),
                },
                Reference::String(text) => object.string(name, text),
                Reference::Array(elements) => {
                    object.array(name, |array| write_array(array, elements))
                }
                Reference::Object(members) => object.object(name, &Write(members)),
            };
        }
    }
}

fn write_array(array: &mut ArrayWriter<'_, '_>, elements: &[Reference]) {
    for element in elements {
        match element {
            Reference::Null => array.null(),
            Reference::Bool(value) => array.bool(*value),
            Reference::Number(number) => array.integer(number.as_i64().unwrap()),
            Reference::String(text) => array.string(text),
            Reference::Array(elements) => array.array(|array| write_array(array, elements)),
            Reference::Object(members) => array.object(&Write(members)),
        };
    }
}

// --- errors

#[test]
fn every_error_tells_its_kind_and_its_place() {
    use JsonErrorKind::*;
    let long = format!(r#"{{"x":{}}}"#, "1".repeat(MAX_NUMBER_LEN + 1));
    let deep = format!(r#"{{"x":{}"#, "[".repeat(64));
    let many: Vec<String> = (0..=256).map(|i| format!(r#""{i}":0"#)).collect();
    let many = format!("{{{}}}", many.join(","));
    let table: &[(&[u8], JsonErrorKind, usize)] = &[
        (b"{\"a\":\"\xff\"}", NotUtf8, 6),
        (b"\xff{}", NotUtf8, 0),
        // UTF-8 is looked at first, wherever it is broken.
        (b"[\xff", NotUtf8, 1),
        (b"", NotAnObject, 0),
        (b" \t\r\n", NotAnObject, 4),
        (b"  []", NotAnObject, 2),
        (b"\xef\xbb\xbf{}", NotAnObject, 0),
        (b"{", UnexpectedEnd, 1),
        (b"{\"", UnexpectedEnd, 2),
        (b"{\"a", UnexpectedEnd, 3),
        (b"{\"a\\", UnexpectedEnd, 4),
        (b"{\"a\"", UnexpectedEnd, 4),
        (b"{\"a\":", UnexpectedEnd, 5),
        (b"{\"a\": ", UnexpectedEnd, 6),
        (b"{\"a\":1", UnexpectedEnd, 6),
        (b"{\"a\":1,", UnexpectedEnd, 7),
        (b"{\"a\":[", UnexpectedEnd, 6),
        (b"{\"a\":[1,", UnexpectedEnd, 8),
        (b"{a:1}", UnexpectedByte, 1),
        (b"{,}", UnexpectedByte, 1),
        (b"{\"a\":1,}", UnexpectedByte, 7),
        (b"{\"a\"=1}", UnexpectedByte, 4),
        (b"{\"a\":}", UnexpectedByte, 5),
        (b"{\"a\":1]", UnexpectedByte, 6),
        (b"{\"a\":[1}", UnexpectedByte, 7),
        (b"{\"a\":[,1]}", UnexpectedByte, 6),
        (b"{\"a\":[1,]}", UnexpectedByte, 8),
        (b"{\"a\":[1 2]}", UnexpectedByte, 8),
        (b"{\"a\":{\"b\"}}", UnexpectedByte, 9),
        (b"{\"a\":{,}}", UnexpectedByte, 6),
        (b"{\"a\":tru}", UnexpectedByte, 5),
        (b"{\"a\":True}", UnexpectedByte, 5),
        (b"{\"a\":nul", UnexpectedByte, 5),
        (b"{\"a\":truex}", UnexpectedByte, 9),
        (b"{\"a\":+1}", UnexpectedByte, 5),
        (b"{\"a\":.5}", UnexpectedByte, 5),
        (b"{\"a\":007}", UnexpectedByte, 6),
        (b"{\"a\":0x1}", UnexpectedByte, 6),
        (b"{\"a\":\xc2\xa01}", UnexpectedByte, 5),
        (b"{\x0c}", UnexpectedByte, 1),
        (b"{} {", TrailingData, 3),
        (b"{}\0", TrailingData, 2),
        (b"{}}", TrailingData, 2),
        (b"{\"a\":\"\n\"}", ControlCharacter, 6),
        (b"{\"a\":\"\0\"}", ControlCharacter, 6),
        (b"{\"\x1f\":1}", ControlCharacter, 2),
        (b"{\"a\":\"\\q\"}", InvalidEscape, 7),
        (b"{\"a\":\"\\u12g4\"}", InvalidEscape, 7),
        (b"{\"a\":\"\\u12", InvalidEscape, 7),
        (b"{\"a\":\"\\u+123\"}", InvalidEscape, 7),
        (b"{\"a\":\"\\U0041\"}", InvalidEscape, 7),
        (b"{\"a\":\"\\ud83d\\u12\"}", InvalidEscape, 7),
        (b"{\"a\":\"\\ud83d\"}", LoneSurrogate, 7),
        (b"{\"a\":\"\\ude00\"}", LoneSurrogate, 7),
        (b"{\"a\":\"\\ud83d\\n\"}", LoneSurrogate, 7),
        (b"{\"a\":\"\\ud83d\\u0041\"}", LoneSurrogate, 7),
        (b"{\"a\":\"\\ud83d\\ud83d\"}", LoneSurrogate, 7),
        (b"{\"a\":\"\\ude00\\ud83d\"}", LoneSurrogate, 7),
        (b"{\"a\":-}", InvalidNumber, 6),
        (b"{\"a\":1.}", InvalidNumber, 7),
        (b"{\"a\":1.e5}", InvalidNumber, 7),
        (b"{\"a\":1e}", InvalidNumber, 7),
        (b"{\"a\":1e+", InvalidNumber, 8),
        (b"{\"a\":-a}", InvalidNumber, 6),
        (long.as_bytes(), NumberTooLong, 5),
        (deep.as_bytes(), TooDeep, 5 + 63),
        (many.as_bytes(), TooManyMembers, many.len() - 1),
        (br#"{"a":1,"a":2}"#, DuplicateMember, 12),
        (br#"{"a":1,"\u0061":[2] }"#, DuplicateMember, 19),
    ];
    for (text, kind, offset) in table {
        let error = Object::parse(text).err().unwrap();
        let shown = String::from_utf8_lossy(text);
        assert_eq!((error.kind, error.offset), (*kind, *offset), "{shown}");
        assert_eq!(error.to_string(), format!("{kind} at byte {offset}"));
        assert!(!kind.to_string().is_empty());
        agree(text);
    }
    let _: &dyn core::error::Error = &Object::parse(b"").err().unwrap();
}

#[test]
fn what_is_just_within_the_limits_is_accepted() {
    let number = "1".repeat(MAX_NUMBER_LEN);
    let members: Vec<String> = (0..MAX_MEMBERS).map(|i| format!(r#""{i}":0"#)).collect();
    let depth = MAX_DEPTH as usize - 1;
    for text in [
        format!(r#"{{"x":{number},"y":-{}}}"#, &number[1..]),
        format!("{{{}}}", members.join(",")),
        format!(r#"{{"x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth)),
        format!(r#"{{"x":{}1{}}}"#, r#"{"x":"#.repeat(depth), "}".repeat(depth)),
        // Side by side is not nested, and one deep member leaves room for the next.
        format!(
            r#"{{"x":[{}],"y":{}{}}}"#,
            "[],".repeat(999) + "{}",
            "[".repeat(depth),
            "]".repeat(depth)
        ),
        // Nested objects have as many members as they like.
        format!(r#"{{"x":{{{}}}}}"#, [members.join(","), members.join(",")].join(",")),
    ] {
        assert!(Object::parse(text.as_bytes()).is_ok(), "{text:.80}");
    }
}

#[test]
fn names_are_unique_after_unescaping_and_only_then() {
    let table = [
        (r#"{"a":1,"b":2}"#, true),
        (r#"{"a":1,"A":2}"#, true),
        (r#"{"":1,"\u0000":2}"#, true),
        (r#"{"\u00e9":1,"e\u0301":2}"#, true),
        (r#"{"a\\u0062":1,"ab":2}"#, true),
        (r#"{"a":{"b":1},"b":2}"#, true),
        (r#"{"a":["b","b"],"b":2}"#, true),
        (r#"{"a":"b","b":"a"}"#, true),
        (r#"{"a":"\",\"b\":","b":2}"#, true),
        (r#"{"a":1,"a":1}"#, false),
        (r#"{"\/":1,"/":2}"#, false),
        (r#"{"\ud83d\ude00":1,"😀":2}"#, false),
        (r#"{"\n":1,"\u000A":2}"#, false),
        (r#"{"":1,"":2}"#, false),
        (r#"{"\"":1,"\u0022":2}"#, false),
        (r#"{"a":{"a":1},"b":[],"a" : 2}"#, false),
    ];
    for (text, unique) in table {
        assert_eq!(Object::parse(text.as_bytes()).is_ok(), unique, "{text}");
        agree(text.as_bytes());
    }
    // Every pair of places in an object of many members, plain and escaped.
    for (first, second) in [(0, 1), (0, 255), (100, 101), (254, 255), (17, 200)] {
        for escaped in [false, true] {
            let names: Vec<String> = (0..256)
                .map(|i| match (i == second, escaped) {
                    (true, true) => format!(r#""\u006d{first}":0"#),
                    (true, false) => format!(r#""m{first}":0"#),
                    _ => format!(r#""m{i}":0"#),
                })
                .collect();
            let error = Object::parse(format!("{{{}}}", names.join(",")).as_bytes()).err().unwrap();
            assert_eq!(error.kind, JsonErrorKind::DuplicateMember);
        }
    }
}

#[test]
fn values_are_what_they_are_and_nothing_else() {
    let object =
        Object::parse(br#"{"s":"x","n":1,"t":true,"z":null,"a":[1],"o":{"k":1}}"#).unwrap();
    let kinds = |name: &str| {
        let value = object.find(name).unwrap();
        [
            value.as_text().is_some(),
            value.as_number().is_some(),
            value.as_bool().is_some(),
            value.as_array().is_some(),
            value.as_object().is_some(),
        ]
    };
    for (i, name) in ["s", "n", "t", "a", "o"].into_iter().enumerate() {
        let mut wanted = [false; 5];
        wanted[i] = true;
        assert_eq!(kinds(name), wanted, "{name}");
    }
    assert_eq!(kinds("z"), [false; 5]);
    assert_eq!(object.find("a").and_then(|v| v.as_array()).unwrap().as_str(), "[1]");
    let secret = Object::parse(br#"{"k":"needle","l":["needle"]}"#).unwrap();
    for shown in [format!("{secret:?}"), format!("{:?} {:?}", secret.find("k"), secret.find("l"))] {
        assert!(!shown.contains("needle"), "{shown}");
    }
    let text = |name: &str, of: &[u8]| {
        Object::parse(of).unwrap().find(name).and_then(|v| v.as_text()).unwrap().to_string()
    };
    assert_eq!(text("a", br#"{"\u0061":"\u0062"}"#), "b");
    let both = Object::parse(br#"{"a":"x\/y","b":"x/y","c":"z"}"#).unwrap();
    let find = |name| both.find(name).and_then(|v| v.as_text()).unwrap();
    assert!(find("a") == find("b") && find("b") == find("a") && find("a") != find("c"));
    assert!(find("b") == "x/y" && find("b") != *"x" && find("a") == *"x/y");
}

// --- the writer

#[test]
fn members_and_elements_that_have_ended_stay_ended() {
    for text in ["{}", r#"{"a":[]}"#, r#"{"a":[1,{"b":[2]}],"c":{}}"#] {
        let object = Object::parse(text.as_bytes()).unwrap();
        let mut members = object.members();
        let arrays: Vec<_> = members.by_ref().filter_map(|(_, value)| value.as_array()).collect();
        assert!((0..3).all(|_| members.next().is_none()), "{text}");
        for array in arrays {
            let mut elements = array.elements();
            assert!(elements.by_ref().count() <= 2);
            assert!((0..3).all(|_| elements.next().is_none()), "{text}");
        }
    }
}

#[test]
fn an_object_is_written_into_every_buffer_that_is_large_enough() {
    let members = (
        from_fn(|object| {
            object.string("s", "q\" b\\ \n\r\t\u{0}\u{1f}\u{7f} caf\u{e9} \u{1f600} /");
            object.integer("min", i64::MIN).unsigned("max", u64::MAX).integer("zero", 0);
            object.bool("t", true).bool("f", false).null("z");
        }),
        from_fn(|object| {
            object.array("a", |array| {
                array.integer(-1).string("x").bool(false).null().array(|_| {}).object(&());
            });
            object.object(
                "o",
                &from_fn(|object| {
                    object.string("s", "");
                }),
            );
        }),
        Some(from_fn(|object| {
            object.null("q\"");
        })),
    );
    let wanted = concat!(
        r#"{"s":"q\" b\\ \n\r\t\u0000\u001f"#,
        "\u{7f} caf\u{e9} \u{1f600} /\",",
        r#""min":-9223372036854775808,"max":18446744073709551615,"zero":0,"t":true,"f":false,"#,
        r#""z":null,"a":[-1,"x",false,null,[],{}],"o":{"s":""},"q\"":null}"#
    );
    for size in 0..wanted.len() + 3 {
        let mut buf = vec![0xa5; size];
        let verdict = write_object(&mut buf, &members);
        if size < wanted.len() {
            assert_eq!(verdict, Err(WriteError::BufferTooSmall { needed: wanted.len() }), "{size}");
        } else {
            assert_eq!(verdict, Ok(wanted));
        }
    }
    assert_eq!(write_object(&mut [0; 2], &()), Ok("{}"));
    assert_eq!(write_object(&mut [0; 2], &None::<()>), Ok("{}"));
    assert_eq!(write_object(&mut [0; 2], &((), ())), Ok("{}"));
}

#[test]
fn special_characters_at_any_two_places_and_at_all_are_escaped() {
    fn comes_back(text: &str) {
        let members = from_fn(|object| {
            object.string("value", text).string(text, "name");
        });
        let mut buf = [0; 1024];
        let written = write_object(&mut buf, &members).unwrap();
        let read: Reference = serde_json::from_str(written).unwrap();
        assert_eq!(read, serde_json::json!({ "value": text, text: "name" }));
    }
    for special in ['"', '\\', '\n', '\u{1}'] {
        for len in 0..28_usize {
            comes_back(&special.to_string().repeat(len));
            for (first, second) in (0..len).flat_map(|a| (0..=a).map(move |b| (a, b))) {
                let mut text = vec!['a'; len];
                (text[first], text[second]) = (special, special);
                comes_back(&text.into_iter().collect::<String>());
            }
        }
    }
}

#[test]
fn a_member_is_written_once_whoever_writes_it() {
    let a = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.integer("a", 1);
    });
    let escaped = Object::parse(br#"{"\u0061":2}"#).unwrap();
    let twice = Err(WriteError::DuplicateMember);
    let mut buf = [0; 99];
    assert_eq!(write_object(&mut buf, &(a, a)), twice);
    assert_eq!(write_object(&mut buf, &(a, escaped)), twice);
    assert_eq!(write_object(&mut buf, &(escaped, a)), twice);
    assert_eq!(write_object(&mut buf, &((), (), (a, (), a))), twice);
    // Below the top level a reader does not mind, and neither does the writer.
    let nested = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.object(
            "o",
            &from_fn(|object: &mut ObjectWriter<'_, '_>| {
                object.null("a");
            }),
        );
    });
    assert_eq!(write_object(&mut buf, &(a, nested)), Ok(r#"{"a":1,"o":{"a":null}}"#));
    // After a container the names are at the top again.
    let array = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.array("v", |array| {
            array.integer(1);
        });
    });
    assert_eq!(write_object(&mut buf, &(nested, a, a)), twice);
    assert_eq!(write_object(&mut buf, &(array, a, a)), twice);
    // A name that needs escapes, among many.
    let many = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        for i in 0..255 {
            object.null(&format!("\"{i}"));
        }
    });
    let mut large = vec![0; 1 << 14];
    assert!(write_object(&mut large, &many).is_ok());
    let again = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.null("\"123");
    });
    assert_eq!(write_object(&mut large, &(many, again)), twice);
}

#[test]
fn every_character_of_ascii_is_written_as_what_reads_as_itself() {
    for byte in 0..=0x7f_u8 {
        let text = format!("a{}b", char::from(byte));
        let members = from_fn(|to: &mut ObjectWriter<'_, '_>| {
            to.string(&text, &text);
        });
        let mut buf = [0; 64];
        let written = write_object(&mut buf, &members).unwrap();
        let read: serde_json::Value = serde_json::from_str(written).unwrap();
        assert_eq!(read, serde_json::json!({ &text: text }), "{byte:#04x}");
    }
}

#[test]
fn brackets_in_the_strings_of_a_value_are_no_nesting_and_those_behind_them_are() {
    let brackets = "[".repeat(80);
    let write = |value: &str| {
        let text = format!(r#"{{"v":{value}}}"#);
        let object = Object::parse(text.as_bytes()).unwrap();
        // One level more than where it was read.
        let nested = from_fn(|to: &mut ObjectWriter<'_, '_>| {
            to.object("o", &object);
        });
        write_object(&mut vec![0; 1024], &nested).map(drop)
    };
    assert_eq!(write(&format!(r#"["{brackets}","\"{brackets}"]"#)), Ok(()));
    let deep = |levels: usize| format!(r#"["x",{}{}]"#, "[".repeat(levels), "]".repeat(levels));
    assert_eq!(write(&deep(61)), Ok(()));
    assert!(write(&deep(62)).is_err());
    // Closed in a string is not closed; and what is closed is no level of what stands behind it.
    let (open, close) = ("[".repeat(62), "]".repeat(62));
    assert!(write(&format!(r#"["]]]]",{open}"]]]]"{close}]"#)).is_err());
    assert!(write(&format!(r#"[["]]",{}{}]]"#, "[".repeat(61), "]".repeat(61))).is_err());
    assert_eq!(write(&format!("[{}[]]", "[],".repeat(80))), Ok(()));
}

#[test]
fn values_that_were_read_are_written_as_they_stand() {
    let text = r#"{"n":1.50e+3,"s":"\u0041\/","a":[ 1 , 2 ],"o":{ "x" : null },"t":true,"f":false,"z":null}"#;
    let object = Object::parse(text.as_bytes()).unwrap();
    let copy = from_fn(|to: &mut ObjectWriter<'_, '_>| {
        for (name, value) in object.members() {
            to.value(&name.to_string(), value);
        }
    });
    let mut buf = [0; 200];
    assert_eq!(write_object(&mut buf, &copy), Ok(text));
    assert_eq!(write_object(&mut buf, &object), Ok(text));
    let listed = from_fn(|to: &mut ObjectWriter<'_, '_>| {
        to.array("l", |array| {
            for (_, value) in object.members() {
                array.value(value);
            }
        });
    });
    let wanted = r#"{"l":[1.50e+3,"\u0041\/",[ 1 , 2 ],{ "x" : null },true,false,null]}"#;
    assert_eq!(write_object(&mut buf, &listed), Ok(wanted));
}

#[test]
fn the_writer_does_not_write_deeper_than_the_reader_reads() {
    fn nest(array: &mut ArrayWriter<'_, '_>, more: u32) {
        if more > 0 {
            array.array(|array| nest(array, more - 1));
        }
    }
    let nested = |depth: u32| {
        from_fn(move |object: &mut ObjectWriter<'_, '_>| {
            object.array("x", |array| nest(array, depth - 2));
        })
    };
    let mut buf = [0; 400];
    let written = write_object(&mut buf, &nested(MAX_DEPTH)).unwrap();
    assert!(Object::parse(written.as_bytes()).is_ok());
    assert_eq!(write_object(&mut buf, &nested(MAX_DEPTH + 1)), Err(WriteError::TooDeep));
}

#[test]
fn a_copied_value_counts_with_all_its_levels() {
    // 63 levels inside the object, and brackets in strings that are none.
    for brackets in ["[]", "{}"] {
        let (open, close) = brackets.split_at(1);
        let inner = |levels: usize| match open {
            "[" => format!(r#"{}"[[\"[{{{{"{}"#, "[".repeat(levels), "]".repeat(levels)),
            _ => format!(r#"{}1{}"#, r#"{"a":"#.repeat(levels), close.repeat(levels)),
        };
        for (levels, outer, fits) in [(63, 0, true), (62, 1, true), (63, 1, false), (33, 31, false)]
        {
            let text = format!(r#"{{"v":{}}}"#, inner(levels));
            let value = Object::parse(text.as_bytes()).unwrap().find("v").unwrap();
            let members = from_fn(|object| nest(object, outer, value));
            let mut buf = [0; 4096];
            let written = write_object(&mut buf, &members);
            if fits {
                assert!(Object::parse(written.unwrap().as_bytes()).is_ok(), "{levels} + {outer}");
            } else {
                assert_eq!(written, Err(WriteError::TooDeep), "{levels} + {outer}");
            }
        }
    }
}

fn nest(object: &mut ObjectWriter<'_, '_>, outer: usize, value: Value<'_>) {
    match outer.checked_sub(1) {
        None => object.value("v", value),
        Some(outer) => {
            let inner = from_fn(|inner: &mut ObjectWriter<'_, '_>| nest(inner, outer, value));
            object.object("o", &inner)
        }
    };
}

#[test]
fn the_writer_writes_no_more_members_than_the_reader_reads() {
    for (count, expected) in
        [(MAX_MEMBERS, None), (MAX_MEMBERS + 1, Some(WriteError::TooManyMembers))]
    {
        let members = from_fn(|object| {
            // Members of an object inside do not count.
            let inner = from_fn(|inner: &mut ObjectWriter<'_, '_>| {
                inner.bool("a", true).bool("b", true);
            });
            object.object("inner", &inner);
            for i in 1..count {
                object.bool(&format!("m{i}"), true);
            }
        });
        // Strings have a way of their own.
        let strings = from_fn(|object| {
            for i in 0..count {
                object.string(&format!("m{i}"), "x");
            }
        });
        let mut buf = [0; 8192];
        for written in [write_object(&mut buf, &members), write_object(&mut [0; 8192], &strings)] {
            assert_eq!(written.err(), expected);
            if let Ok(text) = written {
                assert_eq!(Object::parse(text.as_bytes()).unwrap().members().count(), MAX_MEMBERS);
            }
        }
        // Whatever does not fit is told before.
        let mut small = [0; 64];
        let refused = write_object(&mut small, &members).unwrap_err();
        match expected {
            None => assert!(matches!(refused, WriteError::BufferTooSmall { .. })),
            Some(error) => assert_eq!(refused, error),
        }
    }
}

#[test]
fn what_was_in_the_buffer_is_not_shown() {
    let mut buf = *b"a former token";
    let members = from_fn(|object| {
        let shown = format!("{object:?}");
        assert!(!shown.contains("97, 32") && !shown.contains("former"), "{shown}");
    });
    write_object(&mut buf, &members).unwrap();
}

#[test]
fn write_errors_say_what_is_wrong() {
    for (error, text) in [
        (WriteError::BufferTooSmall { needed: 9 }, "buffer too small: 9 bytes needed"),
        (WriteError::DuplicateMember, "a member was written twice"),
        (WriteError::ForbiddenMember, "header members crit and b64 are not supported"),
        (WriteError::NonFiniteNumber, "JSON has no infinity and no NaN"),
        (WriteError::EmptyAudience, "an empty aud array is accepted nowhere"),
        (WriteError::NotAnObject, "the serialized type is no object"),
        (WriteError::Serialize, "the type cannot be serialized as JSON members"),
        (WriteError::TooDeep, "JSON nested too deeply"),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[cfg(feature = "serde-1")]
proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_object_of_serde_json_is_written_and_read_back_equal(members in object()) {
        let members = integers_only(Reference::Object(members));
        let mut buf = vec![0; 1 << 14];
        let written = write_object(&mut buf, &jwt_core::json::Serde(&members)).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Reference>(written).unwrap(), &members);
        let object = Object::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(convert_object(object), members);
    }
}
