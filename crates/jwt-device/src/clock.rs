//! A clock that can say that it does not know the time.
//!
//! # What it is
//! A device counts seconds from boot long before anybody has told it the date. A token that was minted
//! with such a count is expired or, worse, valid for decades. So [`Clock::now`] is fallible, and there
//! is no default.
//!
//! ```
//! use jwt_device::{Clock, ClockError, ClockState, OffsetClock, Step, floor};
//!
//! let uptime = || 42; // seconds since boot, from a timer
//! let mut clock = OffsetClock::new(uptime, floor(1_780_000_000)); // when the firmware was built
//! assert_eq!(clock.now(), Err(ClockError::NotSynchronised));
//!
//! assert_eq!(clock.set_http_date(b"Fri, 24 Jul 2026 08:49:37 GMT")?, Step::First);
//! assert_eq!(clock.now()?.seconds(), 1_784_882_977);
//! assert_eq!(clock.set(1_784_882_970)?, Step::Backwards { seconds: 7 });
//! assert!(clock.set(0).is_err()); // before the floor: a liar, or a dead battery
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # For firmware authors
//! [`OffsetClock`] adds a count of seconds since boot to a time that it was told, from any of
//!
//! | source | method | what to know |
//! | --- | --- | --- |
//! | SNTP | [`OffsetClock::set_ntp`] | the 32-bit seconds of the answer; check its mode, stratum and leap indicator first |
//! | `Date` of an HTTP answer | [`OffsetClock::set_http_date`] | all three forms of RFC 9110 section 5.6.7 |
//! | real-time clock | [`OffsetClock::set_civil`] | [`CivilTime`] in UTC |
//! | anything else | [`OffsetClock::set`] | seconds since 1970 |
//!
//! Give it a floor: the time when the firmware was built. An earlier time is never believed. None of
//! these sources is authenticated, except a `Date` that came over TLS; and to check a TLS certificate a
//! device has to know the time. The floor is what breaks this circle on the side of the past.
//!
//! A clock that is set again tells the [`Step`]. Going back is allowed, since the earlier time may have
//! been the wrong one; [`TokenSource`](crate::TokenSource) throws away what was minted in a future that
//! did not come. [`OffsetClock::state`] says when the clock was last set and how many seconds it may be
//! off by now, where [`OffsetClock::drift`] has said how bad the crystal is. A counter of 32-bit
//! milliseconds wraps after 49.7 days: [`MillisCounter`] makes of it a count that does not.
//!
//! # For driver authors
//! Implement [`Clock`] where the time is at hand, and return [`ClockError::NotSynchronised`] where it
//! is not, as when a real-time clock says that its oscillator had stopped. `&mut T` is a clock where `T`
//! is one.
//!
//! ```
//! use jwt_core::NumericDate;
//! use jwt_device::clock::{CivilTime, Clock, ClockError, believe};
//!
//! # fn read_registers() -> Option<CivilTime> {
//! #     Some(CivilTime { year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0 })
//! # }
//! struct Rtc { floor: NumericDate }
//!
//! impl Clock for Rtc {
//!     fn now(&mut self) -> Result<NumericDate, ClockError> {
//!         let civil = read_registers().ok_or(ClockError::NotSynchronised)?;
//!         let now = civil.to_numeric_date().map_err(|_| ClockError::NotSynchronised)?;
//!         believe(now, self.floor)
//!     }
//! }
//!
//! let floor = jwt_device::floor(1_780_000_000);
//! assert_eq!(Rtc { floor }.now(), Err(ClockError::BeforeFloor { floor }));
//! ```

mod error;
mod millis;
mod ntp;
mod offset;

use jwt_core::NumericDate;

pub use error::{ClockError, SetError};
pub use jwt_oauth::date::{CivilField, CivilTime, DateError, http_date};
pub use millis::MillisCounter;
pub use ntp::ntp_seconds;
pub use offset::{ClockState, OffsetClock, Step};

/// Something that knows the time, or knows that it does not.
pub trait Clock {
    /// The time now.
    ///
    /// # Errors
    /// [`ClockError`].
    fn now(&mut self) -> Result<NumericDate, ClockError>;
}

impl<C: Clock + ?Sized> Clock for &mut C {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        (**self).now()
    }
}

/// The earliest time that is believed, in seconds since 1970: when the firmware was built.
///
/// A build script can put it into the image (`SOURCE_DATE_EPOCH` where builds are reproducible).
#[must_use]
pub const fn floor(unix_seconds: i64) -> NumericDate {
    NumericDate::from_seconds(unix_seconds)
}

/// `date`, where it is not before `floor`. For clocks that read a time instead of being told it.
///
/// # Errors
/// [`ClockError::BeforeFloor`].
pub fn believe(date: NumericDate, floor: NumericDate) -> Result<NumericDate, ClockError> {
    if date < floor { Err(ClockError::BeforeFloor { floor }) } else { Ok(date) }
}
