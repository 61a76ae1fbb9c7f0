//! JSON Web Tokens for std applications, on the core that firmware uses.
//!
//! This crate holds no cryptography and no token parser of its own: it turns files, strings and serde
//! types into what `jwt-core` takes, so its verdicts are the core's. The arithmetic of the algorithms
//! that the core has no keys for is that of a [`Backend`].
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod backend;
mod bearer;
mod cache;
mod claims;
#[cfg(feature = "token-client")]
mod client;
mod clock;
mod describe;
mod dpop;
mod error;
mod explain;
#[cfg(feature = "axum-0_8")]
mod extract;
mod file;
#[cfg(any(feature = "remote-jwks", feature = "token-source"))]
mod flight;
mod future;
mod issuers;
mod key;
mod kind;
#[cfg(feature = "tower-0_3")]
mod layer;
mod live;
mod material;
mod pem;
mod pick;
mod private;
mod public;
#[cfg(feature = "remote-jwks")]
mod remote;
mod replay;
mod resource;
mod ring;
#[cfg(feature = "secrecy-0_10")]
mod secrecy;
mod secret;
mod set;
#[cfg(feature = "token-source")]
mod source;
mod time;
mod token;
mod typed;

pub use backend::Backend;
pub use bearer::{Credentials, Denial, Fault, Scope};
pub use cache::SignatureCache;
pub use claims::{Audience, Claims, random_jwt_id, verify_as};
#[cfg(feature = "token-client")]
pub use client::TokenClient;
pub use clock::Clock;
pub use describe::Description;
pub use dpop::DpopProofs;
pub use error::Error;
pub use explain::{Refusal, explain};
#[cfg(feature = "axum-0_8")]
pub use extract::AccessClaims;
pub use file::{Container, KeyFile, read_secret};
pub use future::BoxFuture;
pub use issuers::Issuers;
pub use key::{SigningKey, VerifyingKey};
pub use kind::ErrorKind;
#[cfg(feature = "tower-0_3")]
pub use layer::{BearerLayer, BearerService};
pub use live::LiveKeys;
pub use private::PrivateKey;
pub use public::{PublicKey, jwk_set};
#[cfg(feature = "remote-jwks")]
pub use remote::{FetchError, FetchLimits, Metadata, RemoteJwks};
#[cfg(feature = "redis")]
pub use replay::RedisReplayStore;
pub use replay::{MemoryReplayStore, ReplayError, ReplayId, ReplayStore};
pub use resource::{
    AccessToken, IssuerKeys, Presented, PresentedProof, ProofCheck, ProofError, ResourceServer,
};
pub use ring::{KeyRing, RingKeys};
pub use set::KeySet;
#[cfg(feature = "token-source")]
pub use source::{Exchange, ExchangeError, IssuedToken, RenewalLimits, TokenSource};
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
