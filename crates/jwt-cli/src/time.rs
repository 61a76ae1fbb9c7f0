//! Dates for people, from seconds since 1970.

use jwt_std::NumericDate;

/// `2023-11-14 22:13:20 UTC`, in the proleptic Gregorian calendar.
pub(crate) fn utc(date: NumericDate) -> String {
    let seconds = date.seconds();
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Year, month and day of a day counted from 1970-01-01.
///
/// A year is counted from March, so that the leap day is its last; 400 such years have 146,097 days.
#[allow(clippy::arithmetic_side_effects)] // a NumericDate is at most 3 million days from 1970
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March have 31, 30, 31, 30, 31 days, twice: 153 days in five.
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = 400 * era + year_of_era;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// `in 5 min`, `3 h ago`.
pub(crate) fn relative(date: NumericDate, now: NumericDate) -> String {
    let (distance, ago) =
        if date > now { (date.seconds_since(now), false) } else { (now.seconds_since(date), true) };
    let span = match distance {
        0..120 => format!("{distance} s"),
        120..7200 => format!("{} min", distance / 60),
        7200..172_800 => format!("{} h", distance / 3600),
        _ => format!("{} days", distance / 86_400),
    };
    if ago { format!("{span} ago") } else { format!("in {span}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_700_000_000, "2023-11-14 22:13:20 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
            (253_402_300_799, "9999-12-31 23:59:59 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(utc(NumericDate::from_seconds(seconds)), text);
        }
    }

    #[test]
    fn distances_have_a_direction() {
        let now = NumericDate::from_seconds(1_700_000_000);
        assert_eq!(relative(now.saturating_add(300), now), "in 5 min");
        assert_eq!(relative(now.saturating_sub(7300), now), "2 h ago");
    }
}
