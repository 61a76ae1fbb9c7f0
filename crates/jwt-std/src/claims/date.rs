//! A NumericDate (RFC 7519 section 2) in serde: written as whole seconds, read from any number, and
//! rounded as the core does.

use std::fmt;

use jwt_core::NumericDate;
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// Whether half a second counts for the second before it or the one after.
#[derive(Clone, Copy)]
enum Round {
    Down,
    Up,
}

/// The two ways, as serde's `with` wants them.
macro_rules! with {
    ($($name:ident $round:ident),*) => { $(
        pub(super) mod $name {
            use super::*;

            pub(in super::super) fn serialize<S: Serializer>(
                date: &Option<NumericDate>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                match date {
                    Some(date) => serializer.serialize_i64(date.seconds()),
                    None => serializer.serialize_none(),
                }
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<NumericDate>, D::Error> {
                // Of the hints, this is the one that leaves integers whole and takes fractions.
                deserializer.deserialize_f64(Seconds(Round::$round)).map(Some)
            }
        }
    )* };
}

with!(down Down, up Up);

struct Seconds(Round);

impl Visitor<'_> for Seconds {
    type Value = NumericDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds up to the year 9999")
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<NumericDate, E> {
        NumericDate::new(seconds).ok_or_else(|| E::custom("a date beyond the year 9999"))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<NumericDate, E> {
        self.visit_i64(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<NumericDate, E> {
        let whole = match self.0 {
            Round::Down => seconds.floor(),
            Round::Up => seconds.ceil(),
        };
        // Past the ends of i64 it saturates, and what is too far is refused next. JSON has no NaN.
        #[allow(clippy::as_conversions)] // std has no other way
        let whole = whole as i64;
        self.visit_i64(whole)
    }
}
