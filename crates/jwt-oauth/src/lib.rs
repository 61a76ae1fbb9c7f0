//! OAuth 2.0 around the token, without an allocator and without a socket.
//!
//! [`authenticator`]: mod@authenticator
//! [`challenge`]: mod@challenge
//! [`date`]: mod@date
//! [`dpop`]: mod@dpop
//! [`field`]: mod@field
//! [`request`]: mod@request
//! [`response`]: mod@response
// On the web the README has links of its own; here those above come first and count.
#![doc = ""]
#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod assertion;
pub mod authenticator;
pub mod challenge;
pub mod date;
pub mod dpop;
pub mod field;
mod ids;
mod point;
pub mod request;
pub mod response;
mod uri;

pub use assertion::{ClientAssertion, LegacyClientAssertion};
pub use authenticator::{
    Answer, ApiRequest, AssertionAudience, AuthError, Authenticator, Authorization, Client, Flow,
    Purpose, Step, Timing, TokenCall, Verdict,
};
pub use challenge::Challenges;
pub use dpop::{AccessTokenHash, DpopError, DpopProof, ExpectProof, Possession, ProofError};
pub use ids::CountedIds;
pub use point::PublicPoint;
pub use request::{Encoding, Grant, TokenExchange, TokenRequest};
pub use response::{ErrorCode, ErrorResponse, ResponseError, TokenResponse, TokenType};
pub use uri::{NotATargetUri, TargetUri};
