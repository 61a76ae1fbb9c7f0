//! The `Date` header of an HTTP answer (RFC 9110 section 5.6.7), in all its three forms.

use jwt_core::NumericDate;

use super::{CivilTime, DateError};

/// Reads an HTTP-date: the value of a `Date` header, without white space around it.
///
/// RFC 9110 section 5.6.7: "A recipient that parses a timestamp value in an HTTP field MUST accept all
/// three HTTP-date formats." Each is read to the letter, case included, and the day of the week has to be
/// the one of the date. The two-digit year of the second form is the latest that is at most 50 years after
/// `floor`.
///
/// ```
/// use jwt_core::NumericDate;
/// use jwt_oauth::date::{DateError, http_date};
///
/// let floor = NumericDate::from_seconds(0);
///
/// for text in [
///     "Sun, 06 Nov 1994 08:49:37 GMT",  // IMF-fixdate, the preferred form
///     "Sunday, 06-Nov-94 08:49:37 GMT", // RFC 850, obsolete
///     "Sun Nov  6 08:49:37 1994",       // asctime, obsolete
/// ] {
///     assert_eq!(http_date(text.as_bytes(), floor)?.seconds(), 784_111_777);
/// }
/// let refused = http_date(b"Sun, 06 Nov 1994 08:49:37 UTC", floor);
/// assert_eq!(refused, Err(DateError::NotAnHttpDate { at: 25 }));
/// # Ok::<(), DateError>(())
/// ```
///
/// # Errors
/// [`DateError::NotAnHttpDate`], [`DateError::Field`], [`DateError::WrongWeekday`], and
/// [`DateError::OutOfRange`]. A time before `floor` is no error here.
pub fn http_date(text: &[u8], floor: NumericDate) -> Result<NumericDate, DateError> {
    let mut cursor = Cursor { rest: text, len: text.len() };
    let weekday = cursor.name(&WEEKDAYS)?;
    let civil = match cursor.rest.first() {
        Some(b',') => cursor.imf_fixdate()?,
        Some(b' ') => cursor.asctime()?,
        _ => cursor.rfc850(weekday, floor)?,
    };
    if !cursor.rest.is_empty() {
        return Err(cursor.error());
    }
    let date = civil.to_numeric_date()?;
    if civil.weekday()? == weekday { Ok(date) } else { Err(DateError::WrongWeekday) }
}

/// `day-name`, in the order of [`CivilTime::weekday`].
const WEEKDAYS: [&[u8]; 7] = [b"Sun", b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat"];

/// What `day-name-l` adds to `day-name`.
const WEEKDAY_TAILS: [&[u8]; 7] = [b"day", b"day", b"sday", b"nesday", b"rsday", b"day", b"urday"];

/// `month`.
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// 50 years of 365.2425 days.
const FIFTY_YEARS: u64 = 1_577_847_600;

/// The text not yet read. After the name of the day, each method reads one form.
struct Cursor<'t> {
    rest: &'t [u8],
    len: usize,
}

impl Cursor<'_> {
    /// `IMF-fixdate`: `, 06 Nov 1994 08:49:37 GMT`.
    fn imf_fixdate(&mut self) -> Result<CivilTime, DateError> {
        self.literal(b", ")?;
        let day = self.two_digits()?;
        self.literal(b" ")?;
        let month = self.month()?;
        self.literal(b" ")?;
        let year = self.four_digits()?;
        self.literal(b" ")?;
        let civil = self.time_of_day(year, month, day)?;
        self.literal(b" GMT")?;
        Ok(civil)
    }

    /// `rfc850-date`: `day, 06-Nov-94 08:49:37 GMT`.
    fn rfc850(&mut self, weekday: u8, floor: NumericDate) -> Result<CivilTime, DateError> {
        let tail = WEEKDAY_TAILS.get(usize::from(weekday)).copied().unwrap_or_default();
        self.literal(tail)?;
        self.literal(b", ")?;
        let day = self.two_digits()?;
        self.literal(b"-")?;
        let month = self.month()?;
        self.literal(b"-")?;
        let two_digits = self.two_digits()?;
        self.literal(b" ")?;
        let civil = self.time_of_day(u16::from(two_digits), month, day)?;
        self.literal(b" GMT")?;
        Ok(in_century(civil, floor))
    }

    /// `asctime-date`: ` Nov  6 08:49:37 1994`.
    fn asctime(&mut self) -> Result<CivilTime, DateError> {
        self.literal(b" ")?;
        let month = self.month()?;
        self.literal(b" ")?;
        // "date3 = month SP ( 2DIGIT / ( SP 1DIGIT ))"
        let day = if self.literal(b" ").is_ok() { self.digit()? } else { self.two_digits()? };
        self.literal(b" ")?;
        let civil = self.time_of_day(0, month, day)?;
        self.literal(b" ")?;
        Ok(CivilTime { year: self.four_digits()?, ..civil })
    }

    /// `time-of-day`: `08:49:37`.
    fn time_of_day(&mut self, year: u16, month: u8, day: u8) -> Result<CivilTime, DateError> {
        let hour = self.two_digits()?;
        self.literal(b":")?;
        let minute = self.two_digits()?;
        self.literal(b":")?;
        let second = self.two_digits()?;
        Ok(CivilTime { year, month, day, hour, minute, second })
    }

    fn month(&mut self) -> Result<u8, DateError> {
        Ok(self.name(&MONTHS)?.wrapping_add(1))
    }

    /// The index of the name that comes next.
    fn name(&mut self, names: &[&[u8]]) -> Result<u8, DateError> {
        (0..)
            .zip(names)
            .find(|(_, name)| self.literal(name).is_ok())
            .map_or_else(|| Err(self.error()), |(i, _)| Ok(i))
    }

    fn four_digits(&mut self) -> Result<u16, DateError> {
        let century = u16::from(self.two_digits()?);
        Ok(century.wrapping_mul(100).wrapping_add(u16::from(self.two_digits()?)))
    }

    fn two_digits(&mut self) -> Result<u8, DateError> {
        Ok(self.digit()?.wrapping_mul(10).wrapping_add(self.digit()?))
    }

    fn digit(&mut self) -> Result<u8, DateError> {
        match self.rest.split_first() {
            Some((digit @ b'0'..=b'9', rest)) => {
                self.rest = rest;
                Ok(digit & 0x0f)
            }
            _ => Err(self.error()),
        }
    }

    fn literal(&mut self, literal: &[u8]) -> Result<(), DateError> {
        self.rest = self.rest.strip_prefix(literal).ok_or(self.error())?;
        Ok(())
    }

    fn error(&self) -> DateError {
        DateError::NotAnHttpDate { at: self.len.saturating_sub(self.rest.len()) }
    }
}

/// A date whose year has two digits, in the latest century that ends at most 50 years after `floor`.
///
/// RFC 9110 section 5.6.7: "a timestamp that appears to be more than 50 years in the future" represents
/// "the most recent year in the past that had the same last two digits." Now is the floor or later.
fn in_century(civil: CivilTime, floor: NumericDate) -> CivilTime {
    let latest = floor.saturating_add(FIFTY_YEARS);
    let mut found = CivilTime { year: civil.year.wrapping_add(1900), ..civil };
    let mut candidate = found;
    // At most to 9999: there is no date past it.
    while let Some(year) = candidate.year.checked_add(100).filter(|year| *year <= 9999) {
        candidate.year = year;
        match candidate.to_numeric_date() {
            Ok(date) if date > latest => break,
            Ok(_) => found = candidate,
            // A time that no century has: the first that there is names the part that is not one.
            Err(_) if found.year < 1970 => found = candidate,
            // 29 February of a century that has none.
            Err(_) => {}
        }
    }
    found
}
