//! The host that runs the emulator, over semihosting: it leaves a file named `input`, reads what the
//! image prints, and sees how it ends. Secrets come in the file, not on a command line.

use core::ffi::CStr;

use semihosting::fs::File;
use semihosting::io::{Read as _, Stdout, Write as _};

/// The file that the host gives to an image.
pub const INPUT: &CStr = c"input";

/// What the host gives to an image: hexadecimal words, one a line.
pub struct Input<'i> {
    text: &'i [u8],
}

/// Runs an image to its end. Where there is no file, the input is empty.
pub fn run(image: fn(&mut Input<'_>) -> Option<()>) -> ! {
    let mut buf = [0; 1024];
    exit(image(&mut Input::open(INPUT, &mut buf)).is_some())
}

/// Ends the emulator.
pub fn exit(success: bool) -> ! {
    semihosting::process::exit(if success { 0 } else { 1 })
}

impl<'i> Input<'i> {
    /// As much of a file as the buffer holds; where there is no file, nothing.
    pub fn open(name: &CStr, buf: &'i mut [u8]) -> Self {
        let len = File::open(name).and_then(|mut file| file.read(buf)).unwrap_or(0);
        Self { text: buf.get(..len).unwrap_or_default() }
    }

    /// The next line, as it is.
    pub fn line(&mut self) -> Option<&'i str> {
        let end = self.text.iter().position(|byte| *byte == b'\n')?;
        let line = self.text.get(..end)?;
        self.text = self.text.get(end + 1..)?;
        core::str::from_utf8(line).ok()
    }

    /// The next line, as `N` bytes in hexadecimal.
    pub fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.read(&mut bytes)?;
        Some(bytes)
    }

    /// The next line, as a number in hexadecimal, big endian.
    pub fn number(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_be_bytes)
    }

    #[inline(never)] // once, whatever the lengths
    fn read(&mut self, bytes: &mut [u8]) -> Option<()> {
        let (pairs, []) = self.line()?.as_bytes().as_chunks() else { return None };
        if pairs.len() != bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = from_hex(*pair)?;
        }
        Some(())
    }
}

/// The byte that two hexadecimal digits stand for.
pub fn from_hex(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    Some((high? << 4 | low?) as u8)
}

/// Prints a line of words.
pub fn print(words: &[&str]) -> Option<()> {
    let mut out = semihosting::io::stdout().ok()?;
    for word in words {
        write(&mut out, word)?;
    }
    out.write_all(b"\n").ok()
}

/// Prints a name and a number.
pub fn figure(name: &str, number: u32) -> Option<()> {
    bytes(name, &number.to_be_bytes())
}

/// Prints a name and bytes in hexadecimal.
#[inline(never)] // in all images, `empty` too
pub fn bytes(name: &str, bytes: &[u8]) -> Option<()> {
    let mut out = semihosting::io::stdout().ok()?;
    write(&mut out, name)?;
    for byte in bytes {
        let digits = [byte >> 4, byte & 0xf].map(|nibble| b"0123456789abcdef"[usize::from(nibble)]);
        out.write_all(&digits).ok()?;
    }
    out.write_all(b"\n").ok()
}

/// A word, and the space behind it.
fn write(out: &mut Stdout, word: &str) -> Option<()> {
    out.write_all(word.as_bytes()).ok()?;
    out.write_all(b" ").ok()
}
