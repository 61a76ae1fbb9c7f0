//! Why the time is not known, and why a time was not taken.

use core::fmt;

use jwt_core::NumericDate;

use super::DateError;

/// Why the time is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockError {
    /// Nobody has told the clock the time since boot.
    NotSynchronised,
    /// The count of seconds since boot went back: it has wrapped. The clock has to be set again.
    CounterWentBack,
    /// The time is before the floor.
    BeforeFloor {
        /// The floor, which is the earliest time believed.
        floor: NumericDate,
    },
    /// The time is past [`NumericDate::MAX`].
    OutOfRange,
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSynchronised => f.write_str("the clock was not set since boot"),
            Self::CounterWentBack => f.write_str("the count of seconds since boot went back"),
            Self::BeforeFloor { floor } => write!(f, "the time is before {floor}"),
            Self::OutOfRange => f.write_str("the time is past the year 9999"),
        }
    }
}

impl core::error::Error for ClockError {}

/// Why a time was not taken. The clock keeps what it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetError {
    /// The time is before the floor.
    BeforeFloor {
        /// The floor, which is the earliest time believed.
        floor: NumericDate,
    },
    /// The time is past [`NumericDate::MAX`].
    OutOfRange,
    /// The server does not know the time itself: its timestamp is 0 (RFC 4330 section 3).
    ServerNotSynchronised,
    /// What was told is no date.
    Date(DateError),
}

impl From<DateError> for SetError {
    fn from(error: DateError) -> Self {
        match error {
            DateError::OutOfRange => Self::OutOfRange,
            error => Self::Date(error),
        }
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeFloor { floor } => write!(f, "the time is before {floor}"),
            Self::OutOfRange => f.write_str("the time is past the year 9999"),
            Self::ServerNotSynchronised => f.write_str("the server does not know the time"),
            Self::Date(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SetError {}

#[cfg(feature = "defmt-1")]
impl defmt::Format for ClockError {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::NotSynchronised => defmt::write!(f, "NotSynchronised"),
            Self::CounterWentBack => defmt::write!(f, "CounterWentBack"),
            Self::BeforeFloor { floor } => {
                defmt::write!(f, "BeforeFloor({=i64})", floor.seconds());
            }
            Self::OutOfRange => defmt::write!(f, "OutOfRange"),
        }
    }
}

#[cfg(feature = "defmt-1")]
impl defmt::Format for SetError {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::BeforeFloor { floor } => {
                defmt::write!(f, "BeforeFloor({=i64})", floor.seconds());
            }
            Self::OutOfRange => defmt::write!(f, "OutOfRange"),
            Self::ServerNotSynchronised => defmt::write!(f, "ServerNotSynchronised"),
            Self::Date(error) => defmt::write!(f, "Date({})", error),
        }
    }
}
