//! The system clock as a NumericDate.

use std::time::{SystemTime, UNIX_EPOCH};

use jwt_core::NumericDate;

/// The time now, in whole seconds. Before 1970 it is negative.
#[must_use]
pub fn now() -> NumericDate {
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_secs()).map_or(i64::MIN, i64::saturating_neg)
        }
    };
    NumericDate::from_seconds(seconds)
}
