//! Claims and policies: which are accepted at which second, and what is told of the others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(feature = "hmac")]

mod common;

use jwt_core::error::{BufferTooSmall, ClaimError, ClaimErrors, RegisteredClaim, VerifyError};
use jwt_core::json::{Number, Object};
use jwt_core::{
    Check, ClaimsSet, ExpectAudience, ExpectIssuer, HmacKey, Hs256, Leeway, Minter, NumericDate,
    Policy, UnverifiedToken, ValidToken,
};
use proptest::prelude::*;

const NOW: i64 = 1_700_000_000;

fn key() -> HmacKey<Hs256> {
    HmacKey::new(&[0x42; 32]).unwrap()
}

/// Mints `claims` as they stand, verifies, validates, and shows a token that is valid.
fn with_valid<R>(
    minter: Minter<'_>,
    claims: &str,
    policy: &Policy<'_, impl Check>,
    now: i64,
    show: impl FnOnce(ValidToken<'_>) -> R,
) -> Result<R, Vec<ClaimError>> {
    let (mut buf, mut scratch) = (vec![0; 4096], vec![0; 4096]);
    let token = minter.mint_payload(&mut buf, &key(), claims.as_bytes()).unwrap();
    let verified = UnverifiedToken::parse(&token).unwrap().verify(&key(), &mut scratch).unwrap();
    match verified.validate(policy, NumericDate::from_seconds(now)) {
        Ok(valid) => Ok(show(valid)),
        Err(errors) => {
            assert!(!errors.is_empty());
            Err(errors.iter().collect())
        }
    }
}

fn errors(claims: &str, policy: &Policy<'_, impl Check>) -> Vec<ClaimError> {
    with_valid(Minter::new(), claims, policy, NOW, |_| ()).err().unwrap_or_default()
}

/// A policy that checks nothing that can be left out.
fn lax() -> Policy<'static> {
    Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked).allow_missing_expiration()
}

fn leeway(seconds: u64) -> Leeway {
    Leeway::from_seconds(seconds)
}

// --- exp, nbf, iat, age

#[test]
fn a_token_that_expires_now_has_expired() {
    for (exp, leeway_seconds, expired) in [
        (NOW + 1, 0, None),
        (NOW, 0, Some(0)),
        (NOW - 1, 0, Some(1)),
        (NOW - 1, 1, Some(1)),
        (NOW - 1, 2, None),
        (NOW - 300, 300, Some(300)),
        (NOW - 300, 301, None),
        (0, u64::MAX, None),
        (-253_402_300_799, u64::MAX, None),
        (-253_402_300_799, 0, Some(255_102_300_799)),
        (253_402_300_799, 0, None),
        (253_402_300_799, u64::MAX, None),
    ] {
        let policy = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed)
            .leeway(leeway(leeway_seconds));
        let wanted: Vec<_> =
            expired.map(|seconds| ClaimError::Expired { seconds }).into_iter().collect();
        let claims = format!(r#"{{"exp":{exp}}}"#);
        assert_eq!(errors(&claims, &policy), wanted, "{claims} leeway {leeway_seconds}");
        // An exp that is not required counts all the same.
        assert_eq!(errors(&claims, &policy.allow_missing_expiration()), wanted);
    }
}

#[test]
fn a_token_without_exp_is_refused_unless_the_policy_allows_it_by_name() {
    let policy = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed);
    let missing = ClaimError::Missing(RegisteredClaim::ExpirationTime);
    assert_eq!(errors("{}", &policy), [missing]);
    assert_eq!(errors(r#"{"Exp":1800000000}"#, &policy), [missing]);
    assert_eq!(errors("{}", &policy.allow_missing_expiration()), []);
}

#[test]
fn nbf_and_iat_may_be_now_but_not_later_than_the_leeway() {
    for (at, leeway_seconds, early) in [
        (NOW - 1, 0, None),
        (NOW, 0, None),
        (NOW + 1, 0, Some(1)),
        (NOW + 5, 4, Some(5)),
        (NOW + 5, 5, None),
        (253_402_300_799, 0, Some(251_702_300_799)),
        (253_402_300_799, u64::MAX, None),
        (-253_402_300_799, 0, None),
    ] {
        let policy = lax().leeway(leeway(leeway_seconds));
        let nbf: Vec<_> =
            early.map(|seconds| ClaimError::NotYetValid { seconds }).into_iter().collect();
        assert_eq!(errors(&format!(r#"{{"nbf":{at}}}"#), &policy), nbf);
        let iat: Vec<_> =
            early.map(|seconds| ClaimError::IssuedInTheFuture { seconds }).into_iter().collect();
        assert_eq!(errors(&format!(r#"{{"iat":{at}}}"#), &policy), iat);
    }
}

#[test]
fn a_maximum_age_requires_iat_and_counts_from_its_beginning() {
    let missing = ClaimError::Missing(RegisteredClaim::IssuedAt);
    let wrong = ClaimError::WrongType(RegisteredClaim::IssuedAt);
    let old = |seconds| vec![ClaimError::TooOld { seconds }];
    for (claims, max_age, leeway_seconds, wanted) in [
        ("{}".to_owned(), 100, 0, vec![missing]),
        (r#"{"iat":null}"#.to_owned(), 100, 0, vec![wrong]),
        (r#"{"iat":"1699999999"}"#.to_owned(), 100, 0, vec![wrong]),
        (format!(r#"{{"iat":{}}}"#, NOW - 100), 100, 0, vec![]),
        (format!(r#"{{"iat":{}}}"#, NOW - 101), 100, 0, old(1)),
        (format!(r#"{{"iat":{}}}"#, NOW - 101), 100, 1, vec![]),
        (format!(r#"{{"iat":{}}}"#, NOW - 102), 100, 1, old(2)),
        (format!(r#"{{"iat":{}.5}}"#, NOW - 101), 100, 0, old(1)),
        (format!(r#"{{"iat":{}.5}}"#, NOW - 100), 100, 0, vec![]),
        (format!(r#"{{"iat":{NOW}}}"#), 0, 0, vec![]),
        (format!(r#"{{"iat":{}}}"#, NOW - 1), 0, 0, old(1)),
        (r#"{"iat":-253402300799}"#.to_owned(), u64::MAX, u64::MAX, vec![]),
        (r#"{"iat":-253402300799}"#.to_owned(), u64::MAX, 0, vec![]),
        (r#"{"iat":0}"#.to_owned(), 0, 0, old(NOW.unsigned_abs())),
        (
            format!(r#"{{"iat":{}}}"#, NOW + 7),
            100,
            0,
            vec![ClaimError::IssuedInTheFuture { seconds: 7 }],
        ),
    ] {
        let policy = lax().max_age(max_age).leeway(leeway(leeway_seconds));
        assert_eq!(errors(&claims, &policy), wanted, "{claims} {max_age} {leeway_seconds}");
    }
}

#[test]
fn fractional_and_exponent_dates_are_read_exactly_and_on_the_strict_side() {
    // The text, and the date rounded down and up; `None` where it is out of range.
    let table: &[(&str, Option<(i64, i64)>)] = &[
        ("1700000000", Some((1_700_000_000, 1_700_000_000))),
        ("1700000000.0", Some((1_700_000_000, 1_700_000_000))),
        ("1700000000.5", Some((1_700_000_000, 1_700_000_001))),
        ("1700000000.000000000000000000000000000000000001", Some((1_700_000_000, 1_700_000_001))),
        ("1699999999.999999999999999999999999999999999999", Some((1_699_999_999, 1_700_000_000))),
        ("1.7e9", Some((1_700_000_000, 1_700_000_000))),
        ("1.7E9", Some((1_700_000_000, 1_700_000_000))),
        ("1.7e+9", Some((1_700_000_000, 1_700_000_000))),
        ("1.7e+0009", Some((1_700_000_000, 1_700_000_000))),
        ("17e8", Some((1_700_000_000, 1_700_000_000))),
        ("17000000000e-1", Some((1_700_000_000, 1_700_000_000))),
        ("17000000005e-1", Some((1_700_000_000, 1_700_000_001))),
        ("0.0000000001e19", Some((1_000_000_000, 1_000_000_000))),
        ("0.00000000017e19", Some((1_700_000_000, 1_700_000_000))),
        ("1700000000000e-3", Some((1_700_000_000, 1_700_000_000))),
        ("0", Some((0, 0))),
        ("-0", Some((0, 0))),
        ("-0.0e-5", Some((0, 0))),
        ("0e999", Some((0, 0))),
        ("0.000e99999999999999999999999999", Some((0, 0))),
        ("0.1e1", Some((1, 1))),
        ("0.5", Some((0, 1))),
        ("-0.5", Some((-1, 0))),
        ("-1", Some((-1, -1))),
        ("-1.5", Some((-2, -1))),
        ("-15e-1", Some((-2, -1))),
        ("1e-999", Some((0, 1))),
        ("-1e-999", Some((-1, 0))),
        ("1e-99999999999999999999999999999", Some((0, 1))),
        ("253402300799", Some((253_402_300_799, 253_402_300_799))),
        ("2.53402300799e11", Some((253_402_300_799, 253_402_300_799))),
        ("253402300798.5", Some((253_402_300_798, 253_402_300_799))),
        ("-253402300799", Some((-253_402_300_799, -253_402_300_799))),
        ("253402300799.5", None),
        ("253402300800", None),
        ("-253402300799.5", None),
        ("-253402300800", None),
        ("1e12", None),
        ("1e17", None),
        ("1e18", None),
        ("1e19", None),
        ("1e999", None),
        ("-1e999", None),
        ("1e99999999999999999999999999999", None),
        ("9223372036854775807", None),
        ("9223372036854775808", None),
        ("18446744073709551617", None),
        ("99999999999999999999999999999999999999999999", None),
    ];
    for (text, dates) in table {
        assert_eq!(read_date(text), *dates, "{text}");
        assert_eq!(model(text), *dates, "the model on {text}");
    }
}

#[test]
fn a_date_has_this_verdict_at_this_second() {
    // exp rounds down, nbf and iat round up: in the second of the fraction both are refused.
    for (text, last_valid, first_valid) in [
        ("1700000000", 1_699_999_999, 1_700_000_000),
        ("1700000000.0", 1_699_999_999, 1_700_000_000),
        ("1.7e9", 1_699_999_999, 1_700_000_000),
        ("17e8", 1_699_999_999, 1_700_000_000),
        ("1700000000.5", 1_699_999_999, 1_700_000_001),
        ("-0.5", -2, 0),
        ("-1", -2, -1),
        ("-0", -1, 0),
        ("1e-999", -1, 1),
    ] {
        let at = |claim: &str, now: i64| {
            with_valid(Minter::new(), &format!(r#"{{"{claim}":{text}}}"#), &lax(), now, |_| ())
                .is_ok()
        };
        assert!(at("exp", last_valid), "{text}");
        assert!(!at("exp", last_valid + 1), "{text}");
        for claim in ["nbf", "iat"] {
            assert!(at(claim, first_valid), "{claim} {text}");
            assert!(!at(claim, first_valid - 1), "{claim} {text}");
        }
    }
}

/// How exp and nbf are read, through the public doors; iat has to agree with both.
fn read_date(text: &str) -> Option<(i64, i64)> {
    let claims = format!(r#"{{"exp":{text},"nbf":{text},"iat":{text}}}"#);
    let policy = lax().leeway(leeway(u64::MAX));
    let read = with_valid(Minter::new(), &claims, &policy, 0, |valid| {
        let claims = valid.claims();
        assert_eq!(claims.not_before(), claims.issued_at());
        (claims.expiration_time().unwrap().seconds(), claims.not_before().unwrap().seconds())
    });
    match read {
        Ok((down, up)) => {
            // The age counts from iat rounded down.
            let late = NumericDate::MAX.seconds();
            let claims = format!(r#"{{"iat":{text}}}"#);
            let aged = with_valid(Minter::new(), &claims, &lax().max_age(0), late, |_| ());
            match aged {
                Ok(()) => assert_eq!(down, late),
                Err(errors) => {
                    assert_eq!(errors, [ClaimError::TooOld { seconds: down.abs_diff(late) }]);
                }
            }
            Some((down, up))
        }
        Err(errors) => {
            let wrong = [
                RegisteredClaim::ExpirationTime,
                RegisteredClaim::NotBefore,
                RegisteredClaim::IssuedAt,
            ];
            assert_eq!(errors, wrong.map(ClaimError::WrongType), "{text}");
            None
        }
    }
}

/// The same by schoolbook arithmetic on decimal strings.
fn model(text: &str) -> Option<(i64, i64)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let lower = text.to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.bytes().all(|digit| digit == b'0') {
        return Some((0, 0));
    }
    // 10^1000 is out of range and 10^-1000 below one, whatever the mantissa of 128 digits.
    let exponent = exponent.parse::<i128>().map_or_else(
        |_| if exponent.starts_with('-') { -1000 } else { 1000 },
        |exponent| exponent.clamp(-1000, 1000),
    );
    let shift = exponent - fraction.len() as i128;
    let (integer, rest) = if shift >= 0 {
        (format!("{digits}{}", "0".repeat(shift as usize)), String::new())
    } else {
        let places = (-shift) as usize;
        let padded = format!("{}{digits}", "0".repeat(places));
        let (integer, rest) = padded.split_at(padded.len() - places);
        (integer.to_owned(), rest.to_owned())
    };
    let significant = integer.trim_start_matches('0');
    if significant.len() > 30 {
        return None;
    }
    let magnitude: i128 = if significant.is_empty() { 0 } else { significant.parse().unwrap() };
    let inexact = i128::from(rest.bytes().any(|digit| digit != b'0'));
    let (down, up) = if negative {
        (-magnitude - inexact, -magnitude)
    } else {
        (magnitude, magnitude + inexact)
    };
    let limit = 253_402_300_799;
    ((-limit..=limit).contains(&down) && (-limit..=limit).contains(&up))
        .then_some((down as i64, up as i64))
}

proptest! {
    #![proptest_config(common::cases(3000))]

    #[test]
    fn a_numeric_date_of_any_syntax_is_read_as_by_the_big_decimal_model(
        text in "-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,20})?([eE][+-]?[0-2]?[0-9])?",
    ) {
        prop_assert_eq!(read_date(&text), model(&text), "{}", text);
    }

    #[test]
    fn a_numeric_date_of_absurd_syntax_is_read_as_by_the_big_decimal_model(
        text in "-?(0|[1-9][0-9]{0,40})(\\.0{0,20}[0-9]{1,20})?([eE][+-]?[0-9]{1,25})?",
    ) {
        prop_assert_eq!(read_date(&text), model(&text), "{}", text);
    }

    #[test]
    fn a_numeric_date_near_the_limits_is_read_as_by_the_big_decimal_model(
        offset in -3i64..=3, negative: bool, shift in 0usize..12, tail in "[0-9]{0,3}",
    ) {
        // The digits of the limit with the point anywhere, and the exponent that puts it back.
        let digits = (253_402_300_799 + offset).to_string();
        let (whole, fraction) = digits.split_at(digits.len() - shift);
        let sign = if negative { "-" } else { "" };
        let fraction = if shift == 0 { "0" } else { fraction };
        let whole = if whole.is_empty() { "0" } else { whole };
        let text = format!("{sign}{whole}.{fraction}{tail}e{shift}");
        prop_assert_eq!(read_date(&text), model(&text), "{}", text);
    }
}

#[test]
fn dates_are_held_within_their_limits_and_never_overflow() {
    let (min, max) = (NumericDate::MIN, NumericDate::MAX);
    assert_eq!(NumericDate::from_seconds(i64::MAX), max);
    assert_eq!(NumericDate::from_seconds(i64::MIN), min);
    assert_eq!(NumericDate::new(max.seconds()), Some(max));
    assert_eq!(NumericDate::new(max.seconds() + 1), None);
    assert_eq!(NumericDate::new(min.seconds()), Some(min));
    assert_eq!(NumericDate::new(min.seconds() - 1), None);
    assert_eq!(max.saturating_add(1), max);
    assert_eq!(max.saturating_add(u64::MAX), max);
    assert_eq!(min.saturating_sub(u64::MAX), min);
    assert_eq!(min.saturating_add(1).seconds(), min.seconds() + 1);
    assert_eq!(max.seconds_since(min), 506_804_601_598);
    assert_eq!(min.seconds_since(max), 0);
    assert_eq!(NumericDate::from_seconds(-5).to_string(), "-5");
    assert_eq!(leeway(3).seconds(), 3);
    assert!(Leeway::NONE == Leeway::default() && Leeway::NONE < leeway(1));
}

// --- typ

#[test]
fn where_no_typ_is_expected_absent_or_jwt_passes_and_another_is_refused() {
    for (typ, passes) in [
        (None, true),
        (Some("JWT"), true),
        (Some("jwt"), true),
        (Some("Jwt"), true),
        (Some("application/jwt"), true),
        (Some("APPLICATION/JWT"), true),
        (Some("at+jwt"), false),
        (Some("application/at+jwt"), false),
        (Some("JWT "), false),
        (Some("JWT;charset=utf-8"), false),
        (Some("text/jwt"), false),
        (Some("/JWT"), false),
        (Some("application/application/jwt"), false),
        (Some("JOSE"), false),
        (Some(""), false),
    ] {
        let minter = typ.map_or(Minter::new(), |typ| Minter::new().typ(typ));
        let verdict = with_valid(minter, "{}", &lax(), NOW, |_| ());
        let wanted = if passes { Ok(()) } else { Err(vec![ClaimError::TypeMismatch]) };
        assert_eq!(verdict, wanted, "{typ:?}");
        assert_eq!(with_valid(minter, "{}", &lax().any_typ(), NOW, |_| ()), Ok(()), "{typ:?}");
    }
}

#[test]
fn an_expected_typ_is_compared_without_case_and_with_application_optional() {
    for (expected, typ, passes) in [
        ("at+jwt", Some("at+jwt"), true),
        ("at+jwt", Some("AT+JWT"), true),
        ("at+jwt", Some("application/at+jwt"), true),
        ("at+jwt", Some("Application/AT+jwt"), true),
        ("application/at+jwt", Some("at+jwt"), true),
        ("APPLICATION/at+JWT", Some("at+jwt"), true),
        ("at+jwt", None, false),
        ("at+jwt", Some("JWT"), false),
        ("at+jwt", Some("at+jwt2"), false),
        ("at+jwt", Some("at+jw"), false),
        ("at+jwt", Some("text/at+jwt"), false),
        ("at+jwt", Some(" at+jwt"), false),
        ("at+jwt", Some(""), false),
        ("", Some(""), true),
        ("", None, false),
        ("JWT", Some("JWT"), true),
        ("JWT", None, false),
        // ASCII case only: the Kelvin sign is no k.
        ("kb+jwt", Some("\u{212a}b+jwt"), false),
        ("secevent+jwt", Some("secevent+JWT"), true),
    ] {
        let minter = typ.map_or(Minter::new(), |typ| Minter::new().typ(typ));
        let policy = lax().typ(expected);
        assert_eq!(policy.expected_typ(), Some(expected));
        let verdict = with_valid(minter, "{}", &policy, NOW, |_| ());
        let wanted = if passes { Ok(()) } else { Err(vec![ClaimError::TypeMismatch]) };
        assert_eq!(verdict, wanted, "{expected} {typ:?}");
    }
    assert_eq!(lax().expected_typ(), None);
    assert_eq!(lax().typ("x").any_typ().expected_typ(), None);
}

// --- aud, iss, sub

#[test]
fn an_audience_is_found_in_a_string_or_an_array_and_nowhere_else() {
    let missing = ClaimError::Missing(RegisteredClaim::Audience);
    let wrong = ClaimError::WrongType(RegisteredClaim::Audience);
    let (mismatch, unexpected) = (ClaimError::AudienceMismatch, ClaimError::UnexpectedAudience);
    let is = ExpectAudience::Is("api");
    let any = ExpectAudience::AnyOf(&["web", "api"]);
    let table: &[(&str, ExpectAudience<'_>, Option<ClaimError>)] = &[
        (r#""api""#, is, None),
        (r#"["api"]"#, is, None),
        (r#"["x","api","y"]"#, is, None),
        (r#"[ "x" , "\u0061pi" ]"#, is, None),
        (r#""API""#, is, Some(mismatch)),
        (r#""api2""#, is, Some(mismatch)),
        (r#""ap""#, is, Some(mismatch)),
        (r#""x api""#, is, Some(mismatch)),
        (r#""""#, is, Some(mismatch)),
        (r#"["x","y"]"#, is, Some(mismatch)),
        (r#"["[\"api\"]"]"#, is, Some(mismatch)),
        ("[]", is, Some(wrong)),
        (r#"["api",1]"#, is, Some(wrong)),
        (r#"["api",null]"#, is, Some(wrong)),
        (r#"["api",["api"]]"#, is, Some(wrong)),
        (r#"{"api":1}"#, is, Some(wrong)),
        ("null", is, Some(wrong)),
        (r#""web""#, any, None),
        (r#"["x","web"]"#, any, None),
        (r#"["api","web"]"#, any, None),
        (r#""x""#, any, Some(mismatch)),
        (r#""api""#, ExpectAudience::AnyOf(&[]), Some(mismatch)),
        (r#""api""#, ExpectAudience::NotUsed, Some(unexpected)),
        (r#"["api"]"#, ExpectAudience::NotUsed, Some(unexpected)),
        (r#""""#, ExpectAudience::NotUsed, Some(unexpected)),
        ("null", ExpectAudience::NotUsed, Some(wrong)),
        ("[]", ExpectAudience::NotUsed, Some(wrong)),
        (r#""api""#, ExpectAudience::NotChecked, None),
        ("[]", ExpectAudience::NotChecked, Some(wrong)),
    ];
    for (aud, expected, error) in table {
        let policy = Policy::new(ExpectIssuer::NotChecked, *expected).allow_missing_expiration();
        let found = errors(&format!(r#"{{"aud":{aud}}}"#), &policy);
        assert_eq!(found, error.iter().copied().collect::<Vec<_>>(), "{aud} {expected:?}");
    }
    for (expected, error) in [
        (is, Some(missing)),
        (any, Some(missing)),
        (ExpectAudience::AnyOf(&[]), Some(missing)),
        (ExpectAudience::NotUsed, None),
        (ExpectAudience::NotChecked, None),
    ] {
        let policy = Policy::new(ExpectIssuer::NotChecked, expected).allow_missing_expiration();
        assert_eq!(errors("{}", &policy), error.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn an_issuer_is_one_of_those_expected() {
    let missing = ClaimError::Missing(RegisteredClaim::Issuer);
    let (is, any) = (ExpectIssuer::Is("a"), ExpectIssuer::AnyOf(&["a", "b"]));
    for (claims, expected, error) in [
        (r#"{"iss":"a"}"#, is, None),
        (r#"{"iss":"b"}"#, is, Some(ClaimError::IssuerMismatch)),
        (r#"{"iss":""}"#, is, Some(ClaimError::IssuerMismatch)),
        ("{}", is, Some(missing)),
        (r#"{"iss":"b"}"#, any, None),
        (r#"{"iss":"\u0062"}"#, any, None),
        (r#"{"iss":"c"}"#, any, Some(ClaimError::IssuerMismatch)),
        (r#"{"iss":"ab"}"#, any, Some(ClaimError::IssuerMismatch)),
        ("{}", any, Some(missing)),
        (r#"{"iss":"a"}"#, ExpectIssuer::AnyOf(&[]), Some(ClaimError::IssuerMismatch)),
        ("{}", ExpectIssuer::AnyOf(&[]), Some(missing)),
        ("{}", ExpectIssuer::NotChecked, None),
        (r#"{"iss":"x"}"#, ExpectIssuer::NotChecked, None),
    ] {
        let policy = Policy::new(expected, ExpectAudience::NotUsed).allow_missing_expiration();
        assert_eq!(errors(claims, &policy), error.into_iter().collect::<Vec<_>>(), "{claims}");
    }
}

#[test]
fn a_subject_is_required_where_one_is_expected() {
    let policy = lax().subject("me");
    assert_eq!(policy.expected_subject(), Some("me"));
    for (claims, error) in [
        (r#"{"sub":"me"}"#, None),
        (r#"{"sub":"m\u0065"}"#, None),
        (r#"{"sub":"Me"}"#, Some(ClaimError::SubjectMismatch)),
        (r#"{"sub":"me "}"#, Some(ClaimError::SubjectMismatch)),
        (r#"{"sub":""}"#, Some(ClaimError::SubjectMismatch)),
        ("{}", Some(ClaimError::Missing(RegisteredClaim::Subject))),
        (r#"{"sub":["me"]}"#, Some(ClaimError::WrongType(RegisteredClaim::Subject))),
    ] {
        assert_eq!(errors(claims, &policy), error.into_iter().collect::<Vec<_>>(), "{claims}");
    }
}

#[test]
fn escaped_strings_equal_what_they_stand_for() {
    let policy = Policy::new("https://issuer.example/\u{1f600}", "caf\u{e9}\n\"\\")
        .subject("\u{8}\u{c}\n\r\t/\u{0}\u{ffff}")
        .allow_missing_expiration();
    let claims = r#"{"\u0069ss":"https:\/\/issuer.example\/\ud83d\uDE00",
        "aud":["x","caf\u00e9\n\"\\"],"sub":"\b\f\n\r\t\/\u0000\uFFFF"}"#;
    assert_eq!(errors(claims, &policy), []);
}

// --- required claims, own checks, all at once

#[test]
fn required_claims_are_told_by_their_place_in_the_list() {
    let list = ["jti", "scope", "exp", "x y", ""];
    let policy = lax().require(&list);
    assert_eq!(policy.required_claims(), list);
    let missing = |indices: &[usize]| -> Vec<_> {
        indices.iter().map(|index| ClaimError::MissingRequired { index: *index }).collect()
    };
    for (claims, indices) in [
        ("{}", &[0, 1, 2, 3, 4][..]),
        (r#"{"jti":"1","scope":null,"exp":1800000000,"x y":[],"":0}"#, &[]),
        (r#"{"jti":"1","sc\u006fpe":"","x y":{}}"#, &[2, 4]),
        (r#"{"x":{"jti":"nested is not there"},"exp":1800000000}"#, &[0, 1, 3, 4]),
    ] {
        assert_eq!(errors(claims, &policy), missing(indices), "{claims}");
    }
    // Present and of the wrong type is not absent.
    let found = errors(r#"{"jti":1}"#, &lax().require(&["jti"]));
    assert_eq!(found, [ClaimError::WrongType(RegisteredClaim::JwtId)]);
    // A later list replaces an earlier one; past the 32nd the last is named, once.
    assert_eq!(errors("{}", &lax().require(&["a"]).require(&["b", "c"])), missing(&[0, 1]));
    let many = ["absent"; 40];
    assert_eq!(errors("{}", &lax().require(&many)), missing(&(0..32).collect::<Vec<_>>()));
}

#[test]
fn an_own_check_is_asked_and_its_words_are_told() {
    let scope = |claims: &ClaimsSet<'_>| match claims.claim("scope").and_then(|v| v.as_text()) {
        Some(text) if text == "read" => Ok(()),
        _ => Err("scope read is missing"),
    };
    let policy = lax().check(scope);
    let refused = ClaimError::Refused("scope read is missing");
    assert_eq!(errors("{}", &policy), [refused]);
    assert_eq!(errors(r#"{"scope":"re\u0061d"}"#, &policy), []);
    // It is asked even where another check has failed, and a later one replaces it.
    let expired = ClaimError::Expired { seconds: NOW.unsigned_abs() - 1 };
    assert_eq!(errors(r#"{"exp":1}"#, &policy), [expired, refused]);
    assert_eq!(errors("{}", &policy.check(|_| Err("other"))), [ClaimError::Refused("other")]);
    // What was said before the check is kept.
    assert_eq!(
        errors("{}", &lax().subject("me").check(|_| Ok(())).leeway(leeway(1))),
        [ClaimError::Missing(RegisteredClaim::Subject)]
    );
}

#[test]
fn all_failed_checks_are_reported_at_once() {
    let policy = Policy::new("issuer", "api")
        .subject("me")
        .typ("at+jwt")
        .max_age(10)
        .require(&["jti", "scope"])
        .check(|_| Err("own"));
    let claims = r#"{"iss":"x","sub":"y","aud":"z","exp":1699999990,"nbf":1700000005,"iat":1699999900,"jti":1}"#;
    assert_eq!(
        errors(claims, &policy),
        [
            ClaimError::WrongType(RegisteredClaim::JwtId),
            ClaimError::MissingRequired { index: 1 },
            ClaimError::Expired { seconds: 10 },
            ClaimError::NotYetValid { seconds: 5 },
            ClaimError::TooOld { seconds: 90 },
            ClaimError::IssuerMismatch,
            ClaimError::SubjectMismatch,
            ClaimError::AudienceMismatch,
            ClaimError::TypeMismatch,
            ClaimError::Refused("own"),
        ]
    );
    assert_eq!(
        errors("{}", &policy),
        [
            ClaimError::Missing(RegisteredClaim::Issuer),
            ClaimError::Missing(RegisteredClaim::Subject),
            ClaimError::Missing(RegisteredClaim::Audience),
            ClaimError::Missing(RegisteredClaim::ExpirationTime),
            ClaimError::Missing(RegisteredClaim::IssuedAt),
            ClaimError::MissingRequired { index: 0 },
            ClaimError::MissingRequired { index: 1 },
            ClaimError::TypeMismatch,
            ClaimError::Refused("own"),
        ]
    );
    let claims = r#"{"iss":1,"sub":1,"aud":1,"exp":"","nbf":"","iat":"","jti":1}"#;
    let wrong = RegisteredClaim::ALL.map(ClaimError::WrongType);
    assert_eq!(errors(claims, &policy)[..7], wrong);
}

// --- errors as values

#[test]
fn every_claim_error_says_what_is_wrong_and_comes_back_out_of_the_set() {
    let table = [
        (
            ClaimError::WrongType(RegisteredClaim::ExpirationTime),
            "exp has the wrong type or is out of range",
        ),
        (ClaimError::Missing(RegisteredClaim::Issuer), "iss is missing"),
        (ClaimError::MissingRequired { index: 0 }, "required claim number 1 is missing"),
        (ClaimError::Expired { seconds: 12 }, "expired 12 s ago"),
        (ClaimError::NotYetValid { seconds: 3 }, "not valid for another 3 s"),
        (ClaimError::IssuedInTheFuture { seconds: 4 }, "issued 4 s in the future"),
        (ClaimError::TooOld { seconds: 5 }, "5 s older than allowed"),
        (ClaimError::IssuerMismatch, "iss is not the expected issuer"),
        (ClaimError::SubjectMismatch, "sub is not the expected subject"),
        (ClaimError::AudienceMismatch, "aud is not the expected audience"),
        (ClaimError::UnexpectedAudience, "aud is present but no audience is expected"),
        (ClaimError::TypeMismatch, "typ is not the expected type"),
        (ClaimError::Refused("own words"), "own words"),
    ];
    let mut all = ClaimErrors::default();
    assert!(all.is_empty() && all.iter().next().is_none());
    assert_eq!(all.to_string(), "");
    for (error, text) in table {
        assert_eq!(error.to_string(), text);
        let mut one = ClaimErrors::default();
        one.insert(error);
        assert!(!one.is_empty());
        assert_eq!(one.iter().collect::<Vec<_>>(), [error]);
        assert_eq!(one.to_string(), text);
        assert_eq!(format!("{one:?}"), format!("{{{error:?}}}"));
        all.insert(error);
        all.insert(error);
    }
    assert_eq!(all.iter().collect::<Vec<_>>(), table.map(|(error, _)| error));
    assert_eq!(all.to_string(), table.map(|(_, text)| text).join("; "));
    // Of two refusals the first is kept.
    all.insert(ClaimError::Refused("second"));
    assert_eq!(all.iter().last(), Some(ClaimError::Refused("own words")));
    let _: (&dyn core::error::Error, &dyn core::error::Error) = (&all, &ClaimError::TypeMismatch);
    for claim in RegisteredClaim::ALL {
        assert_eq!(RegisteredClaim::from_name(claim.name()), Some(claim));
        assert_eq!(claim.to_string(), claim.name());
    }
    assert_eq!(RegisteredClaim::from_name("Iss"), None);
}

// --- reading claims

#[test]
fn valid_claims_are_read_by_name_in_order_and_as_text() {
    let claims = r#"{"iss":"i","sub":"s","aud":["a","b"],"exp":1800000000,"nbf":1,"iat":2.5,"jti":"j",
        "n":-7,"big":18446744073709551615,"f":1.5,"t":true,"z":null,"l":[1,"two",[3]],"o":{"k":"v"}}"#;
    let minter = Minter::new().typ("JWT").cty("json").kid("k1");
    with_valid(minter, claims, &lax(), NOW, |valid| {
        let header = valid.header();
        assert_eq!(header.alg(), "HS256");
        assert!(
            header.kid().is_some_and(|t| t == "k1") && header.cty().is_some_and(|t| t == "json")
        );
        assert!(header.typ().is_some_and(|t| t == "JWT"));
        assert_eq!(header.object().members().count(), 4);
        let read = valid.claims();
        assert!(
            read.issuer().is_some_and(|t| t == "i") && read.subject().is_some_and(|t| t == "s")
        );
        assert!(read.jwt_id().is_some_and(|t| t == "j"));
        let audience = read.audience().unwrap();
        assert!(audience.contains("b") && !audience.contains("c"));
        assert_eq!(audience.iter().map(|t| t.to_string()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(read.expiration_time().map(NumericDate::seconds), Some(1_800_000_000));
        assert_eq!(read.not_before().map(NumericDate::seconds), Some(1));
        assert_eq!(read.issued_at().map(NumericDate::seconds), Some(3));
        assert_eq!(read.as_str(), claims);
        let names: Vec<_> = read.members().map(|(name, _)| name.to_string()).collect();
        let order = "iss sub aud exp nbf iat jti n big f t z l o";
        assert_eq!(names.join(" "), order);
        let number = |name: &str| read.claim(name).and_then(|v| v.as_number());
        assert_eq!(number("n").and_then(|n: Number<'_>| n.as_i64()), Some(-7));
        assert_eq!(number("n").and_then(|n| n.as_u64()), None);
        assert_eq!(number("big").and_then(|n| n.as_u64()), Some(u64::MAX));
        assert_eq!(number("big").and_then(|n| n.as_i64()), None);
        assert_eq!(number("f").map(|n| n.as_str()), Some("1.5"));
        assert_eq!(number("f").and_then(|n| n.as_i64()), None);
        assert_eq!(read.claim("t").and_then(|v| v.as_bool()), Some(true));
        assert!(matches!(read.claim("z"), Some(jwt_core::json::Value::Null)));
        assert_eq!(read.claim("l").and_then(|v| v.as_array()).unwrap().elements().count(), 3);
        let object = read.claim("o").and_then(|v| v.as_object()).unwrap();
        assert!(object.find("k").and_then(|v| v.as_text()).is_some_and(|t| t == "v"));
        assert!(read.claim("absent").is_none() && read.claim("k").is_none());
    })
    .unwrap();
}

#[test]
fn a_string_is_unescaped_into_every_buffer_that_is_large_enough() {
    for (json, plain) in [
        (r#""plain caf\u00e9""#, "plain caf\u{e9}"),
        (r#""https:\/\/issuer.example""#, "https://issuer.example"),
        (r#""\ud83d\ude00""#, "\u{1f600}"),
        (r#""\u0000\b\f\n\r\t\"\\\/""#, "\u{0}\u{8}\u{c}\n\r\t\"\\/"),
        (r#""\u20AC\u20ac""#, "\u{20ac}\u{20ac}"),
        (r#""\uD800\uDC00\uDBFF\uDFFF""#, "\u{10000}\u{10ffff}"),
        (r#""\\u0041""#, "\\u0041"),
    ] {
        let object = format!(r#"{{"x":{json}}}"#);
        let object = Object::parse(object.as_bytes()).unwrap();
        let text = object.find("x").and_then(|value| value.as_text()).unwrap();
        assert_eq!(text.unescaped_len(), plain.len(), "{json}");
        assert_eq!(text, plain, "{json}");
        assert_eq!(text.to_string(), plain, "{json}");
        assert_eq!(text.as_str(), None);
        assert_eq!(text.chars().collect::<String>(), plain);
        for size in 0..plain.len() + 3 {
            let mut buf = vec![0xa5; size];
            let wanted = if size < plain.len() {
                Err(BufferTooSmall { needed: plain.len() })
            } else {
                Ok(plain)
            };
            assert_eq!(text.unescape(&mut buf), wanted, "{json} into {size}");
        }
    }
    // Without an escape no buffer is needed.
    let object = Object::parse("{\"x\":\"caf\u{e9}\"}".as_bytes()).unwrap();
    let text = object.find("x").and_then(|value| value.as_text()).unwrap();
    assert_eq!(text.unescape(&mut []), Ok("caf\u{e9}"));
    assert_eq!(text.as_str(), Some("caf\u{e9}"));
    assert_eq!(BufferTooSmall { needed: 3 }.to_string(), "buffer too small: 3 bytes needed");
}

#[cfg(feature = "heapless-09")]
#[test]
fn a_string_is_unescaped_into_a_heapless_string_that_is_large_enough() {
    let object = Object::parse(br#"{"e":"a\u20ac\/","p":"a/"}"#).unwrap();
    let text = |name| object.find(name).and_then(|value| value.as_text()).unwrap();
    assert_eq!(text("e").to_heapless::<5>().unwrap().as_str(), "a\u{20ac}/");
    assert_eq!(text("e").to_heapless::<4>(), Err(BufferTooSmall { needed: 5 }));
    assert_eq!(text("e").to_heapless::<0>(), Err(BufferTooSmall { needed: 5 }));
    assert_eq!(text("p").to_heapless::<2>().unwrap().as_str(), "a/");
    assert_eq!(text("p").to_heapless::<1>(), Err(BufferTooSmall { needed: 2 }));
}

#[cfg(feature = "serde-json-core-07")]
#[test]
fn typed_claims_come_out_of_a_valid_token() {
    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Mine<'a> {
        tenant: &'a str,
        level: u8,
        admin: Option<bool>,
        scopes: [&'a str; 2],
    }
    let claims = r#"{ "exp":1800000000, "tenant":"acme", "level":3, "x":{"y":[1,2,{}]},
        "scopes":["read","write"] }"#;
    with_valid(Minter::new(), claims, &lax(), NOW, |valid| {
        let mine: Mine<'_> = valid.claims().deserialize(&mut [0; 64]).unwrap();
        let wanted = Mine { tenant: "acme", level: 3, admin: None, scopes: ["read", "write"] };
        assert_eq!(mine, wanted);
    })
    .unwrap();
    for claims in [
        r#"{"level":3,"scopes":["a","b"]}"#,
        r#"{"tenant":1,"level":3,"scopes":["a","b"]}"#,
        r#"{"tenant":"a","level":256,"scopes":["a","b"]}"#,
        r#"{"tenant":"a","level":3.5,"scopes":["a","b"]}"#,
        r#"{"tenant":"a","level":3,"scopes":["a"]}"#,
    ] {
        let failed = with_valid(Minter::new(), claims, &lax(), NOW, |valid| {
            valid.claims().deserialize::<Mine<'_>>(&mut [0; 64]).is_err()
        });
        assert_eq!(failed, Ok(true), "{claims}");
    }
}

#[test]
fn a_payload_that_is_no_object_is_no_claims_set() {
    for payload in ["", "[]", "1", "null", "\"{}\"", "{} x"] {
        let (mut buf, mut scratch) = ([0; 256], [0; 256]);
        let token = Minter::new().mint_payload(&mut buf, &key(), payload.as_bytes()).unwrap();
        let error = UnverifiedToken::parse(&token).unwrap().verify(&key(), &mut scratch).err();
        assert!(matches!(error, Some(VerifyError::PayloadNotAnObject(_))), "{payload}");
    }
}

#[test]
fn shown_for_debugging_claims_are_lengths_and_no_text() {
    for claims in [r#"{"aud":"needle","sub":"needle"}"#, r#"{"aud":["needle","x"],"needle":1}"#] {
        with_valid(Minter::new(), claims, &lax(), NOW, |valid| {
            let claims = valid.claims();
            let (audience, member) = (claims.audience().unwrap(), claims.members().next());
            let shown = format!("{valid:?} {claims:?} {audience:?} {member:?}");
            assert!(!shown.contains("needle") && shown.contains("len"), "{shown}");
        })
        .unwrap();
    }
}

#[test]
fn a_policy_shows_its_rules_and_not_its_check() {
    let policy = Policy::new("issuer", "api").check(|_| Ok(()));
    assert!(matches!(policy.expected_issuer(), ExpectIssuer::Is("issuer")));
    assert!(matches!(policy.expected_audience(), ExpectAudience::Is("api")));
    assert_eq!(policy.expected_subject(), None);
    assert!(policy.required_claims().is_empty());
    assert!(format!("{policy:?}").contains("issuer"));
}
