//! Where those who wait and fetch have the time from: the system, or whoever tests them.

use std::fmt;
use std::sync::Arc;

use jwt_core::NumericDate;

use crate::now;

/// A clock that is asked again and again. Verdicts of this crate take the time as a value; what keeps keys or
/// tokens for a while takes one of these.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// use jwt_std::{Clock, NumericDate};
///
/// let seconds = Arc::new(AtomicI64::new(1_700_000_000));
/// let clock = {
///     let seconds = Arc::clone(&seconds);
///     Clock::new(move || NumericDate::from_seconds(seconds.load(Ordering::Relaxed)))
/// };
/// seconds.fetch_add(60, Ordering::Relaxed);
/// assert_eq!(clock.now().seconds(), 1_700_000_060);
/// ```
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> NumericDate + Send + Sync>);

impl Clock {
    /// A clock of the caller.
    pub fn new(now: impl Fn() -> NumericDate + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> NumericDate {
        (self.0)()
    }
}

impl Default for Clock {
    /// The clock of the system.
    fn default() -> Self {
        Self::new(now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
