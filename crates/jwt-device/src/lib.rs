//! JSON Web Tokens for firmware, on the core that servers use.
//!
//! [`clock`]: mod@clock
//! [`identity`]: mod@identity
//! [`profile`]: mod@profile
//! [`source`]: mod@source
//! [an access token]: guide::access_token
//! [choosing a signer]: guide::choosing_a_signer
//! [provisioning]: guide::provisioning
#![cfg_attr(feature = "embedded-hal-1", doc = "[`atecc608`]: mod@atecc608")]
// On the web the README has links of its own; here those above come first and count.
#![doc = ""]
#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "embedded-hal-1")]
pub mod atecc608;
mod bearer;
pub mod clock;
#[cfg(all(feature = "cortex-m4", target_arch = "arm"))]
mod cortex_m4;
pub mod guide;
pub mod identity;
pub mod profile;
mod signer;
pub mod source;

pub use bearer::{Bearer, BearerToken};
pub use clock::{CivilTime, Clock, ClockError, ClockState, OffsetClock, SetError, Step, floor};
#[cfg(all(feature = "cortex-m4", target_arch = "arm"))]
pub use cortex_m4::{CortexM4SigningKey, CortexM4VerifyingKey};
#[cfg(feature = "signature-3")]
pub use signer::SignatureSigner;
pub use signer::{
    AsyncJwsSigner, CheckedKey, DeviceError, DigestSigner, JwsSigner, Signature, SignerError,
    SignerErrorKind, SignerKey, SoftwareSigner, mint, mint_async,
};
pub use source::{Renewal, SourceError, Token, TokenSource, Window};
