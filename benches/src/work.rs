//! What all libraries are given: keys, claims of three sizes, and a token to verify.
#![allow(clippy::unwrap_used)] // a bench may panic

use jwt_core::json::{ObjectWriter, WriteMembers};
use jwt_core::{Es256SigningKey, HmacKey, Hs256, Minter, NumericDate, RegisteredClaims};
use serde::{Deserialize, Serialize};

/// "iss", expected by every verifier.
pub const ISSUER: &str = "https://issuer.example";
/// "aud", expected by every verifier.
pub const AUDIENCE: &str = "https://api.example";
/// "kid" in every header.
pub const KID: &str = "key-1";
/// The HMAC secret, and the scalar of the ES256 key.
pub const SECRET: [u8; 32] = [0x42; 32];
/// Claims without groups: the issuer, the subject, the audience and two times.
pub const SMALL: usize = 127;
/// Claims with about fifty groups.
pub const MIDDLE: usize = 1024;
/// Claims with about four hundred groups: as much as fits into the header of an HTTP request.
pub const LARGE: usize = 8192;

/// The algorithms that all libraries have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

/// The claims, as an application declares them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// "iss"
    pub iss: String,
    /// "sub"
    pub sub: String,
    /// "aud"
    pub aud: String,
    /// "exp": below 2^32, which one of the peers needs.
    pub exp: i64,
    /// "iat"
    pub iat: i64,
    /// What makes tokens of real deployments long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl Claims {
    /// Claims of so many bytes of JSON: [`SMALL`] or more than 160.
    #[must_use]
    pub fn of_len(bytes: usize) -> Self {
        let mut claims = Self {
            iss: ISSUER.to_owned(),
            sub: "urn:device:sensor-000001".to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: 4_000_000_000,
            iat: 1_700_000_000,
            groups: Vec::new(),
        };
        // `,"groups":[` and `]`; then each with its quotation marks and comma.
        let mut left = bytes.saturating_sub(SMALL).saturating_sub(12);
        while left > 0 {
            let len = if left < 40 { left.saturating_sub(2) } else { 17 };
            claims
                .groups
                .push("example-group-xx-yyyyyyyyyyyyyyyyyyyyyy".get(..len).unwrap().to_owned());
            left = left.saturating_sub(len.saturating_add(3));
        }
        claims
    }

    /// The registered claims, as the core takes them.
    #[must_use]
    pub fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(&self.iss),
            subject: Some(&self.sub),
            audience: Some(self.aud.as_str().into()),
            expiration_time: Some(NumericDate::from_seconds(self.exp)),
            issued_at: Some(NumericDate::from_seconds(self.iat)),
            ..RegisteredClaims::default()
        }
    }
}

impl WriteMembers for Claims {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        self.registered().write_members(object);
        if !self.groups.is_empty() {
            object.array("groups", |array| {
                for group in &self.groups {
                    array.string(group);
                }
            });
        }
    }
}

/// One workload.
pub struct Work {
    /// What signs.
    pub algorithm: Algorithm,
    /// The claims, to be minted and to be found.
    pub claims: Claims,
    /// A token with these claims.
    pub token: String,
}

impl Work {
    /// A workload with claims of so many bytes.
    #[must_use]
    pub fn new(algorithm: Algorithm, bytes: usize) -> Self {
        let claims = Claims::of_len(bytes);
        let (minter, mut buf) = (Minter::new().kid(KID), vec![0; bytes.saturating_mul(2).max(512)]);
        let token = match algorithm {
            Algorithm::Hs256 => {
                minter.mint(&mut buf, &HmacKey::<Hs256>::new(&SECRET).unwrap(), &claims)
            }
            Algorithm::Es256 => minter.mint(&mut buf, &es256(), &claims),
        };
        let token = token.unwrap().as_str().to_owned();
        Self { algorithm, claims, token }
    }

    /// What is signed.
    #[must_use]
    pub fn signing_input(&self) -> &str {
        self.token.rsplit_once('.').unwrap().0
    }
}

/// The time by the system's clock, which every library that validates reads.
#[must_use]
pub fn now() -> NumericDate {
    let elapsed = std::time::UNIX_EPOCH.elapsed().unwrap();
    NumericDate::from_seconds(elapsed.as_secs().try_into().unwrap())
}

/// The ES256 key.
#[must_use]
pub fn es256() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&SECRET).unwrap()
}

/// Its public key as a point, SEC 1 section 2.3.3.
#[must_use]
pub fn sec1() -> [u8; 65] {
    es256().verifying_key().to_sec1()
}

/// Its public key as SPKI.
#[must_use]
pub fn spki() -> Vec<u8> {
    es256().verifying_key().to_spki_der().to_vec()
}

/// The private key as PKCS#8 (RFC 5958).
#[must_use]
pub fn pkcs8() -> Vec<u8> {
    let mut der = vec![
        0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30,
        0x6b, 0x02, 0x01, 0x01, 0x04, 0x20,
    ];
    der.extend(SECRET);
    der.extend([0xa1, 0x44, 0x03, 0x42, 0x00]);
    der.extend(sec1());
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_have_the_size_that_is_told() {
        for bytes in [SMALL, MIDDLE, LARGE] {
            let mut buf = vec![0; 9000];
            let text = jwt_core::json::write_object(&mut buf, &Claims::of_len(bytes)).unwrap();
            assert_eq!(text.len(), bytes);
        }
    }
}
