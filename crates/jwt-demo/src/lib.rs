//! An authorization server, a gateway and a backend: what stands around a token, small enough to be read.
//!
//! ```text
//! device or browser --assertion, or code + PKCE--> server --access token--> device
//! device --Authorization: Bearer or DPoP--> gateway (keys of the server, by JWKS) --> backend (streams)
//! ```
#![forbid(unsafe_code)]

pub mod backend;
pub mod credential;
pub mod gateway;
pub mod listen;
pub mod load;
pub mod log;
pub mod server;
pub mod tour;

/// What a command ends with.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;
