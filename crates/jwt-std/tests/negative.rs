//! What has to be refused, for every algorithm with every backend.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

mod common;

use common::{backends, der, encode, file, forge, is_rsa, key, sign, signer, verdict};
use jwt_core::{KeyError, RegisteredClaims, Stage, VerifyingKey as _, base64url};
use jwt_std::{
    Algorithm, Error, KeySet, Minter, PrivateKey, SigningKey, VerifyingKey, mint_members,
};
use serde_json::json;

const CLAIMS: RegisteredClaims<'static> = RegisteredClaims {
    issuer: Some("issuer"),
    subject: None,
    audience: None,
    expiration_time: None,
    not_before: None,
    issued_at: None,
    jwt_id: None,
};

/// A token and the keys that verify it, for every algorithm that can be minted.
fn minted() -> Vec<(Algorithm, String, PrivateKey)> {
    let mut all = Vec::new();
    for algorithm in SigningKey::ALGORITHMS {
        if let Some(backend) = signer(algorithm) {
            let key = key(algorithm);
            let signing_key = key.signing_key_with(backend).unwrap();
            let token = mint_members(&Minter::new(), &signing_key, &CLAIMS).unwrap();
            all.push((algorithm, token, key));
        }
    }
    all
}

/// Says that every token is refused at its stage by every backend, by the key alone and by a set of it.
#[track_caller]
fn refused(key: &PrivateKey, tokens: impl IntoIterator<Item = (String, Stage)>) {
    let keys: Vec<_> = backends()
        .into_iter()
        .map(|backend| (backend, key.verifying_key_with(backend).unwrap()))
        .collect();
    for (token, stage) in tokens {
        for (backend, key) in &keys {
            assert_eq!(verdict(&token, key), Err(stage), "{backend:?} {token}");
            let set = KeySet::chosen([key.clone()]);
            assert_eq!(verdict(&token, &set), Err(stage), "{backend:?} {token}");
        }
    }
}

/// A key for each algorithm that can be minted, and one like it that the verifier does not know.
fn keys() -> impl Iterator<Item = (Algorithm, PrivateKey, SigningKey, SigningKey)> {
    SigningKey::ALGORITHMS.into_iter().filter_map(|algorithm| {
        let backend = signer(algorithm)?;
        let key = key(algorithm);
        let stranger = match is_rsa(algorithm) {
            true => PrivateKey::from_pem(&file("rsa-e3.pkcs8.pem"), Some(algorithm)).unwrap(),
            false => PrivateKey::generate(algorithm).unwrap(),
        };
        let signing = |key: &PrivateKey| key.signing_key_with(backend).unwrap();
        let (own, other) = (signing(&key), signing(&stranger));
        Some((algorithm, key, own, other))
    })
}

fn accepted(key: &PrivateKey, token: &str) {
    for backend in backends() {
        let key = key.verifying_key_with(backend).unwrap();
        assert_eq!(verdict(token, &key), Ok(()), "{backend:?} {token}");
    }
}

#[test]
fn every_spelling_of_none_is_refused_with_and_without_a_signature() {
    const NAMES: [&str; 14] = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        " none",
        "none\\u0000",
        "n\\u006fne",
        "",
        " ",
        "null",
        "unsecured",
        "no",
        "HS0",
    ];
    for (_, key, own, _) in keys() {
        refused(
            &key,
            NAMES.into_iter().flat_map(|name| {
                let header = format!(r#"{{"alg":"{name}"}}"#);
                let unsigned = format!("{}.{}", encode(header.as_bytes()), encode(b"{}"));
                [
                    (format!("{unsigned}."), Stage::Key),
                    (format!("{unsigned}.AA"), Stage::Key),
                    (forge(&own, &header, b"{}"), Stage::Key),
                    (unsigned, Stage::Structure),
                ]
            }),
        );
    }
}

#[test]
fn a_header_that_is_signed_and_no_good_is_refused() {
    for (algorithm, key, own, _) in keys() {
        let alg = format!(r#""alg":"{algorithm}""#);
        accepted(&key, &forge(&own, &format!("{{{alg}}}"), b"{}"));
        // What the core does with each of them, it does for every algorithm.
        let members = [
            r#""crit":["exp"],"exp":1"#,
            r#""crit":["b64"],"b64":false"#,
            r#""crit":["b64"],"b64":true"#,
            r#""crit":["alg"]"#,
            r#""crit":["crit"]"#,
            r#""crit":["x"]"#,
            r#""crit":["http://example.com/x"],"http://example.com/x":1"#,
            r#""crit":[]"#,
            r#""crit":[""]"#,
            r#""crit":"exp""#,
            r#""crit":null"#,
            r#""crit":{}"#,
            r#""crit":[1]"#,
            r#""crit":["x"],"crit":["x"]"#,
            r#""\u0063rit":["x"]"#,
            r#""b64":false"#,
            r#""b64":true"#,
            r#""b64":"false""#,
            r#""x":1,"x":1"#,
            r#""x":1,"\u0078":1"#,
            r#""kid":1"#,
            r#""kid":["a"]"#,
            r#""typ":1"#,
        ];
        let headers = members
            .map(|members| format!("{{{alg},{members}}}"))
            .into_iter()
            .chain([
                format!("{{{alg},{alg}}}"),
                format!(r#"{{{alg},"\u0061lg":"none"}}"#),
                format!(r#"{{"alg":"none",{alg}}}"#),
                format!(r#"{{"alg":["{algorithm}"]}}"#),
                format!(r#"{{"alg":{{"{algorithm}":1}}}}"#),
                format!(r#"{{"ALG":"{algorithm}"}}"#),
                format!("{{{alg},}}"),
                format!("{{{alg}"),
                format!("{{{alg}}}{{}}"),
                format!("[{{{alg}}}]"),
                format!("\"{algorithm}\""),
            ])
            .chain(["{}", r#"{"alg":null}"#, r#"{"alg":0}"#, "null", ""].map(str::to_owned));
        refused(&key, headers.map(|header| (forge(&own, &header, b"{}"), Stage::Header)));
    }
}

#[test]
fn a_key_in_the_header_is_never_used() {
    // RFC 8725 section 3.10; CVE-2018-0114.
    for (algorithm, key, own, stranger) in keys() {
        let theirs = PrivateKey::generate(Algorithm::Es256).unwrap();
        let mut jwks = vec![theirs.public().unwrap().to_jwk()];
        if let Some(public) = key.public() {
            jwks.push(public.to_jwk());
        }
        let secret = json!({"kty": "oct", "k": encode(&[0x42; 64]), "alg": algorithm.name()});
        jwks.push(secret.to_string());
        let x5c = encode(&der("p256.certificate.pem"));
        let members: Vec<String> = jwks
            .iter()
            .map(|jwk| format!(r#""jwk":{jwk}"#))
            .chain([
                format!(r#""x5c":["{x5c}"]"#),
                r#""jku":"https://evil.example/jwks""#.to_owned(),
                r#""jku":"file:///dev/null""#.to_owned(),
                r#""x5u":"https://evil.example/x""#.to_owned(),
                r#""x5t":"AAAA","x5t#S256":"AAAA""#.to_owned(),
            ])
            .collect();
        for members in &members {
            let header = format!(r#"{{"alg":"{algorithm}",{members}}}"#);
            // It makes no difference, neither to the stranger's token nor to one's own.
            refused(&key, [(forge(&stranger, &header, b"{}"), Stage::Signature)]);
            accepted(&key, &forge(&own, &header, b"{}"));
        }
    }
}

#[test]
fn a_kid_is_compared_and_nothing_else() {
    for (algorithm, key, own, stranger) in keys() {
        let public = |backend| key.verifying_key_with(backend).unwrap();
        for backend in backends() {
            let mut set = KeySet::new();
            set.insert(Some("k1".to_owned()), public(backend));
            let token = |key: &SigningKey, kid: &str| {
                let header = json!({"alg": algorithm.name(), "kid": kid});
                forge(key, &header.to_string(), b"{}")
            };
            assert_eq!(verdict(&token(&own, "k1"), &set), Ok(()));
            assert_eq!(verdict(&token(&stranger, "k1"), &set), Err(Stage::Signature));
            for kid in [
                "",
                "k",
                "k11",
                "K1",
                " k1",
                "k1 ",
                "k1\0",
                "\0k1",
                "k1\n",
                "k1,k1",
                "*",
                "%",
                "k1' OR '1'='1",
                "../../dev/null",
                "/dev/null",
                "file:///dev/null",
                "https://evil.example/jwks",
                "ｋ1",
                "k\u{301}1",
                &"k1".repeat(500),
            ] {
                for key in [&own, &stranger] {
                    let found = verdict(&token(key, kid), &set);
                    assert_eq!(found, Err(Stage::Key), "{algorithm} {kid:?}");
                }
            }
            // A kid that is written otherwise is the same kid.
            let escaped = format!(r#"{{"alg":"{algorithm}","kid":"\u006b1"}}"#);
            assert_eq!(verdict(&forge(&own, &escaped, b"{}"), &set), Ok(()));
        }
    }
}

#[test]
fn a_public_key_in_any_encoding_makes_no_hmac_token_that_passes() {
    // CVE-2015-9235: the verifier's public key as the secret.
    for (algorithm, key, ..) in keys() {
        let Some(public) = key.public() else { continue };
        let spki = public.to_der().unwrap();
        let pem = public.to_pem().unwrap();
        let jwk = public.to_jwk();
        let mut secrets: Vec<Vec<u8>> = vec![
            spki.clone(),
            encode(&spki).into_bytes(),
            pem.clone().into_bytes(),
            pem.trim_end().as_bytes().to_vec(),
            pem.replace('\n', "\r\n").into_bytes(),
            format!(" {pem}").into_bytes(),
            jwk.clone().into_bytes(),
            format!("{{\"keys\":[{jwk}]}}").into_bytes(),
        ];
        let parsed: serde_json::Value = serde_json::from_str(&jwk).unwrap();
        for member in ["x", "y", "n"] {
            if let Some(text) = parsed[member].as_str() {
                secrets.extend([text.as_bytes().to_vec(), common::decode(text)]);
            }
        }
        let mut tokens = Vec::new();
        for hmac in ["HS256", "HS384", "HS512"] {
            for secret in &secrets {
                for (alg, stage) in [(hmac, Stage::Key), (algorithm.name(), Stage::Signature)] {
                    let header = json!({"alg": alg}).to_string();
                    let input = format!("{}.{}", encode(header.as_bytes()), encode(b"{}"));
                    let mac = hmac_of(hmac, secret, input.as_bytes());
                    tokens.push((format!("{input}.{}", encode(&mac)), stage));
                }
            }
        }
        refused(&key, tokens);
    }
}

/// HMAC (RFC 2104), which the attacker has: with a key that nobody here takes for a secret.
fn hmac_of(name: &str, secret: &[u8], input: &[u8]) -> Vec<u8> {
    fn hmac<D: sha2::Digest>(block: usize, secret: &[u8], input: &[u8]) -> Vec<u8> {
        let mut key = if secret.len() > block { D::digest(secret).to_vec() } else { secret.into() };
        key.resize(block, 0);
        let pad = |byte: u8| key.iter().map(|it| it ^ byte).collect::<Vec<_>>();
        let inner = D::digest([pad(0x36).as_slice(), input].concat());
        D::digest([pad(0x5c).as_slice(), &inner].concat()).to_vec()
    }
    match name {
        "HS256" => hmac::<sha2::Sha256>(64, secret, input),
        "HS384" => hmac::<sha2::Sha384>(128, secret, input),
        _ => hmac::<sha2::Sha512>(128, secret, input),
    }
}

#[test]
fn the_hmac_of_the_attacker_is_hmac() {
    for (name, algorithm) in
        [("HS256", Algorithm::Hs256), ("HS384", Algorithm::Hs384), ("HS512", Algorithm::Hs512)]
    {
        for len in [64, 200] {
            let key = SigningKey::from_secret(algorithm, &vec![0x42; len]).unwrap();
            assert_eq!(hmac_of(name, &[0x42].repeat(len), b"input"), sign(&key, b"input"));
        }
    }
}

#[test]
fn a_signature_of_another_algorithm_under_the_right_name_is_refused() {
    // RS256 and PS256 of one key, ES256 and ES256K, HS256 and HS512 of one secret, ES512 and Ed25519.
    let all: Vec<_> = keys().collect();
    for (algorithm, key, ..) in &all {
        let header = json!({"alg": algorithm.name()}).to_string();
        let strangers = all.iter().filter(|(other, ..)| other != algorithm);
        refused(
            key,
            strangers.map(|(_, _, other, _)| (forge(other, &header, b"{}"), Stage::Signature)),
        );
        let backend = signer(*algorithm).unwrap();
        // The same key material under each name that it can serve.
        for other in SigningKey::ALGORITHMS.into_iter().filter(|other| other != algorithm) {
            let same = match key.form() {
                jwt_core::error::KeyForm::Symmetric => {
                    let jwk: serde_json::Value = serde_json::from_str(&key.to_jwk()).unwrap();
                    let secret = common::decode(jwk["k"].as_str().unwrap());
                    SigningKey::from_secret(other, &secret).ok()
                }
                _ => {
                    let key = PrivateKey::from_der(&key.to_der().unwrap(), Some(other));
                    key.ok().map(|key| key.signing_key_with(backend).unwrap())
                }
            };
            let Some(same) = same else { continue };
            let relabelled = forge(&same, &header, b"{}");
            if header.contains("Ed") {
                // RFC 9864 section 2.2: two names of one algorithm, so the signature is the same.
                accepted(key, &relabelled);
            } else {
                refused(key, [(relabelled, Stage::Signature)]);
            }
            // Under its own name it is not what the key is for, be it the same algorithm.
            let own = forge(&same, &json!({"alg": other.name()}).to_string(), b"{}");
            refused(key, [(own, Stage::Key)]);
        }
    }
}

#[test]
fn texts_that_are_no_compact_token_are_refused_by_their_form() {
    for (algorithm, key, own, _) in keys() {
        let token = forge(&own, &json!({"alg": algorithm.name()}).to_string(), b"{}");
        let parts: Vec<_> = token.split('.').collect();
        let (header, payload, signature) = (parts[0], parts[1], parts[2]);
        let mut texts = vec![
            String::new(),
            ".".to_owned(),
            format!("{header}.{payload}"),
            format!("{token}."),
            format!(".{token}"),
            format!("{token}.AAAA"),
            format!("{token}.AAAA.AAAA"),
            format!("{token}="),
            format!("{token}=="),
            format!("{header}=.{payload}.{signature}"),
            format!("{header}.{payload}=.{signature}"),
            format!("{token} "),
            format!(" {token}"),
            format!("{token}\n"),
            format!("{header}.{payload}.{signature}\0"),
            format!("{header}.{payload}.+{}", &signature[1..]),
            format!("{header}.{payload}./{}", &signature[1..]),
            format!("Bearer {token}"),
            json!({"protected": header, "payload": payload, "signature": signature}).to_string(),
            json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]})
                .to_string(),
            token.replace('.', ".."),
            token.replace('.', ":"),
        ];
        // RFC 4648 section 3.5: bits of the last character that are in no byte.
        if signature.len() % 4 != 0 {
            const ALPHABET: &str =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let (rest, last) = token.split_at(token.len() - 1);
            let at = ALPHABET.find(last).unwrap();
            texts.push(format!("{rest}{}", &ALPHABET[at + 1..at + 2]));
        }
        refused(&key, texts.into_iter().map(|text| (text, Stage::Structure)));
    }
}

#[test]
fn no_other_name_of_an_algorithm_is_accepted() {
    for (algorithm, token, key) in minted() {
        let (_, rest) = token.split_once('.').unwrap();
        let names = SigningKey::ALGORITHMS.map(Algorithm::name);
        let others = ["none", "None", "NONE", "", "hs256", "RS1", "ES521", "Ed448"];
        for name in names.into_iter().chain(others).filter(|name| *name != algorithm.name()) {
            let header = encode(format!(r#"{{"alg":"{name}"}}"#).as_bytes());
            for backend in backends() {
                let key = key.verifying_key_with(backend).unwrap();
                let (claims, _) = rest.split_once('.').unwrap();
                for token in [format!("{header}.{rest}"), format!("{header}.{claims}.")] {
                    let stage = verdict(&token, &key).unwrap_err();
                    assert!(matches!(stage, Stage::Key | Stage::Header), "{algorithm} {name}");
                }
            }
        }
    }
}

#[test]
fn a_key_for_one_algorithm_verifies_no_token_of_another() {
    // RS256 and PS256 share their keys, and EdDSA and Ed25519 do.
    for (algorithm, token, _) in minted() {
        for other in SigningKey::ALGORITHMS.into_iter().filter(|other| *other != algorithm) {
            let key = key(other);
            for backend in backends() {
                let key = key.verifying_key_with(backend).unwrap();
                assert_eq!(verdict(&token, &key), Err(Stage::Key), "{algorithm} {other}");
            }
        }
    }
}

#[test]
fn signatures_of_another_length_or_of_nothing_are_refused() {
    for (algorithm, token, key) in minted() {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let mut buf = vec![0; signature.len()];
        let signature = base64url::decode(signature.as_bytes(), &mut buf).unwrap();
        let len = signature.len();
        for backend in backends() {
            let key = key.verifying_key_with(backend).unwrap();
            assert_eq!(key.signature_len(), len);
            assert_eq!(verdict(&token, &key), Ok(()));
            let mut bad = vec![vec![], vec![0; len], vec![0xff; len], vec![0; 1024], vec![1; 2000]];
            bad.extend([signature[..len - 1].to_vec(), signature[1..].to_vec()]);
            bad.extend([[signature, &[0]].concat(), [&[0], signature].concat()]);
            bad.push([signature, signature].concat());
            // r = 0, s = 0; and for the others just half of it.
            bad.push([&vec![0; len / 2], &signature[len / 2..]].concat());
            bad.push([&signature[..len / 2], &vec![0; len / 2]].concat());
            for signature in bad {
                let token = format!("{input}.{}", encode(&signature));
                assert_eq!(verdict(&token, &key), Err(Stage::Signature), "{algorithm} {backend:?}");
                // The key by itself holds out too.
                assert!(key.verify(input.as_bytes(), &signature).is_err());
            }
        }
    }
}

#[test]
fn every_changed_bit_is_refused() {
    for (algorithm, token, key) in minted() {
        let parts: Vec<&str> = token.split('.').collect();
        for backend in backends() {
            let key = key.verifying_key_with(backend).unwrap();
            for at in 0..3 {
                let mut buf = vec![0; parts[at].len()];
                let bytes = base64url::decode(parts[at].as_bytes(), &mut buf).unwrap().to_vec();
                // Of an RSA signature every seventh byte, for time.
                for i in (0..bytes.len()).step_by(if is_rsa(algorithm) { 7 } else { 1 }) {
                    let mut bytes = bytes.clone();
                    bytes[i] ^= 1 << (i % 8);
                    let changed = encode(&bytes);
                    let mut parts = parts.clone();
                    parts[at] = &changed;
                    let verdict = verdict(&parts.join("."), &key);
                    assert!(verdict.is_err(), "{algorithm} {backend:?} segment {at} byte {i}");
                    if at > 0 {
                        assert_eq!(verdict, Err(Stage::Signature));
                    }
                }
            }
        }
    }
}

#[test]
fn no_encoding_of_a_key_is_a_secret() {
    for algorithm in SigningKey::ALGORITHMS {
        let key = key(algorithm);
        let Some(public) = key.public() else { continue };
        let set = format!(r#"{{"keys":[{}]}}"#, public.to_jwk());
        for secret in [
            public.to_pem().unwrap().into_bytes(),
            public.to_der().unwrap(),
            public.to_jwk().into_bytes(),
            set.into_bytes(),
            encode(&public.to_der().unwrap()).into_bytes(),
            key.to_pem().unwrap().as_bytes().to_vec(),
            key.to_der().unwrap().to_vec(),
            key.to_jwk().as_bytes().to_vec(),
        ] {
            for hmac in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
                // One of Ed25519 may also be too short for the hash; what it is, is told first.
                let verifying = VerifyingKey::from_secret(hmac, &secret);
                assert_eq!(verifying.err(), Some(KeyError::NotASecret), "{algorithm}");
                let signing = SigningKey::from_secret(hmac, &secret);
                assert_eq!(signing.err(), Some(KeyError::NotASecret), "{algorithm}");
                // The same as the `k` of a JWK, which may also be too long for one.
                let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, encode(&secret));
                let error = PrivateKey::from_jwk(jwk.as_bytes(), Some(hmac)).err();
                assert!(
                    matches!(
                        error,
                        Some(Error::Key(
                            KeyError::NotASecret
                                | KeyError::TooShort { .. }
                                | KeyError::SecretTooLong { .. }
                        ))
                    ),
                    "{algorithm} {error:?}"
                );
            }
        }
    }
    for name in ["rsa.pkcs1-public.pem", "rsa.pkcs1.pem", "rsa.certificate.pem", "p384.sec1.pem"] {
        let error = SigningKey::from_secret(Algorithm::Hs256, &der(name)).err();
        assert_eq!(error, Some(KeyError::NotASecret), "{name}");
    }
    // The point of an SPKI stands at its end.
    for (name, len) in [("p256", 65), ("p384", 97), ("p521", 133), ("secp256k1", 65)] {
        let spki = der(&format!("{name}.spki.pem"));
        let error = SigningKey::from_secret(Algorithm::Hs512, &spki[spki.len() - len..]).err();
        assert_eq!(error, Some(KeyError::NotASecret), "{name}");
    }
    for name in ["rsa.certificate.pem", "rsa.pkcs1-public.pem", "ed25519.certificate.pem"] {
        let error = SigningKey::from_secret(Algorithm::Hs256, &file(name)).err();
        assert_eq!(error, Some(KeyError::NotASecret), "{name}");
    }
}
