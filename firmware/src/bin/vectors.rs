//! Checks vectors of the host on the device: a file `vectors`, of which each line is one of
//!
//! ```text
//! s SECRET MESSAGE SIGNATURE
//! v POINT MESSAGE SIGNATURE 0|1
//! ```
//!
//! in hexadecimal, with `-` for nothing. The first says which signature a key makes, the second whether a
//! signature is good. Prints how many lines were checked, once for each implementation: p256, and with the
//! feature `cortex-m4` the assembly. Ends at the first line that is not as it should be, and prints its
//! number.
#![no_std]
#![no_main]

use jwt_core::{Es256SigningKey, Es256VerifyingKey, SigningKey as _, VerifyingKey as _};
#[cfg(feature = "cortex-m4")]
use jwt_device::{CortexM4SigningKey, CortexM4VerifyingKey};
use jwt_firmware::host::{self, Input};
use jwt_firmware::image;
use semihosting::fs::File;
use semihosting::io::Read as _;

image!(run);

/// Characters of a line at most.
const MAX_LINE: usize = 2048;

fn run(_: &mut Input<'_>) -> Option<()> {
    check(
        |secret, message| Es256SigningKey::from_bytes(secret).ok()?.sign(message).ok(),
        |point, message, signature| {
            let key = Es256VerifyingKey::from_sec1(point);
            key.is_ok_and(|key| key.verify(message, signature).is_ok())
        },
    )?;
    #[cfg(feature = "cortex-m4")]
    check(
        |secret, message| CortexM4SigningKey::from_bytes(secret).ok()?.sign(message).ok(),
        |point, message, signature| {
            let key = CortexM4VerifyingKey::from_sec1(point);
            key.is_ok_and(|key| key.verify(message, signature).is_ok())
        },
    )?;
    Some(())
}

/// The signature of a message by a secret.
type Sign = fn(&[u8; 32], &[u8]) -> Option<[u8; 64]>;
/// Whether a signature over a message is good, by a point.
type Verify = fn(&[u8], &[u8], &[u8]) -> bool;

/// Checks all lines with one implementation.
fn check(sign: Sign, verify: Verify) -> Option<()> {
    let mut lines = Lines::open()?;
    let mut checked = 0;
    loop {
        let as_it_should_be = match lines.next() {
            Ok(Some(line)) => is_as_it_should_be(line, sign, verify) == Some(true),
            Ok(None) => return host::figure("checked", checked),
            Err(NoLine) => false,
        };
        checked += 1;
        if !as_it_should_be {
            host::figure("failed", checked)?;
            return None;
        }
    }
}

/// `None` where the line is none.
fn is_as_it_should_be(line: &mut [u8], sign: Sign, verify: Verify) -> Option<bool> {
    let mut words = line.split_mut(|byte| *byte == b' ');
    let kind = words.next()?;
    let key = decode(words.next()?)?;
    let message = decode(words.next()?)?;
    let signature = decode(words.next()?)?;
    let result = match (kind, words.next()) {
        ([b's'], None) => sign(key.try_into().ok()?, message).is_some_and(|made| made == signature),
        ([b'v'], Some([good @ (b'0' | b'1')])) => {
            verify(key, message, signature) == (*good == b'1')
        }
        _ => return None,
    };
    words.next().is_none().then_some(result)
}

/// The bytes that a word in hexadecimal stands for, where it stands.
fn decode(word: &mut [u8]) -> Option<&[u8]> {
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
struct NoLine;

/// The lines of the file, of which one is in memory.
struct Lines {
    file: File,
    buf: [u8; MAX_LINE + 1],
    /// What was read and not yet handed out.
    start: usize,
    end: usize,
}

impl Lines {
    fn open() -> Option<Self> {
        Some(Self { file: File::open(c"vectors").ok()?, buf: [0; MAX_LINE + 1], start: 0, end: 0 })
    }

    /// The next line, or `None` at the end of the file.
    fn next(&mut self) -> Result<Option<&mut [u8]>, NoLine> {
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
