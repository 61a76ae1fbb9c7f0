//! Tokens that an issuer would sign: headers and claims as text, edited as text, so that they can say
//! anything. The signature is good; what is under it need not be.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::json::from_fn;
use jwt_core::{Minter, NumericDate, RegisteredClaims};

use crate::keys::{AUDIENCE, Alg, ISSUER, Keys};
use crate::random::Random;

/// A token, and what was done to it.
pub(crate) struct Case {
    pub(crate) alg: Alg,
    /// The time for all: the clock's, as jsonwebtoken can be told no other.
    pub(crate) now: u64,
    pub(crate) token: String,
    pub(crate) done: Vec<&'static str>,
}

/// A token as nobody has touched it, by the minter of jwt-core.
pub(crate) fn minted(keys: &Keys, random: &mut Random, now: u64) -> Case {
    let alg = alg(random);
    let date = |seconds: u64| Some(NumericDate::from_seconds(i64::try_from(seconds).unwrap()));
    let many = ["https://other.example", AUDIENCE];
    let claims = RegisteredClaims {
        issuer: Some(ISSUER),
        subject: random.percent(50).then_some("mike"),
        audience: Some(if random.percent(70) { AUDIENCE.into() } else { many.as_slice().into() }),
        expiration_time: date(now + 1 + random.next() % 1000),
        not_before: date(now - random.next() % 100).filter(|_| random.percent(50)),
        issued_at: date(now - random.next() % 100).filter(|_| random.percent(50)),
        jwt_id: random.percent(30).then_some("é\u{1F600}\n\"\\"),
    };
    let text = random.of(TEXTS);
    let (signed, unsigned) = (random.next().cast_signed(), random.next() >> random.below(64));
    let own = from_fn(|object| {
        object.string("text", text).integer("signed", signed).unsigned("unsigned", unsigned);
        object.null("null").array("list", |list| {
            list.bool(true).string(text).integer(signed);
        });
    });
    let mut minter = Minter::new();
    if random.percent(50) {
        minter = minter.typ("JWT");
    }
    if random.percent(50) {
        minter = minter.kid(random.of(TEXTS));
    }
    let (mut buf, claims) = (vec![0; 2048], (claims, own));
    let token = match alg {
        Alg::Hs256 => minter.mint(&mut buf, &keys.hs256, &claims),
        Alg::Hs384 => minter.mint(&mut buf, &keys.hs384, &claims),
        Alg::Hs512 => minter.mint(&mut buf, &keys.hs512, &claims),
        Alg::Es256 => minter.mint(&mut buf, &keys.es256, &claims),
    };
    Case { alg, now, token: token.unwrap().to_string(), done: vec!["minted"] }
}

/// A token whose header and claims were edited before it was signed.
pub(crate) fn forged(keys: &Keys, random: &mut Random, now: u64) -> Case {
    let alg = alg(random);
    let mut done = Vec::new();
    let mut header = vec![member("alg", &quoted(alg.name()))];
    let mut claims = vec![
        member("iss", &quoted(ISSUER)),
        member("aud", &quoted(AUDIENCE)),
        member("exp", &(now + 300).to_string()),
    ];
    if random.percent(30) {
        header.push(member("typ", "\"JWT\""));
    }
    if random.percent(30) {
        claims.push(member("sub", "\"mike\""));
        claims.push(member("scope", "[\"read\",{\"a\":[1,2.5,null,true]}]"));
    }
    for _ in 0..1 + random.below(2) {
        if random.percent(30) {
            done.push(edit_header(random, alg, &mut header));
        } else {
            done.push(edit_claims(random, now, &mut claims));
        }
    }
    let mut header = text(random, &header).into_bytes();
    let mut claims = text(random, &claims).into_bytes();
    if random.percent(25) {
        let whole = if random.percent(25) { &mut header } else { &mut claims };
        done.push(edit_text(random, whole));
    }
    let mut token = Base64UrlUnpadded::encode_string(&header);
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&claims));
    let signature = keys.sign(alg, token.as_bytes());
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    Case { alg, now, token, done }
}

fn alg(random: &mut Random) -> Alg {
    // The curve is slow.
    if random.percent(15) { Alg::Es256 } else { Alg::ALL[random.below(3)] }
}

/// A member as it stands in the text: the name in quotes, and the value.
type Member = (String, String);

const TEXTS: &[&str] = &["", "a", "é", "\u{1F600}", "\"quoted\"\\", "\u{7f}\u{80}", "a/b", "\u{0}"];

/// Values of every JSON type, as text.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "1e3",
    "\"\"",
    "\"1\"",
    "[]",
    "{}",
    "[null]",
    "[\"a\"]",
    "{\"a\":1,\"a\":2}",
    "[[]]",
    "\"\\u0000\"",
    "9007199254740993",
    "1e400",
    "-1e400",
    "1e-400",
    "18446744073709551616",
    "0.1",
    "1E+2",
    "123456789012345678901234567890",
];

fn member(name: &str, value: &str) -> Member {
    (quoted(name), value.to_owned())
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn text(random: &mut Random, members: &[Member]) -> String {
    let space = if random.percent(10) { random.of(&[" ", "\n", "\r\n\t"]) } else { "" };
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("{space}{name}:{space}{value}")).collect();
    format!("{{{}{space}}}", members.join(","))
}

fn put(members: &mut Vec<Member>, name: &str, value: &str) {
    let name = quoted(name);
    match members.iter_mut().find(|(found, _)| *found == name) {
        Some(member) => value.clone_into(&mut member.1),
        None => members.push((name, value.to_owned())),
    }
}

fn edit_header(random: &mut Random, alg: Alg, header: &mut Vec<Member>) -> &'static str {
    let value = random.of(VALUES);
    match random.below(16) {
        0 => {
            let other = random.of(&[
                "none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "ES256", "ES384",
                "RS256", "PS256", "EdDSA", "hs256", "HS256 ", "", "HS-256", "dir",
            ]);
            put(header, "alg", &quoted(other));
            "alg of another name"
        }
        1 => {
            put(header, "alg", value);
            "alg of another type"
        }
        2 => {
            header.retain(|(name, _)| name != "\"alg\"");
            "no alg"
        }
        3 => {
            put(header, "alg", &quoted(&escaped(alg.name())));
            "alg escaped"
        }
        4 => {
            let typ = random.of(&[
                "JWT",
                "jwt",
                "application/jwt",
                "application/JWT",
                "at+jwt",
                "dpop+jwt",
                "JWT ",
                "",
                "JOSE",
                "j\\u0077t",
                "secevent+jwt",
                "a/b",
            ]);
            put(header, "typ", &quoted(typ));
            "typ"
        }
        5 => {
            put(header, random.of(&["typ", "kid", "cty"]), value);
            "typ, kid or cty of another type"
        }
        6 => {
            let kid = random.of(&["k1", "", "../../etc/passwd", "' OR 1=1 --", "\\u0000", "é"]);
            put(header, "kid", &quoted(kid));
            "kid"
        }
        7 => {
            put(header, "cty", "\"JWT\"");
            "cty"
        }
        8 => {
            let crit = random.of(&[
                "[\"b64\"]",
                "[\"exp\"]",
                "[]",
                "\"exp\"",
                "[\"x\"]",
                "null",
                "[1]",
                "[\"alg\"]",
                "[\"b64\",\"b64\"]",
                "{}",
                "true",
                "[\"\"]",
            ]);
            put(header, "crit", crit);
            if random.percent(50) {
                put(header, random.of(&["b64", "x", "exp"]), random.of(&["true", "false", "1"]));
            }
            "crit"
        }
        9 => {
            put(header, "b64", random.of(&["true", "false", "null", "\"false\""]));
            "b64"
        }
        10 => {
            let key = random.of(&[
                "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
                "{\"kty\":\"EC\"}",
                "{\"kty\":\"oct\",\"kty\":\"RSA\",\"k\":\"\"}",
                "\"key\"",
                "null",
                "{}",
            ]);
            put(header, "jwk", key);
            "jwk"
        }
        11 => {
            let name = random.of(&["jku", "x5u", "x5c", "x5t", "x5t#S256", "url", "nonce"]);
            put(header, name, if random.percent(50) { "\"https://evil.example\"" } else { value });
            "a member about keys"
        }
        12 => {
            let name = random.of(&["zip", "enc", "epk", "apu", "p2c", "iv", "tag"]);
            put(header, name, if random.percent(50) { "\"DEF\"" } else { value });
            "a member of JWE"
        }
        13 => {
            put(header, random.of(&["x", "iss", "https://a.example/b", "__proto__", ""]), value);
            "a member of nobody"
        }
        14 => again(random, header),
        _ => {
            header.reverse();
            "another order"
        }
    }
}

fn edit_claims(random: &mut Random, now: u64, claims: &mut Vec<Member>) -> &'static str {
    const NAMES: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
    const DATES: &[&str] = &["exp", "nbf", "iat"];
    let value = random.of(VALUES);
    match random.below(14) {
        0 | 1 => {
            put(claims, random.of(NAMES), value);
            "a registered claim of another type"
        }
        2..=4 => {
            let near = now.wrapping_add_signed(random.below(5) as i64 - 2);
            let date = match random.below(12) {
                0..=3 => near.to_string(),
                4 => format!("{near}.0"),
                5 => format!("{near}.5"),
                6 => format!("{near}.00000000000000001"),
                7 => format!("{near}000e-3"),
                8 => format!("{}.{}e9", near / 1_000_000_000, near % 1_000_000_000),
                9 => format!("{near}000"),
                10 => format!("\"{near}\""),
                _ => format!("-{near}"),
            };
            put(claims, random.of(DATES), &date);
            "a date near the present"
        }
        5 => {
            let date = random.of(&[
                "253402300799",
                "253402300800",
                "253402300799.5",
                "9007199254740991",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551615",
                "18446744073709551616",
                "1e11",
                "1e12",
                "1e18",
                "1e19",
                "1e20",
                "1e308",
                "1e309",
                "-1",
                "-0.5",
                "-1e10",
                "-253402300800",
                "-9223372036854775809",
                "0",
                "0.0",
                "0e5",
                "1e-5",
            ]);
            put(claims, random.of(DATES), date);
            "a date far away"
        }
        6 | 7 => {
            let aud = random.of(&[
                "[\"https://api.example/v1\"]",
                "[\"x\",\"https://api.example/v1\"]",
                "[\"https://api.example/v1\",\"https://api.example/v1\"]",
                "[\"https://api.example/v1\",1]",
                "[\"https://api.example/v1\",null]",
                "[[\"https://api.example/v1\"]]",
                "{\"https://api.example/v1\":1}",
                "[\"https://api.example/v1/\"]",
                "\"https://api.example/v\"",
                "\"https://API.example/v1\"",
                "\"https:\\/\\/api.example\\/v1\"",
                "\"\\u0068ttps://api.example/v1\"",
                "\"https://api.example/v1 \"",
                "\"https://api.example/v1\\u0000\"",
                "[]",
                "\"x\"",
                "[\"x\",\"y\"]",
            ]);
            put(claims, "aud", aud);
            "aud"
        }
        8 => {
            let iss = random.of(&[
                "[\"https://issuer.example\"]",
                "\"https://issuer.example/\"",
                "\"https://issuer.exampl\"",
                "\"https://Issuer.example\"",
                "\"https:\\/\\/issuer.example\"",
                "\"https://issuer.example\\u0000\"",
                "{\"iss\":\"https://issuer.example\"}",
                "\"\"",
            ]);
            put(claims, "iss", iss);
            "iss"
        }
        9 => {
            claims.remove(random.below(claims.len())); // there are three at least, and two edits
            "a claim removed"
        }
        10 => again(random, claims),
        11 => {
            let text = random.of(&[
                "\"\\ud83d\\ude00\"",
                "\"\\ud83d\"",
                "\"\\ude00\"",
                "\"\\ude00\\ud83d\"",
                "\"\\uD800\\u0041\"",
                "\"\\q\"",
                "\"\\u00g0\"",
                "\"\n\"",
                "\"\t\"",
                "\"\u{1}\"",
                "\"\\/\\b\\f\\n\\r\\t\"",
                "\"\u{2028}\"",
                "\"\u{feff}\"",
                "\"\\u0000\"",
                "'a'",
                "\"a",
                "\"\\x41\"",
                "\"\\",
            ]);
            put(claims, random.of(&["text", "jti", "\u{1F600}"]), text);
            "a string"
        }
        12 => {
            let number = random.of(&[
                "NaN",
                "Infinity",
                "-Infinity",
                "01",
                "1.",
                ".5",
                "+1",
                "0x10",
                "1e",
                "--1",
                "1_000",
                "-",
                "1e400",
                "1e-400",
                "9007199254740993",
                "0.1000000000000000055511151231257827",
            ]);
            put(claims, random.of(&["number", "exp", "nbf"]), number);
            "a number"
        }
        _ => {
            let name = random.of(&["x", "", "\u{1F600}", "toString", "constructor", "a.b", "$ref"]);
            put(claims, name, value);
            "a claim of nobody"
        }
    }
}

/// A member once more, with the same or another spelling and value.
fn again(random: &mut Random, members: &mut Vec<Member>) -> &'static str {
    if members.is_empty() {
        return "no member twice";
    }
    let (name, value) = members[random.below(members.len())].clone();
    let name = if random.percent(50) { name } else { escaped_name(&name) };
    let value = if random.percent(50) { value } else { random.of(VALUES).to_owned() };
    let at = random.below(members.len() + 1);
    members.insert(at, (name, value));
    "a member twice"
}

fn escaped_name(name: &str) -> String {
    quoted(&escaped(name.trim_matches('"')))
}

/// The text with its first character as an escape.
fn escaped(text: &str) -> String {
    match text.chars().next() {
        Some(first) if first.is_ascii() => {
            format!("\\u{:04x}{}", u32::from(first), &text[1..])
        }
        _ => text.to_owned(),
    }
}

/// Edits of the JSON text as a whole.
fn edit_text(random: &mut Random, text: &mut Vec<u8>) -> &'static str {
    let before_end = text.len() - 1;
    let mut insert = |what: &str| drop(text.splice(before_end..before_end, what.bytes()));
    let depth = [62, 63, 64, 126, 127, 128, 200][random.below(7)];
    match random.below(18) {
        0 => {
            insert(",");
            "a comma at the end"
        }
        1 => {
            let nested = format!(",\"deep\":{}{}", "[".repeat(depth), "]".repeat(depth));
            insert(&nested);
            "arrays in arrays"
        }
        2 => {
            let nested = format!(",\"deep\":{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
            insert(&nested);
            "objects in objects"
        }
        3 => {
            let count = 245 + random.below(20);
            let many: String = (0..count).map(|i| format!(",\"m{i}\":{i}")).collect();
            insert(&many);
            "many members"
        }
        4 => {
            let digits = "1".repeat(120 + random.below(20));
            insert(&format!(",\"long\":{digits}"));
            "a long number"
        }
        5 => {
            insert(random.of(&["//", "/**/", "#"]));
            "a comment"
        }
        6 => {
            text.extend_from_slice(
                random.of(&["{}", "x", "null", ",", "}", "\u{0}", "\""]).as_bytes(),
            );
            "something behind"
        }
        7 => {
            text.splice(0..0, *b"\xef\xbb\xbf");
            "a byte order mark"
        }
        8 => {
            let space =
                random.of(&[" ", "\t", "\r\n", "\u{a0}", "\u{b}", "\u{c}", "\u{2028}", "\u{0}"]);
            text.splice(0..0, space.bytes());
            "space in front"
        }
        9 => {
            let at = random.below(text.len());
            text[at] = [0xff, 0x80, 0xc0, 0xed][random.below(4)];
            "a byte that is not UTF-8"
        }
        10 => {
            let wrong: [&[u8]; 4] = [
                b",\"x\":\"\xed\xa0\x80\"",
                b",\"x\":\"\xc0\xaf\"",
                b",\"x\":\"\xff\"",
                b",\"x\":\"\xf4\x90\x80\x80\"",
            ];
            let wrong = wrong[random.below(4)];
            text.splice(before_end..before_end, wrong.iter().copied());
            "a string that is not UTF-8"
        }
        11 => {
            text.truncate(random.below(text.len()));
            "JSON cut short"
        }
        12 => {
            *text = random.of(&["", "null", "[]", "\"{}\"", "1", "true", "{}"]).as_bytes().to_vec();
            "another JSON value"
        }
        13 => {
            *text = String::from_utf8_lossy(text).replace('"', "'").into_bytes();
            "single quotes"
        }
        14 => {
            let wide = String::from_utf8_lossy(text).into_owned();
            *text = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
            "UTF-16"
        }
        15 => {
            let at = random.below(text.len());
            text[at] = (random.next() & 0x7f) as u8;
            "a byte of the JSON changed"
        }
        16 => {
            let at = random.below(text.len());
            text.remove(at);
            "a byte of the JSON removed"
        }
        _ => {
            text.splice(0..0, *b"[");
            text.push(b']');
            "an array around"
        }
    }
}
