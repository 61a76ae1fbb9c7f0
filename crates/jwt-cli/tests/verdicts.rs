//! `jwt verify` and `jwt mint`: exit codes, stages and claims.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)] // a test may panic

mod common;

use common::{Place, Ran};

const NOW: &str = "1700000000";

/// RFC 7515 appendix A.3.
const RFC_KEY: &str = r#"{"kty":"EC","crv":"P-256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

fn es256() -> (Place, String) {
    let place = Place::new();
    let key = place.file("key.jwk", RFC_KEY);
    (place, key)
}

fn stage(ran: &Ran) -> String {
    let verdict: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(verdict["valid"], false, "{ran:?}");
    assert!(!verdict["errors"].as_array().unwrap().is_empty());
    verdict["stage"].as_str().unwrap().to_owned()
}

fn verify(place: &Place, key: &str, token: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["verify", "--json", "--now", NOW, "--key", key];
    arguments.extend(more);
    arguments.push(token);
    place.jwt(&arguments)
}

#[test]
fn mints_the_deterministic_tokens_byte_for_byte() {
    let (place, key) = es256();
    let minimal = place.ok(&["mint", "--key", &key, "--no-iat"]);
    assert_eq!(
        minimal,
        "eyJhbGciOiJFUzI1NiJ9.e30.WoIxDu_RHOWu682Wr36OOE8X5DEn0Bp6SZ5PncVb83dh8hilItvmedH0t-FzEnydIpCG8JlJFJLzLlmzPIxVsQ"
    );
    let claims = r#"{"sub":"thing-42","exp":4102444800}"#;
    let typed = ["mint", "--key", &key, "--typ", "JWT", "--no-iat", "--claims", claims];
    assert_eq!(
        place.ok(&typed),
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ0aGluZy00MiIsImV4cCI6NDEwMjQ0NDgwMH0.-W5ozVJ3FYC1QbCmBRmW12GjPsgOngkbNZ0ryF2WqKsW85yIyZG0bSRKna6SJYSQPFcpVfLwCNN-xy4i31SbjQ"
    );
}

#[test]
fn prints_the_claims_as_they_stand_in_the_token() {
    let (place, key) = es256();
    let claims = r#"{"exp":1700000300,"big":18446744073709551615,"neg":-9223372036854775808,"f":1.50,"s":"\u00e9 \ud83d\ude00"}"#;
    let token = place.ok(&["mint", "--key", &key, "--no-iat", "--claims", claims]);
    let ran = place.jwt(&["verify", "--key", &key, "--now", NOW, &token]);
    assert_eq!((ran.code, ran.out.trim_end(), ran.err.as_str()), (0, claims, ""));
    let json = verify(&place, &key, &token, &[]).out;
    assert_eq!(
        json,
        format!("{{\"valid\":true,\"header\":{{\"alg\":\"ES256\"}},\"claims\":{claims}}}\n")
    );
}

#[test]
fn each_refusal_of_claims_has_exit_code_5() {
    let (place, key) = es256();
    for (claims, flags, what) in [
        (r#"{"exp":1699999999}"#, &[][..], "expired 1 s ago"),
        (r#"{"exp":1700000000}"#, &[], "expired 0 s ago"),
        (r#"{"exp":1700000000.9}"#, &[], "expired"),
        (r#"{"exp":1.7e9}"#, &[], "expired"),
        (r#"{"exp":-1}"#, &[], "expired"),
        (r#"{}"#, &[], "exp is missing"),
        (r#"{"exp":"1700000300"}"#, &[], "exp is \\\"1700000300\\\", expected a number"),
        (r#"{"exp":1e999}"#, &[], "exp is 1e999"),
        (r#"{"exp":1700000300000}"#, &[], "up to the year 9999"),
        (r#"{"exp":1700000300,"nbf":1700000001}"#, &[], "not valid for another 1 s"),
        (r#"{"exp":1700000300,"nbf":1700000000.1}"#, &[], "not valid for another 1 s"),
        (r#"{"exp":1700000300,"iat":1700000001}"#, &[], "issued 1 s in the future"),
        (r#"{"exp":1700000300,"aud":"api"}"#, &[], "no audience is expected"),
        (r#"{"exp":1700000300,"aud":[]}"#, &["--aud", "api"], "aud is []"),
        (
            r#"{"exp":1700000300,"aud":["api",1]}"#,
            &["--aud", "api"],
            "array of at least one string",
        ),
        (r#"{"exp":1700000300,"aud":"API"}"#, &["--aud", "api"], "expected one of \\\"api\\\""),
        (r#"{"exp":1700000300}"#, &["--aud", "api"], "aud is missing"),
        (
            r#"{"exp":1700000300,"iss":["me"]}"#,
            &["--iss", "me"],
            "iss is [\\\"me\\\"], expected a string",
        ),
        (r#"{"exp":1700000300,"iss":"me2"}"#, &["--iss", "me"], "expected \\\"me\\\""),
        (r#"{"exp":1700000300}"#, &["--sub", "x"], "sub is missing"),
        (r#"{"exp":1700000300,"sub":1}"#, &[], "sub is 1, expected a string"),
        (r#"{"exp":1700000300,"jti":null}"#, &[], "jti is null"),
        (r#"{"exp":1700000300}"#, &["--typ", "at+jwt"], "typ is absent"),
        (r#"{"exp":1700000300}"#, &["--max-age", "10"], "iat is missing"),
        (r#"{"exp":1700000300,"iat":1699999989}"#, &["--max-age", "10"], "1 s older than allowed"),
        (r#"{"exp":1700000300}"#, &["--require", "nonce"], "\\\"nonce\\\" is missing"),
    ] {
        let token = place.ok(&["mint", "--key", &key, "--no-iat", "--claims", claims]);
        let ran = verify(&place, &key, &token, flags);
        assert_eq!((ran.code, stage(&ran).as_str()), (5, "claims"), "{claims} {flags:?}: {ran:?}");
        assert!(ran.out.contains(what), "{claims} {flags:?}: {ran:?}");
    }
}

#[test]
fn tells_all_failed_checks_at_once() {
    let (place, key) = es256();
    let claims = r#"{"exp":1,"nbf":1700000100,"iss":"x","aud":"y"}"#;
    let token = place.ok(&["mint", "--key", &key, "--no-iat", "--claims", claims]);
    let ran = verify(&place, &key, &token, &["--iss", "a", "--aud", "b", "--require", "jti"]);
    let verdict: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(verdict["errors"].as_array().unwrap().len(), 5);
}

#[test]
fn accepts_what_the_policy_allows() {
    let (place, key) = es256();
    for (claims, flags) in [
        (r#"{"exp":1700000001}"#, &[][..]),
        (r#"{"exp":1700000001.2}"#, &[]),
        (r#"{"exp":1.7000003e9}"#, &[]),
        (r#"{"exp":1699999990}"#, &["--leeway", "11"]),
        (r#"{"exp":1700000300,"nbf":1700000005}"#, &["--leeway", "5"]),
        (r#"{}"#, &["--allow-missing-exp"]),
        (r#"{"exp":1700000300,"aud":["a","b"]}"#, &["--aud", "x", "--aud", "b"]),
        (r#"{"exp":1700000300,"aud":"a"}"#, &["--aud", "a"]),
        (r#"{"exp":1700000300,"iss":"https:\/\/i"}"#, &["--iss", "https://i"]),
        (r#"{"exp":1700000300,"iat":1699999990}"#, &["--max-age", "10"]),
        (r#"{"exp":1700000300,"n":null}"#, &["--require", "n", "--require", "exp"]),
        (r#"{"exp":1700000300,"sub":""}"#, &["--sub", ""]),
    ] {
        let token = place.ok(&["mint", "--key", &key, "--no-iat", "--claims", claims]);
        let ran = verify(&place, &key, &token, flags);
        assert_eq!(ran.code, 0, "{claims} {flags:?}: {ran:?}");
    }
}

#[test]
fn typ_is_compared_as_a_media_type() {
    let (place, key) = es256();
    for (typ, expected, code) in [
        ("JWT", None, 0),
        ("jwt", None, 0),
        ("application/JWT", None, 0),
        ("at+jwt", None, 5),
        ("AT+JWT", Some("application/at+jwt"), 0),
        ("application/at+jwt", Some("at+jwt"), 0),
        ("JWT", Some("at+jwt"), 5),
        ("text/jwt", Some("jwt"), 5),
    ] {
        let token =
            place.ok(&["mint", "--key", &key, "--typ", typ, "--exp", "@1700000300", "--now", NOW]);
        let flags: Vec<_> = expected.into_iter().flat_map(|typ| ["--typ", typ]).collect();
        assert_eq!(verify(&place, &key, &token, &flags).code, code, "{typ} {expected:?}");
    }
}

#[test]
fn malformed_tokens_have_exit_code_3_and_the_stage_structure() {
    let (place, key) = es256();
    let token = place.ok(&["mint", "--key", &key, "--exp", "300", "--now", NOW]);
    let (input, signature) = token.rsplit_once('.').unwrap();
    for bad in [
        String::new(),
        String::from("."),
        String::from("a.b"),
        input.to_owned(),
        format!("{token}."),
        format!("{token}.AAAA"),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{input}.{signature}\u{e9}"),
        format!("{}.{}", input.replacen('.', "=.", 1), signature),
        format!("{}+/.{signature}", input),
        ".".repeat(100_000),
        "A".repeat(70_000),
        r#"{"payload":"e30","signatures":[]}"#.to_owned(),
    ] {
        let ran = verify(&place, &key, &bad, &[]);
        let shown = bad.get(..40).unwrap_or(&bad);
        assert_eq!((ran.code, stage(&ran).as_str()), (3, "structure"), "{shown}: {ran:?}");
    }
}

#[test]
fn a_signature_of_the_wrong_length_or_value_has_exit_code_4() {
    let (place, key) = es256();
    let token = place.ok(&["mint", "--key", &key, "--exp", "300", "--now", NOW]);
    let (input, _) = token.rsplit_once('.').unwrap();
    for signature in [String::new(), "A".repeat(86), "A".repeat(84), "A".repeat(21_832)] {
        let ran = verify(&place, &key, &format!("{input}.{signature}"), &[]);
        assert_eq!((ran.code, stage(&ran).as_str()), (4, "signature"), "{ran:?}");
    }
}

#[test]
fn another_algorithm_than_the_key_s_has_exit_code_4() {
    let (place, key) = es256();
    let token = place.ok(&["mint", "--key", &key, "--exp", "300", "--now", NOW]);
    let (_, rest) = token.split_once('.').unwrap();
    let headers = [
        "eyJhbGciOiJub25lIn0",  // {"alg":"none"}
        "eyJhbGciOiJOb05lIn0",  // {"alg":"NoNe"}
        "eyJhbGciOiIifQ",       // {"alg":""}
        "eyJhbGciOiJIUzI1NiJ9", // {"alg":"HS256"}
        "eyJhbGciOiJlczI1NiJ9", // {"alg":"es256"}
    ];
    for header in headers {
        for rest in [rest, "e30."] {
            let ran = verify(&place, &key, &format!("{header}.{rest}"), &[]);
            assert_eq!((ran.code, stage(&ran).as_str()), (4, "key"), "{header}: {ran:?}");
        }
    }
    let ran = verify(&place, &key, &token, &["--alg", "HS256"]);
    assert_eq!((ran.code, stage(&ran).as_str()), (4, "key"));
    assert_eq!(verify(&place, &key, &token, &["--alg", "HS256", "--alg", "ES256"]).code, 0);
}

#[test]
fn headers_that_are_refused_have_exit_code_3_and_the_stage_header() {
    let (place, key) = es256();
    for header in [
        "e30",                                     // {}
        "W10",                                     // []
        "eyJhbGciOm51bGx9",                        // {"alg":null}
        "eyJhbGciOiJFUzI1NiIsImNyaXQiOltdfQ",      // {"alg":"ES256","crit":[]}
        "eyJhbGciOiJFUzI1NiIsImI2NCI6dHJ1ZX0",     // {"alg":"ES256","b64":true}
        "eyJhbGciOiJFUzI1NiIsImFsZyI6IkVTMjU2In0", // {"alg":"ES256","alg":"ES256"}
        "eyJhbGciOiJFUzI1NiIsImtpZCI6MX0",         // {"alg":"ES256","kid":1}
        "",
    ] {
        let ran = verify(&place, &key, &format!("{header}.e30.AAAA"), &[]);
        assert_eq!((ran.code, stage(&ran).as_str()), (3, "header"), "{header}: {ran:?}");
    }
}

#[test]
fn a_public_key_never_serves_as_a_secret() {
    let (place, key) = es256();
    let pem = place.ok(&["key", "convert", &key, "--to", "pem", "--public"]) + "\n";
    let jwk = place.ok(&["key", "convert", &key, "--to", "jwk", "--public"]);
    place.file("public.pem", &pem);
    place.file("spaced.pem", format!("  {pem}"));
    place.file("public.jwk", &jwk);
    place.file("public.jwks", format!("{{\"keys\":[{jwk}]}}"));
    for file in ["public.pem", "spaced.pem", "public.jwk", "public.jwks"] {
        let ran = place.jwt(&["mint", "--secret-file", file, "--alg", "HS256"]);
        assert_eq!(ran.code, 4, "{file}: {ran:?}");
        let ran =
            place.jwt(&["verify", "--json", "--secret-file", file, "--alg", "HS256", "a.b.c"]);
        assert_eq!((ran.code, stage(&ran).as_str()), (4, "key"), "{file}: {ran:?}");
    }
}

#[test]
fn a_set_finds_its_key_by_kid_and_by_nothing_else() {
    let place = Place::new();
    for name in ["a", "b"] {
        let (private, public) = (format!("{name}.jwk"), format!("{name}.pub"));
        place.ok(&[
            "keygen",
            "--alg",
            "ES256",
            "--kid",
            name,
            "--out",
            &private,
            "--public-out",
            &public,
        ]);
    }
    let (a, b) = (place.read("a.pub"), place.read("b.pub"));
    let set = place.file("set.jwks", format!("{{\"keys\":[{a},{b}]}}"));
    let one = place.file("one.jwks", format!("{{\"keys\":[{a}]}}"));
    let twice = place.file("twice.jwks", format!("{{\"keys\":[{a},{a}]}}"));
    let secret = place.ok(&["keygen", "--alg", "HS256", "--kid", "s"]);
    let mixed = place.file("mixed.jwks", format!("{{\"keys\":[{a},{secret}]}}"));

    let mint = |kid: &[&str]| {
        let mut arguments = vec!["mint", "--key", "a.jwk", "--exp", "300", "--now", NOW];
        arguments.extend(kid);
        place.ok(&arguments)
    };
    for (set, kid, code) in [
        (&set, &["--kid", "a"][..], 0),
        (&set, &["--kid", "b"], 4),
        (&set, &["--kid", "c"], 4),
        (&set, &[], 4),
        (&one, &[], 0),
        (&one, &["--kid", "c"], 4),
        (&twice, &["--kid", "a"], 4),
        (&mixed, &["--kid", "a"], 4),
    ] {
        let ran = verify(&place, set, &mint(kid), &[]);
        assert_eq!(ran.code, code, "{set} {kid:?}: {ran:?}");
    }
    // One key that the caller has chosen serves whatever the token calls it.
    assert_eq!(verify(&place, "a.pub", &mint(&["--kid", "c"]), &[]).code, 0);
}

#[test]
fn a_symmetric_jwk_without_alg_needs_the_caller_s() {
    let place = Place::new();
    let key = place.file("k.jwk", r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#);
    assert_eq!(place.jwt(&["mint", "--key", &key]).code, 4);
    let token = place.ok(&["mint", "--key", &key, "--alg", "HS384", "--exp", "300", "--now", NOW]);
    assert_eq!(verify(&place, &key, &token, &[]).code, 4);
    assert_eq!(verify(&place, &key, &token, &["--alg", "HS256"]).code, 4);
    assert_eq!(verify(&place, &key, &token, &["--alg", "HS256", "--alg", "HS384"]).code, 0);
    // RFC 7515 appendix A.1.
    let rfc = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let ran = place.jwt(&[
        "verify",
        "--json",
        "--key",
        &key,
        "--alg",
        "HS256",
        "--now",
        "1300819379",
        rfc,
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1);
}

#[test]
fn a_signed_payload_that_is_no_object_has_exit_code_3() {
    let place = Place::new();
    let key = place.file(
        "k.jwk",
        r#"{"kty":"oct","alg":"HS256","k":"-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE"}"#,
    );
    // The first of Wycheproof's JWS vectors; its payload is "foo".
    let token = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImtpZC1hZXMtc2lnbiJ9.Zm9v.TD37p4c_0jmreSrBSDmE0F3mYSPtkZ3WrSyI5wb_KTg";
    let ran = verify(&place, &key, token, &[]);
    assert_eq!((ran.code, stage(&ran).as_str()), (3, "claims"), "{ran:?}");
}

#[test]
fn stdin_takes_a_token_with_one_line_ending() {
    let (place, key) = es256();
    let token = place.ok(&["mint", "--key", &key, "--exp", "300", "--now", NOW]);
    for (ending, code) in [("", 0), ("\n", 0), ("\r\n", 0), ("\n\n", 3), (" ", 3)] {
        let stdin = format!("{token}{ending}");
        let ran =
            place.jwt_reading(&["verify", "--key", &key, "--now", NOW, "-"], stdin.as_bytes());
        assert_eq!(ran.code, code, "{ending:?}: {ran:?}");
    }
    let ran = place.jwt_reading(&["verify", "--key", "-", "-"], RFC_KEY.as_bytes());
    assert_eq!(ran.code, 2);
}

#[test]
fn usage_and_io_have_their_own_exit_codes() {
    let (place, key) = es256();
    for (arguments, code) in [
        (&["verify", "--key", "absent", "a.b.c"][..], 1),
        (&["mint", "--key", &key, "--claims", "@absent"], 1),
        (&["verify", "--key", &key], 2),
        (&["verify", "a.b.c"], 2),
        (&["verify", "--secret-file", &key, "a.b.c"], 2),
        (&["mint", "--key", &key, "--claims", "[]"], 2),
        (&["mint", "--key", &key, "--claims", r#"{"iss":"a"}"#, "--iss", "b"], 2),
        (&["mint", "--key", &key, "--header", r#"{"alg":"none"}"#], 2),
        (&["mint", "--key", &key, "--header", r#"{"crit":["exp"]}"#], 2),
        (&["mint", "--key", &key, "--exp", "soon"], 2),
        (&["mint", "--key", &key, "--exp", "@99999999999999"], 2),
        (&["nonsense"], 2),
    ] {
        let ran = place.jwt(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        assert!(ran.out.is_empty(), "{arguments:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn mint_adds_iat_and_nothing_else() {
    let (place, key) = es256();
    let claims = |arguments: &[&str]| {
        let mut all = vec!["mint", "--key", &key, "--now", NOW];
        all.extend(arguments);
        let token = place.ok(&all);
        let page = place.ok(&["decode", &token]);
        let section = page.split("claims\n").nth(1).unwrap().split("\n\n").next().unwrap();
        section.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(claims(&[]), ["iat: 1700000000"]);
    assert_eq!(claims(&["--no-iat", "--iss", "i"]), ["iss: \"i\""]);
    assert_eq!(claims(&["--claims", r#"{"iat":5}"#]), ["iat: 5"]);
    assert_eq!(claims(&["--no-iat", "--exp", "300"]), ["exp: 1700000300"]);
    assert_eq!(claims(&["--no-iat", "--exp", "@5", "--nbf", "-5"]), ["exp: 5", "nbf: 1699999995"]);
    assert_eq!(claims(&["--no-iat", "--aud", "a"]), ["aud: \"a\""]);
    assert_eq!(claims(&["--no-iat", "--aud", "a", "--aud", "b"]), ["aud: [\"a\",\"b\"]"]);
    assert_eq!(claims(&["--no-iat", "--jti", "x"]), ["jti: \"x\""]);
    let random = claims(&["--no-iat", "--jti"]);
    assert_eq!(random.first().map(String::len), Some("jti: \"\"".len() + 22));
    assert_ne!(random, claims(&["--no-iat", "--jti"]));
}
