//! JSON Web Tokens for std applications, on the core that firmware uses.
//!
//! This crate holds no cryptography and no token parser of its own: it turns files, strings and serde
//! types into what `jwt-core` takes, so its verdicts are the core's. The arithmetic of the algorithms
//! that the core has no keys for is that of a [`Backend`].
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod backend;
mod cache;
mod claims;
mod describe;
mod error;
mod explain;
mod file;
mod issuers;
mod key;
mod kind;
mod live;
mod material;
mod pem;
mod pick;
mod private;
mod public;
mod ring;
#[cfg(feature = "secrecy-0_10")]
mod secrecy;
mod secret;
mod set;
mod time;
mod token;
mod typed;

pub use backend::Backend;
pub use cache::SignatureCache;
pub use claims::{Audience, Claims, random_jwt_id, verify_as};
pub use describe::Description;
pub use error::Error;
pub use explain::{Refusal, explain};
pub use file::{Container, KeyFile, read_secret};
pub use issuers::Issuers;
pub use key::{SigningKey, VerifyingKey};
pub use kind::ErrorKind;
pub use live::LiveKeys;
pub use private::PrivateKey;
pub use public::{PublicKey, jwk_set};
pub use ring::{KeyRing, RingKeys};
pub use set::KeySet;
pub use time::{Moment, now};
pub use token::{Token, mint, mint_into, mint_members, verify};
pub use typed::{KeyAlgorithm, SigningKeyOf, VerifyingKeyOf};

/// The core, whose types appear here.
pub use jwt_core;
pub use jwt_core::{
    Algorithm, ExpectAudience, ExpectIssuer, KeyStore, Leeway, Minter, NumericDate, Policy,
    RegisteredClaims, Stage,
};

pub mod porting {
    #![doc = include_str!("../PORTING.md")]
}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct RepositoryReadme;
