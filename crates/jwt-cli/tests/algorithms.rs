//! Every algorithm through every form of its key: keygen, key, mint and verify, with the exit codes of the
//! documentation.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)] // a test may panic

mod common;

use common::Place;

const NOW: &str = "1700000000";

/// An algorithm, its kind of key, and whether the key by itself says which algorithm it is for.
const ALGORITHMS: [(&str, &str, bool); 15] = [
    ("HS256", "a symmetric key", false),
    ("HS384", "a symmetric key", false),
    ("HS512", "a symmetric key", false),
    ("ES256", "a P-256 key", true),
    ("ES384", "a P-384 key", true),
    ("ES512", "a P-521 key", true),
    ("ES256K", "a secp256k1 key", true),
    ("EdDSA", "an Ed25519 key", true),
    ("Ed25519", "an Ed25519 key", false),
    ("RS256", "an RSA key", false),
    ("RS384", "an RSA key", false),
    ("RS512", "an RSA key", false),
    ("PS256", "an RSA key", false),
    ("PS384", "an RSA key", false),
    ("PS512", "an RSA key", false),
];

/// Those that this build makes keys of: in pure Rust there are no private keys for RSA.
fn algorithms() -> Vec<(&'static str, &'static str, bool)> {
    let makes = |kind| cfg!(feature = "aws-lc-rs") || kind != "an RSA key";
    ALGORITHMS.into_iter().filter(|(_, kind, _)| makes(*kind)).collect()
}

/// Another algorithm that a key without a name for its own could serve as well, or no key of that kind could.
fn others(kind: &str, alg: &str) -> Vec<&'static str> {
    let same = |other: &&(&'static str, &str, bool)| other.1 == kind && other.0 != alg;
    algorithms().iter().filter(same).map(|other| other.0).collect()
}

/// The keys of one algorithm in files of every form: for minting, and for verifying.
struct Files {
    private: Vec<String>,
    public: Vec<String>,
}

/// Makes a key with `jwt keygen`, and every form of it with `jwt key convert`. Its files are `alg.form`.
fn make(place: &Place, alg: &str, kind: &str) -> Files {
    let (jwk, public) = (format!("{alg}.jwk"), format!("{alg}.public.jwk"));
    let keygen = ["keygen", "--alg", alg, "--kid", "k1", "--out", &jwk];
    if kind == "a symmetric key" {
        place.ok(&keygen);
        let one = place.read(&jwk);
        let set = place.file(&format!("{alg}.jwks"), format!("{{\"keys\":[{one}]}}"));
        return Files { private: vec![jwk.clone(), set.clone()], public: vec![jwk, set] };
    }
    place.ok(&[&keygen[..], &["--public-out", &public]].concat());
    let mut files = Files { private: vec![jwk.clone()], public: vec![public.clone(), jwk.clone()] };
    for form in ["pem", "der"] {
        let private = place.bytes(&["key", "convert", &jwk, "--to", form]);
        let private = place.file(&format!("{alg}.{form}"), private);
        let half = place.bytes(&["key", "convert", &jwk, "--to", form, "--public"]);
        let half = place.file(&format!("{alg}.public.{form}"), half);
        // The public half is the same, wherever it comes from.
        let again = place.bytes(&["key", "convert", &public, "--to", form]);
        assert_eq!(std::fs::read(place.path(&half)).unwrap(), again, "{alg} {form}");
        files.private.push(private.clone());
        files.public.extend([half, private]);
    }
    let (one, half) = (place.read(&jwk), place.read(&public));
    files.private.push(place.file(&format!("{alg}.jwks"), format!("{{\"keys\":[{one}]}}")));
    files.public.push(place.file(&format!("{alg}.public.jwks"), format!("{{\"keys\":[{half}]}}")));
    files
}

#[test]
fn every_algorithm_mints_and_verifies_with_every_form_of_its_key() {
    let place = Place::new();
    for (alg, kind, says) in algorithms() {
        let files = make(&place, alg, kind);
        let mut tokens = Vec::new();
        for private in &files.private {
            let page = place.ok(&["key", "inspect", private]);
            assert!(page.contains(kind), "{private}: {page}");
            let plain = private.ends_with(".pem") || private.ends_with(".der");
            let mut mint = vec!["mint", "--key", private, "--kid", "k1", "--exp", "300"];
            mint.extend(["--now", NOW]);
            if plain && !says {
                // PEM and DER say a kind of key, and RSA has six algorithms: refused, and told what to do.
                let ran = place.jwt(&mint);
                match kind {
                    "an RSA key" => {
                        assert_eq!(ran.code, 4, "{private}: {ran:?}");
                        assert!(ran.err.contains("say it with --alg"), "{private}: {ran:?}");
                    }
                    _ => assert!(place.ok(&["decode", ran.out.trim_end()]).contains("EdDSA")),
                }
                mint.extend(["--alg", alg]);
            }
            tokens.push(place.ok(&mint));
        }
        for (i, public) in files.public.iter().enumerate() {
            // All forms hold one key: every token with the first, and the first with every form.
            for token in tokens.iter().take(if i == 0 { tokens.len() } else { 1 }) {
                let verify = ["verify", "--json", "--now", NOW, "--key", public];
                let ran = place.jwt(&[&verify[..], &["--alg", alg, token]].concat());
                assert_eq!(ran.code, 0, "{public}: {ran:?}");
                let verdict: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
                assert_eq!(
                    (&verdict["valid"], &verdict["header"]["alg"]),
                    (&true.into(), &alg.into())
                );
            }
            let token = &tokens[0];
            let verify = |more: &[&str], token: &str| {
                let all = [&["verify", "--now", NOW, "--key", public][..], more, &[token]].concat();
                place.jwt(&all).code
            };
            // Without --alg, where the key or its kind says it.
            let plain = public.ends_with(".pem") || public.ends_with(".der");
            assert_eq!(verify(&[], token), if says || !plain { 0 } else { 4 }, "{public}");
            // Another algorithm, of the same kind of key and of another.
            for other in
                others(kind, alg).into_iter().take(2).chain(["ES256"]).filter(|it| *it != alg)
            {
                assert_eq!(verify(&["--alg", other], token), 4, "{public} {other}");
                assert_eq!(verify(&["--alg", other, "--alg", alg], token), 0, "{public} {other}");
            }
            // Malformed, changed, expired, for nobody: 3, 4, 5, 5.
            let (input, signature) = token.rsplit_once('.').unwrap();
            let flipped = if signature.starts_with('A') { "B" } else { "A" };
            let changed = format!("{input}.{flipped}{}", &signature[1..]);
            assert_eq!(verify(&["--alg", alg], input), 3, "{public}");
            assert_eq!(verify(&["--alg", alg], &changed), 4, "{public}");
            assert_eq!(verify(&["--alg", alg], &format!("{input}.")), 4, "{public}");
            assert_eq!(verify(&["--alg", alg, "--aud", "api"], token), 5, "{public}");
            let later = ["verify", "--now", "1700000300", "--key", public, "--alg", alg, token];
            assert_eq!(place.jwt(&later).code, 5, "{public}");
        }
    }
}

#[test]
fn the_public_half_mints_nothing() {
    let place = Place::new();
    for (alg, kind, _) in algorithms().into_iter().filter(|it| it.1 != "a symmetric key") {
        for public in make(&place, alg, kind).public {
            if public.contains("public") {
                let ran = place.jwt(&["mint", "--key", &public, "--alg", alg, "--exp", "300"]);
                assert_eq!(ran.code, 4, "{public}: {ran:?}");
            }
        }
    }
}

#[test]
fn a_stranger_s_token_has_exit_code_4_for_every_algorithm() {
    let place = Place::new();
    for (alg, kind, _) in algorithms() {
        let own = make(&place, alg, kind);
        let stranger = place.ok(&["keygen", "--alg", alg]);
        let file = place.file("stranger.jwk", stranger);
        let token =
            place.ok(&["mint", "--key", &file, "--kid", "k1", "--exp", "300", "--now", NOW]);
        for public in &own.public {
            let ran = place
                .jwt(&["verify", "--json", "--now", NOW, "--key", public, "--alg", alg, &token]);
            assert_eq!(ran.code, 4, "{public}: {ran:?}");
            assert!(ran.out.contains("\"stage\":\"signature\""), "{public}: {ran:?}");
        }
    }
}

#[test]
fn keygen_makes_pem_and_every_size_of_rsa_key() {
    let place = Place::new();
    for (alg, kind, says) in algorithms() {
        if kind == "a symmetric key" {
            continue;
        }
        let (private, public) = (format!("{alg}.pem"), format!("{alg}.public.pem"));
        place.ok(&[
            "keygen",
            "--alg",
            alg,
            "--format",
            "pem",
            "--out",
            &private,
            "--public-out",
            &public,
        ]);
        let more: &[&str] = if says { &[] } else { &["--alg", alg] };
        let token = place.ok(&[&["mint", "--key", &private, "--exp", "60"], more].concat());
        place.ok(&[&["verify", "--key", &public], more, &[&token]].concat());
    }
    assert_eq!(place.jwt(&["keygen", "--alg", "ES384", "--rsa-bits", "2048"]).code, 2);
    assert_eq!(place.jwt(&["keygen", "--alg", "ES521"]).code, 2);
    if !cfg!(feature = "aws-lc-rs") {
        assert_eq!(place.jwt(&["keygen", "--alg", "PS256"]).code, 2);
        return;
    }
    // 8192 takes minutes; keys of that size are read in the tests of jwt-std.
    for (bits, code) in [("2048", 0), ("3072", 0), ("1024", 2), ("2049", 2), ("0", 2), ("x", 2)] {
        let ran = place.jwt(&["keygen", "--alg", "PS256", "--rsa-bits", bits, "--out", bits]);
        assert_eq!(ran.code, code, "{bits}: {ran:?}");
    }
    let token = place.ok(&["mint", "--key", "3072", "--exp", "60"]);
    assert_eq!(token.rsplit('.').next().map(str::len), Some(512));
    place.ok(&["verify", "--key", "3072", &token]);
}

#[test]
fn a_key_for_another_kind_of_algorithm_has_exit_code_4() {
    let place = Place::new();
    for (alg, kind, _) in algorithms() {
        let files = make(&place, alg, kind);
        for (other, other_kind, _) in algorithms().into_iter().filter(|other| other.1 != kind) {
            // The first of each kind stands for the rest.
            if others(other_kind, other).first().is_some_and(|first| {
                algorithms().iter().position(|it| it.0 == *first)
                    < algorithms().iter().position(|it| it.0 == other)
            }) {
                continue;
            }
            for private in &files.private {
                let ran = place.jwt(&["mint", "--key", private, "--alg", other, "--exp", "60"]);
                assert_eq!(ran.code, 4, "{private} for {other}: {ran:?}");
            }
        }
    }
}
