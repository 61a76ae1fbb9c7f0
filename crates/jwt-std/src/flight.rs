//! One at a time: of all who need the same thing done, one has it done and the others wait for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// Work that is done once for all who wait.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    gate: Arc<Mutex<()>>,
    landed: Arc<AtomicU64>,
}

impl Flight {
    /// Does the work, unless it was done while this caller waited, or `may` says that there is none. It is done in a
    /// task of its own: a caller who goes away does not end it for the others.
    pub(crate) async fn run(
        &self,
        may: impl FnOnce() -> bool,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let seen = self.landed.load(Ordering::Acquire);
        let gate = Arc::clone(&self.gate).lock_owned().await;
        if self.landed.load(Ordering::Acquire) != seen || !may() {
            return;
        }
        let landed = Arc::clone(&self.landed);
        let task = tokio::spawn(async move {
            work.await;
            landed.fetch_add(1, Ordering::Release);
            drop(gate);
        });
        // What came of it is where the work has left it.
        let _ = task.await;
    }

    /// Whether somebody is at it.
    pub(crate) fn is_busy(&self) -> bool {
        self.gate.try_lock().is_err()
    }
}
