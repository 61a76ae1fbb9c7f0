//! A clock that was told the time once and has counted since.

use core::fmt;

use jwt_core::NumericDate;

use super::{CivilTime, Clock, ClockError, SetError, http_date, ntp_seconds};

/// A counter of seconds since boot, and a time that it was told.
///
/// See the [module](super) for an example.
#[derive(Clone, Copy)]
pub struct OffsetClock<F> {
    uptime: F,
    offset: Offset,
}

impl<F: FnMut() -> u64> OffsetClock<F> {
    /// A clock that is not set yet. `uptime` counts seconds from boot, sleep included, and never goes
    /// back; where it does all the same, the clock has to be set again.
    pub const fn new(uptime: F, floor: NumericDate) -> Self {
        Self { uptime, offset: Offset { floor, drift_ppm: 0, last: 0, sync: Sync::Never } }
    }

    /// Says how many parts in a million the counter runs fast or slow at most: 20 to 100 for a crystal,
    /// 10,000 and more for an RC oscillator. [`OffsetClock::state`] counts with it; 0 does not grow.
    #[must_use]
    pub const fn drift(mut self, parts_per_million: u32) -> Self {
        self.offset.drift_ppm = parts_per_million;
        self
    }

    /// The earliest time believed.
    pub const fn floor(&self) -> NumericDate {
        self.offset.floor
    }

    /// Whether the clock was set, when, and how far off it may be by now.
    pub fn state(&mut self) -> ClockState {
        let uptime = (self.uptime)();
        self.offset.state(uptime)
    }

    /// Sets the clock to seconds since 1970, right to the second. It may be set again, forwards or
    /// backwards.
    ///
    /// # Errors
    /// [`SetError::BeforeFloor`] and [`SetError::OutOfRange`]; the clock keeps what it had.
    pub fn set(&mut self, unix_seconds: u64) -> Result<Step, SetError> {
        let date = i64::try_from(unix_seconds).ok().and_then(NumericDate::new);
        self.set_within(date.ok_or(SetError::OutOfRange)?, 1)
    }

    /// As [`OffsetClock::set`], from the 32-bit seconds of an SNTP answer: see [`ntp_seconds`].
    ///
    /// # Errors
    /// Those of [`OffsetClock::set`] and [`SetError::ServerNotSynchronised`].
    pub fn set_ntp(&mut self, seconds: u32) -> Result<Step, SetError> {
        self.set_within(ntp_seconds(seconds, self.offset.floor)?, 1)
    }

    /// As [`OffsetClock::set`], from the `Date` header of an HTTP answer: see [`http_date`]. It counts as
    /// right to 2 seconds; where the answer was longer on its way, use [`OffsetClock::set_within`].
    ///
    /// # Errors
    /// Those of [`OffsetClock::set`] and of [`http_date`].
    pub fn set_http_date(&mut self, text: &[u8]) -> Result<Step, SetError> {
        self.set_within(http_date(text, self.offset.floor)?, 2)
    }

    /// As [`OffsetClock::set`], from a real-time clock that runs in UTC.
    ///
    /// # Errors
    /// Those of [`OffsetClock::set`] and [`SetError::Date`].
    pub fn set_civil(&mut self, civil: CivilTime) -> Result<Step, SetError> {
        self.set_within(civil.to_numeric_date()?, 1)
    }

    /// As [`OffsetClock::set`], to a time that is right within `uncertainty` seconds.
    ///
    /// # Errors
    /// [`SetError::BeforeFloor`].
    pub fn set_within(&mut self, date: NumericDate, uncertainty: u32) -> Result<Step, SetError> {
        let uptime = (self.uptime)();
        self.offset.set(date, uncertainty, uptime)
    }
}

impl<F: FnMut() -> u64> Clock for OffsetClock<F> {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        let uptime = (self.uptime)();
        self.offset.now(uptime)
    }
}

impl<F> fmt::Debug for OffsetClock<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.offset.fmt(f)
    }
}

/// Whether a clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// Nobody has told it the time since boot, or its counter went back since.
    Unsynchronised,
    /// It was told the time.
    Synchronised {
        /// The time that it was told last.
        at: NumericDate,
        /// How many seconds it may be off now, either way, at most.
        uncertainty: u32,
    },
}

/// What setting a clock did to its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub enum Step {
    /// The clock did not know the time before.
    First,
    /// The time went on, or stayed as it was.
    Forwards {
        /// By how much; 0 where it was right.
        seconds: u64,
    },
    /// The time went back.
    Backwards {
        /// By how much: at least 1.
        seconds: u64,
    },
}

impl Step {
    /// The seconds by which the time changed, negative where it went back; 0 for [`Step::First`].
    #[must_use]
    pub fn seconds(self) -> i64 {
        // Two NumericDates are less than an i64 apart: neither conversion takes its default.
        match self {
            Self::First => 0,
            Self::Forwards { seconds } => i64::try_from(seconds).unwrap_or(i64::MAX),
            Self::Backwards { seconds } => {
                i64::try_from(seconds).map_or(i64::MIN, i64::wrapping_neg)
            }
        }
    }
}

/// The part of an [`OffsetClock`] that does not depend on its counter's type.
#[derive(Clone, Copy, Debug)]
struct Offset {
    floor: NumericDate,
    drift_ppm: u32,
    /// What the counter read last.
    last: u64,
    sync: Sync,
}

#[derive(Clone, Copy, Debug)]
enum Sync {
    Never,
    /// The counter went back. It stays so until the clock is set: the counter would pass its old value
    /// again in time, and the clock would be wrong then without anybody knowing.
    Lost,
    Told {
        at: NumericDate,
        /// What the counter read then.
        uptime: u64,
        uncertainty: u32,
    },
}

impl Offset {
    fn now(&mut self, uptime: u64) -> Result<NumericDate, ClockError> {
        self.count(uptime);
        match self.sync {
            Sync::Never => Err(ClockError::NotSynchronised),
            Sync::Lost => Err(ClockError::CounterWentBack),
            Sync::Told { at, uptime: then, .. } => at
                .seconds()
                .checked_add_unsigned(uptime.saturating_sub(then))
                .and_then(NumericDate::new)
                .ok_or(ClockError::OutOfRange),
        }
    }

    fn state(&mut self, uptime: u64) -> ClockState {
        self.count(uptime);
        match self.sync {
            Sync::Never | Sync::Lost => ClockState::Unsynchronised,
            Sync::Told { at, uptime: then, uncertainty } => {
                let elapsed = uptime.saturating_sub(then);
                let grown = elapsed.saturating_mul(u64::from(self.drift_ppm)).div_ceil(1_000_000);
                let uncertainty = grown.saturating_add(u64::from(uncertainty));
                let uncertainty = u32::try_from(uncertainty).unwrap_or(u32::MAX);
                ClockState::Synchronised { at, uncertainty }
            }
        }
    }

    fn set(&mut self, at: NumericDate, uncertainty: u32, uptime: u64) -> Result<Step, SetError> {
        // First, so that a counter that went back is noticed also where the time is refused.
        let known = self.now(uptime);
        if at < self.floor {
            return Err(SetError::BeforeFloor { floor: self.floor });
        }
        let step = match known {
            Err(_) => Step::First,
            Ok(before) if at < before => Step::Backwards { seconds: before.seconds_since(at) },
            Ok(before) => Step::Forwards { seconds: at.seconds_since(before) },
        };
        self.sync = Sync::Told { at, uptime, uncertainty };
        Ok(step)
    }

    /// Takes note of the counter, and of a counter that went back.
    fn count(&mut self, uptime: u64) {
        if uptime < self.last && matches!(self.sync, Sync::Told { .. }) {
            self.sync = Sync::Lost;
        }
        self.last = uptime;
    }
}

#[cfg(feature = "defmt-1")]
impl defmt::Format for ClockState {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Unsynchronised => defmt::write!(f, "Unsynchronised"),
            Self::Synchronised { at, uncertainty } => {
                defmt::write!(f, "Synchronised({=i64} +- {=u32} s)", at.seconds(), *uncertainty);
            }
        }
    }
}
