//! Used identifiers in memory of a fixed bound, for one server.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use jwt_core::NumericDate;

use crate::{BoxFuture, ReplayError, ReplayId, ReplayStore};

/// A [`ReplayStore`] in memory, of a fixed number of identifiers: about 150 bytes for each that is in it.
///
/// Where it is full of identifiers whose time is not over it accepts none, rather than forget one.
///
/// ```
/// use jwt_std::{MemoryReplayStore, NumericDate, ReplayError, ReplayId, ReplayStore};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let store = MemoryReplayStore::new(100_000.try_into().unwrap());
/// let id = ReplayId { issuer: "https://issuer.example", jwt_id: "1" };
/// let now = NumericDate::from_seconds(1_700_000_000);
/// assert_eq!(store.accept(id, now.saturating_add(60), now).await, Ok(()));
/// assert_eq!(store.accept(id, now.saturating_add(60), now).await, Err(ReplayError::Replayed));
/// # }
/// ```
#[derive(Debug)]
pub struct MemoryReplayStore {
    capacity: NonZeroUsize,
    used: Mutex<Used>,
}

#[derive(Debug)]
struct Used {
    ids: HashMap<[u8; 32], NumericDate>,
    by_time: BTreeSet<(NumericDate, [u8; 32])>,
    /// What expired up to here may have been forgotten: a clock that goes back brings nothing back.
    forgotten: NumericDate,
}

impl MemoryReplayStore {
    /// Remembers this many identifiers at most.
    #[must_use]
    pub fn new(capacity: NonZeroUsize) -> Self {
        let (ids, by_time) = (HashMap::new(), BTreeSet::new());
        Self { capacity, used: Mutex::new(Used { ids, by_time, forgotten: NumericDate::MIN }) }
    }

    /// How many identifiers it remembers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).ids.len()
    }

    /// Whether it remembers none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn take(
        &self,
        id: ReplayId<'_>,
        expires: NumericDate,
        now: NumericDate,
    ) -> Result<(), ReplayError> {
        let digest = id.digest();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.forget(now);
        if expires <= used.forgotten {
            return Err(ReplayError::Expired);
        }
        if used.ids.contains_key(&digest) {
            return Err(ReplayError::Replayed);
        }
        if used.ids.len() >= self.capacity.get() {
            return Err(ReplayError::Full);
        }
        used.ids.insert(digest, expires);
        used.by_time.insert((expires, digest));
        Ok(())
    }
}

impl Used {
    fn forget(&mut self, now: NumericDate) {
        self.forgotten = self.forgotten.max(now);
        while let Some((expires, digest)) = self.by_time.first().copied() {
            if expires > self.forgotten {
                break;
            }
            self.by_time.pop_first();
            self.ids.remove(&digest);
        }
    }
}

impl ReplayStore for MemoryReplayStore {
    fn accept<'a>(
        &'a self,
        id: ReplayId<'a>,
        expires: NumericDate,
        now: NumericDate,
    ) -> BoxFuture<'a, Result<(), ReplayError>> {
        Box::pin(std::future::ready(self.take(id, expires, now)))
    }
}
