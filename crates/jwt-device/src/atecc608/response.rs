//! What the chip answers: `[count][data][CRC, low first]`. It does no I/O and trusts no byte.

use core::fmt;

use super::crc::crc16;

/// Bytes of the longest answer: a signature or a public key.
pub const MAX_FRAME: usize = 67;

/// What the chip says of a command, or of itself.
///
/// Any byte is one: later chips may say more.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct Status(pub u8);

impl Status {
    /// It was carried out.
    pub const SUCCESS: Self = Self(0x00);
    /// What was compared differs.
    pub const MISCOMPARE: Self = Self(0x01);
    /// No such command or parameter.
    pub const PARSE_ERROR: Self = Self(0x03);
    /// The computation on the curve went wrong. Trying again may help.
    pub const ECC_FAULT: Self = Self(0x05);
    /// The self-test failed.
    pub const SELF_TEST_FAILED: Self = Self(0x07);
    /// The random number generator is not healthy.
    pub const RANDOMNESS_FAILED: Self = Self(0x08);
    /// The chip's state or configuration forbids it.
    pub const EXECUTION_ERROR: Self = Self(0x0F);
    /// It has just woken and has seen no command.
    pub const AFTER_WAKE: Self = Self(0x11);
    /// Too little time is left before the watchdog puts the chip to sleep.
    pub const WATCHDOG_EXPIRING: Self = Self(0xEE);
    /// The command came in damaged.
    pub const CRC_ERROR: Self = Self(0xFF);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::SUCCESS => "success",
            Self::MISCOMPARE => "miscompare",
            Self::PARSE_ERROR => "parse error",
            Self::ECC_FAULT => "fault in the computation on the curve",
            Self::SELF_TEST_FAILED => "self-test failed",
            Self::RANDOMNESS_FAILED => "random number generator is not healthy",
            Self::EXECUTION_ERROR => "forbidden by state or configuration",
            Self::AFTER_WAKE => "just woken",
            Self::WATCHDOG_EXPIRING => "watchdog about to expire",
            Self::CRC_ERROR => "command damaged on its way",
            Self(byte) => return write!(f, "unknown status 0x{byte:02x}"),
        })
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Status(0x{:02x})", self.0)
    }
}

/// An answer whose length and checksum are right.
///
/// ```
/// use jwt_device::atecc608::response::{Malformed, Response, Status};
///
/// let woken = Response::parse(&[0x04, 0x11, 0x33, 0x43]);
/// assert_eq!(woken, Ok(Response::Status(Status::AFTER_WAKE)));
/// assert_eq!(Response::parse(&[0x04, 0x11, 0x33, 0x44]), Err(Malformed));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Response<'f> {
    /// An answer of one byte.
    Status(Status),
    /// Any other.
    Data(&'f [u8]),
}

/// Of data its length: it may be a signature or a random number, and neither is for logs.
impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => f.debug_tuple("Status").field(status).finish(),
            Self::Data(data) => write!(f, "Data({} bytes)", data.len()),
        }
    }
}

/// Bytes that are no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer of the chip: length or checksum is wrong")
    }
}

impl core::error::Error for Malformed {}

impl<'f> Response<'f> {
    /// The answer that fills `frame`.
    ///
    /// # Errors
    /// [`Malformed`] where count and length differ, there is no data, or the checksum is wrong.
    pub fn parse(frame: &'f [u8]) -> Result<Self, Malformed> {
        let (body, crc) = frame.split_last_chunk::<2>().ok_or(Malformed)?;
        let (count, data) = body.split_first().ok_or(Malformed)?;
        if usize::from(*count) != frame.len() || crc16(body).to_le_bytes() != *crc {
            return Err(Malformed);
        }
        match data {
            [] => Err(Malformed),
            [status] => Ok(Self::Status(Status(*status))),
            data => Ok(Self::Data(data)),
        }
    }
}
