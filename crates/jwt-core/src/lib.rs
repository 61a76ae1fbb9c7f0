//! JSON Web Tokens without an allocator: mint and verify in fixed-size buffers, from a Cortex-M0
//! to a server.
//!
//! Mint:
//!
//! ```
//! # #[cfg(feature = "es256")] {
//! use jwt_core::{Es256SigningKey, Minter, NumericDate, RegisteredClaims};
//!
//! let key = Es256SigningKey::from_bytes(&[0x42; 32])?; // from your provisioning
//! let now = NumericDate::from_seconds(1_700_000_000); // from your clock
//! let claims = RegisteredClaims {
//!     issuer: Some("device-0001"),
//!     audience: Some("https://api.example".into()),
//!     expiration_time: Some(now.saturating_add(300)),
//!     ..Default::default()
//! };
//! let mut buf = [0; 256];
//! let token = Minter::new().kid("k1").mint(&mut buf, &key, &claims)?;
//! println!("Authorization: Bearer {token}");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Verify:
//!
//! ```
//! # #[cfg(feature = "es256")] {
//! # use jwt_core::{Es256SigningKey, Minter, RegisteredClaims};
//! use jwt_core::{Es256VerifyingKey, NumericDate, Policy, UnverifiedToken};
//!
//! # let signing_key = Es256SigningKey::from_bytes(&[0x42; 32])?;
//! # let point = signing_key.verifying_key().to_sec1();
//! # let now = NumericDate::from_seconds(1_700_000_000);
//! # let claims = RegisteredClaims {
//! #     issuer: Some("device-0001"),
//! #     audience: Some("https://api.example".into()),
//! #     expiration_time: Some(now.saturating_add(300)),
//! #     ..Default::default()
//! # };
//! # let mut buf = [0; 256];
//! # let text = Minter::new().mint(&mut buf, &signing_key, &claims)?;
//! let key = Es256VerifyingKey::from_sec1(&point)?;
//! let policy = Policy::new("device-0001", "https://api.example");
//! let mut scratch = [0; 512];
//! let token = UnverifiedToken::parse(&text)?
//!     .verify(&key, &mut scratch)?
//!     .validate(&policy, now)?;
//! println!("from {}", token.claims().issuer().unwrap());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//! It never allocates, panics, logs, reads a clock, draws randomness, or recurses on input. There
//! is no `none`, no JWE, no unencoded payload, and no key is ever taken from a token.
//!
//! # Features
//! None is on by default, and none changes what another does.
//!
//! | feature | gives | leave it off where |
//! | --- | --- | --- |
//! | `hmac` | HS256, HS384, HS512 | only ES256 is used |
//! | `es256` | ES256 with keys in memory | a secure element or other external signer signs |
//! | `sha256` | digest of the signing input, thumbprints; implied by the two above | the signer hashes |
//! | `pem` | PEM keys | keys are raw, DER or JWK |
//! | `heapless-09` | `heapless` 0.9 strings | flash is dear |
//! | `serde-1` | claims from `#[derive(Serialize)]` types | closures and tuples do |
//! | `serde-json-core-07` | typed claims into `#[derive(Deserialize)]` types | `claim("name")` does |

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod alg;
mod algorithm;
pub mod base64url;
mod claims;
mod compact;
pub mod danger;
pub mod error;
mod header;
pub mod json;
pub mod key;
mod mint;
mod time;
mod validate;
mod verify;

pub use alg::{
    Ed25519, EdDsa, Es256, Es256k, Es384, Es512, Hs256, Hs384, Hs512, InvalidSignature,
    JwsAlgorithm, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512, RsaSignature, SigningFailed,
    SigningKey, VerifyingKey,
};
#[cfg(feature = "es256")]
pub use alg::{Es256SigningKey, Es256VerifyingKey};
#[cfg(feature = "hmac")]
pub use alg::{HmacAlgorithm, HmacKey};
pub use algorithm::Algorithm;
pub use claims::{Audience, Audiences, ClaimsSet, RegisteredClaims};
pub use compact::{MAX_HEADER_LEN, MAX_TOKEN_LEN};
pub use error::{ClaimErrors, KeyError, MintError, Stage, VerifyError};
pub use header::JoseHeader;
pub use key::{Jwk, JwkSet, KeyHint, KeyStore};
#[cfg(feature = "sha256")]
pub use mint::sha256;
pub use mint::{AnyDraft, CompactJws, Draft, Minter, token_len};
pub use time::{Leeway, NumericDate};
pub use validate::{Check, ExpectAudience, ExpectIssuer, NoCheck, Policy, ValidToken};
pub use verify::{MAX_CANDIDATES, UnverifiedToken, VerifiedPayload, VerifiedToken};

#[cfg(all(doctest, feature = "hmac"))]
#[doc = include_str!("../README.md")]
struct PackageReadme;
