//! What is refused, at which stage: a test for every row of the field's record of broken JWT
//! libraries and of RFC 8725, named by the sentence it proves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(all(feature = "es256", feature = "hmac"))]

use hmac::{Hmac, KeyInit as _, Mac as _};
use jwt_core::base64url::{self, Base64Error};
use jwt_core::danger::short_hmac_key;
use jwt_core::error::{
    ClaimError, HeaderError, JsonErrorKind, KeyError, RegisteredClaim, Segment, VerifyError,
};
use jwt_core::json::write_object;
use jwt_core::{
    Algorithm, Es256, Es256SigningKey, Es256VerifyingKey, ExpectAudience, ExpectIssuer, HmacKey,
    Hs256, Hs384, Hs512, InvalidSignature, JwkSet, KeyStore, MAX_HEADER_LEN, MAX_TOKEN_LEN,
    MintError, Minter, NumericDate, Policy, RegisteredClaims, SigningKey, Stage, UnverifiedToken,
    VerifyingKey,
};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);
const SCRATCH: usize = MAX_TOKEN_LEN;

/// The order n of P-256.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

fn es256() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

fn hs256() -> HmacKey<Hs256> {
    HmacKey::new(&[0x42; 32]).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    let mut buf = vec![0; base64url::encoded_len(bytes.len())];
    base64url::encode(bytes, &mut buf).unwrap().to_owned()
}

/// A signed token with any header and any payload: what a minter of this crate does not write.
fn forge(header: &[u8], payload: &[u8], key: &impl SigningKey) -> String {
    let input = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", encode(signature.as_ref()))
}

/// The same with HMAC-SHA-256 under any bytes: an attacker's tool, not this crate's.
fn forge_hs256(header: &[u8], payload: &[u8], secret: &[u8]) -> String {
    let input = format!("{}.{}", encode(header), encode(payload));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(input.as_bytes());
    format!("{input}.{}", encode(&mac.finalize().into_bytes()))
}

fn verify<S: KeyStore + ?Sized>(token: impl AsRef<[u8]>, keys: &S) -> Result<(), VerifyError> {
    let mut scratch = vec![0; SCRATCH];
    UnverifiedToken::parse(token.as_ref())?.verify(keys, &mut scratch).map(|_| ())
}

fn stage<S: KeyStore + ?Sized>(token: impl AsRef<[u8]>, keys: &S) -> Option<Stage> {
    verify(token, keys).err().map(|error| error.stage())
}

/// A policy that checks nothing that can be left out.
fn lax() -> Policy<'static> {
    Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked)
        .any_typ()
        .allow_missing_expiration()
}

/// The failed checks on claims that are properly signed.
fn claim_errors(claims: &str, policy: &Policy<'_>) -> Vec<ClaimError> {
    let token = forge(br#"{"alg":"HS256"}"#, claims.as_bytes(), &hs256());
    let mut scratch = vec![0; SCRATCH];
    let verified = UnverifiedToken::parse(&token).unwrap().verify(&hs256(), &mut scratch).unwrap();
    match verified.validate(policy, NOW) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().collect(),
    }
}

/// A key that must not be asked: proves that a token was refused before any signature arithmetic.
struct NeverAsked(Algorithm);

impl VerifyingKey for NeverAsked {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn verify(&self, _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        panic!("asked to verify")
    }
}

#[test]
fn the_tokens_that_the_attacks_start_from_are_accepted() {
    let es = forge(br#"{"alg":"ES256"}"#, b"{}", &es256());
    assert_eq!(verify(&es, &es256().verifying_key()), Ok(()));
    let hs = forge(br#"{"alg":"HS256"}"#, b"{}", &hs256());
    assert_eq!(verify(&hs, &hs256()), Ok(()));
    // The forger's HMAC is HMAC.
    assert_eq!(forge_hs256(br#"{"alg":"HS256"}"#, b"{}", &[0x42; 32]), hs);
}

// --- alg none, RFC 8725 section 3.1

#[test]
fn every_spelling_of_none_is_refused_with_and_without_a_signature() {
    let es = es256().verifying_key();
    for spelling in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "nONE",
        "NonE",
        "none ",
        " none",
        "none\\u0000",
        "n\\u006fne",
        "\\u006e\\u006f\\u006e\\u0065",
        "",
        " ",
        "null",
        "unsecured",
        "no",
        "HS0",
    ] {
        let header = format!(r#"{{"alg":"{spelling}"}}"#);
        let unsigned = format!("{}.{}", encode(header.as_bytes()), encode(b"{}"));
        let signed_es = forge(header.as_bytes(), b"{}", &es256());
        let signed_hs = forge(header.as_bytes(), b"{}", &hs256());
        for token in [format!("{unsigned}."), format!("{unsigned}.AA"), signed_es, signed_hs] {
            let expected = Algorithm::Es256;
            assert_eq!(
                verify(&token, &es),
                Err(VerifyError::AlgorithmMismatch { expected }),
                "{spelling:?} {token}"
            );
            assert_eq!(stage(&token, &es), Some(Stage::Key));
            assert_eq!(stage(&token, &hs256()), Some(Stage::Key));
            assert_eq!(stage(&token, &NeverAsked(Algorithm::Es256)), Some(Stage::Key));
        }
        // Two segments, as some libraries write unsecured tokens.
        assert_eq!(verify(&unsigned, &es), Err(VerifyError::NotThreeSegments));
    }
}

#[test]
fn an_algorithm_that_is_absent_or_no_string_is_refused_by_the_header() {
    let wrong = HeaderError::WrongType { member: "alg" };
    for (header, error) in [
        ("{}", HeaderError::MissingAlgorithm),
        (r#"{"ALG":"ES256"}"#, HeaderError::MissingAlgorithm),
        (r#"{"alg":null}"#, wrong),
        (r#"{"alg":false}"#, wrong),
        (r#"{"alg":0}"#, wrong),
        (r#"{"alg":["ES256"]}"#, wrong),
        (r#"{"alg":{"ES256":1}}"#, wrong),
    ] {
        let token = forge(header.as_bytes(), b"{}", &es256());
        assert_eq!(
            verify(token, &es256().verifying_key()),
            Err(VerifyError::Header(error)),
            "{header}"
        );
    }
}

#[test]
fn the_header_does_not_choose_the_algorithm_each_key_accepts_only_its_own_name() {
    let (es, hs) = (es256(), [0x42u8; 64]);
    let (h256, h384, h512) = (
        HmacKey::<Hs256>::new(&hs).unwrap(),
        HmacKey::<Hs384>::new(&hs).unwrap(),
        HmacKey::<Hs512>::new(&hs).unwrap(),
    );
    for alg in [
        "HS256",
        "HS384",
        "HS512",
        "ES256",
        "RS256",
        "PS256",
        "ES384",
        "ES256K",
        "EdDSA",
        "Ed25519",
        "hs256",
        "es256",
        "Es256",
        "ES256 ",
        "ES256\\u0000",
        "HS256\\n",
        "HS2566",
        "ES25",
        "A128KW",
    ] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        let header = header.as_bytes();
        // Signed by each key, whatever the header says.
        for (own, verdict) in [
            ("ES256", verify(forge(header, b"{}", &es), &es.verifying_key())),
            ("HS256", verify(forge(header, b"{}", &h256), &h256)),
            ("HS384", verify(forge(header, b"{}", &h384), &h384)),
            ("HS512", verify(forge(header, b"{}", &h512), &h512)),
        ] {
            if alg == own {
                assert_eq!(verdict, Ok(()), "{alg} by {own}");
            } else {
                let error = verdict.unwrap_err();
                assert!(
                    matches!(error, VerifyError::AlgorithmMismatch { expected } if expected.name() == own),
                    "{alg} by {own}: {error:?}"
                );
            }
        }
    }
    // The name is compared after unescaping: this is ES256.
    assert_eq!(verify(forge(br#"{"alg":"\u0045S256"}"#, b"{}", &es), &es.verifying_key()), Ok(()));
}

// --- algorithm and key confusion

/// The public key of `es256()` in the encodings that people have pasted into secrets.
fn encoded_public_key() -> Vec<(&'static str, Vec<u8>, bool)> {
    let public = es256().verifying_key();
    let spki = public.to_spki_der();
    let point = public.to_sec1();
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    assert_eq!(Es256VerifyingKey::from_sec1(&compressed), Ok(public));
    let mut buf = [0; 200];
    let jwk = write_object(&mut buf, &public).unwrap().to_owned();
    let standard = encode(&spki).replace('-', "+").replace('_', "/");
    let body: String = standard
        .as_bytes()
        .chunks(64)
        .map(|line| format!("{}\n", core::str::from_utf8(line).unwrap()))
        .collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n");
    let ssh = format!("ecdsa-sha2-nistp256 {standard} user@host");
    let bytes = |text: &str| text.as_bytes().to_vec();
    vec![
        // What HmacKey recognises.
        ("SPKI DER", spki.to_vec(), true),
        ("PEM", bytes(&pem), true),
        ("PEM, leading space", bytes(&format!(" {pem}")), true),
        ("PEM, leading newline", bytes(&format!("\n{pem}")), true),
        ("PEM, leading text", bytes(&format!("key:\n{pem}")), true),
        ("PEM, byte order mark", bytes(&format!("\u{feff}{pem}")), true),
        ("PEM, CRLF", bytes(&pem.replace('\n', "\r\n")), true),
        ("PEM, one line", bytes(&pem.replace('\n', "")), true),
        ("PEM, escaped newlines", bytes(&pem.replace('\n', "\\n")), true),
        ("PEM, no end", bytes(pem.split("-----END").next().unwrap()), true),
        ("certificate", bytes(&pem.replace("PUBLIC KEY", "CERTIFICATE")), true),
        ("JWK", bytes(&jwk), true),
        ("JWK, white space", bytes(&format!("\n {jwk} \n")), true),
        ("JWK, pretty", bytes(&jwk.replace(',', ",\n  ").replace(':', " : ")), true),
        ("JWKS", bytes(&format!(r#"{{"keys":[{jwk}]}}"#)), true),
        ("JWKS, empty", bytes(r#"{"keys" : [                              ]}"#), true),
        ("SSH", bytes(&ssh), true),
        ("SSH, white space", bytes(&format!(" \t{ssh}\n")), true),
        ("SSH RSA", bytes("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC user@host"), true),
        ("SSH Ed25519", bytes("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ user@host"), true),
        ("SSH FIDO", bytes("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1l u"), true),
        ("SSH FIDO ECDSA", bytes("sk-ecdsa-sha2-nistp256@openssh.com AAAAInNr"), true),
        // What cannot be told from random bytes or text.
        ("SEC1", public.to_sec1().to_vec(), false),
        ("SEC1, compressed", compressed, false),
        ("x and y", public.to_sec1()[1..].to_vec(), false),
        ("x", public.to_sec1()[1..33].to_vec(), false),
        ("base64 of SPKI", bytes(&standard), false),
        ("base64url of SEC1", bytes(&encode(&public.to_sec1())), false),
        (
            "hexadecimal",
            public.to_sec1().iter().flat_map(|b| bytes(&format!("{b:02x}"))).collect(),
            false,
        ),
    ]
}

#[test]
fn an_encoded_public_key_is_no_hmac_secret() {
    for (name, secret, recognised) in encoded_public_key() {
        let made = [
            HmacKey::<Hs256>::new(&secret).err(),
            short_hmac_key::<Hs256>(&secret).err(),
            short_hmac_key::<Hs512>(&secret).err(),
        ];
        let wanted = recognised.then_some(KeyError::NotASecret);
        assert_eq!(made, [wanted; 3], "{name}");
    }
}

#[test]
fn random_secrets_are_not_taken_for_encoded_keys() {
    for first in 0..=u8::MAX {
        let mut secret: Vec<u8> = (0..64u8).map(|i| i.wrapping_mul(37) ^ first).collect();
        secret[0] = first;
        assert!(HmacKey::<Hs256>::new(&secret).is_ok(), "{first}");
    }
    // As a DER SEQUENCE begins, of this length and of others.
    for len in [61, 62, 63] {
        for head in [&[0x30, len][..], &[0x30, 0x81, len], &[0x30, 0x82, 0, len]] {
            let mut secret = [0xa7; 64];
            secret[..head.len()].copy_from_slice(head);
            assert!(HmacKey::<Hs256>::new(&secret).is_ok(), "{head:02x?}");
        }
    }
    for text in
        ["{\"this is json but no key\": 12345678901234}", "ssh is not a prefix of anything here"]
    {
        assert!(HmacKey::<Hs256>::new(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn a_token_that_is_hmac_signed_with_the_public_key_in_any_encoding_is_refused() {
    let public = es256().verifying_key();
    let mut buf = [0; 200];
    let jwk = write_object(&mut buf, &public).unwrap();
    let set = format!(r#"{{"keys":[{}]}}"#, jwk.replacen('{', r#"{"kid":"1","#, 1));
    let set = JwkSet::parse(set.as_bytes()).unwrap();
    for (name, secret, _) in encoded_public_key() {
        let claims = br#"{"sub":"admin"}"#;
        let honest = forge_hs256(br#"{"alg":"HS256","kid":"1"}"#, claims, &secret);
        let lying = forge_hs256(br#"{"alg":"ES256","kid":"1"}"#, claims, &secret);
        let expected = Algorithm::Es256;
        assert_eq!(
            verify(&honest, &public),
            Err(VerifyError::AlgorithmMismatch { expected }),
            "{name}"
        );
        assert_eq!(
            verify(&honest, &set.es256()),
            Err(VerifyError::AlgorithmMismatch { expected }),
            "{name}"
        );
        assert_eq!(verify(&lying, &public), Err(VerifyError::InvalidSignature), "{name}");
        assert_eq!(verify(&lying, &set.es256()), Err(VerifyError::InvalidSignature), "{name}");
        // As a store of secrets, the same set has no key at all.
        assert_eq!(stage(&honest, &set.hmac::<Hs256>()), Some(Stage::Key), "{name}");
    }
}

#[test]
fn a_jwk_set_of_secrets_and_public_keys_is_refused() {
    let oct = format!(r#"{{"kty":"oct","k":"{}"}}"#, encode(&[0x42; 32]));
    let mut buf = [0; 200];
    let ec = write_object(&mut buf, &es256().verifying_key()).unwrap();
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    let okp = r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#;
    let unknown = r#"{"kty":"AKP","alg":"ML-DSA-44"}"#;
    for other in [ec, rsa, okp] {
        for set in [format!("[{oct},{other}]"), format!("[{other},{unknown},{oct}]")] {
            let set = format!(r#"{{"keys":{set}}}"#);
            assert_eq!(JwkSet::parse(set.as_bytes()).err(), Some(KeyError::MixedSet), "{set}");
        }
    }
    for set in [format!("[{oct},{unknown},{oct}]"), format!("[{ec},{rsa},{okp},{unknown}]")] {
        assert!(JwkSet::parse(format!(r#"{{"keys":{set}}}"#).as_bytes()).is_ok(), "{set}");
    }
}

#[test]
fn an_empty_or_short_hmac_secret_is_refused() {
    for len in 0..32 {
        let secret = vec![0x42; len];
        let needed = 32;
        let error = KeyError::TooShort { found: len, needed };
        assert_eq!(HmacKey::<Hs256>::new(&secret).err(), Some(error));
        // RFC 8725 section 3.5: shorter only by the dangerous door, and empty by none.
        let empty = (len == 0).then_some(KeyError::TooShort { found: 0, needed: 1 });
        assert_eq!(short_hmac_key::<Hs256>(&secret).err(), empty);
    }
}

// --- wrong claim type taken for absent

#[test]
fn a_registered_claim_of_the_wrong_type_is_an_error_whoever_asked_for_it() {
    const STRING: &[&str] = &["null", "true", "false", "0", "1.5", "[]", r#"["x"]"#, "{}"];
    const DATE: &[&str] = &[
        "null",
        "true",
        "false",
        r#""1700000001""#,
        r#""""#,
        "[]",
        "[1700000001]",
        "{}",
        r#"{"$numberLong":"1700000001"}"#,
    ];
    const AUDIENCE: &[&str] = &[
        "null",
        "true",
        "0",
        "{}",
        "[]",
        "[null]",
        "[true]",
        "[1]",
        "[[]]",
        r#"[["api"]]"#,
        r#"["api",1]"#,
        r#"[null,"api"]"#,
        r#"["api",{}]"#,
        r#"{"0":"api"}"#,
    ];
    let strict = Policy::new("issuer", "api").subject("me").max_age(100);
    for claim in RegisteredClaim::ALL {
        let values = match claim {
            RegisteredClaim::Issuer | RegisteredClaim::Subject | RegisteredClaim::JwtId => STRING,
            RegisteredClaim::Audience => AUDIENCE,
            _ => DATE,
        };
        for value in values {
            let name = claim.name();
            for claims in [
                format!(r#"{{"{name}":{value}}}"#),
                format!(r#"{{"x":[{{}}],"{name}" : {value} }}"#),
                // The name with an escape is the same name.
                format!(r#"{{"\u{:04x}{}":{value}}}"#, name.as_bytes()[0], &name[1..]),
            ] {
                let wrong = ClaimError::WrongType(claim);
                assert_eq!(claim_errors(&claims, &lax()), [wrong], "{claims}");
                let strict = claim_errors(&claims, &strict);
                assert!(strict.contains(&wrong), "{claims}: {strict:?}");
                assert!(!strict.contains(&ClaimError::Missing(claim)), "{claims}: {strict:?}");
            }
        }
    }
    // The right types pass the same lax policy.
    let good = r#"{"iss":"","sub":"","aud":[""],"exp":1700000001,"nbf":-1,"iat":0.5,"jti":""}"#;
    assert_eq!(claim_errors(good, &lax()), []);
}

// --- crit and b64

#[test]
fn every_crit_is_refused_whatever_it_holds() {
    for crit in [
        r#"["exp"]"#,
        r#"["b64"]"#,
        r#"["http://example.com/UNDEFINED"]"#,
        r#"["alg"]"#,
        r#"["alg","alg"]"#,
        r#"["absent"]"#,
        r#"["x","absent"]"#,
        "[]",
        "[1]",
        "[null]",
        "[[]]",
        "null",
        "false",
        "true",
        "0",
        r#""""#,
        r#""exp""#,
        "{}",
        r#"{"exp":true}"#,
    ] {
        for header in [
            format!(r#"{{"alg":"HS256","x":1,"exp":1,"crit":{crit}}}"#),
            format!(r#"{{"crit":{crit},"alg":"HS256"}}"#),
            format!(r#"{{"alg":"HS256","\u0063rit":{crit}}}"#),
        ] {
            let token = forge(header.as_bytes(), b"{}", &hs256());
            let error = VerifyError::Header(HeaderError::Critical);
            assert_eq!(verify(&token, &hs256()), Err(error), "{header}");
            assert_eq!(stage(&token, &NeverAsked(Algorithm::Hs256)), Some(Stage::Header));
        }
        let twice = format!(r#"{{"alg":"HS256","crit":{crit},"cr\u0069t":{crit}}}"#);
        let error = verify(forge(twice.as_bytes(), b"{}", &hs256()), &hs256()).unwrap_err();
        assert!(
            matches!(error, VerifyError::Header(HeaderError::Json(e)) if e.kind == JsonErrorKind::DuplicateMember),
            "{twice}: {error:?}"
        );
    }
    // Another case is another, unknown member, and unknown members are ignored.
    assert_eq!(
        verify(forge(br#"{"alg":"HS256","Crit":["x"]}"#, b"{}", &hs256()), &hs256()),
        Ok(())
    );
}

#[test]
fn every_b64_is_refused_whatever_it_holds() {
    for b64 in ["true", "false", "null", "0", r#""false""#, "[]", "{}"] {
        for header in [
            format!(r#"{{"alg":"HS256","b64":{b64}}}"#),
            format!(r#"{{"b\u00364":{b64},"alg":"HS256"}}"#),
        ] {
            let error = VerifyError::Header(HeaderError::UnencodedPayload);
            let token = forge(header.as_bytes(), b"{}", &hs256());
            assert_eq!(verify(token, &hs256()), Err(error), "{header}");
        }
        let both = format!(r#"{{"alg":"HS256","b64":{b64},"crit":["b64"]}}"#);
        assert_eq!(stage(forge(both.as_bytes(), b"{}", &hs256()), &hs256()), Some(Stage::Header));
    }
    // The unencoded payload itself (RFC 7797 section 4.2) is no base64url.
    let token = format!("{}.$.02.{}", encode(br#"{"alg":"HS256"}"#), encode(&[0; 32]));
    assert_eq!(stage(token, &hs256()), Some(Stage::Structure));
}

// --- empty, zero, out-of-range and re-encoded signatures

#[test]
fn an_empty_signature_is_refused_before_any_arithmetic() {
    for algorithm in Algorithm::ALL {
        let header = format!(r#"{{"alg":"{algorithm}"}}"#);
        let input = format!("{}.{}", encode(header.as_bytes()), encode(b"{}"));
        let token = format!("{input}.");
        assert_eq!(verify(token, &NeverAsked(algorithm)), Err(VerifyError::InvalidSignature));
    }
}

#[test]
fn a_signature_of_any_other_length_is_refused_before_any_arithmetic() {
    for algorithm in Algorithm::ALL {
        let header = format!(r#"{{"alg":"{algorithm}"}}"#);
        let input = format!("{}.{}", encode(header.as_bytes()), encode(b"{}"));
        for len in (0..200).filter(|len| Some(*len) != algorithm.signature_len()) {
            let token = format!("{input}.{}", encode(&vec![1; len]));
            assert_eq!(
                verify(token, &NeverAsked(algorithm)),
                Err(VerifyError::InvalidSignature),
                "{algorithm} {len}"
            );
        }
        // HAProxy: 21,830 characters.
        let token = format!("{input}.{}", "A".repeat(21_830));
        assert_eq!(verify(token, &NeverAsked(algorithm)), Err(VerifyError::InvalidSignature));
    }
}

#[test]
fn r_and_s_outside_1_to_n_minus_1_are_refused() {
    let (mut above, mut one) = (ORDER, [0; 32]);
    above[31] += 1;
    one[31] = 1;
    let public = es256().verifying_key();
    let input = format!("{}.{}", encode(br#"{"alg":"ES256"}"#), encode(b"{}"));
    let good = es256().sign(input.as_bytes()).unwrap();
    let (r, s): ([u8; 32], [u8; 32]) =
        (good[..32].try_into().unwrap(), good[32..].try_into().unwrap());
    let bad = [[0; 32], ORDER, above, [0xff; 32]];
    for wrong in bad {
        for other in [r, s, one, wrong, bad[0]] {
            for signature in [[wrong, other].concat(), [other, wrong].concat()] {
                let token = format!("{input}.{}", encode(&signature));
                assert_eq!(verify(token, &public), Err(VerifyError::InvalidSignature));
                // esp-idf: what a failed secure element leaves never becomes a token.
                let mut buf = [0; 200];
                let draft = Minter::new().draft::<Es256>(&mut buf, &()).unwrap();
                assert_eq!(draft.finish(&signature).err(), Some(MintError::InvalidSignature));
            }
        }
    }
    // r + n and s + n are not r and s, where they fit 32 bytes or not: only the one text verifies.
    assert_eq!(verify(format!("{input}.{}", encode(&good)), &public), Ok(()));
}

#[test]
fn a_der_signature_in_place_of_the_raw_one_is_refused() {
    let input = format!("{}.{}", encode(br#"{"alg":"ES256"}"#), encode(b"{}"));
    let raw = es256().sign(input.as_bytes()).unwrap();
    let signature = p256::ecdsa::Signature::from_slice(&raw).unwrap();
    let der = signature.to_der();
    let token = format!("{input}.{}", encode(der.as_bytes()));
    assert_eq!(verify(&token, &es256().verifying_key()), Err(VerifyError::InvalidSignature));
    assert_eq!(stage(&token, &NeverAsked(Algorithm::Es256)), Some(Stage::Signature));
}

#[test]
fn the_twin_with_the_high_s_is_accepted_because_jws_allows_it() {
    let input = format!("{}.{}", encode(br#"{"alg":"ES256"}"#), encode(b"{}"));
    let good = es256().sign(input.as_bytes()).unwrap();
    // n - s, byte by byte.
    let (mut twin, mut borrow) = (good, 0i32);
    for i in (0..32).rev() {
        let digit = i32::from(ORDER[i]) - i32::from(good[32 + i]) - borrow;
        borrow = i32::from(digit < 0);
        twin[32 + i] = digit.rem_euclid(256) as u8;
    }
    assert_ne!(good, twin);
    for signature in [good, twin] {
        let token = format!("{input}.{}", encode(&signature));
        assert_eq!(verify(token, &es256().verifying_key()), Ok(()));
    }
}

#[test]
fn of_all_tokens_that_differ_in_one_character_none_is_accepted() {
    let (es, hs) = (es256().verifying_key(), hs256());
    let by_es = forge(br#"{"alg":"ES256"}"#, br#"{"sub":"1"}"#, &es256());
    let by_hs = forge(br#"{"alg":"HS256"}"#, br#"{"sub":"1"}"#, &hs);
    for token in [&by_es, &by_hs] {
        for at in 0..token.len() {
            let original = token.as_bytes()[at];
            // The neighbour in the alphabet changes the fewest bits.
            let neighbour = if original == b'A' { b'B' } else { original ^ 1 };
            for other in [b'A', b'_', b'.', b'=', neighbour] {
                if other == original {
                    continue;
                }
                let mut changed = token.clone().into_bytes();
                changed[at] = other;
                assert!(verify(&changed, &es).is_err(), "{other} at {at}");
                assert!(verify(&changed, &hs).is_err(), "{other} at {at}");
            }
        }
    }
}

#[test]
fn every_truncation_of_a_token_is_refused_at_both_ends() {
    let (es, hs) = (es256().verifying_key(), hs256());
    let by_es = forge(br#"{"alg":"ES256"}"#, br#"{"sub":"1"}"#, &es256());
    let by_hs = forge(br#"{"alg":"HS256"}"#, br#"{"sub":"1"}"#, &hs);
    for token in [&by_es, &by_hs] {
        for at in 0..token.len() {
            assert!(verify(&token[..at], &es).is_err() && verify(&token[..at], &hs).is_err());
            if at > 0 {
                assert!(verify(&token[at..], &es).is_err() && verify(&token[at..], &hs).is_err());
            }
        }
    }
}

#[test]
fn every_single_bit_flip_of_a_signature_is_refused() {
    fn flips(input: &str, signature: &[u8], keys: &impl KeyStore) {
        for bit in 0..signature.len() * 8 {
            let mut flipped = signature.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let token = format!("{input}.{}", encode(&flipped));
            assert_eq!(verify(token, keys), Err(VerifyError::InvalidSignature), "bit {bit}");
        }
    }
    let long = [0x42; 64];
    let (h384, h512) =
        (HmacKey::<Hs384>::new(&long).unwrap(), HmacKey::<Hs512>::new(&long).unwrap());
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512, Algorithm::Es256] {
        let header = format!(r#"{{"alg":"{algorithm}"}}"#);
        let input = format!("{}.{}", encode(header.as_bytes()), encode(b"{}"));
        let bytes = input.as_bytes();
        match algorithm {
            Algorithm::Es256 => {
                flips(&input, &es256().sign(bytes).unwrap(), &es256().verifying_key())
            }
            Algorithm::Hs384 => flips(&input, &h384.sign(bytes).unwrap(), &h384),
            Algorithm::Hs512 => flips(&input, &h512.sign(bytes).unwrap(), &h512),
            _ => flips(&input, &hs256().sign(bytes).unwrap(), &hs256()),
        }
    }
}

// --- keys from the header

#[test]
fn a_key_in_the_header_is_never_used() {
    let attacker = Es256SigningKey::from_bytes(&[0x66; 32]).unwrap();
    let attacker_secret = HmacKey::<Hs256>::new(&[0x66; 32]).unwrap();
    let mut buf = [0; 200];
    let jwk = write_object(&mut buf, &attacker.verifying_key()).unwrap();
    let oct = format!(r#"{{"kty":"oct","k":"{}"}}"#, encode(&[0x66; 32]));
    for member in [
        format!(r#""jwk":{jwk}"#),
        format!(r#""jwk":{oct}"#),
        r#""jku":"https://attacker.example/jwks.json""#.to_owned(),
        r#""x5u":"https://attacker.example/cert.pem""#.to_owned(),
        r#""x5c":["MIIBbTCCAROgAwIBAgIUQm+A"]"#.to_owned(),
        r#""x5t":"AAAA","x5t#S256":"AAAA""#.to_owned(),
        format!(r#""keys":[{jwk}],"k":"{}""#, encode(&[0x66; 32])),
        // Not even a wrong type is looked at.
        r#""jwk":1,"jku":null,"x5c":{},"x5u":[]"#.to_owned(),
    ] {
        let es = format!(r#"{{"alg":"ES256",{member}}}"#);
        let hs = format!(r#"{{"alg":"HS256",{member}}}"#);
        let public = es256().verifying_key();
        let forged = forge(es.as_bytes(), b"{}", &attacker);
        assert_eq!(verify(forged, &public), Err(VerifyError::InvalidSignature), "{es}");
        let forged = forge(hs.as_bytes(), b"{}", &attacker_secret);
        assert_eq!(verify(forged, &hs256()), Err(VerifyError::InvalidSignature), "{hs}");
        // Such members do no harm either.
        assert_eq!(verify(forge(es.as_bytes(), b"{}", &es256()), &public), Ok(()), "{es}");
        assert_eq!(verify(forge(hs.as_bytes(), b"{}", &hs256()), &hs256()), Ok(()), "{hs}");
    }
}

// --- issuer

#[test]
fn an_issuer_is_compared_whole_and_exactly() {
    let policy =
        Policy::new("https://issuer.example", ExpectAudience::NotUsed).allow_missing_expiration();
    for iss in [
        "https://issuer.example.attacker.example",
        "https://issuer.example/",
        "https://issuer.exampl",
        "https://issuer.example ",
        " https://issuer.example",
        "xhttps://issuer.example",
        "https://issuer.example\\u0000",
        "https://issuer.example\\u0000.attacker",
        "\\u0000",
        "HTTPS://ISSUER.EXAMPLE",
        "https://Issuer.example",
        "https://issuer.example\\n",
        "",
        "https://issuer.example,https://issuer.example",
        "https://\\u0456ssuer.example",
        "https://attacker.example#https://issuer.example",
        ".*",
        "*",
        "https://issuer.example\\u0301",
    ] {
        let claims = format!(r#"{{"iss":"{iss}"}}"#);
        assert_eq!(claim_errors(&claims, &policy), [ClaimError::IssuerMismatch], "{claims}");
    }
    for iss in [
        r#"["https://issuer.example"]"#,
        r#"["https://issuer.example","https://attacker.example"]"#,
        r#"{"https://issuer.example":1}"#,
        "null",
    ] {
        let claims = format!(r#"{{"iss":{iss}}}"#);
        let wrong = ClaimError::WrongType(RegisteredClaim::Issuer);
        assert_eq!(claim_errors(&claims, &policy), [wrong], "{claims}");
    }
    let missing = ClaimError::Missing(RegisteredClaim::Issuer);
    assert_eq!(claim_errors("{}", &policy), [missing]);
    assert_eq!(claim_errors(r#"{"Iss":"https://issuer.example"}"#, &policy), [missing]);
    assert_eq!(claim_errors(r#"{"iss":"https://issuer.example"}"#, &policy), []);
}

#[test]
fn a_token_of_another_explicit_type_is_not_taken_for_a_plain_jwt() {
    let policy =
        Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotUsed).allow_missing_expiration();
    let verdict = |typ: &str| {
        let token =
            forge(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#).as_bytes(), b"{}", &hs256());
        let mut scratch = [0; 512];
        let verified = UnverifiedToken::parse(&token).unwrap().verify(&hs256(), &mut scratch);
        verified
            .unwrap()
            .validate(&policy, NOW)
            .map(|_| ())
            .map_err(|e| e.iter().collect::<Vec<_>>())
    };
    for typ in
        ["at+jwt", "dpop+jwt", "secevent+jwt", "application/at+jwt", "JOSE", "JWS", "", "text/jwt"]
    {
        assert_eq!(verdict(typ), Err(vec![ClaimError::TypeMismatch]), "{typ}");
    }
    assert_eq!(verdict("JWT"), Ok(()));
}

// --- two parsers, lax base64, JWE as JWS

#[test]
fn anything_but_canonical_base64url_and_two_dots_is_refused_in_each_segment() {
    // Lengths of 2, 3 and 2 modulo 4, so that every segment has unused bits.
    let token = forge(br#"{"alg":"ES256"} "#, br#"{"sub":"12"}"#.as_slice(), &es256());
    let public = es256().verifying_key();
    let parts: Vec<&str> = token.split('.').collect();
    let segments = [Segment::Header, Segment::Payload, Segment::Signature];
    for (i, segment) in segments.into_iter().enumerate() {
        let part = if parts[i].len().is_multiple_of(4) {
            &parts[i][..parts[i].len() - 1]
        } else {
            parts[i]
        };
        let mut last = part.as_bytes()[part.len() - 1];
        last = match last {
            b'Z' => b'a',
            b'z' => b'0',
            b'9' => b'-',
            other => other + 1,
        };
        let one_over = {
            let mut text = part.to_owned();
            while text.len() % 4 != 1 {
                text.push('A');
            }
            text
        };
        let mut changed: Vec<(Vec<u8>, Option<Base64Error>)> = vec![
            (one_over.into_bytes(), Some(Base64Error::InvalidLength)),
            (format!("{part}=").into_bytes(), None),
            (format!("{part}==").into_bytes(), None),
            (format!("{part}===").into_bytes(), None),
            (format!("{}\u{e9}", &part[..part.len() - 1]).into_bytes(), None),
            ([&part.as_bytes()[..part.len() - 1], b"\xff"].concat(), None),
            (format!("{part}%3D").into_bytes(), None),
        ];
        if part.len() == parts[i].len() {
            let text = [&part.as_bytes()[..part.len() - 1], &[last]].concat();
            changed.push((text, Some(Base64Error::NotCanonical)));
        }
        for byte in b"+/ \n\r\t\0,:\"{$~" {
            for at in [0, part.len() / 2, part.len()] {
                // Inserted, and in place of what was there.
                let (before, after) = part.as_bytes().split_at(at);
                changed.push(([before, &[*byte], after].concat(), None));
                let after = after.get(1..).unwrap_or_default();
                changed.push(([before, &[*byte], after].concat(), None));
            }
        }
        for (text, error) in changed {
            let mut all: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
            all[i] = &text;
            let got = verify(all.join(&b'.'), &public);
            match got {
                Err(VerifyError::InvalidBase64url { segment: found, error: why }) => {
                    assert_eq!(found, segment, "{text:?}");
                    assert!(error.is_none_or(|error| error == why), "{text:?}: {why:?}");
                }
                other => panic!("{segment} {text:?}: {other:?}"),
            }
            assert_eq!(got.unwrap_err().stage(), Stage::Structure);
        }
    }
    assert_eq!(verify(&token, &public), Ok(()));
}

#[test]
fn nothing_around_a_token_is_trimmed() {
    let token = forge(br#"{"alg":"HS256"}"#, b"{}", &hs256());
    for text in [
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\n"),
        format!("{token}\r\n"),
        format!("Bearer {token}"),
        format!("{token}\0"),
        format!("\"{token}\""),
        format!("\u{feff}{token}"),
        format!("{token}="),
    ] {
        assert_eq!(stage(&text, &hs256()), Some(Stage::Structure), "{text:?}");
    }
}

#[test]
fn the_json_serialization_and_polyglots_of_it_are_refused() {
    let token = forge(br#"{"alg":"HS256"}"#, br#"{"sub":"me"}"#, &hs256());
    let parts: Vec<&str> = token.split('.').collect();
    let (h, p, s) = (parts[0], parts[1], parts[2]);
    let evil = encode(br#"{"sub":"admin"}"#);
    for text in [
        format!(r#"{{"protected":"{h}","payload":"{p}","signature":"{s}"}}"#),
        format!(r#"{{"payload":"{p}","signatures":[{{"protected":"{h}","signature":"{s}"}}]}}"#),
        // CVE-2022-39227: compact to one parser, JSON to the other.
        format!(r#"{{"  {h}.{evil}.":"","protected":"{h}","payload":"{p}","signature":"{s}"}}"#),
        format!(r#"{{"{h}.{evil}.{s}":"","protected":"{h}","payload":"{p}"}}"#),
        format!(r#"["{token}"]"#),
    ] {
        assert_eq!(stage(&text, &hs256()), Some(Stage::Structure), "{text}");
    }
}

#[test]
fn any_number_of_segments_but_three_is_refused() {
    let token = forge(br#"{"alg":"HS256"}"#, b"{}", &hs256());
    let jwe = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA";
    for text in [
        String::new(),
        ".".into(),
        "e30".into(),
        "e30.e30".into(),
        "...".into(),
        jwe.into(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{token}"),
        format!("{token}.e30.e30"),
        token.replace('.', ".."),
        token.replacen('.', "", 1),
        ".".repeat(60_000),
    ] {
        assert_eq!(verify(&text, &hs256()), Err(VerifyError::NotThreeSegments), "{:.100}", text);
    }
    // Three empty ones have the form, and no header.
    assert_eq!(stage("..", &hs256()), Some(Stage::Header));
    assert_eq!(stage(".e30.", &hs256()), Some(Stage::Header));
}

#[test]
fn a_header_or_claims_that_are_no_strict_json_object_are_refused() {
    use JsonErrorKind::{
        ControlCharacter, DuplicateMember, InvalidEscape, InvalidNumber, LoneSurrogate,
        NotAnObject, NotUtf8, TrailingData, UnexpectedByte, UnexpectedEnd,
    };
    let cases: &[(&[u8], JsonErrorKind)] = &[
        (b"", NotAnObject),
        (b" ", NotAnObject),
        (b"null", NotAnObject),
        (b"[]", NotAnObject),
        (b"\"alg\"", NotAnObject),
        (b"\xef\xbb\xbf{}", NotAnObject),
        (b"{", UnexpectedEnd),
        (br#"{"alg":"HS256""#, UnexpectedEnd),
        (br#"{"alg":"HS256"}}"#, TrailingData),
        (b"{\"alg\":\"HS256\"}\0", TrailingData),
        (br#"{"alg":"HS256"}{}"#, TrailingData),
        (br#"{"alg":"HS256",}"#, UnexpectedByte),
        (br#"{'alg':'HS256'}"#, UnexpectedByte),
        (br#"{alg:"HS256"}"#, UnexpectedByte),
        (br#"{"alg":"HS256"/**/}"#, UnexpectedByte),
        (br#"{"alg":"HS256","x":NaN}"#, UnexpectedByte),
        (br#"{"alg":"HS256","x":01}"#, UnexpectedByte),
        (br#"{"alg":"HS256","x":1.}"#, InvalidNumber),
        (br#"{"alg":"HS256","x":+1}"#, UnexpectedByte),
        (b"{\"alg\":\"HS256\",\"x\":\"\n\"}", ControlCharacter),
        (br#"{"alg":"HS256","x":"\q"}"#, InvalidEscape),
        (br#"{"alg":"HS256","x":"\ud800"}"#, LoneSurrogate),
        (b"{\"alg\":\"HS256\",\"x\":\"\xff\"}", NotUtf8),
        (b"{\"alg\":\"HS256\",\"x\":\"\xed\xa0\x80\"}", NotUtf8),
        (b"{\"alg\":\"HS256\",\"x\":\"\xc0\xaf\"}", NotUtf8),
        (br#"{"alg":"HS256","alg":"HS256"}"#, DuplicateMember),
        (br#"{"alg":"HS256","\u0061lg":"none"}"#, DuplicateMember),
        (br#"{"alg":"HS256","sub":"a","s\u0075b":"b"}"#, DuplicateMember),
        (br#"{"alg":"HS256","x":1,"x":1}"#, DuplicateMember),
        (br#"{"alg":"HS256","":1,"":1}"#, DuplicateMember),
        ("{\"alg\":\"HS256\",\"\u{1f600}\":1,\"\\ud83d\\ude00\":1}".as_bytes(), DuplicateMember),
        (br#"{"alg":"HS256","a/b":1,"a\/b":1}"#, DuplicateMember),
    ];
    for (json, kind) in cases {
        let text = String::from_utf8_lossy(json);
        let error =
            verify(forge(json, b"{}", &hs256()), &NeverAsked(Algorithm::Hs256)).unwrap_err();
        assert!(
            matches!(error, VerifyError::Header(HeaderError::Json(e)) if e.kind == *kind),
            "header {text}: {error:?}"
        );
        assert_eq!(error.stage(), Stage::Header);
        let error = verify(forge(br#"{"alg":"HS256"}"#, json, &hs256()), &hs256()).unwrap_err();
        assert!(
            matches!(error, VerifyError::PayloadNotAnObject(e) if e.kind == *kind),
            "claims {text}: {error:?}"
        );
        assert_eq!(error.stage(), Stage::Claims);
    }
    // As the payload of a JWS that is no JWT, any bytes are good.
    for (payload, _) in cases {
        let token = forge(br#"{"alg":"HS256"}"#, payload, &hs256());
        let mut scratch = [0; 512];
        let jws = UnverifiedToken::parse(&token).unwrap().verify_payload(&hs256(), &mut scratch);
        assert_eq!(jws.unwrap().payload(), *payload);
    }
}

#[test]
fn duplicates_below_the_top_level_and_white_space_in_json_are_accepted() {
    for json in [
        r#"{"alg":"HS256","x":{"a":1,"a":2}}"#,
        r#"{"alg":"HS256","x":[{"a":1,"\u0061":2}],"a":3}"#,
        r#"{"alg":"HS256","x":{"alg":"none","alg":"none"}}"#,
        " {\n\t\"alg\" :\r\n\"HS256\" } ",
    ] {
        assert_eq!(verify(forge(json.as_bytes(), b"{}", &hs256()), &hs256()), Ok(()), "{json}");
        let token = forge(br#"{"alg":"HS256"}"#, json.as_bytes(), &hs256());
        assert_eq!(verify(token, &hs256()), Ok(()), "{json}");
    }
}

#[test]
fn header_members_of_the_wrong_type_are_refused() {
    for member in ["kid", "typ", "cty"] {
        for value in ["null", "true", "1", "[]", r#"["JWT"]"#, "{}"] {
            let header = format!(r#"{{"alg":"HS256","{member}":{value}}}"#);
            assert_eq!(
                verify(forge(header.as_bytes(), b"{}", &hs256()), &hs256()),
                Err(VerifyError::Header(HeaderError::WrongType { member })),
                "{header}"
            );
        }
    }
}

// --- resource exhaustion

#[test]
fn a_hundred_thousand_dots_are_refused_by_their_number() {
    assert_eq!(
        verify(".".repeat(100_000), &hs256()),
        Err(VerifyError::TokenTooLong { limit: MAX_TOKEN_LEN })
    );
}

#[test]
fn a_token_of_the_greatest_length_is_accepted_and_one_more_character_refused() {
    let header = encode(br#"{"alg":"HS256"}"#);
    let room = MAX_TOKEN_LEN - header.len() - 2 - 43;
    // White space inside the claims is legal; make the payload exactly as long as it may be.
    let bytes = base64url::decoded_len(room).unwrap();
    let claims = format!("{{{}}}", " ".repeat(bytes - 2));
    let token = forge(br#"{"alg":"HS256"}"#, claims.as_bytes(), &hs256());
    assert_eq!(token.len(), MAX_TOKEN_LEN);
    assert_eq!(verify(&token, &hs256()), Ok(()));
    // Nor is another fault of such a token taken for its length.
    let error = Base64Error::InvalidCharacter;
    let segment = Segment::Header;
    assert_eq!(
        verify(token.replacen('e', "=", 1), &hs256()),
        Err(VerifyError::InvalidBase64url { segment, error })
    );
    let limit = MAX_TOKEN_LEN;
    assert_eq!(verify(format!("{token}A"), &hs256()), Err(VerifyError::TokenTooLong { limit }));
    let longer = forge(br#"{"alg":"HS256"}"#, format!("{claims} ").as_bytes(), &hs256());
    assert_eq!(verify(longer, &hs256()), Err(VerifyError::TokenTooLong { limit }));
}

#[test]
fn a_header_of_the_greatest_length_is_accepted_and_a_longer_one_refused() {
    let bytes = base64url::decoded_len(MAX_HEADER_LEN).unwrap();
    let shortest = r#"{"alg":"HS256","x":""}"#;
    let header =
        |len: usize| format!(r#"{{"alg":"HS256","x":"{}"}}"#, "x".repeat(len - shortest.len()));
    let token = forge(header(bytes).as_bytes(), b"{}", &hs256());
    assert_eq!(verify(&token, &hs256()), Ok(()));
    let error = Base64Error::InvalidCharacter;
    let segment = Segment::Header;
    assert_eq!(
        verify(token.replacen('e', "=", 1), &hs256()),
        Err(VerifyError::InvalidBase64url { segment, error })
    );
    assert_eq!(
        verify(forge(header(bytes + 1).as_bytes(), b"{}", &hs256()), &hs256()),
        Err(VerifyError::HeaderTooLong { limit: MAX_HEADER_LEN })
    );
}

#[test]
fn nesting_of_64_is_accepted_and_of_65_or_of_thousands_refused() {
    let nested = |arrays: usize, objects: bool| {
        let (open, close) = if objects { (r#"{"a":"#, "}") } else { ("[", "]") };
        format!(r#"{{"alg":"HS256","x":{}0{}}}"#, open.repeat(arrays), close.repeat(arrays))
    };
    for objects in [false, true] {
        let good = nested(63, objects);
        assert_eq!(verify(forge(good.as_bytes(), good.as_bytes(), &hs256()), &hs256()), Ok(()));
        for depth in [64, 65, 100, 1500] {
            let bad = nested(depth, objects);
            let error = verify(forge(bad.as_bytes(), b"{}", &hs256()), &hs256()).unwrap_err();
            assert!(
                matches!(error, VerifyError::Header(HeaderError::Json(e)) if e.kind == JsonErrorKind::TooDeep),
                "{error:?}"
            );
            let token = forge(br#"{"alg":"HS256"}"#, bad.as_bytes(), &hs256());
            let error = verify(token, &hs256()).unwrap_err();
            assert!(
                matches!(error, VerifyError::PayloadNotAnObject(e) if e.kind == JsonErrorKind::TooDeep),
                "{error:?}"
            );
        }
    }
    // Brackets that never close, as many as fit, and the same from a small stack.
    std::thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(|| {
            let open = format!(r#"{{"alg":"HS256","x":{}"#, "[".repeat(12_000));
            let token = forge(open.as_bytes(), b"{}", &hs256());
            assert_eq!(stage(token, &hs256()), Some(Stage::Header));
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn absurd_numbers_are_refused_and_never_taken_for_a_date() {
    for claim in
        [RegisteredClaim::ExpirationTime, RegisteredClaim::NotBefore, RegisteredClaim::IssuedAt]
    {
        for number in [
            "1e999",
            "1e9999999999999999999999",
            "9e307",
            "253402300800",
            "253402300799.5e1",
            "18446744073709551616",
            "9223372036854775808",
            "1000000000000000000000",
            "-1e999",
            "-253402300800",
            "-9223372036854775809",
            "1700000000000",
        ] {
            let claims = format!(r#"{{"{claim}":{number}}}"#);
            let wrong = ClaimError::WrongType(claim);
            assert_eq!(claim_errors(&claims, &lax()), [wrong], "{claims}");
        }
    }
    for number in
        ["9".repeat(400), format!("1{}", "0".repeat(400)), format!("0.{}1", "0".repeat(400))]
    {
        for claims in [format!(r#"{{"exp":{number}}}"#), format!(r#"{{"x":[{number}]}}"#)] {
            let error = verify(forge(br#"{"alg":"HS256"}"#, claims.as_bytes(), &hs256()), &hs256());
            assert!(
                matches!(error, Err(VerifyError::PayloadNotAnObject(e)) if e.kind == JsonErrorKind::NumberTooLong),
                "{error:?}"
            );
        }
    }
}

#[test]
fn of_members_256_are_accepted_and_257_refused() {
    let members = |count: usize| {
        let members: Vec<String> = (1..count).map(|i| format!(r#""m{i}":{i}"#)).collect();
        format!(r#"{{"alg":"HS256",{}}}"#, members.join(","))
    };
    let good = members(256);
    assert_eq!(verify(forge(good.as_bytes(), good.as_bytes(), &hs256()), &hs256()), Ok(()));
    let bad = members(257);
    let error = verify(forge(bad.as_bytes(), b"{}", &hs256()), &hs256()).unwrap_err();
    assert!(
        matches!(error, VerifyError::Header(HeaderError::Json(e)) if e.kind == JsonErrorKind::TooManyMembers),
        "{error:?}"
    );
    let error =
        verify(forge(br#"{"alg":"HS256"}"#, bad.as_bytes(), &hs256()), &hs256()).unwrap_err();
    assert!(
        matches!(error, VerifyError::PayloadNotAnObject(e) if e.kind == JsonErrorKind::TooManyMembers),
        "{error:?}"
    );
    // A duplicate is found wherever it stands among many.
    let twice = members(200).replace(r#""m150":150"#, r#""\u006d7":1"#);
    let error = verify(forge(twice.as_bytes(), b"{}", &hs256()), &hs256()).unwrap_err();
    assert!(
        matches!(error, VerifyError::Header(HeaderError::Json(e)) if e.kind == JsonErrorKind::DuplicateMember),
        "{error:?}"
    );
}

// --- order of checks, and states

#[test]
fn the_signature_is_verified_before_the_claims_are_looked_at() {
    // Claims that are garbage, and a signature of somebody else: the signature is what is told.
    let token = forge(br#"{"alg":"HS256"}"#, b"garbage", &HmacKey::<Hs256>::new(&[1; 32]).unwrap());
    assert_eq!(verify(token, &hs256()), Err(VerifyError::InvalidSignature));
}

#[test]
fn a_signature_of_another_key_or_over_another_input_is_refused() {
    let other = Es256SigningKey::from_bytes(&[0x43; 32]).unwrap();
    let public = es256().verifying_key();
    let header = br#"{"alg":"ES256"}"#;
    let (mine, theirs) = (forge(header, b"{}", &es256()), forge(header, b"{}", &other));
    assert_eq!(verify(&theirs, &public), Err(VerifyError::InvalidSignature));
    assert_eq!(verify(&mine, &other.verifying_key()), Err(VerifyError::InvalidSignature));
    // Another payload, another header, and white space that only a lax comparison would ignore.
    let signature = mine.rsplit('.').next().unwrap();
    for (header, payload) in [
        (r#"{"alg":"ES256"}"#, r#"{"a":1}"#),
        (r#"{"alg":"ES256"}"#, "{ }"),
        (r#"{"alg": "ES256"}"#, "{}"),
        (r#"{"alg":"ES256","kid":"1"}"#, "{}"),
    ] {
        let token =
            format!("{}.{}.{signature}", encode(header.as_bytes()), encode(payload.as_bytes()));
        assert_eq!(verify(token, &public), Err(VerifyError::InvalidSignature));
    }
}

#[test]
fn a_point_that_is_not_on_the_curve_is_no_key() {
    let good = es256().verifying_key().to_sec1();
    for at in [1, 32, 33, 64] {
        let mut bad = good;
        bad[at] ^= 1;
        assert_eq!(Es256VerifyingKey::from_sec1(&bad).err(), Some(KeyError::InvalidPublicKey));
    }
    let error = Some(KeyError::InvalidPublicKey);
    assert_eq!(Es256VerifyingKey::from_sec1(&[0]).err(), error, "the identity");
    assert_eq!(Es256VerifyingKey::from_sec1(&[]).err(), error);
    assert_eq!(Es256VerifyingKey::from_coordinates(&[0; 32], &[0; 32]).err(), error);
    assert_eq!(Es256VerifyingKey::from_coordinates(&[0xff; 32], &[0xff; 32]).err(), error);
}

#[test]
fn errors_and_debug_output_show_nothing_of_the_token() {
    let token = forge(br#"{"alg":"HS256","kid":"needle"}"#, br#"{"sub":"needle"}"#, &hs256());
    let parsed = UnverifiedToken::parse(&token).unwrap();
    let mut scratch = [0; 512];
    let verified = parsed.verify(&hs256(), &mut scratch).unwrap();
    for text in [format!("{parsed:?}"), format!("{verified:?}")] {
        assert!(!text.contains("needle") && !text.contains("eyJ"), "{text}");
    }
    let valid = verified.validate(&lax(), NOW).unwrap();
    assert!(!format!("{valid:?}").contains("needle"));
    assert_eq!(RegisteredClaims::default().issuer, None);
}

#[test]
fn every_error_says_what_is_wrong_and_at_which_stage() {
    let json = jwt_core::error::JsonError { kind: JsonErrorKind::NotUtf8, offset: 3 };
    let table = [
        (
            VerifyError::TokenTooLong { limit: 5 },
            "structure",
            "the token has more than 5 characters",
        ),
        (
            VerifyError::HeaderTooLong { limit: 5 },
            "structure",
            "the header has more than 5 characters",
        ),
        (VerifyError::NotThreeSegments, "structure", "not three segments between two dots"),
        (
            VerifyError::InvalidBase64url {
                segment: Segment::Payload,
                error: Base64Error::NotCanonical,
            },
            "structure",
            "payload segment: unused bits of the last character are not zero",
        ),
        (
            VerifyError::BufferTooSmall { needed: 9 },
            "structure",
            "buffer too small: 9 bytes needed",
        ),
        (VerifyError::Header(HeaderError::Critical), "header", "header: crit is not supported"),
        (
            VerifyError::Header(HeaderError::UnencodedPayload),
            "header",
            "header: b64 is not supported",
        ),
        (VerifyError::Header(HeaderError::MissingAlgorithm), "header", "header: no alg"),
        (
            VerifyError::Header(HeaderError::WrongType { member: "kid" }),
            "header",
            "header: kid is not a string",
        ),
        (VerifyError::Header(HeaderError::Json(json)), "header", "header: not UTF-8 at byte 3"),
        (
            VerifyError::AlgorithmMismatch { expected: Algorithm::Es256 },
            "key",
            "the alg of the header is not ES256, the algorithm of the key",
        ),
        (VerifyError::KeyNotFound, "key", "no key for the kid and alg of the header"),
        (VerifyError::AmbiguousKey, "key", "more than one key fits the header"),
        (
            VerifyError::UnusableKey(KeyError::NotForSignatures),
            "key",
            "the key cannot be used: the use of the JWK is not sig",
        ),
        (VerifyError::TooManyCandidates { limit: 16 }, "key", "more than 16 keys to try"),
        (VerifyError::InvalidSignature, "signature", "invalid signature"),
        (
            VerifyError::PayloadNotAnObject(json),
            "claims",
            "the payload is no claims set: not UTF-8 at byte 3",
        ),
    ];
    for (segment, text) in [
        (Segment::Header, "header"),
        (Segment::Payload, "payload"),
        (Segment::Signature, "signature"),
    ] {
        assert_eq!(segment.to_string(), text);
    }
    for (error, stage, text) in table {
        assert_eq!((error.stage().to_string().as_str(), error.to_string().as_str()), (stage, text));
    }
}
