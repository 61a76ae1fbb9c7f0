//! Key files of other programs: what is a key is told, what is none is told too, and every form of one key
//! is that key.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)] // a test may panic

mod common;

use common::Place;
use jwt_std::jwt_core::base64url;

// Made with openssl for this test and used nowhere else.
const SPKI: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2Fe3cCcocd9fO+CuAY9AxUa9Rye3rrdo0qh8qMm0WsLbmQlpoy+BVZMVZ63iaz4gRMxHc16jgLsnt4Hotoq/Xw==";
const SEC1: &str = "MHcCAQEEINN+DI5IW7GHOWCCn1U3PMx53FbNfzkXzcRaGFqiUZrfoAoGCCqGSM49AwEHoUQDQgAE2Fe3cCcocd9fO+CuAY9AxUa9Rye3rrdo0qh8qMm0WsLbmQlpoy+BVZMVZ63iaz4gRMxHc16jgLsnt4Hotoq/Xw==";
const X25519: &str = "MC4CAQAwBQYDK2VuBCIEICMSyWsKPNTg0LnOnNWxe+Zn6abH8SiPUnYkJRFm1YS4";
const RSA_PUBLIC: &str = "MEgCQQC+g5CRceQ+QQqdYMPt4ay0DWbIOXJm9jkOZGU/NQqSjQrSriOmv8DVBOOMx21Pfpmj/hwQSjk0vKjAqMolSPOlAgMBAAE=";
const ENCRYPTED: &str = "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhjXa2S6fgDDgICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEECYi+FczLALHJLnsTpauWbMEgZDVcfkEjTwVvoqCIo4Ya/KNI3+5EdetbfffN8NdlrY7c3oLOdUi0N/wRM+CdWmHz/m/3harLVR9SsTnwbA3fBdo39X9ran8UNS0mXSZBTQ3X89Mwf3qwe3B1eumRiNwFy6GjGksY1jZKuhZQz27bWCGaEi3frkFGEF4K0hBLIMtTCxbeEa6mtrseQWqj/BKtEw=";

fn der(base64: &str) -> Vec<u8> {
    let text = base64.trim_end_matches('=').replace('+', "-").replace('/', "_");
    base64url::decode(text.as_bytes(), &mut vec![0; text.len()]).unwrap().to_vec()
}

fn pem(label: &str, base64: &str) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).unwrap());
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

#[test]
fn every_form_of_one_key_is_that_key() {
    let place = Place::new();
    let public = pem("PUBLIC KEY", SPKI);
    let private = pem("EC PRIVATE KEY", SEC1);
    let parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    place.file("private.pem", &private);
    let token = place.ok(&["mint", "--key", "private.pem", "--exp", "60"]);
    let unwrapped = format!("-----BEGIN PUBLIC KEY-----\n{SPKI}\n-----END PUBLIC KEY-----\n");
    for (form, bytes) in [
        ("SPKI PEM", public.clone().into_bytes()),
        ("SPKI PEM with CRLF", public.replace('\n', "\r\n").into_bytes()),
        ("SPKI PEM without its last line ending", public.trim_end().as_bytes().to_vec()),
        ("SPKI PEM after empty lines", format!("\n \r\n{public}\n\n").into_bytes()),
        ("SPKI PEM on one line", unwrapped.into_bytes()),
        ("SPKI DER", der(SPKI)),
        ("SEC1 PEM", private.clone().into_bytes()),
        ("SEC1 PEM behind its parameters", format!("{parameters}{private}").into_bytes()),
        ("SEC1 DER", der(SEC1)),
    ] {
        let file = place.file("key", bytes);
        let ran = place.jwt(&["verify", "--key", &file, &token]);
        assert_eq!(ran.code, 0, "{form}: {ran:?}");
        let page = place.ok(&["key", "inspect", &file]);
        // Computed with another program: the SHA-256 of the canonical JWK, RFC 7638.
        assert!(page.contains("xl6teEFSSEu6A6j_YJZv_J64nkx5Jkm_pleXVCZuX9k"), "{form}: {page}");
        assert_eq!(page.contains("private"), form.contains("SEC1"), "{form}: {page}");
    }
}

#[test]
fn other_kinds_of_keys_are_described_and_not_used() {
    let place = Place::new();
    let p256 = "a P-256 key is needed";
    let ed25519 = "an Ed25519 key is needed";
    for (bytes, kind, part, sentence) in [
        (der(X25519), "an Edwards", "private", ed25519),
        (der(RSA_PUBLIC), "an RSA key", "public", "512 bits"),
        (pem("RSA PUBLIC KEY", RSA_PUBLIC).into_bytes(), "an RSA key", "public", "512 bits"),
        (br#"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#.to_vec(), "an Edwards", "public", ed25519),
        (
            br#"{"kty":"RSA","alg":"RS256","n":"AAAB","e":"AQAB","d":"AAAA"}"#.to_vec(),
            "an RSA key",
            "private",
            "1 bits",
        ),
        (br#"{"kty":"AKP","pub":"AAAA"}"#.to_vec(), "unknown kind", "public", p256),
    ] {
        let file = place.file("key", bytes);
        let page = place.ok(&["key", "inspect", &file]);
        assert!(page.contains(kind) && page.contains(part), "{kind}, {part}: {page}");
        for arguments in [&["verify", "--key", &file, "a.b.c"][..], &["mint", "--key", &file]] {
            let ran = place.jwt(arguments);
            assert_eq!(ran.code, 4, "{kind}, {part}: {ran:?}");
            assert!(ran.err.contains(sentence), "{sentence}: {ran:?}");
        }
    }
}

#[test]
fn keys_of_every_kind_are_described_converted_and_used() {
    let place = Place::new();
    for (alg, kind) in [
        ("ES256", "a P-256 key"),
        ("ES384", "a P-384 key"),
        ("ES512", "a P-521 key"),
        ("ES256K", "a secp256k1 key"),
        ("EdDSA", "an Ed25519 key"),
        ("Ed25519", "an Ed25519 key"),
        ("RS256", "an RSA key"),
        ("RS384", "an RSA key"),
        ("RS512", "an RSA key"),
        ("PS256", "an RSA key"),
        ("PS384", "an RSA key"),
        ("PS512", "an RSA key"),
    ] {
        if kind == "an RSA key" && !cfg!(feature = "aws-lc-rs") {
            let ran = place.jwt(&["keygen", "--alg", alg]);
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(ran.err.contains("need the feature aws-lc-rs"), "{ran:?}");
            continue;
        }
        for name in ["private.jwk", "public.jwk"] {
            let _ = std::fs::remove_file(place.path(name));
        }
        place.ok(&[
            "keygen",
            "--alg",
            alg,
            "--kid-thumbprint",
            "--out",
            "private.jwk",
            "--public-out",
            "public.jwk",
        ]);
        let thumbprint = place.ok(&["key", "thumbprint", "public.jwk"]);
        assert_eq!(place.ok(&["key", "thumbprint", "private.jwk"]), thumbprint, "{alg}");
        let token = place.ok(&["mint", "--key", "private.jwk", "--exp", "60"]);
        place.ok(&["verify", "--key", "public.jwk", &token]);
        assert!(place.ok(&["decode", &token]).contains(alg));
        for form in ["pem", "der", "jwk"] {
            for part in [&[][..], &["--public"]] {
                let arguments = [&["key", "convert", "private.jwk", "--to", form][..], part];
                let file = place.file("key", place.bytes(&arguments.concat()));
                let page = place.ok(&["key", "inspect", &file]);
                assert!(page.contains(kind) && page.contains(&thumbprint), "{alg}: {page}");
                place.ok(&["verify", "--key", &file, "--alg", alg, &token]);
                // Back to a JWK, where the caller says for which algorithm.
                let back = place.ok(&["key", "convert", &file, "--to", "jwk", "--alg", alg]);
                assert!(back.contains(&format!("\"alg\":\"{alg}\"")), "{back}");
            }
        }
    }
}

#[test]
fn what_is_no_single_plain_key_is_malformed() {
    let place = Place::new();
    let public = pem("PUBLIC KEY", SPKI);
    let encrypted = pem("EC PRIVATE KEY", SEC1).replacen(
        '\n',
        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,4EA316235445CF3B\n\n",
        1,
    );
    let mut trailing = der(SPKI);
    trailing.push(0);
    let mut off_curve = der(SPKI);
    *off_curve.last_mut().unwrap() ^= 1;
    for (bytes, sentence) in [
        (format!("{public}{public}").into_bytes(), "more than one PEM block"),
        (format!("{}{public}", pem("EC PRIVATE KEY", SEC1)).into_bytes(), "more than one PEM"),
        (format!("preamble\n{public}").into_bytes(), "neither a JWK"),
        (format!("\u{feff}{public}").into_bytes(), "neither a JWK"),
        (format!("{public}postamble").into_bytes(), "not PEM"),
        (pem("CERTIFICATE", SPKI).into_bytes(), "CERTIFICATE"),
        (pem("ENCRYPTED PRIVATE KEY", ENCRYPTED).into_bytes(), "ENCRYPTED PRIVATE KEY"),
        (der(ENCRYPTED), "ENCRYPTED PRIVATE KEY"),
        (encrypted.into_bytes(), "ENCRYPTED EC PRIVATE KEY"),
        (pem("PRIVATE KEY", SPKI).into_bytes(), "not PEM"),
        (pem("PUBLIC KEY", SEC1).into_bytes(), "not PEM"),
        (public.replace("END PUBLIC", "END PRIVATE").into_bytes(), "not PEM"),
        (trailing, "not a DER key"),
        (der(SPKI)[..90].to_vec(), "not a DER key"),
        (off_curve, "no point of the curve"),
        (b"[]".to_vec(), "neither a JWK"),
        (b"0123456789".to_vec(), "not a DER key"),
        (vec![b' '; (1 << 20) + 1], "more than 1048576 bytes"),
        (br#"{"kty":"oct"}"#.to_vec(), "the k of the JWK"),
        (br#"{"kty":"oct","k":"AAA="}"#.to_vec(), "the k of the JWK"),
        (br#"{"kty":"EC","x":"AAAA","y":"AAAA"}"#.to_vec(), "the crv of the JWK"),
    ] {
        let file = place.file("key", bytes);
        for arguments in [&["key", "inspect", &file][..], &["verify", "--key", &file, "a.b.c"]] {
            let ran = place.jwt(arguments);
            assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{sentence}: {ran:?}");
            assert!(ran.err.contains(sentence), "{sentence}: {ran:?}");
        }
    }
}

#[test]
fn a_public_key_in_no_encoding_serves_as_a_secret() {
    let place = Place::new();
    let spki = der(SPKI);
    let point = spki[26..].to_vec();
    let hex = point.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for (form, secret) in [
        ("PEM", pem("PUBLIC KEY", SPKI).into_bytes()),
        ("PEM after text", format!("x{}", pem("PUBLIC KEY", SPKI)).into_bytes()),
        ("DER", spki),
        ("the base64 of the DER", SPKI.as_bytes().to_vec()),
        ("the point", point),
        ("the point in hexadecimal", hex.into_bytes()),
    ] {
        let file = place.file("secret", secret);
        for arguments in [
            &["mint", "--secret-file", &file, "--alg", "HS256"][..],
            &["verify", "--secret-file", &file, "--alg", "HS256", "a.b.c"],
        ] {
            let ran = place.jwt(arguments);
            assert_eq!(ran.code, 4, "{form}: {ran:?}");
            assert!(ran.err.contains("an encoded key, not a secret"), "{form}: {ran:?}");
        }
    }
}

#[test]
fn a_name_that_two_keys_of_a_set_share_is_refused_where_one_of_them_is_broken() {
    let place = Place::new();
    let good = place.ok(&["keygen", "--alg", "HS256", "--kid", "a"]);
    place.file("good.jwk", &good);
    let token = place.ok(&["mint", "--key", "good.jwk", "--kid", "a", "--exp", "60"]);
    for (other, code) in [
        // The last character has unused bits that are not zero.
        (
            r#"{"kty":"oct","alg":"HS256","kid":"a","k":"-xxuDNsVZ2iJtos-akfXTSCt4UO2cruLCsbWlBingge"}"#,
            4,
        ),
        (
            r#"{"kty":"oct","alg":"HS256","kid":"b","k":"-xxuDNsVZ2iJtos-akfXTSCt4UO2cruLCsbWlBingge"}"#,
            0,
        ),
        // RFC 7517 section 5: keys for other uses and of unknown kinds are passed over.
        (r#"{"kty":"oct","alg":"HS256","kid":"a","use":"enc","k":"AAAA"}"#, 0),
        (r#"{"kty":"oct","alg":"A128KW","kid":"a","k":"AAAA"}"#, 0),
        (r#"{"kty":"XYZ","kid":"a"}"#, 0),
        (r#"{"kid":"a"}"#, 0),
    ] {
        for keys in [format!("{good},{other}"), format!("{other},{good}")] {
            let set = place.file("set", format!("{{\"keys\":[{keys}]}}"));
            let ran = place.jwt(&["verify", "--key", &set, &token]);
            assert_eq!(ran.code, code, "{other}: {ran:?}");
        }
    }
}

#[test]
fn mint_takes_from_a_set_the_one_key_that_fits() {
    let place = Place::new();
    let a = place.ok(&["keygen", "--alg", "HS256", "--kid", "a"]);
    let b = place.ok(&["keygen", "--alg", "HS384", "--kid", "b"]);
    let set = place.file("set", format!("{{\"keys\":[{a},{b}]}}"));
    for (arguments, code) in [
        (&["--kid", "a"][..], 0),
        (&["--kid", "b", "--alg", "HS384"], 0),
        (&["--kid", "b", "--alg", "HS256"], 4),
        (&["--kid", "c"], 4),
        (&["--alg", "HS384"], 0),
        (&["--alg", "ES256"], 4),
        (&[], 4),
    ] {
        let ran = place.jwt(&[&["mint", "--key", &set][..], arguments].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
    }
}
