//! `WWW-Authenticate`, `DPoP-Nonce` and `Retry-After`.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)] // a test may panic

use jwt_core::NumericDate;
use jwt_oauth::Challenges;
use jwt_oauth::challenge::MAX_ITEMS;
use jwt_oauth::date::DateError;
use jwt_oauth::field::{FieldError, RetryAfter, dpop_nonce};
use proptest::prelude::*;

/// Challenges as text: `scheme(name=value;…)`, `scheme[token68]`.
fn shown(field: &str) -> Result<String, FieldError> {
    let challenges = Challenges::parse(field.as_bytes())?;
    let show = |challenge: jwt_oauth::challenge::Challenge<'_>| match challenge.token68() {
        Some(text) => format!("{}[{text}]", challenge.scheme()),
        None => {
            let params = challenge.params().map(|(name, value)| {
                let value: Vec<u8> = value.bytes().collect();
                format!("{name}={}", String::from_utf8_lossy(&value))
            });
            format!("{}({})", challenge.scheme(), params.collect::<Vec<_>>().join(";"))
        }
    };
    Ok(challenges.iter().map(show).collect::<Vec<_>>().join(" "))
}

#[test]
fn several_challenges_stand_in_one_field() {
    for (field, expected) in [
        // RFC 9110 section 11.6.1.
        (
            r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#,
            r#"Basic(realm=simple) Newauth(realm=apps;type=1;title=Login to "apps")"#,
        ),
        // RFC 6750 section 3.
        (
            "Bearer realm=\"example\",\n error=\"invalid_token\"".replace('\n', "").as_str(),
            "Bearer(realm=example;error=invalid_token)",
        ),
        // RFC 9449 sections 7.1 and 9.
        (
            r#"DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof""#,
            "DPoP(error=use_dpop_nonce;error_description=Resource server requires nonce in DPoP proof)",
        ),
        (r#"Bearer, DPoP algs="ES256 PS256""#, "Bearer() DPoP(algs=ES256 PS256)"),
        ("Negotiate", "Negotiate()"),
        ("Negotiate ", "Negotiate()"),
        ("Negotiate ,Basic", "Negotiate() Basic()"),
        ("Negotiate aGk=", "Negotiate[aGk=]"),
        ("Negotiate aGk==, Basic a", "Negotiate[aGk==] Basic[a]"),
        ("Negotiate a/b+c", "Negotiate[a/b+c]"),
        ("A b=c", "A(b=c)"),
        ("A b = c", "A(b=c)"),
        ("A b\t=\t\"c\" ,\t d=e", "A(b=c;d=e)"),
        ("A ,,b=c,,d=e,,B", "A(b=c;d=e) B()"),
        (",, A b=c", "A(b=c)"),
        ("A b=\"\"", "A(b=)"),
        ("A b=\",\", c=\"B d=e\"", "A(b=,;c=B d=e)"),
        ("A b=c, b2 b=c", "A(b=c) b2(b=c)"),
        ("A b=\"\\\\\\\"\\x\"", "A(b=\\\"x)"),
        ("A  b=c", "A(b=c)"),
    ] {
        assert_eq!(shown(field).as_deref(), Ok(expected), "{field}");
    }
}

#[test]
fn what_the_grammar_has_not_is_refused() {
    for (field, at) in [
        ("", 0),
        (" ", 1),
        (",", 1),
        ("=a", 0),
        ("a=b", 1),
        ("A b=c d=e", 6),
        ("A b=c D", 6),
        ("A b c", 2),
        ("A x=y, b=", 9),
        ("A b=\"c", 6),
        ("A b=\"c\\", 6),
        ("A b=\"c\"d", 7),
        ("A b=\"\x01\"", 5),
        ("A b=\x7f", 4),
        ("A b==c", 4),
        ("A aGk= b=c", 8),
        ("A aGk=, b=c", 9),
        ("Basic\r\nX: y", 5),
        ("A, b=c", 4),
        ("(A)", 0),
    ] {
        assert_eq!(shown(field), Err(FieldError::Syntax { at }), "{field:?}");
    }
}

#[test]
fn a_parameter_occurs_once_in_a_challenge() {
    assert_eq!(shown("A b=c, B=d"), Err(FieldError::DuplicateParameter));
    assert_eq!(shown("A x=1, b=c, y=2, b=\"c\""), Err(FieldError::DuplicateParameter));
    let many = |n: usize| (0..n).map(|i| format!("p{i}=v")).collect::<Vec<_>>().join(",");
    assert!(shown(&format!("A {}", many(MAX_ITEMS - 1))).is_ok());
    assert_eq!(shown(&format!("A {}", many(MAX_ITEMS))), Err(FieldError::TooMany));
}

#[test]
fn values_are_compared_and_written_unescaped() {
    let field = br#"Bearer error="in\valid_token", realm="caf\xe9""#;
    let field: Vec<u8> =
        field.iter().map(|byte| if *byte == b'x' { 0xe9 } else { *byte }).collect();
    let challenges = Challenges::parse(&field).unwrap();
    let challenge = challenges.iter().next().unwrap();
    assert!(challenge.is("BEARER") && !challenge.is("Bear"));
    let error = challenge.param("ERROR").unwrap();
    assert_eq!(error, "invalid_token");
    for len in 0..13 {
        assert_eq!(error.unescape(&mut vec![0; len]).unwrap_err().needed, 13);
    }
    assert_eq!(error.unescape(&mut [0; 13]), Ok(b"invalid_token".as_slice()));
    assert!(challenge.param("scope").is_none());
    assert!(!format!("{challenge:?} {error:?}").contains("token"));
}

#[test]
fn a_nonce_has_no_spaces_quotation_marks_and_backslashes() {
    assert_eq!(dpop_nonce(b"eyJ7S_zG.eyJH0-Z.HX4w-7v"), Ok("eyJ7S_zG.eyJH0-Z.HX4w-7v"));
    for (value, at) in [
        (&b""[..], 0),
        (b"a b", 1),
        (b"a\"", 1),
        (b"a\\", 1),
        (b"a\r\nX: y", 1),
        (b"\xe9", 0),
        (b"a,b\x7f", 3),
    ] {
        assert_eq!(dpop_nonce(value), Err(FieldError::Syntax { at }), "{value:?}");
    }
}

#[test]
fn retry_after_is_a_delay_or_a_date() {
    let now = NumericDate::from_seconds(784_111_777);
    let seconds = |value: &[u8]| RetryAfter::parse(value, now).map(|after| after.seconds(now));
    assert_eq!(seconds(b"120"), Ok(120));
    assert_eq!(seconds(b"0"), Ok(0));
    assert_eq!(seconds(b"99999999999999999999"), Ok(u32::MAX));
    assert_eq!(seconds(b"Sun, 06 Nov 1994 08:50:37 GMT"), Ok(60));
    assert_eq!(seconds(b"Sunday, 06-Nov-94 08:50:37 GMT"), Ok(60));
    assert_eq!(seconds(b"Sun Nov  6 08:50:37 1994"), Ok(60));
    assert_eq!(seconds(b"Sun, 06 Nov 1994 08:48:37 GMT"), Ok(0)); // over
    assert_eq!(seconds(b"1.5"), Err(FieldError::Syntax { at: 1 }));
    assert_eq!(seconds(b"120 "), Err(FieldError::Syntax { at: 3 }));
    for value in [&b""[..], b"-1", b"+1", b" 1", b"soon"] {
        let date = Err(FieldError::Date(DateError::NotAnHttpDate { at: 0 }));
        assert_eq!(seconds(value), date, "{value:?}");
    }
}

proptest! {
    /// What is written is read, however it is written.
    #[test]
    fn challenges_that_are_written_are_read(
        challenges in prop::collection::vec(
            ("[A-Za-z][A-Za-z0-9-]{0,8}", prop::collection::btree_map("[a-z_]{1,8}", "[ -~]{0,12}", 0..5)),
            1..5,
        ),
        spaces in "[ \t]{0,3}",
    ) {
        let (mut field, mut expected) = (Vec::new(), Vec::new());
        for (scheme, params) in &challenges {
            let quoted = params.iter().map(|(name, value)| {
                let value = value.replace('\\', "\\\\").replace('"', "\\\"");
                format!("{name}{spaces}={spaces}\"{value}\"")
            });
            field.push(format!("{scheme} {}", quoted.collect::<Vec<_>>().join(&format!("{spaces},{spaces}"))));
            let plain = params.iter().map(|(name, value)| format!("{name}={value}"));
            expected.push(format!("{scheme}({})", plain.collect::<Vec<_>>().join(";")));
        }
        prop_assert_eq!(shown(&field.join(",")), Ok(expected.join(" ")));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(value in prop::collection::vec(any::<u8>(), 0..60)) {
        let now = NumericDate::from_seconds(0);
        let _ = (dpop_nonce(&value), RetryAfter::parse(&value, now));
        if let Ok(challenges) = Challenges::parse(&value) {
            prop_assert!(challenges.iter().count() > 0);
        }
    }

    #[test]
    fn no_text_of_the_grammar_makes_a_reader_panic(value in "[Ab=, \"\\\\/\t]{0,24}") {
        if let Ok(challenges) = Challenges::parse(value.as_bytes()) {
            for challenge in challenges.iter() {
                prop_assert!(challenge.token68().is_none() || challenge.params().count() == 0);
            }
        }
    }
}
