//! `jwt keygen`, `jwt key` and `jwt decode`.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)] // a test may panic

mod common;

use common::Place;

const P384: &str = r#"{"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"}"#;

#[test]
fn every_key_that_is_made_mints_and_verifies() {
    let place = Place::new();
    for alg in ["ES256", "HS256", "HS384", "HS512"] {
        let file = format!("{alg}.jwk");
        place.ok(&["keygen", "--alg", alg, "--kid-thumbprint", "--out", &file]);
        let token = place.ok(&["mint", "--key", &file, "--exp", "60", "--sub", "\u{e9}\u{1f600}"]);
        let claims = place.ok(&["verify", "--key", &file, "--alg", alg, &token]);
        assert!(claims.contains("\"sub\":\"\u{e9}\u{1f600}\""), "{claims}");
    }
}

#[test]
fn an_es256_key_goes_through_every_form_and_comes_back() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "ES256", "--out", "a.jwk", "--public-out", "a.pub"]);
    place.ok(&[
        "keygen",
        "--alg",
        "ES256",
        "--format",
        "pem",
        "--out",
        "b.pem",
        "--public-out",
        "b.pub",
    ]);
    let key = |name: &str| serde_json::from_str::<serde_json::Value>(&place.read(name)).unwrap();
    for to in ["pem", "der"] {
        let converted = std::process::Command::new(env!("CARGO_BIN_EXE_jwt"))
            .args(["key", "convert", "a.jwk", "--to", to])
            .current_dir(place.path("."))
            .output()
            .unwrap();
        place.file("converted", converted.stdout);
        let back = place.ok(&["key", "convert", "converted", "--to", "jwk"]);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&back).unwrap(), key("a.jwk"), "{to}");
    }
    let public = place.ok(&["key", "convert", "a.jwk", "--to", "jwk", "--public"]);
    assert_eq!(format!("{public}\n"), place.read("a.pub"));
    let token = place.ok(&["mint", "--key", "b.pem", "--exp", "60"]);
    place.ok(&["verify", "--key", "b.pub", &token]);
}

#[cfg(unix)]
#[test]
fn private_files_are_their_owner_s_only_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.ok(&["keygen", "--alg", "ES256", "--out", "k", "--public-out", "p"]);
    let mode = std::fs::metadata(place.path("k")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = place.read("k");
    assert_eq!(place.jwt(&["keygen", "--alg", "ES256", "--out", "k"]).code, 1);
    assert_eq!(place.read("k"), before);
}

#[test]
fn inspect_describes_keys_and_never_shows_a_secret() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "HS256", "--kid", "k\u{1b}[31m", "--out", "h.jwk"]);
    place.ok(&["keygen", "--alg", "ES256", "--out", "e.jwk"]);
    place.ok(&["keygen", "--alg", "ES384", "--out", "p384.jwk"]);
    for (file, expected) in
        [("h.jwk", "a symmetric key"), ("e.jwk", "a P-256 key"), ("p384.jwk", "a P-384 key")]
    {
        let page = place.ok(&["key", "inspect", file]);
        assert!(page.contains(expected), "{page}");
        assert!(!page.contains('\u{1b}'), "{page}");
        let jwk: serde_json::Value = serde_json::from_str(&place.read(file)).unwrap();
        for secret in ["k", "d"] {
            if let Some(secret) = jwk.get(secret).and_then(|secret| secret.as_str()) {
                assert!(!page.contains(secret), "{page}");
            }
        }
    }
}

#[test]
fn wrong_files_are_told_apart_by_exit_code_and_sentence() {
    let place = Place::new();
    let off_curve = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4"}"#;
    let enc = r#"{"kty":"oct","use":"enc","alg":"HS256","k":"-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE"}"#;
    let short = r#"{"kty":"oct","alg":"HS256","k":"AAAA"}"#;
    for (content, code, sentence) in [
        (&b"hello"[..], 3, "neither a JWK"),
        (b"", 3, "neither a JWK"),
        (b"\xff\xfe", 3, "neither a JWK"),
        (b"\xef\xbb\xbf{}", 3, "neither a JWK"),
        (b"{", 3, "unexpected end"),
        (b"{}", 3, "kty"),
        (b"{\"keys\":1}", 3, "keys"),
        (b"{\"kty\":\"EC\",\"kty\":\"EC\"}", 3, "duplicate"),
        (b"\x30\x03\x02\x01\x01", 3, "DER"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 3, "no plain key"),
        (b"-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n", 3, "not PEM"),
        (off_curve.as_bytes(), 3, "no point of the curve"),
        (P384.as_bytes(), 3, "the x of the JWK is missing or invalid"),
        (b"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", 4, "say it with --alg"),
        (enc.as_bytes(), 4, "use of the JWK is not sig"),
        (short.as_bytes(), 4, "at least 32 are needed"),
    ] {
        let file = place.file("key", content);
        let ran = place.jwt(&["verify", "--key", &file, "a.b.c"]);
        let what = String::from_utf8_lossy(content);
        assert_eq!(ran.code, code, "{what}: {ran:?}");
        assert!(ran.err.contains(sentence) && ran.err.contains("key: "), "{what}: {ran:?}");
        assert_eq!(ran.err.lines().count(), 1);
    }
}

#[test]
fn requests_that_cannot_be_met_are_usage_errors() {
    let place = Place::new();
    place.ok(&["keygen", "--alg", "HS256", "--out", "h.jwk"]);
    for arguments in [
        &["keygen", "--alg", "HS256", "--public-out", "p"][..],
        &["keygen", "--alg", "HS256", "--format", "pem"],
        &["keygen", "--alg", "ES256", "--format", "pem", "--kid", "x"],
        &["keygen", "--alg", "ES256", "--kid", "x", "--kid-thumbprint"],
        &["keygen", "--alg", "none"],
        &["key", "convert", "h.jwk", "--to", "pem"],
    ] {
        assert_eq!(place.jwt(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn decode_says_first_that_nothing_is_verified() {
    let place = Place::new();
    let none = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAzMDAwMDAsInN1YiI6Ilx1MDAxYlszMW0ifQ.";
    let page = place.ok(&["decode", none]);
    assert!(page.starts_with("UNVERIFIED"), "{page}");
    for warning in ["alg is none", "exp looks like milliseconds", "wrong type or is out of range"] {
        assert!(page.contains(warning), "{page}");
    }
    assert!(!page.contains('\u{1b}'));
    assert!(
        place
            .ok(&["decode", "eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9."])
            .contains("2023-11-14 22:13:20 UTC")
    );
    let ran = place.jwt(&["decode", "eyJhbGciOiJFUzI1NiJ9.Zm9v.AAAA"]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("foo"), "{ran:?}");
    for bad in ["", "x", "a.b.c.d", "\u{1f600}.e30."] {
        assert_eq!(place.jwt(&["decode", bad]).code, 3, "{bad}");
    }
}

#[test]
fn completions_and_man_page_are_printed() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.ok(&["completions", shell]).contains("jwt"));
    }
    assert!(place.ok(&["man"]).contains(".TH jwt"));
}
