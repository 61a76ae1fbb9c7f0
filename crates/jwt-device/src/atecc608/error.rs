//! What can go wrong with a chip: it says no, it says nothing, or the bus fails.

use core::fmt;

use super::command::Opcode;
use super::response::Status;
use crate::signer::{SignerError, SignerErrorKind};

/// What is wrong with the chip, or with what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum ChipError {
    /// It did not wake, or did not acknowledge a command.
    NoAnswer,
    /// It did not end a command, or an operation did not end.
    Timeout,
    /// What it said was damaged each time.
    Garbled,
    /// It answered with zeros where a number other than zero is due, each time.
    Zeroed,
    /// Its self-test failed when it woke.
    SelfTestFailed,
    /// Its configuration is not locked, so it has no randomness and signs nothing.
    ConfigUnlocked,
    /// It answered a command with a status other than success.
    Refused {
        /// The command.
        opcode: Opcode,
        /// The status.
        status: Status,
    },
}

impl ChipError {
    /// What a caller can do about it.
    #[must_use]
    pub const fn kind(&self) -> SignerErrorKind {
        match self {
            Self::NoAnswer | Self::Garbled => SignerErrorKind::Bus,
            Self::Timeout => SignerErrorKind::Busy,
            Self::ConfigUnlocked => SignerErrorKind::NotProvisioned,
            Self::Zeroed | Self::SelfTestFailed => SignerErrorKind::Other,
            Self::Refused { opcode, status } => match (*status, opcode) {
                (Status::EXECUTION_ERROR, Opcode::Sign | Opcode::Lock) => SignerErrorKind::Locked,
                (Status::EXECUTION_ERROR, _) => SignerErrorKind::NotProvisioned,
                (Status::RANDOMNESS_FAILED, _) => SignerErrorKind::Entropy,
                (Status::WATCHDOG_EXPIRING, _) => SignerErrorKind::Busy,
                (Status::CRC_ERROR | Status::AFTER_WAKE, _) => SignerErrorKind::Bus,
                _ => SignerErrorKind::Other,
            },
        }
    }
}

impl fmt::Display for ChipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => "the chip does not answer",
            Self::Timeout => "the chip does not end a command",
            Self::Garbled => "the chip's answers are damaged",
            Self::Zeroed => "the chip answers with zeros",
            Self::SelfTestFailed => "the chip's self-test failed",
            Self::ConfigUnlocked => "the chip's configuration is not locked",
            Self::Refused { opcode, status } => {
                return write!(f, "the chip refused {opcode:?}: {status}");
            }
        })
    }
}

impl core::error::Error for ChipError {}

/// Why an operation failed: the bus, or the chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atecc608Error<E> {
    /// The bus failed, as its driver says. A chip that only does not acknowledge is
    /// [`ChipError::NoAnswer`].
    Bus(E),
    /// The chip failed or refused.
    Chip(ChipError),
}

impl<E: fmt::Debug> SignerError for Atecc608Error<E> {
    fn kind(&self) -> SignerErrorKind {
        match self {
            Self::Bus(_) => SignerErrorKind::Bus,
            Self::Chip(error) => error.kind(),
        }
    }
}

impl<E: fmt::Debug> fmt::Display for Atecc608Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the bus failed: {error:?}"),
            Self::Chip(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for Atecc608Error<E> {}

/// The bus's error as its kind: its drivers need not know defmt.
#[cfg(feature = "defmt-1")]
impl<E: embedded_hal::i2c::Error> defmt::Format for Atecc608Error<E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Bus(error) => defmt::write!(f, "Bus({})", defmt::Debug2Format(&error.kind())),
            Self::Chip(error) => defmt::write!(f, "Chip({})", error),
        }
    }
}
