//! Points in time of std and of other libraries, as a NumericDate (RFC 7519 section 2) and back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jwt_core::NumericDate;

/// A point in time that can stand in a claim.
///
/// Implemented for [`NumericDate`] and [`SystemTime`]; for `chrono::DateTime<Utc>` with the feature
/// `chrono-0_4`, for `time::OffsetDateTime` with `time-0_3`, for `jiff::Timestamp` with `jiff-0_2`.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use jwt_std::{Moment, NumericDate};
///
/// let moment = UNIX_EPOCH + Duration::from_millis(1_700_000_000_900);
/// assert_eq!(moment.to_numeric_date(), NumericDate::from_seconds(1_700_000_000));
/// ```
pub trait Moment: Copy {
    /// The whole second that the moment lies in: rounded down, also before 1970, and held within
    /// [`NumericDate::MIN`] and [`NumericDate::MAX`].
    fn to_numeric_date(self) -> NumericDate;

    /// The beginning of the second; `None` where this type does not reach so far.
    fn from_numeric_date(date: NumericDate) -> Option<Self>;
}

/// The time now by the system's clock, in whole seconds. Before 1970 it is negative.
#[must_use]
pub fn now() -> NumericDate {
    SystemTime::now().to_numeric_date()
}

impl Moment for NumericDate {
    fn to_numeric_date(self) -> NumericDate {
        self
    }

    fn from_numeric_date(date: NumericDate) -> Option<Self> {
        Some(date)
    }
}

impl Moment for SystemTime {
    fn to_numeric_date(self) -> NumericDate {
        let seconds = match self.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let begun = u64::from(before.subsec_nanos() > 0);
                let seconds = before.as_secs().saturating_add(begun);
                i64::try_from(seconds).map_or(i64::MIN, i64::saturating_neg)
            }
        };
        NumericDate::from_seconds(seconds)
    }

    fn from_numeric_date(date: NumericDate) -> Option<Self> {
        let distance = Duration::from_secs(date.seconds().unsigned_abs());
        if date.seconds() < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        }
    }
}

#[cfg(feature = "chrono-0_4")]
impl Moment for chrono_04::DateTime<chrono_04::Utc> {
    fn to_numeric_date(self) -> NumericDate {
        NumericDate::from_seconds(self.timestamp())
    }

    fn from_numeric_date(date: NumericDate) -> Option<Self> {
        Self::from_timestamp(date.seconds(), 0)
    }
}

#[cfg(feature = "time-0_3")]
impl Moment for time_03::OffsetDateTime {
    fn to_numeric_date(self) -> NumericDate {
        NumericDate::from_seconds(self.unix_timestamp())
    }

    fn from_numeric_date(date: NumericDate) -> Option<Self> {
        Self::from_unix_timestamp(date.seconds()).ok()
    }
}

#[cfg(feature = "jiff-0_2")]
impl Moment for jiff_02::Timestamp {
    fn to_numeric_date(self) -> NumericDate {
        // jiff rounds towards 1970.
        let begun = i64::from(self.subsec_nanosecond() < 0);
        NumericDate::from_seconds(self.as_second().saturating_sub(begun))
    }

    fn from_numeric_date(date: NumericDate) -> Option<Self> {
        Self::from_second(date.seconds()).ok()
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // a test may panic
mod tests {
    use super::*;

    /// There and back, as far as the type reaches and around 1970; and rounded down, given how to add
    /// nanoseconds.
    fn check<M: Moment>(reach: NumericDate, add: impl Fn(M, i64) -> M) {
        let max = reach.seconds();
        for seconds in [-max, -max + 1, -1, 0, 1, 1_700_000_000, max - 1, max] {
            let date = NumericDate::from_seconds(seconds);
            let moment = M::from_numeric_date(date).unwrap();
            assert_eq!(moment.to_numeric_date(), date, "{seconds}");
        }
        for seconds in [-max + 1, -1, 0, 1, 1_700_000_000] {
            let date = NumericDate::from_seconds(seconds);
            let moment = M::from_numeric_date(date).unwrap();
            assert_eq!(add(moment, 999_999_999).to_numeric_date(), date, "{seconds}");
            let before = NumericDate::from_seconds(seconds - 1);
            assert_eq!(add(moment, -100).to_numeric_date(), before, "{seconds}");
        }
    }

    #[test]
    fn system_time_goes_there_and_back() {
        check::<SystemTime>(NumericDate::MAX, |moment, nanos| {
            let distance = Duration::from_nanos(nanos.unsigned_abs());
            if nanos < 0 { moment - distance } else { moment + distance }
        });
        let far = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(far.to_numeric_date(), NumericDate::MAX);
    }

    #[test]
    fn now_is_between_two_looks_at_the_clock() {
        let before = SystemTime::now().to_numeric_date();
        let now = now();
        assert!(before <= now && now <= SystemTime::now().to_numeric_date());
    }

    #[cfg(feature = "chrono-0_4")]
    #[test]
    fn chrono_goes_there_and_back() {
        type Moment = chrono_04::DateTime<chrono_04::Utc>;
        check::<Moment>(NumericDate::MAX, |moment, nanos| {
            moment + chrono_04::TimeDelta::nanoseconds(nanos)
        });
        assert_eq!(Moment::MAX_UTC.to_numeric_date(), NumericDate::MAX);
        assert_eq!(Moment::MIN_UTC.to_numeric_date(), NumericDate::MIN);
    }

    #[cfg(feature = "time-0_3")]
    #[test]
    fn time_goes_there_and_back() {
        check::<time_03::OffsetDateTime>(NumericDate::MAX, |moment, nanos| {
            moment + time_03::Duration::nanoseconds(nanos)
        });
    }

    #[cfg(feature = "jiff-0_2")]
    #[test]
    fn jiff_goes_there_and_back() {
        // It ends a day before the year does, so that every offset has a place.
        let reach = jiff_02::Timestamp::MAX.to_numeric_date();
        assert_eq!(jiff_02::Timestamp::from_numeric_date(NumericDate::MAX), None);
        check::<jiff_02::Timestamp>(reach, |moment, nanos| {
            moment + jiff_02::SignedDuration::from_nanos(nanos)
        });
    }
}
