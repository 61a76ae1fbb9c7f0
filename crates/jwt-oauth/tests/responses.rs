//! What a token endpoint answers.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::panic)] // a test may panic

use jwt_oauth::response::{MAX_EXPIRES_IN, MAX_RESPONSE_LEN};
use jwt_oauth::{ErrorCode, ErrorResponse, ResponseError, TokenResponse, TokenType};
use proptest::prelude::*;

fn read(body: &str) -> Result<TokenResponse<'_>, ResponseError> {
    TokenResponse::parse(body.as_bytes(), TokenType::Bearer)
}

/// A response with one more member.
fn with(member: &str) -> Result<(), ResponseError> {
    read(&format!(r#"{{"access_token":"t","token_type":"Bearer",{member}}}"#)).map(drop)
}

#[test]
fn the_examples_of_the_rfcs_are_read() {
    // RFC 6749 section 5.1.
    let response = read(
        r#"{ "access_token":"2YotnFZFEjr1zCsicMWpAA", "token_type":"example", "expires_in":3600,
             "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA", "example_parameter":"example_value" }"#,
    );
    assert_eq!(response.err(), Some(ResponseError::TokenType));
    // RFC 6749 section 4.2.2 and RFC 6750 section 4.
    let body = r#"{"access_token":"mF_9.B5f-4.1JqM","token_type":"Bearer","expires_in":3600,
                   "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA"}"#;
    let response = read(body).unwrap();
    assert_eq!(response.access_token(), "mF_9.B5f-4.1JqM");
    assert_eq!(response.token_type(), TokenType::Bearer);
    assert_eq!(response.refresh_token().unwrap(), "tGzv3JOkF0XG5Qx2TlKWIA");
    assert!(response.scope().is_none() && response.issued_token_type().is_none());
    // RFC 9449 section 5.
    let body = r#"{"access_token": "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU","token_type": "DPoP",
                   "expires_in": 2677,"refresh_token": "Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g"}"#;
    let response = TokenResponse::parse(body.as_bytes(), TokenType::Dpop).unwrap();
    assert_eq!((response.token_type(), response.expires_in()), (TokenType::Dpop, Some(2677)));
    // RFC 8693 section 2.3.
    let body = r#"{"access_token":"eyJhbGciOiJFUzI1NiIsImtpZCI6IjllciJ9.eyJhdWQi.8Pno",
        "issued_token_type":"urn:ietf:params:oauth:token-type:access_token",
        "token_type":"Bearer","expires_in":60}"#;
    let issued = read(body).unwrap().issued_token_type().unwrap();
    assert_eq!(issued, "urn:ietf:params:oauth:token-type:access_token");
}

#[test]
fn the_type_is_the_one_that_was_asked_for_whatever_its_case() {
    let parse = |kind: &str, asked| {
        let body = format!(r#"{{"access_token":"t","token_type":"{kind}"}}"#);
        TokenResponse::parse(body.as_bytes(), asked).map(|response| response.token_type())
    };
    for kind in ["Bearer", "bearer", "BEARER", "\\u0042earer"] {
        assert_eq!(parse(kind, TokenType::Bearer), Ok(TokenType::Bearer));
        assert_eq!(parse(kind, TokenType::Dpop), Err(ResponseError::NotBound));
    }
    for kind in ["DPoP", "dpop", "DPOP"] {
        assert_eq!(parse(kind, TokenType::Dpop), Ok(TokenType::Dpop));
        assert_eq!(parse(kind, TokenType::Bearer), Err(ResponseError::TokenType));
    }
    for kind in ["", "mac", "N_A", "Bearer ", "Bearer,DPoP", "Be\u{e4}rer", "\u{212a}"] {
        assert_eq!(parse(kind, TokenType::Bearer), Err(ResponseError::TokenType), "{kind}");
    }
}

#[test]
fn an_access_token_can_stand_in_a_header() {
    let parse = |token: &str| {
        read(&format!(r#"{{"access_token":"{token}","token_type":"Bearer"}}"#)).map(drop)
    };
    for token in ["t", "a.b-c_d~e+f/g", "abc=", "abc==", "a\\/b", "\\u0061"] {
        assert_eq!(parse(token), Ok(()), "{token}");
    }
    for token in
        ["", "=", "a=b", "a b", "a\\r\\nX: y", "a\\u0000", "\u{e4}", "a,b", "a\\\"", "a\u{7f}"]
    {
        assert_eq!(
            parse(token),
            Err(ResponseError::Characters { member: "access_token" }),
            "{token}"
        );
    }
}

#[test]
fn what_is_missing_or_of_another_type_is_told() {
    assert_eq!(read("{}").err(), Some(ResponseError::Missing { member: "access_token" }));
    let no_type = read(r#"{"access_token":"t"}"#).err();
    assert_eq!(no_type, Some(ResponseError::Missing { member: "token_type" }));
    let number = read(r#"{"access_token":1,"token_type":"Bearer"}"#).err();
    assert_eq!(number, Some(ResponseError::WrongType { member: "access_token" }));
    for (member, name) in [
        (r#""scope":["a"]"#, "scope"),
        (r#""scope":null"#, "scope"),
        (r#""refresh_token":1"#, "refresh_token"),
        (r#""issued_token_type":{}"#, "issued_token_type"),
        (r#""expires_in":"3600""#, "expires_in"),
        (r#""expires_in":null"#, "expires_in"),
    ] {
        assert_eq!(with(member), Err(ResponseError::WrongType { member: name }), "{member}");
    }
    for (member, name) in [
        (r#""scope":"""#, "scope"),
        (r#""scope":" a""#, "scope"),
        (r#""scope":"a ""#, "scope"),
        (r#""scope":"a  b""#, "scope"),
        (r#""scope":"a\"b""#, "scope"),
        (r#""refresh_token":"""#, "refresh_token"),
        (r#""refresh_token":"a\n""#, "refresh_token"),
        (r#""issued_token_type":"\u00e4""#, "issued_token_type"),
    ] {
        assert_eq!(with(member), Err(ResponseError::Characters { member: name }), "{member}");
    }
    for member in [r#""scope":"a b""#, r#""scope":"urn:x/y!""#, r#""refresh_token":"a b\"""#] {
        assert_eq!(with(member), Ok(()), "{member}");
    }
}

#[test]
fn a_lifetime_is_a_whole_number_of_seconds_within_reason() {
    for (number, good) in [
        ("1".to_owned(), true),
        (MAX_EXPIRES_IN.to_string(), true),
        ((MAX_EXPIRES_IN + 1).to_string(), false),
        ("0".to_owned(), false),
        ("-1".to_owned(), false),
        ("4294967296".to_owned(), false),
        ("18446744073709551617".to_owned(), false),
        ("1e9999".to_owned(), false),
        ("3600.5".to_owned(), false),
    ] {
        let expected = if good { Ok(()) } else { Err(ResponseError::ExpiresIn) };
        assert_eq!(with(&format!(r#""expires_in":{number}"#)), expected, "{number}");
    }
}

#[test]
fn a_body_is_one_strict_object_of_bounded_size() {
    for body in
        ["", "[]", "null", "{", r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#]
    {
        assert!(matches!(read(body), Err(ResponseError::Json(_))), "{body}");
    }
    let long = format!("{{{}}}", " ".repeat(MAX_RESPONSE_LEN));
    assert_eq!(read(&long).err(), Some(ResponseError::TooLong { limit: MAX_RESPONSE_LEN }));
    let refused = ErrorResponse::parse(long.as_bytes()).err();
    assert_eq!(refused, Some(ResponseError::TooLong { limit: MAX_RESPONSE_LEN }));
}

#[test]
fn errors_are_read_by_their_code() {
    // RFC 6749 section 5.2, RFC 9449 section 8, RFC 8707 section 2.
    for (name, code) in [
        ("invalid_request", ErrorCode::InvalidRequest),
        ("invalid_client", ErrorCode::InvalidClient),
        ("invalid_grant", ErrorCode::InvalidGrant),
        ("unauthorized_client", ErrorCode::UnauthorizedClient),
        ("unsupported_grant_type", ErrorCode::UnsupportedGrantType),
        ("invalid_scope", ErrorCode::InvalidScope),
        ("invalid_target", ErrorCode::InvalidTarget),
        ("invalid_dpop_proof", ErrorCode::InvalidDpopProof),
        ("use_dpop_nonce", ErrorCode::UseDpopNonce),
        ("temporarily_unavailable", ErrorCode::TemporarilyUnavailable),
        ("Invalid_Client", ErrorCode::Other),
        ("x", ErrorCode::Other),
    ] {
        let body = format!(
            r#"{{"error":"{name}","error_description":"why","error_uri":"https://e.example"}}"#
        );
        let error = ErrorResponse::parse(body.as_bytes()).unwrap();
        assert_eq!(error.code(), code);
        assert_eq!(error.description().unwrap(), "why");
        assert_eq!(error.uri().unwrap(), "https://e.example");
        assert!(code == ErrorCode::Other || code.name() == name);
    }
    let body = br#"{"error":"invalid_client","error_description":"line\nbreak","error_uri":7}"#;
    let error = ErrorResponse::parse(body).unwrap();
    assert_eq!(error.code(), ErrorCode::InvalidClient);
    assert!(error.description().is_none() && error.uri().is_none());
    let refused = ErrorResponse::parse(br#"{"error":"a\"b"}"#).err();
    assert_eq!(refused, Some(ResponseError::Characters { member: "error" }));
    assert_eq!(ErrorResponse::parse(b"{}").err(), Some(ResponseError::Missing { member: "error" }));
}

#[test]
fn debug_shows_no_token() {
    let body = r#"{"access_token":"SECRET","token_type":"Bearer","refresh_token":"SECRET"}"#;
    assert!(!format!("{:?}", read(body).unwrap()).contains("SECRET"));
}

proptest! {
    #[test]
    fn no_body_makes_a_reader_panic(body in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = TokenResponse::parse(&body, TokenType::Dpop);
        let _ = ErrorResponse::parse(&body);
    }

    #[test]
    fn a_token_that_is_read_has_the_characters_of_a_header(token in "[ -~]{0,12}") {
        let body = serde_json::json!({"access_token": token, "token_type": "Bearer"}).to_string();
        if let Ok(response) = read(&body) {
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_graphic() && !b",;\"\\".contains(&byte)));
            prop_assert!(response.access_token() == token.as_str());
        }
    }
}
