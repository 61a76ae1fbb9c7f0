//! ES256 signatures for small cores, in safe Rust: a comb over a constant table, and no more of the curve.
//!
//! ```
//! use jwt_core::SigningKey as _;
//! use p256_mint::MintKey;
//!
//! let key = MintKey::from_bytes(&[0x42; 32])?; // from your provisioning
//! let signature = key.sign(b"any message").map_err(|_| "no signature")?; // r and s, by the nonce of RFC 6979
//! # assert_eq!(signature.len(), 64);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A signer needs multiples of the generator and of no other point. So all of the curve that is here is a table
//! of its multiples, doubling and addition, in constant time by its source: on a Cortex-M4 a signature takes a
//! tenth of the instructions of p256. It makes the same signatures, bit for bit.
//!
//! # Security
//! **Not reviewed by anybody independent.** Take p256 (`jwt_core::Es256SigningKey`) where its speed and its size
//! are enough. There is nothing here to verify with, or for key agreement, and there will not be: the additions
//! are right because of what the scalars of a signer are.
//!
//! # Features
//! None is on by default, and none changes a signature.
//!
//! | feature | gives | leave it off where |
//! | --- | --- | --- |
//! | `table-1k`, `table-2k`, `table-4k` | a table of so many bytes in place of 512; the largest is taken | flash is dearer than time |
//! | `check` | `CheckedMintKey`: p256 verifies each signature | nobody can disturb the core |
//! | `signature-3` | the traits of `signature` 3 | the traits of jwt-core do |
//! | `rand_core-010` | with `signature-3`, nonces that depend on a generator of `rand_core` 0.10 too | RFC 6979 alone does |

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(test)]
extern crate std;

#[cfg(feature = "check")]
mod checked;
mod comb;
mod field;
mod invert;
mod key;
mod limb;
mod point;
mod scalar;
#[cfg(feature = "signature-3")]
mod signature_3;
mod table;

#[cfg(feature = "check")]
pub use checked::CheckedMintKey;
pub use key::MintKey;
#[cfg(feature = "signature-3")]
pub use signature_3::Signature;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct PackageReadme;
