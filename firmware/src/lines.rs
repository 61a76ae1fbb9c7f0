//! A file of the host's, a line at a time, for images that check many things.

use core::ffi::CStr;

use semihosting::fs::File;
use semihosting::io::Read as _;

use crate::host;

/// Characters of a line at most.
const MAX_LINE: usize = 2048;

/// The bytes that a word in hexadecimal stands for, where it stands.
pub fn decode(word: &mut [u8]) -> Option<&[u8]> {
    if word == b"-" {
        return Some(&[]);
    }
    let len = word.len() / 2;
    if len == 0 || !word.len().is_multiple_of(2) {
        return None;
    }
    for at in 0..len {
        word[at] = host::from_hex([word[2 * at], word[2 * at + 1]])?;
    }
    Some(&word[..len])
}

/// A line that is too long or does not end, or a file that cannot be read.
pub struct NoLine;

/// The lines of a file, of which one is in memory.
pub struct Lines {
    file: File,
    buf: [u8; MAX_LINE + 1],
    /// What was read and not yet handed out.
    start: usize,
    end: usize,
}

impl Lines {
    /// Opens a file.
    pub fn open(name: &CStr) -> Option<Self> {
        Some(Self { file: File::open(name).ok()?, buf: [0; MAX_LINE + 1], start: 0, end: 0 })
    }

    /// The next line, or `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<&mut [u8]>, NoLine> {
        loop {
            let read = &self.buf[self.start..self.end];
            if let Some(len) = read.iter().position(|byte| *byte == b'\n') {
                let line = self.start..self.start + len;
                self.start = line.end + 1;
                return Ok(Some(&mut self.buf[line]));
            }
            self.buf.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            match self.file.read(&mut self.buf[self.end..]).map_err(|_| NoLine)? {
                0 if self.end == 0 => return Ok(None),
                0 => return Err(NoLine),
                len => self.end += len,
            }
        }
    }
}
