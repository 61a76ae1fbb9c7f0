//! Client assertions and token requests: what goes to a token endpoint.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)] // a test may panic

use std::collections::BTreeMap;

use jwt_core::error::WriteError;
use jwt_core::json::WriteMembers;
use jwt_core::{Es256SigningKey, HmacKey, Hs256, Minter, NumericDate, Policy, UnverifiedToken};
use jwt_oauth::request::token_type;
use jwt_oauth::{
    ClientAssertion, CountedIds, Encoding, Grant, LegacyClientAssertion, TokenExchange,
    TokenRequest,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn written(request: &TokenRequest<'_>, encoding: Encoding) -> String {
    let mut buf = [0; 4096];
    let text = request.write(encoding, &mut buf).unwrap().to_owned();
    // Every buffer up to the need is too small, and says so.
    for len in 0..text.len() {
        let error = request.write(encoding, &mut vec![0; len]).unwrap_err();
        assert_eq!(error, WriteError::BufferTooSmall { needed: text.len() });
    }
    assert_eq!(request.write(encoding, &mut vec![0; text.len()]), Ok(text.as_str()));
    text
}

/// The WHATWG reading of a form, by hand.
fn parsed(form: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = text.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            out.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                byte => byte,
            });
        }
        String::from_utf8(out).unwrap()
    };
    form.split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(n, v)| (decode(n), decode(v)))
        .collect()
}

fn claims_of(minter: &Minter<'_>, claims: &impl WriteMembers) -> (Value, Value) {
    let key = Es256SigningKey::from_bytes(&[0x42; 32]).unwrap();
    let mut buf = [0; 1024];
    let token = minter.mint(&mut buf, &key, claims).unwrap();
    let mut scratch = [0; 1024];
    let verified = UnverifiedToken::parse(&token)
        .unwrap()
        .verify_payload(&key.verifying_key(), &mut scratch)
        .unwrap();
    let header = serde_json::from_str(verified.header().object().as_str()).unwrap();
    (header, serde_json::from_slice(verified.payload()).unwrap())
}

#[test]
fn a_client_assertion_is_for_the_issuer_alone_and_says_what_it_is() {
    let assertion = ClientAssertion {
        client_id: "device-0001",
        server_issuer: "https://as.example",
        jwt_id: "1",
        issued_at: NumericDate::from_seconds(1_780_000_000),
        lifetime: 60,
    };
    let (header, claims) = claims_of(&ClientAssertion::minter().kid("k"), &assertion.registered());
    assert_eq!(header, json!({"alg": "ES256", "typ": "client-authentication+jwt", "kid": "k"}));
    let expected = json!({
        "iss": "device-0001", "sub": "device-0001", "aud": "https://as.example",
        "iat": 1_780_000_000, "exp": 1_780_000_060, "jti": "1",
    });
    assert_eq!(claims, expected);
}

#[test]
fn the_older_form_is_for_the_token_endpoint_and_a_plain_jwt() {
    let assertion = LegacyClientAssertion {
        client_id: "device-0001",
        token_endpoint: "https://as.example/token",
        jwt_id: "1",
        issued_at: NumericDate::from_seconds(1_780_000_000),
        lifetime: 60,
    };
    let (header, claims) = claims_of(&LegacyClientAssertion::minter(), &assertion.registered());
    assert_eq!(header, json!({"alg": "ES256", "typ": "JWT"}));
    assert_eq!(claims["aud"], "https://as.example/token");
    assert_eq!(claims["iss"], claims["sub"]);
}

#[test]
fn any_algorithm_mints_an_assertion_and_a_server_of_this_library_takes_it() {
    let now = NumericDate::from_seconds(1_780_000_000);
    let key = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    let assertion = ClientAssertion {
        client_id: "c",
        server_issuer: "https://as.example",
        jwt_id: "1",
        issued_at: now,
        lifetime: 60,
    };
    let mut buf = [0; 512];
    let token = ClientAssertion::minter().mint(&mut buf, &key, &assertion.registered()).unwrap();
    let policy = Policy::new("c", "https://as.example").subject("c").typ(ClientAssertion::TYPE);
    let mut scratch = [0; 512];
    let verify = |policy: &Policy<'_>, scratch: &mut [u8]| {
        UnverifiedToken::parse(&token)
            .unwrap()
            .verify(&key, scratch)
            .unwrap()
            .validate(policy, now)
            .is_ok()
    };
    assert!(verify(&policy, &mut scratch));
    assert!(!verify(&Policy::new("c", "https://as.example"), &mut scratch)); // no plain JWT
}

#[test]
fn client_credentials_with_an_assertion_are_the_form_of_the_rfc() {
    // The shape of RFC 7523 section 2.2, with line breaks left out.
    let request = TokenRequest {
        client_assertion: Some("eyJhbGciOiJSUzI1NiIsImtpZCI6IjIyIn0.eyJpc3Mi.cC4hiUPo"),
        scope: Some("a b"),
        resource: &["https://api.example/v1?x=1"],
        ..TokenRequest::new(Grant::ClientCredentials)
    };
    assert_eq!(
        written(&request, Encoding::Form),
        "grant_type=client_credentials\
         &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
         &client_assertion=eyJhbGciOiJSUzI1NiIsImtpZCI6IjIyIn0.eyJpc3Mi.cC4hiUPo\
         &scope=a+b&resource=https%3A%2F%2Fapi.example%2Fv1%3Fx%3D1"
    );
}

#[test]
fn a_jwt_bearer_grant_is_a_form_or_json() {
    let request = TokenRequest {
        others: &[("organization_id", "org-1")],
        ..TokenRequest::new(Grant::JwtBearer { assertion: "a.b.c" })
    };
    // RFC 7523 section 2.1.
    assert_eq!(
        written(&request, Encoding::Form),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c&organization_id=org-1"
    );
    assert_eq!(
        written(&request, Encoding::Json),
        r#"{"grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer","assertion":"a.b.c","organization_id":"org-1"}"#
    );
}

#[test]
fn a_token_exchange_is_a_form_or_json() {
    let exchange = TokenExchange {
        subject_token: "a.b.c",
        subject_token_type: token_type::JWT,
        actor: Some(("d.e.f", token_type::ID_TOKEN)),
        requested_token_type: Some(token_type::ACCESS_TOKEN),
    };
    let request = TokenRequest {
        client_id: Some("c"),
        audience: &["one", "two"],
        resource: &["https://r.example"],
        ..TokenRequest::new(Grant::TokenExchange(exchange))
    };
    let expected = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", "a.b.c"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("actor_token", "d.e.f"),
        ("actor_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("client_id", "c"),
        ("resource", "https://r.example"),
        ("audience", "one"),
        ("audience", "two"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(parsed(&written(&request, Encoding::Form)), expected);
    let json: Value = serde_json::from_str(&written(&request, Encoding::Json)).unwrap();
    assert_eq!(json["audience"], json!(["one", "two"]));
    assert_eq!(json["resource"], "https://r.example");
    assert_eq!(json["actor_token"], "d.e.f");
    assert_eq!(json.as_object().unwrap().len(), 9);
}

#[test]
fn codes_and_refresh_tokens_are_exchanged_too() {
    let code = Grant::AuthorizationCode {
        code: "SplxlOBeZQQYbYS6WxSbIA",
        redirect_uri: Some("https://client.example/cb"),
        code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    };
    assert_eq!(
        written(&TokenRequest::new(code), Encoding::Form),
        "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient.example%2Fcb\
         &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    let refresh = TokenRequest::new(Grant::RefreshToken("tGzv3JOkF0XG5Qx2TlKWIA"));
    let expected = "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA";
    assert_eq!(written(&refresh, Encoding::Form), expected);
}

#[test]
fn no_parameter_is_sent_twice() {
    for others in [
        &[("scope", "x")][..],
        &[("grant_type", "x")],
        &[("audience", "x")],
        &[("y", "1"), ("y", "2")],
    ] {
        let request = TokenRequest {
            scope: Some("s"),
            audience: &["a"],
            others,
            ..TokenRequest::new(Grant::ClientCredentials)
        };
        for encoding in [Encoding::Form, Encoding::Json] {
            let mut buf = [0; 512];
            let written = request.write(encoding, &mut buf);
            assert_eq!(written, Err(WriteError::DuplicateMember), "{others:?}");
        }
    }
}

#[test]
fn debug_shows_no_token() {
    let exchange = TokenExchange {
        subject_token: "SECRET",
        subject_token_type: token_type::JWT,
        actor: None,
        requested_token_type: None,
    };
    for grant in [
        Grant::TokenExchange(exchange),
        Grant::JwtBearer { assertion: "SECRET" },
        Grant::RefreshToken("SECRET"),
        Grant::AuthorizationCode { code: "SECRET", redirect_uri: None, code_verifier: "SECRET" },
    ] {
        let request = TokenRequest {
            client_assertion: Some("SECRET"),
            others: &[("password", "SECRET")],
            ..TokenRequest::new(grant)
        };
        assert!(!format!("{request:?} {exchange:?}").contains("SECRET"));
    }
}

#[test]
fn counted_identifiers_are_never_the_same() {
    let mut seen = BTreeMap::new();
    for starts in 0..20 {
        let mut ids = CountedIds::new([7; 32], starts);
        for count in 0..50 {
            assert_eq!(seen.insert(ids.draw(), (starts, count)), None);
        }
    }
    assert!(!seen.contains_key(&CountedIds::new([8; 32], 0).draw()));
    assert_eq!(CountedIds::new([7; 32], 3).draw(), CountedIds::new([7; 32], 3).draw());
    assert_eq!(format!("{:?}", CountedIds::new([7; 32], 3)), "CountedIds { count: 0, .. }");
}

proptest! {
    #[test]
    fn every_text_comes_back_out_of_a_form_and_json(scope in "\\PC{0,20}", id in any::<String>()) {
        let request = TokenRequest {
            client_id: Some(&id),
            scope: Some(&scope),
            ..TokenRequest::new(Grant::ClientCredentials)
        };
        let mut buf = [0; 4096];
        let form = parsed(request.write(Encoding::Form, &mut buf).unwrap());
        prop_assert_eq!(&form[1].1, &id);
        prop_assert_eq!(&form[2].1, &scope);
        let json: Value = serde_json::from_str(request.write(Encoding::Json, &mut buf).unwrap()).unwrap();
        prop_assert_eq!(&json["client_id"], &Value::String(id));
        prop_assert_eq!(&json["scope"], &Value::String(scope));
    }
}
