//! Clocks: what they believe, how they count, and every way of telling them the time, against a calendar
//! that goes day by day.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use jwt_core::NumericDate;
use jwt_device::clock::{
    CivilField, CivilTime, Clock, ClockError, ClockState, DateError, MillisCounter, OffsetClock,
    SetError, Step, believe, floor, http_date, ntp_seconds,
};
use proptest::prelude::*;
use std::cell::Cell;

const FLOOR: i64 = 1_780_000_000; // 28 May 2026
const NOW: u64 = 1_784_882_977; // 24 July 2026

fn date(seconds: i64) -> NumericDate {
    NumericDate::new(seconds).unwrap()
}

/// The slow calendar: takes years, then months, then days from a count, one by one.
mod calendar {
    use super::CivilTime;

    pub(super) fn days_in(year: u16, month: u8) -> u8 {
        match month {
            4 | 6 | 9 | 11 => 30,
            2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
            2 => 28,
            _ => 31,
        }
    }

    pub(super) fn days_of(year: u16) -> i64 {
        (1..=12).map(|month| i64::from(days_in(year, month))).sum()
    }

    pub(super) fn civil(seconds: i64) -> CivilTime {
        let (mut days, of_day) = (seconds / 86_400, seconds % 86_400);
        let (mut year, mut month) = (1970, 1);
        while days >= days_of(year) {
            days -= days_of(year);
            year += 1;
        }
        while days >= i64::from(days_in(year, month)) {
            days -= i64::from(days_in(year, month));
            month += 1;
        }
        CivilTime {
            year,
            month,
            day: u8::try_from(days + 1).unwrap(),
            hour: u8::try_from(of_day / 3600).unwrap(),
            minute: u8::try_from(of_day / 60 % 60).unwrap(),
            second: u8::try_from(of_day % 60).unwrap(),
        }
    }

    pub(super) const WEEKDAYS: [&str; 7] =
        ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    pub(super) const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// IMF-fixdate, RFC 850 and asctime.
    pub(super) fn http_dates(seconds: i64) -> [String; 3] {
        let CivilTime { year, month, day, hour, minute, second } = civil(seconds);
        let name = WEEKDAYS[usize::try_from(seconds / 86_400 % 7).unwrap()];
        let (short, month) = (&name[..3], MONTHS[usize::from(month) - 1]);
        let time = format!("{hour:02}:{minute:02}:{second:02}");
        let century = year % 100;
        [
            format!("{short}, {day:02} {month} {year:04} {time} GMT"),
            format!("{name}, {day:02}-{month}-{century:02} {time} GMT"),
            format!("{short} {month} {day:2} {time} {year:04}"),
        ]
    }
}

// --- the clock ---

#[test]
fn does_not_know_the_time_before_it_is_set() {
    let mut clock = OffsetClock::new(|| 10, floor(FLOOR));
    assert_eq!(clock.now(), Err(ClockError::NotSynchronised));
    assert_eq!(clock.state(), ClockState::Unsynchronised);
}

#[test]
fn counts_on_from_the_time_it_was_set_to() {
    let uptime = Cell::new(100);
    let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR));
    assert_eq!(clock.set(NOW), Ok(Step::First));
    uptime.set(105);
    assert_eq!(clock.now(), Ok(date(1_784_882_982)));
    assert_eq!(clock.state(), ClockState::Synchronised { at: date(1_784_882_977), uncertainty: 1 });
}

#[test]
fn refuses_a_time_before_the_firmware_was_built_and_keeps_the_one_it_had() {
    let early = Err(SetError::BeforeFloor { floor: floor(FLOOR) });
    let mut clock = OffsetClock::new(|| 0, floor(FLOOR));
    assert_eq!(clock.set(1_779_999_999), early);
    assert_eq!(clock.now(), Err(ClockError::NotSynchronised));
    assert_eq!(clock.set(1_780_000_000), Ok(Step::First));
    assert_eq!(clock.set(0), early);
    // 1970 as the three other sources tell it.
    assert_eq!(clock.set_ntp(2_208_988_800), early);
    assert_eq!(clock.set_http_date(b"Thu, 01 Jan 1970 00:00:00 GMT"), early);
    let epoch = CivilTime { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    assert_eq!(clock.set_civil(epoch), early);
    assert_eq!(clock.now(), Ok(date(FLOOR)));
}

#[test]
fn passes_2038_and_2106_and_refuses_what_is_past_9999() {
    for seconds in [i64::from(i32::MAX) + 1, i64::from(u32::MAX) + 1, 253_402_300_799] {
        let mut clock = OffsetClock::new(|| 7, floor(FLOOR));
        clock.set(u64::try_from(seconds).unwrap()).unwrap();
        assert_eq!(clock.now(), Ok(date(seconds)));
    }
    let mut clock = OffsetClock::new(|| 0, floor(FLOOR));
    for seconds in [253_402_300_800, u64::MAX - 1, u64::MAX] {
        assert_eq!(clock.set(seconds), Err(SetError::OutOfRange));
    }
}

#[test]
fn says_so_when_its_count_passes_9999() {
    let uptime = Cell::new(0);
    let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR));
    clock.set(253_402_300_799).unwrap();
    for seconds in [1, u64::MAX] {
        uptime.set(seconds);
        assert_eq!(clock.now(), Err(ClockError::OutOfRange));
    }
    assert_eq!(clock.set(NOW), Ok(Step::First), "it knew no time before");
}

#[test]
fn tells_the_step_when_it_is_set_again() {
    let uptime = Cell::new(0);
    let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR));
    clock.set(NOW).unwrap();
    uptime.set(1000);
    assert_eq!(clock.set(NOW + 1000), Ok(Step::Forwards { seconds: 0 }));
    assert_eq!(clock.set(NOW + 1500), Ok(Step::Forwards { seconds: 500 }));
    assert_eq!(clock.set(NOW), Ok(Step::Backwards { seconds: 1500 }));
    assert_eq!(clock.now(), Ok(date(1_784_882_977)));
    let steps = [Step::First, Step::Forwards { seconds: 500 }, Step::Backwards { seconds: 1500 }];
    assert_eq!(steps.map(Step::seconds), [0, 500, -1500]);
}

#[test]
fn does_not_trust_a_counter_that_went_back_until_it_is_set_again() {
    let uptime = Cell::new(5000);
    let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR));
    clock.set(NOW).unwrap();
    uptime.set(4999);
    assert_eq!(clock.now(), Err(ClockError::CounterWentBack));
    uptime.set(9000); // the old count is passed again, some time after the wrap
    assert_eq!(clock.now(), Err(ClockError::CounterWentBack));
    assert_eq!(clock.state(), ClockState::Unsynchronised);
    assert_eq!(clock.set(NOW), Ok(Step::First));
    assert_eq!(clock.now(), Ok(date(1_784_882_977)));
}

#[test]
fn notices_a_counter_that_went_back_also_where_it_refuses_the_time() {
    let uptime = Cell::new(5000);
    let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR));
    clock.set(NOW).unwrap();
    uptime.set(10);
    assert_eq!(clock.set(0), Err(SetError::BeforeFloor { floor: floor(FLOOR) }));
    uptime.set(6000); // past the old count: nobody could tell now
    assert_eq!(clock.now(), Err(ClockError::CounterWentBack));
}

#[test]
fn is_less_certain_the_longer_it_has_counted() {
    let uptime = Cell::new(0);
    let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR)).drift(50);
    let at = date(1_784_882_977);
    clock.set_within(at, 3).unwrap();
    for (elapsed, uncertainty) in [
        (0, 3),
        (1, 4), // rounded up
        (20_000, 4),
        (20_001, 5),
        (86_400 * 30, 133),
        (u64::MAX, u32::MAX),
    ] {
        uptime.set(elapsed);
        assert_eq!(clock.state(), ClockState::Synchronised { at, uncertainty }, "{elapsed}");
    }
}

#[test]
fn the_date_of_an_http_answer_counts_as_less_certain() {
    let mut clock = OffsetClock::new(|| 0, floor(FLOOR));
    clock.set_http_date(b"Fri, 24 Jul 2026 08:49:37 GMT").unwrap();
    let at = date(1_784_882_977);
    assert_eq!(clock.state(), ClockState::Synchronised { at, uncertainty: 2 });
}

#[test]
fn a_clock_that_reads_the_time_believes_nothing_before_the_floor() {
    let floor = floor(FLOOR);
    assert_eq!(believe(date(FLOOR - 1), floor), Err(ClockError::BeforeFloor { floor }));
    assert_eq!(believe(date(FLOOR), floor), Ok(date(FLOOR)));
}

#[test]
fn a_reference_to_a_clock_is_a_clock() {
    fn now(mut clock: impl Clock) -> Result<NumericDate, ClockError> {
        clock.now()
    }
    let mut clock = OffsetClock::new(|| 0, floor(FLOOR));
    clock.set(NOW).unwrap();
    assert_eq!(now(&mut clock), Ok(date(1_784_882_977)));
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(ClockError::NotSynchronised.to_string(), "the clock was not set since boot");
    assert_eq!(DateError::Field(CivilField::Month).to_string(), "no such month");
    assert_eq!(DateError::NotAnHttpDate { at: 25 }.to_string(), "not an HTTP date from byte 25 on");
}

// --- a real-time clock ---

#[test]
fn every_day_up_to_9999_is_one_after_the_day_before() {
    let mut seconds = 0;
    for year in 1970..=9999 {
        for month in 1..=12 {
            for day in 1..=calendar::days_in(year, month) {
                let civil = CivilTime { year, month, day, hour: 0, minute: 0, second: 0 };
                assert_eq!(civil.to_numeric_date(), Ok(date(seconds)), "{civil:?}");
                seconds += 86_400;
            }
            let day = calendar::days_in(year, month) + 1;
            let civil = CivilTime { year, month, day, hour: 0, minute: 0, second: 0 };
            assert_eq!(civil.to_numeric_date(), Err(DateError::Field(CivilField::Day)));
        }
    }
    assert_eq!(seconds, NumericDate::MAX.seconds() + 1);
}

#[test]
fn names_the_part_of_a_date_that_is_not_one() {
    let good = CivilTime { year: 2028, month: 2, day: 29, hour: 23, minute: 59, second: 59 };
    assert!(good.to_numeric_date().is_ok());
    for (civil, field) in [
        (CivilTime { year: 1969, ..good }, CivilField::Year),
        (CivilTime { year: 0, ..good }, CivilField::Year),
        (CivilTime { year: 10_000, ..good }, CivilField::Year),
        (CivilTime { year: u16::MAX, ..good }, CivilField::Year),
        (CivilTime { month: 0, ..good }, CivilField::Month),
        (CivilTime { month: 13, ..good }, CivilField::Month),
        (CivilTime { month: 255, ..good }, CivilField::Month),
        (CivilTime { day: 0, ..good }, CivilField::Day),
        (CivilTime { day: 30, ..good }, CivilField::Day),
        (CivilTime { year: 2027, ..good }, CivilField::Day),
        (CivilTime { year: 2100, ..good }, CivilField::Day),
        (CivilTime { hour: 24, ..good }, CivilField::Hour),
        (CivilTime { minute: 60, ..good }, CivilField::Minute),
        (CivilTime { second: 61, ..good }, CivilField::Second),
        (CivilTime { minute: 58, second: 60, ..good }, CivilField::Second),
    ] {
        assert_eq!(civil.to_numeric_date(), Err(DateError::Field(field)), "{civil:?}");
    }
}

#[test]
fn a_leap_second_counts_as_the_midnight_that_follows() {
    let leap = CivilTime { year: 2016, month: 12, day: 31, hour: 23, minute: 59, second: 60 };
    assert_eq!(leap.to_numeric_date(), Ok(date(1_483_228_800)));
    assert_eq!(http_date(b"Sat, 31 Dec 2016 23:59:60 GMT", floor(0)), Ok(date(1_483_228_800)));
    let last = CivilTime { year: 9999, ..leap };
    assert_eq!(last.to_numeric_date(), Err(DateError::OutOfRange));
}

// --- SNTP ---

/// The time in the era that is nearest to `floor`, by trying them all.
fn nearest(seconds: u32, floor: i64) -> i64 {
    (-60_i64..60)
        .map(|era| era * (1 << 32) + i64::from(seconds) - 2_208_988_800)
        .min_by_key(|time| (time.abs_diff(floor), *time))
        .unwrap()
}

#[test]
fn ntp_goes_on_when_its_count_wraps_in_2036() {
    let floor = floor(FLOOR);
    for (seconds, unix) in [
        (0xee0d_a5a1, 1_784_882_977),
        (u32::MAX, 2_085_978_495), // 7 February 2036, 06:28:15
        (1, 2_085_978_497),
        (0x03c5_3d80, 2_149_236_480),
    ] {
        assert_eq!(ntp_seconds(seconds, floor), Ok(date(unix)), "{seconds:#x}");
    }
}

#[test]
fn ntp_agrees_with_the_top_bit_rule_of_rfc_4330_in_both_of_its_eras() {
    // With the pivot where RFC 4330 has it, the rule is: top bit set, era 0; top bit clear, era 1.
    let pivot = floor(2_085_978_496);
    for seconds in [1, 2, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff] {
        let era = if seconds >> 31 == 1 { 0 } else { 1_i64 << 32 };
        let unix = era + i64::from(seconds) - 2_208_988_800;
        assert_eq!(ntp_seconds(seconds, pivot), Ok(date(unix)), "{seconds:#x}");
    }
}

#[test]
fn ntp_makes_no_future_of_a_time_shortly_before_the_floor() {
    let floor = floor(FLOOR);
    let mut clock = OffsetClock::new(|| 0, floor);
    let low = u32::try_from(FLOOR + 2_208_988_800).unwrap();
    assert_eq!(clock.set_ntp(low - 1), Err(SetError::BeforeFloor { floor }));
    assert_eq!(clock.set_ntp(low), Ok(Step::First));
}

#[test]
fn ntp_refuses_the_timestamp_of_a_server_that_does_not_know() {
    let mut clock = OffsetClock::new(|| 0, floor(FLOOR));
    assert_eq!(clock.set_ntp(0), Err(SetError::ServerNotSynchronised));
}

#[test]
fn ntp_ends_in_9999() {
    let low = |unix: i64| u32::try_from((unix + 2_208_988_800) & 0xffff_ffff).unwrap();
    let last = NumericDate::MAX;
    assert_eq!(ntp_seconds(low(last.seconds()), last), Ok(last));
    assert_eq!(ntp_seconds(low(last.seconds() + 1), last), Err(SetError::OutOfRange));
}

// --- HTTP ---

#[test]
fn every_day_of_150_years_is_read_in_all_three_forms() {
    for day in 0..150 * 365 {
        let seconds = day * 86_400 + (day * 4_321) % 86_400;
        for text in calendar::http_dates(seconds) {
            // The two digits of RFC 850 need a floor in the same half century.
            let read = http_date(text.as_bytes(), floor(seconds - 1_000_000_000));
            assert_eq!(read, Ok(date(seconds)), "{text}");
        }
    }
}

#[test]
fn two_digits_of_a_year_are_at_most_50_years_after_the_floor() {
    let floor = floor(FLOOR); // 28 May 2026
    for (text, year) in [
        ("Wednesday, 27-May-76 00:00:00 GMT", 2076),
        ("Saturday, 29-May-76 00:00:00 GMT", 1976),
        ("Friday, 24-Jul-26 08:49:37 GMT", 2026),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 1994),
        ("Saturday, 01-Jan-00 00:00:00 GMT", 2000),
        ("Tuesday, 29-Feb-00 00:00:00 GMT", 2000),
    ] {
        let read = http_date(text.as_bytes(), floor).unwrap();
        assert_eq!(calendar::civil(read.seconds()).year, year, "{text}");
    }
    // In 2090 the same digits are of the next century, and 2100 has no 29 February.
    let floor = date(3_787_000_000);
    let read = http_date(b"Friday, 01-Jan-00 00:00:00 GMT", floor).unwrap();
    assert_eq!(calendar::civil(read.seconds()).year, 2100);
    let read = http_date(b"Tuesday, 29-Feb-00 00:00:00 GMT", floor).unwrap();
    assert_eq!(calendar::civil(read.seconds()).year, 2000);
}

#[test]
fn tells_where_a_text_ceases_to_be_an_http_date() {
    for (text, at) in [
        ("", 0),
        ("S", 0),
        (" Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun", 3),
        ("Sun,06 Nov 1994 08:49:37 GMT", 3),
        ("Sun, 6 Nov 1994 08:49:37 GMT", 6),
        ("Sun, 06 nov 1994 08:49:37 GMT", 8),
        ("Sun, 06 November 1994 08:49:37 GMT", 11),
        ("Sun, 06 Nov 94 08:49:37 GMT", 14),
        ("Sun, 06 Nov 1994 8:49:37 GMT", 18),
        ("Sun, 06 Nov 1994 08:49 GMT", 22),
        ("Sun, 06 Nov 1994 08:49:37.5 GMT", 25),
        ("Sun, 06 Nov 1994 08:49:37", 25),
        ("Sun, 06 Nov 1994 08:49:37 UTC", 25),
        ("Sun, 06 Nov 1994 08:49:37 gmt", 25),
        ("Sun, 06 Nov 1994 08:49:37 GMT ", 29),
        ("Sun, 06 Nov 1994 08:49:37 +0000", 25),
        ("Sun, +6 Nov 1994 08:49:37 GMT", 5),
        ("Sunday 06-Nov-94 08:49:37 GMT", 6),
        ("Sunday, 06 Nov 94 08:49:37 GMT", 10),
        ("Sunday, 06-Nov-1994 08:49:37 GMT", 17),
        ("Monday", 6),
        ("Tueday, 06-Nov-94 08:49:37 GMT", 3),
        ("Sun Nov 06 1994 08:49:37", 13),
        ("Sun Nov 6 08:49:37 1994", 9),
        ("Sun Nov  6 08:49:37 1994 GMT", 24),
        ("1994-11-06T08:49:37Z", 0),
        ("784111777", 0),
    ] {
        let read = http_date(text.as_bytes(), floor(0));
        assert_eq!(read, Err(DateError::NotAnHttpDate { at }), "{text:?}");
    }
}

#[test]
fn refuses_a_date_on_the_wrong_day_of_the_week() {
    for text in [
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Mon Nov  6 08:49:37 1994",
    ] {
        assert_eq!(http_date(text.as_bytes(), floor(0)), Err(DateError::WrongWeekday), "{text}");
    }
}

#[test]
fn names_the_part_of_an_http_date_that_is_not_one() {
    for (text, field) in [
        ("Sun, 00 Nov 1994 08:49:37 GMT", CivilField::Day),
        ("Sun, 31 Nov 1994 08:49:37 GMT", CivilField::Day),
        ("Sun, 06 Nov 1969 08:49:37 GMT", CivilField::Year),
        ("Sun, 06 Nov 1994 24:00:00 GMT", CivilField::Hour),
        ("Sun, 06 Nov 1994 08:60:37 GMT", CivilField::Minute),
        ("Sun, 06 Nov 1994 08:49:60 GMT", CivilField::Second),
        ("Sun Nov  0 08:49:37 1994", CivilField::Day),
    ] {
        assert_eq!(http_date(text.as_bytes(), floor(0)), Err(DateError::Field(field)), "{text}");
    }
    // Of a year with two digits every century is tried: none has that day.
    for text in ["Sunday, 31-Nov-94 08:49:37 GMT", "Tuesday, 31-Nov-26 08:49:37 GMT"] {
        let read = http_date(text.as_bytes(), floor(FLOOR));
        assert_eq!(read, Err(DateError::Field(CivilField::Day)), "{text}");
    }
    // None that is at most 50 years after 1970 and not before it.
    let read = http_date(b"Sunday, 24-Jul-26 08:49:37 GMT", floor(0));
    assert_eq!(read, Err(DateError::Field(CivilField::Year)));
}

// --- milliseconds ---

#[test]
fn milliseconds_that_wrap_make_seconds_that_do_not() {
    let mut counter = MillisCounter::new();
    assert_eq!(counter.seconds(999), 0);
    assert_eq!(counter.seconds(1000), 1);
    assert_eq!(counter.seconds(u32::MAX), 4_294_967);
    assert_eq!(counter.seconds(703), 4_294_967); // 4,294,967,999 ms
    assert_eq!(counter.seconds(704), 4_294_968);
    assert_eq!(counter.seconds(704), 4_294_968);
    assert_eq!(counter.seconds(703), 8_589_935); // a whole round but 1 ms
}

proptest! {
    #[test]
    fn a_civil_time_is_what_the_slow_calendar_says(seconds in 0..=253_402_300_799_i64) {
        prop_assert_eq!(calendar::civil(seconds).to_numeric_date(), Ok(date(seconds)));
    }

    #[test]
    fn no_civil_time_panics(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) {
        let civil = CivilTime { year, month, day, hour, minute, second };
        if let Ok(found) = civil.to_numeric_date() && second != 60 {
            prop_assert_eq!(calendar::civil(found.seconds()), civil);
        }
    }

    #[test]
    fn ntp_is_the_era_nearest_to_the_floor(seconds in 1_u32.., floor in 0..200_000_000_000_i64) {
        let time = nearest(seconds, floor);
        prop_assert_eq!(ntp_seconds(seconds, date(floor)), Ok(date(time)));
    }

    #[test]
    fn an_http_date_is_the_only_text_of_its_form_and_time(
        seconds in 0..=253_402_300_799_i64,
        form in 0..3_usize,
        at in 0..40_usize,
        byte: u8,
        cut in prop::option::of(0..40_usize),
    ) {
        let mut text = calendar::http_dates(seconds)[form].clone().into_bytes();
        if let Some(changed) = text.get_mut(at) {
            *changed = byte;
        }
        if let Some(cut) = cut {
            text.truncate(cut);
        }
        if let Ok(found) = http_date(&text, date(seconds)) && !text.windows(3).any(|w| w == b":60") {
            let texts = calendar::http_dates(found.seconds());
            prop_assert!(texts.iter().any(|other| other.as_bytes() == text));
        }
    }

    #[test]
    fn no_text_panics(text: Vec<u8>, floor: i64) {
        let _ = http_date(&text, NumericDate::from_seconds(floor));
    }

    #[test]
    fn a_counter_that_is_polled_often_enough_loses_nothing(
        steps in prop::collection::vec(any::<u32>(), 1..50),
    ) {
        let mut counter = MillisCounter::new();
        let mut millis = 0_u64;
        for step in steps {
            millis += u64::from(step);
            let read = u32::try_from(millis & 0xffff_ffff).unwrap();
            prop_assert_eq!(counter.seconds(read), millis / 1000);
        }
    }

    #[test]
    fn a_clock_is_the_time_it_was_told_and_what_it_counted(
        told in prop::collection::vec((0..253_402_300_799_u64, 0..10_000_000_u32), 1..20),
    ) {
        let uptime = Cell::new(0_u64);
        let mut clock = OffsetClock::new(|| uptime.get(), floor(FLOOR));
        let mut model: Option<i64> = None; // now
        for (seconds, elapsed) in told {
            let now = i64::try_from(seconds).unwrap();
            let expected = match model {
                _ if now < FLOOR => Err(SetError::BeforeFloor { floor: floor(FLOOR) }),
                Some(before) if before <= now => Ok(Step::Forwards { seconds: now.abs_diff(before) }),
                Some(before) if before <= NumericDate::MAX.seconds() => {
                    Ok(Step::Backwards { seconds: before.abs_diff(now) })
                }
                _ => Ok(Step::First),
            };
            prop_assert_eq!(clock.set(seconds), expected);
            if now >= FLOOR {
                model = Some(now);
            }
            uptime.set(uptime.get() + u64::from(elapsed));
            model = model.map(|now| now + i64::from(elapsed));
            match model {
                None => prop_assert_eq!(clock.now(), Err(ClockError::NotSynchronised)),
                Some(now) => prop_assert_eq!(
                    clock.now(),
                    NumericDate::new(now).ok_or(ClockError::OutOfRange)
                ),
            }
        }
    }
}
