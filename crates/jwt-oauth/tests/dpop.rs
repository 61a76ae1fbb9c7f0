//! DPoP proofs: the examples of RFC 9449, each of the checks of its section 4.3, and hostile input.
#![cfg(feature = "es256")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)] // a test may panic

use jwt_core::error::{ClaimError, RegisteredClaim};
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::key::Thumbprint;
use jwt_core::{
    ClaimsSet, Es256SigningKey, HmacKey, Hs256, KeyError, Leeway, MintError, Minter, NumericDate,
    UnverifiedToken, VerifyError, base64url,
};
use jwt_oauth::dpop::{MAX_JTI_LEN, confirmation};
use jwt_oauth::{
    AccessTokenHash, DpopError, DpopProof, ExpectProof, Possession, ProofError, PublicPoint,
    TargetUri,
};
use proptest::prelude::*;

/// RFC 9449 section 4.1, figure 2.
const TOKEN_REQUEST: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
/// RFC 9449 section 7.1, figure 13.
const RESOURCE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
/// RFC 9449 section 6.1.
const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

const AT: i64 = 1_562_262_616;
const URI: &str = "https://server.example.com/token";

fn date(seconds: i64) -> NumericDate {
    NumericDate::from_seconds(seconds)
}

fn uri(text: &str) -> TargetUri<'_> {
    TargetUri::parse(text).unwrap()
}

fn at_token_endpoint() -> ExpectProof<'static> {
    ExpectProof::at_authorization_server("POST", uri(URI))
}

fn key() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

fn public() -> PublicPoint {
    PublicPoint::from(&key().verifying_key())
}

/// What is expected of this text, in a scratch buffer that is large enough.
fn verdict(expect: &ExpectProof<'_>, proof: &str) -> Result<[u8; 32], DpopError> {
    expect.verify([proof], date(AT), &mut [0; 4096]).map(|proof| proof.replay_id())
}

/// A proof with any header and claims, signed by the key.
fn minted(typ: &str, header: &impl WriteMembers, claims: &impl WriteMembers) -> String {
    let mut buf = vec![0; 4096];
    Minter::new().typ(typ).header(header).mint(&mut buf, &key(), claims).unwrap().to_string()
}

fn jwk() -> impl WriteMembers {
    from_fn(|object| {
        object.object("jwk", &public());
    })
}

fn claims(jti: &str, htm: &str, htu: &str) -> impl WriteMembers {
    from_fn(move |object| {
        object.string("jti", jti).string("htm", htm).string("htu", htu).integer("iat", AT);
    })
}

#[test]
fn the_examples_of_the_rfc_are_proofs_at_their_time() {
    let mut scratch = [0; 512];
    let proof = at_token_endpoint().verify([TOKEN_REQUEST], date(AT), &mut scratch).unwrap();
    assert_eq!(proof.jti(), "-BwC3ESc6acc2lTc");
    assert_eq!(proof.jkt().to_string(), JKT);
    assert_eq!(proof.issued_at(), date(AT));
    assert_eq!(proof.forget_after(), date(AT + 65));

    let bound = Thumbprint::parse(JKT).unwrap();
    let at = uri("https://resource.example.org/protectedresource?page=2");
    let expect = ExpectProof::at_resource("GET", at, ACCESS_TOKEN, bound);
    let proof = expect.verify([RESOURCE], date(AT + 2), &mut scratch).unwrap();
    assert_eq!(proof.jti(), "e1j3V_bKic8-LAEB");
}

#[test]
fn check_1_there_is_one_field() {
    let mut scratch = [0; 512];
    let expect = at_token_endpoint();
    let none: [&str; 0] = [];
    assert_eq!(expect.verify(none, date(AT), &mut scratch).err(), Some(DpopError::NotOneProof));
    let two = [TOKEN_REQUEST; 2];
    assert_eq!(expect.verify(two, date(AT), &mut scratch).err(), Some(DpopError::NotOneProof));
}

#[test]
fn check_2_the_field_is_one_well_formed_jwt() {
    for text in
        ["", "a.b", " ", &format!("{TOKEN_REQUEST}, {TOKEN_REQUEST}"), &format!(" {TOKEN_REQUEST}")]
    {
        let refused = verdict(&at_token_endpoint(), text).unwrap_err();
        assert!(matches!(refused, DpopError::Token(_)), "{text:?}: {refused:?}");
        assert_eq!(refused.code(), "invalid_dpop_proof");
    }
}

#[test]
fn check_3_every_claim_and_the_key_are_there() {
    for missing in ["jti", "htm", "htu", "iat"] {
        let claims = from_fn(|object| {
            for (name, value) in [("jti", "1"), ("htm", "POST"), ("htu", URI)] {
                if name != missing {
                    object.string(name, value);
                }
            }
            if missing != "iat" {
                object.integer("iat", AT);
            }
        });
        let refused = verdict(&at_token_endpoint(), &minted("dpop+jwt", &jwk(), &claims));
        assert!(matches!(refused, Err(DpopError::Claims(_))), "{missing}: {refused:?}");
    }
    let no_key = minted("dpop+jwt", &(), &claims("1", "POST", URI));
    assert_eq!(verdict(&at_token_endpoint(), &no_key), Err(DpopError::NoKey));
    let no_object = from_fn(|object| {
        object.string("jwk", "key");
    });
    let no_object = minted("dpop+jwt", &no_object, &claims("1", "POST", URI));
    assert_eq!(verdict(&at_token_endpoint(), &no_object), Err(DpopError::NoKey));
}

#[test]
fn check_3_claims_of_another_type_are_refused() {
    let wrong = |name: &'static str| {
        from_fn(move |object| {
            for text in ["jti", "htm", "htu"] {
                let value = if text == "htu" { URI } else { "POST" };
                if text == name {
                    object.integer(text, 1)
                } else {
                    object.string(text, value)
                };
            }
            if name == "iat" {
                object.string("iat", "1562262616")
            } else {
                object.integer("iat", AT)
            };
        })
    };
    let verdict = |name| verdict(&at_token_endpoint(), &minted("dpop+jwt", &jwk(), &wrong(name)));
    for (name, claim) in [("jti", RegisteredClaim::JwtId), ("iat", RegisteredClaim::IssuedAt)] {
        let Err(DpopError::Claims(errors)) = verdict(name) else { panic!("{name}") };
        assert!(errors.iter().any(|error| error == ClaimError::WrongType(claim)));
    }
    assert_eq!(verdict("htm"), Err(DpopError::Method));
    assert_eq!(verdict("htu"), Err(DpopError::Uri));
}

#[test]
fn check_4_no_other_type_of_token_is_a_proof() {
    for (typ, good) in [
        ("dpop+jwt", true),
        ("DPoP+JWT", true),
        ("application/dpop+jwt", true),
        ("JWT", false),
        ("at+jwt", false),
        ("dpop", false),
        ("dpop+jwt ", false),
    ] {
        let proof = minted(typ, &jwk(), &claims("1", "POST", URI));
        match verdict(&at_token_endpoint(), &proof) {
            Ok(_) => assert!(good, "{typ}"),
            Err(DpopError::Claims(errors)) => {
                assert!(!good && errors.iter().any(|error| error == ClaimError::TypeMismatch));
            }
            other => panic!("{typ}: {other:?}"),
        }
    }
    let mut buf = [0; 1024];
    let untyped = Minter::new().header(jwk()).mint(&mut buf, &key(), &claims("1", "POST", URI));
    assert!(matches!(
        verdict(&at_token_endpoint(), untyped.unwrap().as_str()),
        Err(DpopError::Claims(_))
    ));
}

#[test]
fn check_5_a_symmetric_key_proves_nothing() {
    let secret = [0x42; 32];
    let oct = from_fn(|object| {
        let mut text = [0; 43];
        let text = base64url::encode(&secret, &mut text).unwrap();
        object.object(
            "jwk",
            &from_fn(|jwk| {
                jwk.string("kty", "oct").string("k", text);
            }),
        );
    });
    let mut buf = [0; 1024];
    let hmac = HmacKey::<Hs256>::new(&secret).unwrap();
    let minter = Minter::new().typ("dpop+jwt").header(oct);
    let proof = minter.mint(&mut buf, &hmac, &claims("1", "POST", URI)).unwrap();
    assert_eq!(verdict(&at_token_endpoint(), proof.as_str()), Err(DpopError::PrivateKey));
    // Nor does an HMAC under the public key.
    let mut buf = [0; 1024];
    let minter = Minter::new().typ("dpop+jwt").header(jwk());
    let proof = minter.mint(&mut buf, &hmac, &claims("1", "POST", URI)).unwrap();
    let refused = verdict(&at_token_endpoint(), proof.as_str());
    assert!(matches!(refused, Err(DpopError::Token(VerifyError::AlgorithmMismatch { .. }))));
}

#[test]
fn check_5_the_key_says_what_it_is_for() {
    let with = |name: &'static str, value: &'static str| {
        let header = from_fn(move |object| {
            object.object(
                "jwk",
                &(
                    public(),
                    from_fn(|jwk| {
                        jwk.string(name, value);
                    }),
                ),
            );
        });
        verdict(&at_token_endpoint(), &minted("dpop+jwt", &header, &claims("1", "POST", URI)))
    };
    assert!(with("alg", "ES256").is_ok());
    assert!(with("use", "sig").is_ok());
    assert!(with("kid", "any").is_ok());
    assert!(matches!(
        with("alg", "ES384"),
        Err(DpopError::Key(KeyError::AlgorithmMismatch { .. }))
    ));
    assert!(matches!(with("use", "enc"), Err(DpopError::Key(_))));
    // A member twice: the second reader sees another key than the first.
    assert!(matches!(
        with("x", "AAAA"),
        Err(DpopError::Key(KeyError::Json(_)) | DpopError::Token(_))
    ));
}

#[test]
fn check_6_the_key_of_the_header_has_signed() {
    // Every character of the signature and of the claims, changed.
    let (_, payload) = TOKEN_REQUEST.split_once('.').unwrap();
    let start = TOKEN_REQUEST.len() - payload.len();
    for at in start..TOKEN_REQUEST.len() {
        let mut changed = TOKEN_REQUEST.as_bytes().to_vec();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(
            matches!(verdict(&at_token_endpoint(), &changed), Err(DpopError::Token(_))),
            "{at}"
        );
    }
    // The key of somebody else in the header.
    let other = Es256SigningKey::from_bytes(&[0x43; 32]).unwrap().verifying_key();
    let header = from_fn(|object| {
        object.object("jwk", &PublicPoint::from(&other));
    });
    let stolen = minted("dpop+jwt", &header, &claims("1", "POST", URI));
    let refused = Err(DpopError::Token(VerifyError::InvalidSignature));
    assert_eq!(verdict(&at_token_endpoint(), &stolen), refused);
}

#[test]
fn check_7_a_private_key_is_refused_whatever_it_is() {
    for name in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
        let header = from_fn(|object| {
            object.object(
                "jwk",
                &(
                    public(),
                    from_fn(|jwk| {
                        jwk.string(name, "AQ");
                    }),
                ),
            );
        });
        let proof = minted("dpop+jwt", &header, &claims("1", "POST", URI));
        assert_eq!(verdict(&at_token_endpoint(), &proof), Err(DpopError::PrivateKey), "{name}");
    }
}

#[test]
fn checks_8_and_9_the_request_is_the_one_that_was_signed() {
    let mint = |htm: &str, htu: &str| minted("dpop+jwt", &jwk(), &claims("1", htm, htu));
    let expect = at_token_endpoint();
    assert_eq!(verdict(&expect, &mint("GET", URI)), Err(DpopError::Method));
    assert_eq!(verdict(&expect, &mint("post", URI)), Err(DpopError::Method));
    for (htu, good) in [
        (URI, true),
        ("https://server.example.com:443/token", true),
        ("https://SERVER.example.com/./token", true),
        ("https://server.example.com/token?x=1", true),
        ("http://server.example.com/token", false),
        ("https://server.example.com/tokens", false),
        ("https://server.example.com.evil/token", false),
        ("/token", false),
        ("", false),
    ] {
        let expected = if good { None } else { Some(DpopError::Uri) };
        assert_eq!(verdict(&expect, &mint("POST", htu)).err(), expected, "{htu}");
    }
    // Escapes of JSON are no way around.
    let escaped = br#"{"jti":"1","htm":"PO\u0053T","htu":"https:\/\/server.example.com\/token","iat":1562262616}"#;
    let mut buf = vec![0; 1024];
    let minter = Minter::new().typ("dpop+jwt").header(jwk());
    let proof = minter.mint_payload(&mut buf, &key(), escaped).unwrap();
    assert!(verdict(&expect, proof.as_str()).is_ok());
}

#[test]
fn check_10_a_nonce_is_one_of_the_server_s() {
    let mint = |nonce| {
        let mut buf = [0; 1024];
        let public_key = public();
        let proof = DpopProof { nonce, ..proof(&public_key) };
        proof.mint(&mut buf, &key()).unwrap().to_string()
    };
    let expect = at_token_endpoint().nonces(&["new", "old"]);
    assert!(verdict(&expect, &mint(Some("new"))).is_ok());
    assert!(verdict(&expect, &mint(Some("old"))).is_ok());
    for nonce in [None, Some("older"), Some("ne"), Some("newer")] {
        assert_eq!(verdict(&expect, &mint(nonce)), Err(DpopError::Nonce));
    }
    assert_eq!(DpopError::Nonce.code(), "use_dpop_nonce");
    assert_eq!(
        verdict(&at_token_endpoint().nonces(&[]), &mint(Some("new"))),
        Err(DpopError::Nonce)
    );
    assert!(verdict(&at_token_endpoint(), &mint(Some("unasked"))).is_ok());
}

#[test]
fn check_11_a_proof_is_from_now() {
    let expect = at_token_endpoint().window(30, Leeway::from_seconds(3));
    let at = |offset: i64| expect.verify([TOKEN_REQUEST], date(AT + offset), &mut [0; 512]).is_ok();
    assert!(at(0) && at(33) && at(-3));
    assert!(!at(34) && !at(-4) && !at(1_000_000) && !at(-1_000_000));
    let proof = expect.verify([TOKEN_REQUEST], date(AT), &mut [0; 512]).unwrap().forget_after();
    assert_eq!(proof, date(AT + 33));
}

#[test]
fn check_12_the_proof_is_for_this_access_token_and_by_its_key() {
    let bound = Thumbprint::parse(JKT).unwrap();
    let at = uri("https://resource.example.org/protectedresource");
    let expect = |token, bound| ExpectProof::at_resource("GET", at, token, bound);
    let verdict = |expect: ExpectProof<'_>| verdict(&expect, RESOURCE).err();
    let now = expect(ACCESS_TOKEN, bound);
    assert_eq!(verdict(now), None);
    assert_eq!(verdict(expect("another", bound)), Some(DpopError::AccessTokenHash));
    let other = key().verifying_key().thumbprint();
    assert_eq!(verdict(expect(ACCESS_TOKEN, other)), Some(DpopError::NotTheBoundKey));
    assert_eq!(DpopError::NotTheBoundKey.code(), "invalid_token");
    // A proof of the token endpoint has no hash.
    let at_resource = ExpectProof::at_resource("POST", uri(URI), ACCESS_TOKEN, bound);
    let refused = at_resource.verify([TOKEN_REQUEST], date(AT), &mut [0; 512]).err();
    assert_eq!(refused, Some(DpopError::AccessTokenHash));
    // A refresh token is bound too.
    let refused =
        at_token_endpoint().key(other).verify([TOKEN_REQUEST], date(AT), &mut [0; 512]).err();
    assert_eq!(refused, Some(DpopError::NotTheBoundKey));
}

#[test]
fn a_confirmation_names_a_key_or_is_refused() {
    let read = |json: &str| {
        let mut buf = [0; 1024];
        let token = Minter::new().mint_payload(&mut buf, &key(), json.as_bytes()).unwrap();
        let mut scratch = [0; 1024];
        let token = UnverifiedToken::parse(&token).unwrap();
        let token = jwt_core::danger::peek(token, &mut scratch).unwrap();
        let (claims, _): (ClaimsSet<'_>, _) = token.claims().unwrap();
        confirmation(&claims)
    };
    assert_eq!(read("{}"), Ok(None));
    let bound = format!(r#"{{"cnf":{{"jkt":"{JKT}"}}}}"#);
    assert_eq!(read(&bound), Ok(Some(Thumbprint::parse(JKT).unwrap())));
    for cnf in [
        "null".to_owned(),
        "{}".to_owned(),
        format!("\"{JKT}\""),
        r#"{"jkt":1}"#.to_owned(),
        r#"{"jkt":"short"}"#.to_owned(),
        r#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}"#.to_owned(),
        format!(r#"{{"jkt":"{JKT}","jkt":"{JKT}"}}"#),
        format!(r#"{{"jkt":"{JKT}="}}"#),
    ] {
        let refused = read(&format!(r#"{{"cnf":{cnf}}}"#));
        assert_eq!(refused, Err(DpopError::NotTheBoundKey), "{cnf}");
    }
}

fn proof(public_key: &PublicPoint) -> DpopProof<'_> {
    DpopProof {
        public_key,
        jwt_id: "-BwC3ESc6acc2lTc",
        method: "POST",
        uri: URI,
        issued_at: date(AT),
        access_token: None,
        nonce: None,
    }
}

#[test]
fn what_is_minted_is_verified_with_every_buffer_that_is_large_enough() {
    let public_key = public();
    let resource = DpopProof {
        method: "GET",
        access_token: Some(AccessTokenHash::of(ACCESS_TOKEN)),
        nonce: Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"),
        ..proof(&public_key)
    };
    let mut buf = [0; 1024];
    let needed = resource.mint(&mut buf, &key()).unwrap().as_str().len();
    for len in 0..needed {
        let refused = resource.mint(&mut vec![0; len], &key()).unwrap_err();
        assert_eq!(refused, ProofError::Mint(MintError::BufferTooSmall { needed }));
    }
    let text = resource.mint(&mut buf[..needed], &key()).unwrap().to_string();
    let bound = key().verifying_key().thumbprint();
    let expect = ExpectProof::at_resource("GET", uri(URI), ACCESS_TOKEN, bound)
        .nonces(&["eyJ7S_zG.eyJH0-Z.HX4w-7v"]);
    let needed = UnverifiedToken::parse(&text).unwrap().scratch_len();
    for len in 0..needed {
        let refused = expect.verify([&text], date(AT), &mut vec![0; len]).err();
        assert_eq!(refused, Some(DpopError::Token(VerifyError::BufferTooSmall { needed })));
    }
    let mut scratch = vec![0; needed];
    let found: Possession<'_> = expect.verify([&text], date(AT), &mut scratch).unwrap();
    assert_eq!(found.jkt(), bound);
    assert_eq!(
        found.claims().claim("nonce").unwrap().as_text().unwrap(),
        "eyJ7S_zG.eyJH0-Z.HX4w-7v"
    );
}

#[test]
fn what_a_server_would_refuse_is_not_minted() {
    let public_key = public();
    let good = proof(&public_key);
    assert_eq!(good.check(), Ok(()));
    for method in ["", "get", "G T"] {
        assert_eq!(DpopProof { method, ..good }.check(), Err(ProofError::Method));
    }
    for uri in ["", "/x", "https://a/b?c", "https://a/b#c", "https://u@a/b"] {
        assert_eq!(DpopProof { uri, ..good }.check(), Err(ProofError::Uri));
    }
    let long = "x".repeat(MAX_JTI_LEN + 1);
    for jwt_id in ["", &long] {
        assert_eq!(DpopProof { jwt_id, ..good }.check(), Err(ProofError::JwtId));
        let claims = claims(jwt_id, "POST", URI);
        let refused = verdict(&at_token_endpoint(), &minted("dpop+jwt", &jwk(), &claims));
        assert_eq!(refused, Err(DpopError::JwtId));
    }
    for nonce in ["", "a b", "a\"b"] {
        assert_eq!(DpopProof { nonce: Some(nonce), ..good }.check(), Err(ProofError::Nonce));
    }
}

#[test]
fn a_replay_is_known_by_key_and_jti_whatever_else_is_in_the_proof() {
    let mint = |jti: &str, htu: &str| minted("dpop+jwt", &jwk(), &claims(jti, "POST", htu));
    let id = |proof: &str| verdict(&at_token_endpoint(), proof).unwrap();
    let first = id(&mint("a", URI));
    assert_eq!(first, id(&mint("a", "https://server.example.com:443/token")));
    assert_ne!(first, id(&mint("b", URI)));
    assert_ne!(id(TOKEN_REQUEST), id(&mint("-BwC3ESc6acc2lTc", URI)));
}

#[test]
fn keys_of_another_backend_do_too() {
    let expect = at_token_endpoint();
    let mut scratch = [0; 512];
    let proof = expect
        .verify_with([TOKEN_REQUEST], date(AT), &mut scratch, |jwk| jwk.es256_verifying_key())
        .unwrap();
    assert_eq!(proof.jkt().to_string(), JKT);
    let refused = expect.verify_with([TOKEN_REQUEST], date(AT), &mut scratch, |_| {
        Err::<jwt_core::Es256VerifyingKey, _>(KeyError::NotForSignatures)
    });
    assert_eq!(refused.err(), Some(DpopError::Key(KeyError::NotForSignatures)));
}

#[test]
fn debug_and_errors_show_nothing_of_the_token() {
    let bound = Thumbprint::parse(JKT).unwrap();
    let expect = ExpectProof::at_resource("GET", uri(URI), ACCESS_TOKEN, bound);
    let shown = format!("{expect:?} {:?}", AccessTokenHash::of(ACCESS_TOKEN));
    assert!(
        !shown.contains("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")
            && !shown.contains(ACCESS_TOKEN)
    );
}

proptest! {
    #[test]
    fn no_text_is_a_proof_by_chance(text in "[A-Za-z0-9_.-]{0,300}") {
        prop_assert!(verdict(&at_token_endpoint(), &text).is_err());
    }

    #[test]
    fn no_header_makes_it_panic(header in "[ -~]{0,80}", claims in "[ -~]{0,80}") {
        let mut buf = [0; 128];
        let header = base64url::encode(header.as_bytes(), &mut buf).unwrap().to_owned();
        let claims = base64url::encode(claims.as_bytes(), &mut buf).unwrap().to_owned();
        let refused = verdict(&at_token_endpoint(), &format!("{header}.{claims}.AAAA"));
        prop_assert!(refused.is_err());
    }
}
