//! The two streams. Data leaves here and nowhere else, so a closed pipe is an error and not a panic.

use std::io::Write as _;

use crate::exit::{Result, io};

/// Writes data to stdout.
pub(crate) fn write(data: &[u8]) -> Result {
    let mut out = std::io::stdout().lock();
    out.write_all(data).and_then(|()| out.flush()).map_err(io)
}

/// Writes a line of data to stdout.
pub(crate) fn line(text: &str) -> Result {
    write(text.as_bytes())?;
    write(b"\n")
}

/// Says something on stderr. Where that is closed, there is nobody to tell.
pub(crate) fn diagnose(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "jwt: {message}");
}

/// Text that nobody vouches for, safe to print on a terminal: control, bidirectional and invisible
/// characters are spelled out.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let hidden = character.is_control()
                || matches!(
                    character,
                    '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
                );
            let escaped = hidden.then(|| character.escape_unicode());
            let plain = (!hidden).then_some(character);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}
