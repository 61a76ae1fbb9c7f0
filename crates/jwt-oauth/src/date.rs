//! Dates as HTTP and real-time clocks write them, as seconds since 1970. This room knows no clock.

mod civil;
mod http_date;

use core::fmt;

pub use civil::{CivilField, CivilTime};
pub use http_date::http_date;

/// Why text or numbers are no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum DateError {
    /// The date is past [`jwt_core::NumericDate::MAX`].
    OutOfRange,
    /// A part of a date or time is not one: month 13, 30 February, 24 o'clock.
    Field(CivilField),
    /// The text is no HTTP-date (RFC 9110 section 5.6.7).
    NotAnHttpDate {
        /// Where it ceases to be one: bytes from its beginning.
        at: usize,
    },
    /// The day of the week is not the one of the date.
    WrongWeekday,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange => f.write_str("the time is past the year 9999"),
            Self::Field(field) => write!(f, "no such {field}"),
            Self::NotAnHttpDate { at } => write!(f, "not an HTTP date from byte {at} on"),
            Self::WrongWeekday => f.write_str("not the day of the week of that date"),
        }
    }
}

impl core::error::Error for DateError {}
