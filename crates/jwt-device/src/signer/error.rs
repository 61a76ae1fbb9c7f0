//! What can go wrong with a signer: its own error, whose kind every caller understands.

use core::fmt;

use jwt_core::MintError;

/// An error of a signer, whose kind all callers understand.
pub trait SignerError: fmt::Debug {
    /// What kind of error it is.
    fn kind(&self) -> SignerErrorKind;
}

/// Kinds of errors: what a caller can do about each differs.
///
/// | kind | trying again | who helps |
/// | --- | --- | --- |
/// | `Bus` | may help | the wiring, the address, the speed |
/// | `NotProvisioned` | does not | provisioning |
/// | `Locked` | does not | another key, or another configuration |
/// | `Busy` | helps later | waiting |
/// | `Entropy` | may help after power was off | another generator |
/// | `Other` | may help | the error itself tells |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum SignerErrorKind {
    /// The bus failed. Trying again may help.
    Bus,
    /// There is no key. Provisioning helps.
    NotProvisioned,
    /// The key may not be used this way.
    Locked,
    /// The signer is occupied. Trying again later helps.
    Busy,
    /// The signer has no randomness.
    Entropy,
    /// Anything else.
    Other,
}

impl SignerError for SignerErrorKind {
    fn kind(&self) -> SignerErrorKind {
        *self
    }
}

impl SignerError for jwt_core::SigningFailed {
    fn kind(&self) -> SignerErrorKind {
        SignerErrorKind::Other
    }
}

impl SignerError for core::convert::Infallible {
    fn kind(&self) -> SignerErrorKind {
        match *self {}
    }
}

/// Why no token was minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceError<E> {
    /// The token could not be written, or the signer returned no valid signature.
    Mint(MintError),
    /// The signer failed, and says why.
    Signer(E),
}

impl<E: SignerError> fmt::Display for DeviceError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mint(error) => error.fmt(f),
            Self::Signer(error) => fmt_failed(error, f),
        }
    }
}

/// Of the error of a signer what every caller understands.
pub(crate) fn fmt_failed(error: &impl SignerError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "the signer failed: {:?}", error.kind())
}

impl<E: SignerError> core::error::Error for DeviceError<E> {}

/// Of the signer's own error its kind, for its type need not know defmt.
#[cfg(feature = "defmt-1")]
impl<E: SignerError> defmt::Format for DeviceError<E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Mint(error) => defmt::write!(f, "Mint({})", defmt::Debug2Format(error)),
            Self::Signer(error) => defmt::write!(f, "Signer({})", error.kind()),
        }
    }
}
