//! The edges of the command: odd arguments, closed streams, files that are there already, and secrets that
//! stay secret whatever happens.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)] // a test may panic

mod common;

use common::Place;

#[test]
fn no_secret_is_in_any_output_but_the_key_s_own() {
    let place = Place::new();
    for (file, alg) in [("h", "HS256"), ("e", "ES256")] {
        place.ok(&["keygen", "--alg", alg, "--out", file]);
        let jwk: serde_json::Value = serde_json::from_str(&place.read(file)).unwrap();
        let secret = jwk.get("k").or(jwk.get("d")).unwrap().as_str().unwrap().to_owned();
        let twice = place.read(file).replace("\"kty\"", "\"alg\":1,\"kty\"");
        let broken = place.file("broken", twice);
        let wrong = place.file("wrong", place.read(file).replace("256", "384"));
        let token = place.ok(&["mint", "--key", file, "--exp", "-1"]);
        let mut runs = vec![
            place.jwt(&["verify", "--key", file, &token]),
            place.jwt(&["verify", "--json", "--key", file, "--alg", "HS512", &token]),
            place.jwt(&["mint", "--secret-file", file, "--alg", "HS256"]),
            place.jwt(&["mint", "--key", file, "--claims", "{\"a\":1,\"a\":1}"]),
            place.jwt(&["key", "convert", file, "--to", "jwk", "--public"]),
            place.jwt(&["decode", &place.read(file)]),
        ];
        for file in [file, &broken, &wrong] {
            runs.push(place.jwt(&["key", "inspect", file]));
            runs.push(place.jwt(&["verify", "--json", "--key", file, "a.b.c"]));
            runs.push(place.jwt(&[
                "verify",
                "--json",
                "--secret-file",
                file,
                "--alg",
                "HS256",
                "x",
            ]));
        }
        for ran in runs {
            assert!(!ran.out.contains(&secret) && !ran.err.contains(&secret), "{ran:?}");
        }
    }
}

#[test]
fn keygen_makes_both_files_or_none() {
    let place = Place::new();
    place.file("there", "before");
    for (out, public) in [("there", "new"), ("new", "there"), ("same", "same")] {
        let arguments = ["keygen", "--alg", "ES256", "--out", out, "--public-out", public];
        let ran = place.jwt(&arguments);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
        assert_eq!(place.read("there"), "before");
        assert!(!place.path("new").exists() && !place.path("same").exists(), "{out} {public}");
    }
}

#[test]
fn an_algorithm_that_is_said_twice_is_one() {
    let place = Place::new();
    place.file("secret", [7; 64]);
    let token = place.ok(&["mint", "--secret-file", "secret", "--alg", "HS384", "--exp", "60"]);
    let verify = |alg: &[&str]| {
        let alg: Vec<_> = alg.iter().flat_map(|alg| ["--alg", alg]).collect();
        place.jwt(&[&["verify", "--secret-file", "secret", &token][..], &alg].concat()).code
    };
    assert_eq!(verify(&["HS384", "HS384"]), 0);
    assert_eq!(verify(&["HS256", "HS384", "HS512", "HS384"]), 0);
    assert_eq!(verify(&["HS256", "HS512"]), 4);
    assert_eq!(verify(&["ES256"]), 2);
    assert_eq!(verify(&[]), 2);
}

#[test]
fn a_secret_is_every_byte_of_its_file_and_long_enough() {
    let place = Place::new();
    place.file("a", [b'a'; 32]);
    place.file("b", [&[b'a'; 32][..], b"\n"].concat());
    place.file("short", [b'a'; 31]);
    place.file("empty", b"");
    let token = place.ok(&["mint", "--secret-file", "a", "--alg", "HS256", "--exp", "60"]);
    for (file, alg, code) in [
        ("a", "HS256", 0),
        ("b", "HS256", 4),
        ("a", "HS384", 4),
        ("short", "HS256", 4),
        ("empty", "HS256", 4),
    ] {
        let ran = place.jwt(&["verify", "--secret-file", file, "--alg", alg, &token]);
        assert_eq!(ran.code, code, "{file} {alg}: {ran:?}");
    }
}

#[test]
fn jti_is_random_without_a_value_and_any_text_with_one() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "ES256", "--out", "k"]);
    let jti = |arguments: &[&str]| {
        let token = place.ok(&[&["mint", "--key", "k", "--exp", "60"][..], arguments].concat());
        let claims = place.ok(&["verify", "--key", "k", &token]);
        let claims: serde_json::Value = serde_json::from_str(&claims).unwrap();
        claims.get("jti").unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(jti(&["--jti", ""]), "");
    assert_eq!(jti(&["--jti=x y"]), "x y");
    assert_eq!(jti(&["--jti", "--no-iat"]).len(), 22);
    assert_eq!(jti(&["--no-iat", "--jti"]).len(), 22);
}

#[test]
fn mint_warns_of_claims_that_verifiers_refuse_and_mints_them() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "ES256", "--out", "k"]);
    for claims in [r#"{"exp":"1"}"#, r#"{"aud":[]}"#, r#"{"aud":[1]}"#, r#"{"\u0069ss":null}"#] {
        let ran = place.jwt(&["mint", "--key", "k", "--claims", claims]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.err.contains("warning: ") && ran.err.contains("wrong type"), "{ran:?}");
        assert_eq!(place.jwt(&["verify", "--key", "k", ran.out.trim_end()]).code, 5);
    }
}

#[test]
fn decode_shows_what_verify_refuses_and_says_why() {
    let place = Place::new();
    for (token, code, shown) in [
        // {"alg":"ES256","crit":["exp"]}
        (
            "eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiZXhwIl19.e30.",
            0,
            &["crit is not supported", "crit: [\"exp\"]", "no exp"][..],
        ),
        // {"alg":"ES256","b64":false}
        ("eyJhbGciOiJFUzI1NiIsImI2NCI6ZmFsc2V9.e30.", 0, &["b64 is not supported"]),
        // {}, and {"sub":"x"}
        ("e30.eyJzdWIiOiJ4In0.", 3, &["no alg", "sub: \"x\""]),
        // {"alg":1}
        ("eyJhbGciOjF9.eyJzdWIiOiJ4In0.", 3, &["alg is not a string", "sub: \"x\""]),
        // {"alg":"a","alg":"b"}
        ("eyJhbGciOiJhIiwiYWxnIjoiYiJ9.e30.", 3, &["{\"alg\":\"a\",\"alg\":\"b\"}", "no exp"]),
        // {"alg":"HS256"}, and {"exp":1,"exp":2}
        ("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjEsImV4cCI6Mn0.", 3, &["{\"exp\":1,\"exp\":2}"]),
        // Bytes that are no text.
        ("__8.__8.__8", 3, &["UNVERIFIED"]),
    ] {
        let ran = place.jwt(&["decode", token]);
        assert_eq!(ran.code, code, "{token}: {ran:?}");
        assert!(ran.out.starts_with("UNVERIFIED"), "{token}: {ran:?}");
        for shown in shown {
            assert!(ran.out.contains(shown), "{token}: {shown}: {ran:?}");
        }
    }
}

#[test]
fn a_misspelt_option_is_a_usage_error_and_any_other_text_a_token() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "ES256", "--out", "k"]);
    for (token, code) in [("--jsno", 2), ("--audience=x", 2), ("-x.y.z", 3), ("--a.b.c", 3)] {
        assert_eq!(place.jwt(&["verify", "--key", "k", token]).code, code, "{token}");
        assert_eq!(place.jwt(&["decode", token]).code, code, "{token}");
    }
    assert_eq!(place.jwt(&["verify", "--key", "k", "--", "-"]).code, 3);
}

#[test]
fn a_symmetric_key_has_no_public_part_to_convert() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "HS256", "--out", "k"]);
    for arguments in [&["--to", "jwk", "--public"][..], &["--to", "pem"], &["--to", "der"]] {
        let ran = place.jwt(&[&["key", "convert", "k"][..], arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {ran:?}");
    }
    let same = place.ok(&["key", "convert", "k", "--to", "jwk"]);
    assert_eq!(same, place.read("k").trim_end());
}

#[test]
fn the_man_page_has_every_option() {
    let page = Place::new().ok(&["man"]).replace('\\', "");
    for option in ["--kid-thumbprint", "--secret-file", "--allow-missing-exp", "--no-iat", "--to"] {
        assert!(page.contains(option), "{option}");
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_utf_8_are_refused_and_files_with_such_names_are_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    place.ok(&["keygen", "--alg", "ES256", "--out", "k"]);
    let odd = OsStr::from_bytes(b"k\xff");
    std::fs::copy(place.path("k"), place.path("k").with_file_name(odd)).unwrap();
    for (arguments, code) in [
        (&["verify", "--key", "k"][..], 3),
        (&["decode"], 3),
        (&["key", "inspect"], 0),
        (&["verify", "a.b.c", "--key", "k", "--iss"], 2),
        (&["mint", "--key", "k", "--claims"], 2),
        (&["mint", "--key"], 0),
    ] {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_jwt"))
            .args(arguments)
            .arg(odd)
            .current_dir(place.path("."))
            .output()
            .unwrap();
        assert_eq!(status.status.code(), Some(code), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_jwt"))
        .args(["decode", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before there is anything to decode.
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(b"eyJhbGciOiJFUzI1NiJ9.e30.").unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(1), ""));
}

#[test]
fn names_may_begin_with_a_hyphen_and_are_no_options() {
    let place = Place::new();
    for kid in ["-rQ5", "-", "--rQ5", "--", "-k", "-h"] {
        let _ = std::fs::remove_file(place.path("k"));
        place.ok(&["keygen", "--alg", "HS256", "--kid", kid, "--out", "k"]);
        let mut mint = vec!["mint", "--key", "k", "--kid", kid, "--exp", "60"];
        mint.extend(["--iss", kid, "--sub", kid, "--aud", kid]);
        let token = place.ok(&mint);
        let set = place.file("set", format!("{{\"keys\":[{}]}}", place.read("k")));
        let verify = ["verify", "--key", &set, "--iss", kid, "--sub", kid, "--aud", kid, &token];
        assert!(place.ok(&verify).contains(&format!("\"sub\":\"{kid}\"")), "{kid}");
    }
    // A value that was forgotten is not the next option.
    for arguments in [
        &["mint", "--key", "k", "--kid", "--exp", "60"][..],
        &["mint", "--key", "k", "--sub", "--aud", "x"],
        &["verify", "--key", "k", "--iss", "--json", "a.b.c"],
        &["keygen", "--alg", "HS256", "--kid", "--kid-thumbprint"],
    ] {
        assert_eq!(place.jwt(arguments).code, 2, "{arguments:?}");
    }
}
