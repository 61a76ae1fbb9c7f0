//! What is drawn from a checked-in file of figures: a block of README.md, or a file of its own. It is
//! written by the command that measures, and a test holds it against the figures.

use std::fs;

use crate::sh::{Result, root};

/// A block of README.md between two comments.
pub(crate) struct Block {
    pub(crate) begin: &'static str,
    pub(crate) end: &'static str,
    /// The file of the figures.
    pub(crate) source: &'static str,
}

const README: &str = "README.md";

impl Block {
    /// Writes the block.
    pub(crate) fn write(&self, block: &str) -> Result {
        Ok(fs::write(root().join(README), self.with(block)?.1)?)
    }

    /// README.md shows this block and no other.
    pub(crate) fn check(&self, block: &str) -> Result {
        let (is, should) = self.with(block)?;
        if is == should { Ok(()) } else { Err(outdated(README, self.source)) }
    }

    /// README.md as it is, and as it should be.
    fn with(&self, block: &str) -> Result<(String, String)> {
        let Self { begin, end, .. } = self;
        let text = fs::read_to_string(root().join(README))?;
        let around = text.split_once(begin).and_then(|(before, rest)| {
            let (_, after) = rest.split_once(end)?;
            Some(format!("{before}{begin}\n{block}{end}{after}"))
        });
        let should = around.ok_or_else(|| format!("README.md has no place {begin}"))?;
        Ok((text, should))
    }
}

/// Writes a file that is drawn as a whole.
pub(crate) fn write(file: &str, text: &str) -> Result {
    Ok(fs::write(root().join(file), text)?)
}

/// The file is drawn from these figures and no others.
pub(crate) fn check(file: &str, source: &str, text: &str) -> Result {
    if fs::read_to_string(root().join(file))? == text {
        return Ok(());
    }
    Err(outdated(file, source))
}

fn outdated(file: &str, source: &str) -> Box<dyn std::error::Error> {
    format!("{file} shows other figures than {source}").into()
}

/// `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && digits.len().saturating_sub(at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1000), "1,000");
        assert_eq!(thousands(5_697_400), "5,697,400");
    }
}
