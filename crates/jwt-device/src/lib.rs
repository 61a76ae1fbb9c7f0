//! JSON Web Tokens for firmware, on the core that servers use.
//!
//! This crate adds what a device has and a server has not: signers that fail for reasons of their own
//! ([`JwsSigner`]), a clock that may not know the time ([`Clock`]), and the header that carries a token
//! ([`Bearer`]). It holds no cryptography.
#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

mod bearer;
mod clock;
mod signer;

pub use bearer::Bearer;
pub use clock::{Clock, ClockError, OffsetClock, floor};
pub use signer::{
    DeviceError, DigestSigner, JwsSigner, Signature, SignerError, SignerErrorKind, SoftwareSigner,
    mint,
};
