//! What a command has shown: how many tests passed, and what it did not run.

/// How many tests passed, and what was not run.
#[derive(Default)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) skipped: Option<String>,
}

impl Count {
    pub(crate) fn and(self, other: Self) -> Self {
        let skipped = match (self.skipped, other.skipped) {
            (Some(a), Some(b)) if a != b => Some(format!("{a}; {b}")),
            (a, b) => a.or(b),
        };
        Self { passed: self.passed.saturating_add(other.passed), skipped }
    }
}
