//! The names of mutants, by what became of them.

use std::path::Path;

use crate::sh::Result;

/// What became of the mutants of a run.
#[derive(Default)]
pub(super) struct Names {
    pub(super) missed: Vec<String>,
    pub(super) caught: Vec<String>,
    /// Caught as well: by the clock.
    pub(super) timeout: Vec<String>,
    /// The compiler refuses them.
    pub(super) unviable: Vec<String>,
}

impl Names {
    /// From the files that cargo-mutants leaves in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let lines = |name: &str| -> Result<Vec<String>> {
            let path = folder.join("mutants.out").join(name);
            let text = if path.exists() { std::fs::read_to_string(path)? } else { String::new() };
            Ok(text.lines().map(str::to_owned).collect())
        };
        let mut caught = lines("caught.txt")?;
        // Where a run was resumed, those that the compiler refused before are among these.
        caught.extend(lines("previously_caught.txt")?);
        let (missed, timeout) = (lines("missed.txt")?, lines("timeout.txt")?);
        Ok(Self { missed, caught, timeout, unviable: lines("unviable.txt")? })
    }

    /// After a second run over those that were missed. It may have run others as well: cargo-mutants runs those
    /// that delete a field whatever is asked for.
    pub(super) fn then(mut self, second: Self) -> Self {
        let missed = std::mem::take(&mut self.missed);
        let of = |names: Vec<String>| names.into_iter().filter(|name| missed.contains(name));
        self.missed.extend(of(second.missed));
        self.caught.extend(of(second.caught));
        self.timeout.extend(of(second.timeout));
        self.unviable.extend(of(second.unviable));
        self
    }

    pub(super) fn figure(&self) -> String {
        let Self { missed, caught, timeout, unviable } = self;
        let counts = [caught, timeout, unviable, missed].map(Vec::len);
        let [caught, timeout, unviable, missed] = counts;
        let all: usize = counts.iter().sum();
        format!(
            "{all} mutants: {caught} caught by tests, {timeout} by the clock, {unviable} by the \
             compiler, {missed} survive"
        )
    }
}
