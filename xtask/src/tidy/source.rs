//! A file as the rules see it: its lines, and which of them are code that ships.

use std::path::Path;

/// One text file of the repository.
pub(crate) struct Source {
    /// Path from the root, with `/`.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    /// `None` where the file is no UTF-8 text.
    pub(crate) fn read(root: &Path, name: &str) -> Option<Self> {
        let text = std::fs::read_to_string(root.join(name)).ok()?;
        Some(Self { name: name.to_owned(), text })
    }

    #[cfg(test)]
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.name.ends_with(".rs")
    }

    /// Whether the whole file is a test, a fixture of one, an example, or a build script.
    pub(crate) fn is_test(&self) -> bool {
        ["/tests/", "/benches/", "/examples/"].iter().any(|dir| self.name.contains(dir))
    }

    /// Lines of code with their numbers from 1: no comments, no documentation, no `#[cfg(test)]`
    /// module, which stands at the end of a file.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| {
                !["#[cfg(test)]", "#[cfg(all(test,"].iter().any(|cfg| line.starts_with(cfg))
            })
            .map(|(i, line)| (i.saturating_add(1), line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}
