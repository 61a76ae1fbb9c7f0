//! Keys as they are taken in. Of a file the secret itself is secret, and all around it is not.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::{Es256SigningKey, HmacKey, Hs256, Hs512, Jwk};

use crate::memcheck::conceal;
use crate::run::Subject;
use crate::secret::{self, BYTES};

pub(crate) const ALL: [Subject; 8] = [
    ("secret-32-bytes", || HmacKey::<Hs256>::new(&secret::bytes(BYTES)).ok().map(drop)),
    ("secret-64-bytes", || HmacKey::<Hs512>::new(&secret::bytes([0x5a; 64])).ok().map(drop)),
    ("jwk-k", jwk_k),
    ("jwk-d", jwk_d),
    ("pkcs8-der", || Es256SigningKey::from_der(&der(PKCS8)).ok().map(drop)),
    ("sec1-der", || Es256SigningKey::from_der(&der(SEC1)).ok().map(drop)),
    ("pkcs8-pem", || pem("PRIVATE KEY", PKCS8_BODY)),
    ("sec1-pem", || pem("EC PRIVATE KEY", SEC1_BODY)),
];

/// What is before and after the private key.
type Around = (&'static [u8], &'static [u8]);

/// RFC 5208 with RFC 5915, without the public key.
const PKCS8: Around = (
    b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\
      \x04\x27\x30\x25\x02\x01\x01\x04\x20",
    b"",
);
/// RFC 5915, without the public key.
const SEC1: Around =
    (b"\x30\x31\x02\x01\x01\x04\x20", b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");

/// 32 bytes in base64url, in letters; the last of them has but two bits of the secret, and is public.
const LETTERS: (&str, &str) = ("tobehornottobethatisthequestionwhethertisn", "o");

fn jwk_k() -> Option<()> {
    let (k, last) = LETTERS;
    let after = format!(r#"{last}","kid":"1"}}"#);
    let text = secret::text(r#"{"kty":"oct","alg":"HS256","k":""#, k, &after);
    Jwk::parse(&text).ok()?.hmac_signing_key::<Hs256>().ok().map(drop)
}

fn jwk_d() -> Option<()> {
    let (d, last) = LETTERS;
    let bytes = Base64UrlUnpadded::decode_vec(&[d, last].concat()).ok()?;
    let key = Es256SigningKey::from_bytes(bytes.as_slice().try_into().ok()?).ok()?;
    let point = key.verifying_key().to_sec1();
    let coordinate = |at: usize| {
        let bytes = point.get(at..at.checked_add(32)?)?;
        Some(Base64UrlUnpadded::encode_string(bytes))
    };
    let (x, y) = (coordinate(1)?, coordinate(33)?);
    let before = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":""#);
    let text = secret::text(&before, d, &format!(r#"{last}"}}"#));
    Jwk::parse(&text).ok()?.es256_signing_key().ok().map(drop)
}

fn der((before, after): Around) -> Vec<u8> {
    let mut der = [before, &BYTES, after].concat();
    let end = before.len().saturating_add(BYTES.len());
    conceal(der.get_mut(before.len()..end).unwrap_or_default());
    der
}

/// The body of a PEM file: what is before the key, the key in letters, and what is behind it. The characters
/// between, which have bits of both, are public.
type Body = (&'static str, &'static str, &'static str);

const PKCS8_BODY: Body = (
    "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCC",
    "tobehornottobetha\ntisthequestionwhethertisn",
    "w==",
);
const SEC1_BODY: Body =
    ("MDECAQEEIK", "tobehornottobethatisthequestionwhethertisn", "oAoGCCqGSM49\nAwEH");

fn pem(label: &str, (before, key, after): Body) -> Option<()> {
    let before = format!("-----BEGIN {label}-----\n{before}");
    let pem = secret::text(&before, key, &format!("{after}\n-----END {label}-----\n"));
    Es256SigningKey::from_pem(&pem, &mut [0; 128]).ok().map(drop)
}
