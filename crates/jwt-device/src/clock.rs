//! A clock that can say that it does not know the time.
//!
//! # What it is
//! A device counts seconds from boot long before anybody has told it the date. A token that was minted
//! with such a count is expired or, worse, valid for decades. So [`Clock::now`] is fallible, and there
//! is no default.
//!
//! # For firmware authors
//! [`OffsetClock`] adds an offset to a counter of seconds since boot. Set it from SNTP, from the `Date`
//! header of an HTTP answer, or from a real-time clock. Give it a floor: the time when the firmware was
//! built. An earlier time is a dead battery or a liar.
//!
//! # For driver authors
//! Implement [`Clock`] where the time is at hand, and return [`ClockError::NotSynchronised`] where it
//! is not. `&mut T` is a clock where `T` is one.

use core::fmt;

use jwt_core::NumericDate;

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

/// Why the time is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockError {
    /// Nobody has told the clock the time since boot.
    NotSynchronised,
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
            Self::BeforeFloor { floor } => write!(f, "the time is before {floor}"),
            Self::OutOfRange => f.write_str("the time is past the year 9999"),
        }
    }
}

impl core::error::Error for ClockError {}

/// The earliest time that is believed, in seconds since 1970: when the firmware was built.
#[must_use]
pub const fn floor(unix_seconds: i64) -> NumericDate {
    NumericDate::from_seconds(unix_seconds)
}

/// A counter of seconds since boot, and the time of boot once it is known.
#[derive(Clone, Copy, Debug)]
pub struct OffsetClock<F> {
    uptime: F,
    floor: NumericDate,
    boot: Option<i64>,
}

impl<F: FnMut() -> u64> OffsetClock<F> {
    /// A clock that is not set yet. `uptime` counts seconds from boot and never goes back.
    pub const fn new(uptime: F, floor: NumericDate) -> Self {
        Self { uptime, floor, boot: None }
    }

    /// Sets the clock to seconds since 1970. It may be set again, forwards or backwards.
    ///
    /// # Errors
    /// [`ClockError::BeforeFloor`] and [`ClockError::OutOfRange`]; the clock keeps what it had.
    pub fn set(&mut self, unix_seconds: u64) -> Result<(), ClockError> {
        let seconds = i64::try_from(unix_seconds).map_err(|_| ClockError::OutOfRange)?;
        self.believe(seconds)?;
        let uptime = i64::try_from((self.uptime)()).map_err(|_| ClockError::OutOfRange)?;
        self.boot = Some(seconds.saturating_sub(uptime));
        Ok(())
    }

    fn believe(&self, seconds: i64) -> Result<NumericDate, ClockError> {
        let date = NumericDate::new(seconds).ok_or(ClockError::OutOfRange)?;
        if date < self.floor {
            Err(ClockError::BeforeFloor { floor: self.floor })
        } else {
            Ok(date)
        }
    }
}

impl<F: FnMut() -> u64> Clock for OffsetClock<F> {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        let boot = self.boot.ok_or(ClockError::NotSynchronised)?;
        let uptime = i64::try_from((self.uptime)()).map_err(|_| ClockError::OutOfRange)?;
        self.believe(boot.checked_add(uptime).ok_or(ClockError::OutOfRange)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: i64 = 1_700_000_000;

    fn clock(uptime: u64) -> OffsetClock<impl FnMut() -> u64> {
        OffsetClock::new(move || uptime, floor(FLOOR))
    }

    #[test]
    fn does_not_know_the_time_before_it_is_set() {
        assert_eq!(clock(10).now(), Err(ClockError::NotSynchronised));
    }

    #[test]
    fn counts_on_from_the_time_it_was_set_to() {
        let mut uptime = 100;
        let mut clock = OffsetClock::new(
            || {
                uptime += 5;
                uptime
            },
            floor(FLOOR),
        );
        clock.set(1_750_000_000).unwrap();
        assert_eq!(clock.now(), Ok(NumericDate::from_seconds(1_750_000_005)));
    }

    #[test]
    fn refuses_a_time_before_the_firmware_was_built_and_keeps_the_one_it_had() {
        let mut clock = clock(0);
        let early = Err(ClockError::BeforeFloor { floor: floor(FLOOR) });
        assert_eq!(clock.set(1_699_999_999), early);
        assert_eq!(clock.now(), Err(ClockError::NotSynchronised));
        clock.set(1_700_000_000).unwrap();
        assert_eq!(clock.set(0), early);
        assert_eq!(clock.now(), Ok(NumericDate::from_seconds(FLOOR)));
    }

    #[test]
    fn passes_2038_and_2106_and_refuses_what_is_past_9999() {
        for seconds in [i64::from(i32::MAX) + 1, i64::from(u32::MAX) + 1] {
            let mut clock = clock(7);
            clock.set(u64::try_from(seconds).unwrap()).unwrap();
            assert_eq!(clock.now(), Ok(NumericDate::from_seconds(seconds)));
        }
        assert_eq!(clock(0).set(253_402_300_800), Err(ClockError::OutOfRange));
        assert_eq!(clock(0).set(u64::MAX), Err(ClockError::OutOfRange));
    }
}
