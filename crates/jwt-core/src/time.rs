//! Points in time as claims carry them (RFC 7519 section 2, "NumericDate"), and leeway.
//!
//! Time is a value here. Nothing in the core reads a clock; callers pass `now`.

use core::fmt;

/// A NumericDate: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// RFC 7519 section 2 allows any JSON number. Claims with a fraction are rounded to the strict
/// side when they are read: "exp" down, "nbf" and "iat" up.
///
/// ```
/// use jwt_core::NumericDate;
///
/// let now = NumericDate::from_seconds(1_700_000_000);
/// assert_eq!(now.saturating_add(300).seconds(), 1_700_000_300);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(i64);

impl NumericDate {
    /// The last second of the year 9999. A later date in a claim is refused: it is a mistake
    /// (milliseconds taken for seconds) or an attempt at a token that never expires.
    pub const MAX: Self = Self(253_402_300_799);

    /// As far before 1970 as [`NumericDate::MAX`] is after it.
    pub const MIN: Self = Self(-253_402_300_799);

    /// The date `seconds` after 1970-01-01T00:00:00Z, held within [`NumericDate::MIN`] and
    /// [`NumericDate::MAX`].
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        if seconds > Self::MAX.0 {
            Self::MAX
        } else if seconds < Self::MIN.0 {
            Self::MIN
        } else {
            Self(seconds)
        }
    }

    /// The date `seconds` after 1970-01-01T00:00:00Z; `None` outside [`NumericDate::MIN`] and
    /// [`NumericDate::MAX`].
    #[must_use]
    pub const fn new(seconds: i64) -> Option<Self> {
        if seconds > Self::MAX.0 || seconds < Self::MIN.0 { None } else { Some(Self(seconds)) }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// This date and `seconds` more, at most [`NumericDate::MAX`].
    #[must_use]
    pub const fn saturating_add(self, seconds: u64) -> Self {
        Self::from_seconds(self.0.saturating_add_unsigned(seconds))
    }

    /// This date and `seconds` less, at least [`NumericDate::MIN`].
    #[must_use]
    pub const fn saturating_sub(self, seconds: u64) -> Self {
        Self::from_seconds(self.0.saturating_sub_unsigned(seconds))
    }

    /// Seconds from `earlier` to this date; 0 where `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        if self.0 > earlier.0 { self.0.abs_diff(earlier.0) } else { 0 }
    }
}

impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far two clocks may be apart, in seconds (RFC 7519 section 4.1.4: "usually no more than a
/// few minutes, to account for clock skew").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leeway(u64);

impl Leeway {
    /// No leeway: what a policy has unless it says otherwise.
    pub const NONE: Self = Self(0);

    /// A leeway of `seconds`.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// The leeway in seconds.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }
}
