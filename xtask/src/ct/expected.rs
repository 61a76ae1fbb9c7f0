//! What was counted and accepted, by function and with a reason: `ct/expected.toml` and `ct/branches.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::{Deserialize, Serialize};

use crate::sh::{Result, root};

/// Instructions, by the function that they are of.
pub(crate) type Counts = BTreeMap<String, u64>;

/// The same, by subject.
pub(crate) type Level = BTreeMap<String, Counts>;

/// What the file holds.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Expected {
    /// The compiler and the valgrind of the counts. Others count otherwise, but in the same functions.
    pub(crate) tools: String,
    /// By function, why it may.
    pub(crate) why: BTreeMap<String, String>,
    #[serde(flatten)]
    levels: BTreeMap<String, Level>,
}

impl Expected {
    pub(crate) fn read(file: &str) -> Result<Self> {
        let text =
            fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))?;
        Ok(toml::from_str(&text).map_err(|error| format!("{file}: {error}"))?)
    }

    /// Writes the file, below the comment that it begins with.
    pub(crate) fn write(&self, file: &str) -> Result {
        let path = root().join(file);
        let text = fs::read_to_string(&path)?;
        let head = text.lines().take_while(|line| line.starts_with('#'));
        let head = head.map(|line| format!("{line}\n")).collect::<String>();
        Ok(fs::write(path, format!("{head}\n{}", toml::to_string(self)?))?)
    }

    /// Forgets all counts, to take those of these tools.
    pub(crate) fn forget(&mut self, tools: &str) {
        tools.clone_into(&mut self.tools);
        self.levels.clear();
    }

    pub(crate) fn accept(&mut self, level: &str, subject: &str, found: &Counts) {
        let subjects = self.levels.entry(level.to_owned()).or_default();
        subjects.insert(subject.to_owned(), found.clone());
    }

    /// The names of all subjects.
    pub(crate) fn subjects(&self) -> BTreeSet<&str> {
        self.levels.values().flat_map(Level::keys).map(String::as_str).collect()
    }

    /// What is accepted of a subject.
    pub(crate) fn counts(
        &self,
        level: &str,
        subject: &str,
    ) -> impl Iterator<Item = (&String, &u64)> {
        self.levels.get(level).and_then(|subjects| subjects.get(subject)).into_iter().flatten()
    }

    /// What was found and is not expected, a line each.
    pub(crate) fn leaks(
        &self,
        tools: &str,
        level: &str,
        subject: &str,
        found: &Counts,
    ) -> Vec<String> {
        let leak = |(function, count): (&String, &u64)| {
            let mut expected = self.counts(level, subject);
            let known = expected.find(|(name, _)| *name == function).map_or(0, |(_, count)| *count);
            let is_known =
                self.why.contains_key(function) && (*count <= known || tools != self.tools);
            (!is_known).then(|| {
                format!("{subject} at {level}: {function} has {count}, and {known} are expected")
            })
        };
        found.iter().filter_map(leak).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaks(tools: &str, function: &str, count: u64) -> usize {
        let contexts = Counts::from([("x::refuses".into(), 1)]);
        let expected = Expected {
            tools: "a".into(),
            why: BTreeMap::from([("x::refuses".into(), "public".into())]),
            levels: BTreeMap::from([("O3".into(), Level::from([("s".into(), contexts)]))]),
        };
        expected.leaks(tools, "O3", "s", &Counts::from([(function.into(), count)])).len()
    }

    #[test]
    fn more_than_expected_is_a_leak() {
        assert_eq!(leaks("a", "x::refuses", 1), 0);
        assert_eq!(leaks("a", "x::refuses", 2), 1);
    }

    #[test]
    fn a_function_without_a_reason_is_a_leak_with_any_compiler() {
        assert_eq!(leaks("b", "x::refuses", 2), 0);
        assert_eq!(leaks("b", "x::looks_up", 1), 1);
    }
}
