//! Civil dates (proleptic Gregorian, UTC) as seconds since 1970. This file knows no clock.

use core::fmt;

use jwt_core::NumericDate;

use super::DateError;

/// A civil date and time in UTC, as a real-time clock has it.
///
/// ```
/// use jwt_oauth::date::CivilTime;
///
/// let civil = CivilTime { year: 2026, month: 7, day: 24, hour: 8, minute: 49, second: 37 };
/// assert_eq!(civil.to_numeric_date()?.seconds(), 1_784_882_977);
/// # Ok::<(), jwt_oauth::date::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct CivilTime {
    /// 1970 to 9999, with the century: real-time clocks have two digits and leave it to the firmware.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31, or what the month has.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59, or 60 in a leap second, which is at 23:59 and counts as the midnight that follows.
    pub second: u8,
}

impl CivilTime {
    /// The seconds since 1970, leap seconds not counted (RFC 7519 section 2, "NumericDate").
    ///
    /// # Errors
    /// [`DateError::Field`] with the first part that is not one, and [`DateError::OutOfRange`] for the leap
    /// second that would end the year 9999.
    pub fn to_numeric_date(&self) -> Result<NumericDate, DateError> {
        let Self { hour, minute, second, .. } = *self;
        let days = self.days()?;
        let leap_second = (hour, minute, second) == (23, 59, 60);
        for (field, valid) in [
            (CivilField::Hour, hour < 24),
            (CivilField::Minute, minute < 60),
            (CivilField::Second, second < 60 || leap_second),
        ] {
            if !valid {
                return Err(DateError::Field(field));
            }
        }
        // At most 86,400, and 86,400 times 2,932,897 days: neither overflows.
        let of_day = u32::from(hour)
            .wrapping_mul(3600)
            .wrapping_add(u32::from(minute).wrapping_mul(60))
            .wrapping_add(u32::from(second));
        let seconds = i64::from(days).wrapping_mul(86_400).wrapping_add(i64::from(of_day));
        NumericDate::new(seconds).ok_or(DateError::OutOfRange)
    }

    /// The day of the week: 0 is Sunday.
    pub(super) fn weekday(&self) -> Result<u8, DateError> {
        // 1 January 1970 was a Thursday.
        let weekday = self.days()?.wrapping_add(4) % 7;
        Ok(u8::try_from(weekday).unwrap_or_default())
    }

    /// Days since 1 January 1970.
    fn days(&self) -> Result<u32, DateError> {
        let Self { year, month, day, .. } = *self;
        if !(1970..=9999).contains(&year) {
            return Err(DateError::Field(CivilField::Year));
        }
        let is_leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let february = if is_leap { 29 } else { 28 };
        let months: [u8; 12] = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let before = month.checked_sub(1).map_or(months.len(), usize::from);
        let length = *months.get(before).ok_or(DateError::Field(CivilField::Month))?;
        if day == 0 || day > length {
            return Err(DateError::Field(CivilField::Day));
        }
        // Days of the years that are over, since the year 1; then of the months, then of this one.
        let years = u32::from(year).wrapping_sub(1);
        let leap_days = (years / 4).wrapping_sub(years / 100).wrapping_add(years / 400);
        let days = years.wrapping_mul(365).wrapping_add(leap_days).wrapping_sub(DAYS_BEFORE_1970);
        let days = months.iter().take(before).fold(days, |sum, n| sum.wrapping_add(u32::from(*n)));
        Ok(days.wrapping_add(u32::from(day)).wrapping_sub(1))
    }
}

/// From 1 January of the year 1 to 1 January 1970: 1969 years, 477 of them leap years.
const DAYS_BEFORE_1970: u32 = 1969 * 365 + 477;

/// A part of a [`CivilTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum CivilField {
    /// The year.
    Year,
    /// The month.
    Month,
    /// The day of the month.
    Day,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second.
    Second,
}

impl fmt::Display for CivilField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        })
    }
}
