//! Who runs: jwt-core, jsonwebtoken on RustCrypto too, and the bare cryptography as the floor.
//!
//! The workload is the same for all: 127 bytes of claims, a kid in the header; to verify means the
//! signature, exp, iss and aud. Keys are loaded before, as a server does.
//!
//! jsonwebtoken 11.1 builds on the generation of RustCrypto before ours (p256 0.13, hmac 0.12, sha2 0.10),
//! so its ratios compare the curve and the hash too. The floors are of our generation.
#![allow(clippy::unwrap_used)] // a bench may panic

use std::hint::black_box;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jwt_core::{
    Es256SigningKey, HmacKey, Hs256, Minter, NumericDate, Policy, RegisteredClaims, SigningKey,
    UnverifiedToken, VerifyingKey,
};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::harness::Contender;

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://api.example";
const SUBJECT: &str = "urn:device:sensor-0001";
const SECRET: [u8; 32] = [0x42; 32];
const NOW: i64 = 1_700_000_000;
const FAST: u32 = 2000;
const SLOW: u32 = 10;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    iat: i64,
}

pub(crate) fn all() -> Vec<Contender> {
    let mut all = Vec::new();
    hs256(&mut all);
    es256(&mut all);
    all
}

fn hs256(all: &mut Vec<Contender>) {
    let token = token(&HmacKey::<Hs256>::new(&SECRET).unwrap());
    let input = token.rsplit_once('.').unwrap().0.to_owned();
    let state = Hmac::<Sha256>::new_from_slice(&SECRET).unwrap();
    let floor = move || {
        let mut mac = state.clone();
        mac.update(black_box(input.as_bytes()));
        black_box(mac.finalize());
    };
    all.push(ours_mint("HS256 mint", FAST, HmacKey::<Hs256>::new(&SECRET).unwrap()));
    let peer = jsonwebtoken::EncodingKey::from_secret(&SECRET);
    all.push(peer_mint("HS256 mint", FAST, jsonwebtoken::Algorithm::HS256, peer));
    all.push(Contender {
        job: "HS256 mint",
        name: "floor: hmac alone",
        times: FAST,
        run: Box::new(floor.clone()),
    });
    all.push(ours_verify("HS256 verify", FAST, HmacKey::<Hs256>::new(&SECRET).unwrap(), &token));
    let peer = jsonwebtoken::DecodingKey::from_secret(&SECRET);
    all.push(peer_verify("HS256 verify", FAST, jsonwebtoken::Algorithm::HS256, peer, &token));
    all.push(Contender {
        job: "HS256 verify",
        name: "floor: hmac alone",
        times: FAST,
        run: Box::new(floor),
    });
}

fn es256(all: &mut Vec<Contender>) {
    let key = || Es256SigningKey::from_bytes(&SECRET).unwrap();
    let token = token(&key());
    let input = token.rsplit_once('.').unwrap().0.to_owned();
    let signing = p256::ecdsa::SigningKey::from_slice(&SECRET).unwrap();
    let verifying = *signing.verifying_key();
    let signature: p256::ecdsa::Signature = signing.sign(input.as_bytes());

    all.push(ours_mint("ES256 mint", SLOW, key()));
    let der = pkcs8(&SECRET, &key().verifying_key().to_sec1());
    let peer = jsonwebtoken::EncodingKey::from_ec_der(&der);
    all.push(peer_mint("ES256 mint", SLOW, jsonwebtoken::Algorithm::ES256, peer));
    let message = input.clone();
    all.push(Contender {
        job: "ES256 mint",
        name: "floor: p256 alone",
        times: SLOW,
        run: Box::new(move || {
            let signature: p256::ecdsa::Signature = signing.sign(black_box(message.as_bytes()));
            black_box(signature);
        }),
    });
    let public = key().verifying_key();
    all.push(ours_verify("ES256 verify", SLOW, public, &token));
    let peer = jsonwebtoken::DecodingKey::from_ec_der(&public.to_sec1());
    all.push(peer_verify("ES256 verify", SLOW, jsonwebtoken::Algorithm::ES256, peer, &token));
    all.push(Contender {
        job: "ES256 verify",
        name: "floor: p256 alone",
        times: SLOW,
        run: Box::new(move || verifying.verify(black_box(input.as_bytes()), &signature).unwrap()),
    });
}

fn registered() -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some(ISSUER),
        subject: Some(SUBJECT),
        audience: Some(AUDIENCE.into()),
        expiration_time: Some(NumericDate::from_seconds(253_402_300_799)),
        issued_at: Some(NumericDate::from_seconds(NOW)),
        ..Default::default()
    }
}

fn token(key: &impl SigningKey) -> String {
    let mut buf = [0; 512];
    Minter::new().kid("key-1").mint(&mut buf, key, &registered()).unwrap().as_str().to_owned()
}

fn ours_mint(job: &'static str, times: u32, key: impl SigningKey + 'static) -> Contender {
    let mut buf = [0; 512];
    let run = move || {
        let claims = black_box(registered());
        black_box(Minter::new().kid("key-1").mint(&mut buf, &key, &claims).unwrap());
    };
    Contender { job, name: "jwt-core", times, run: Box::new(run) }
}

fn ours_verify(
    job: &'static str,
    times: u32,
    key: impl VerifyingKey + 'static,
    token: &str,
) -> Contender {
    let token = token.to_owned();
    let policy = Policy::new(ISSUER, AUDIENCE);
    let mut scratch = [0; 512];
    let run = move || {
        let token = UnverifiedToken::parse(black_box(&token)).unwrap();
        let token = token.verify(&key, &mut scratch).unwrap();
        black_box(token.validate(&policy, NumericDate::from_seconds(NOW)).unwrap());
    };
    Contender { job, name: "jwt-core", times, run: Box::new(run) }
}

fn peer_mint(
    job: &'static str,
    times: u32,
    algorithm: jsonwebtoken::Algorithm,
    key: jsonwebtoken::EncodingKey,
) -> Contender {
    let mut header = jsonwebtoken::Header::new(algorithm);
    header.kid = Some("key-1".to_owned());
    let claims = Claims {
        iss: ISSUER.to_owned(),
        sub: SUBJECT.to_owned(),
        aud: AUDIENCE.to_owned(),
        exp: 253_402_300_799,
        iat: NOW,
    };
    let run = move || {
        black_box(jsonwebtoken::encode(&header, black_box(&claims), &key).unwrap());
    };
    Contender { job, name: "jsonwebtoken (rust_crypto)", times, run: Box::new(run) }
}

fn peer_verify(
    job: &'static str,
    times: u32,
    algorithm: jsonwebtoken::Algorithm,
    key: jsonwebtoken::DecodingKey,
    token: &str,
) -> Contender {
    let token = token.to_owned();
    let mut validation = jsonwebtoken::Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    let run = move || {
        let token = black_box(&token);
        black_box(jsonwebtoken::decode::<Claims>(token, &key, &validation).unwrap());
    };
    Contender { job, name: "jsonwebtoken (rust_crypto)", times, run: Box::new(run) }
}

/// RFC 5958: the form that jsonwebtoken takes a private key in.
fn pkcs8(secret: &[u8; 32], point: &[u8; 65]) -> Vec<u8> {
    let mut der = vec![
        0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30,
        0x6b, 0x02, 0x01, 0x01, 0x04, 0x20,
    ];
    der.extend(secret);
    der.extend([0xa1, 0x44, 0x03, 0x42, 0x00]);
    der.extend(point);
    der
}
