//! `application/x-www-form-urlencoded` (RFC 6749 appendix B). Past the end of the buffer it keeps counting.

use jwt_core::error::{BufferTooSmall, WriteError};

pub(super) struct FormWriter<'b> {
    buf: &'b mut [u8],
    len: usize,
}

impl<'b> FormWriter<'b> {
    pub(super) const fn new(buf: &'b mut [u8]) -> Self {
        Self { buf, len: 0 }
    }

    pub(super) fn pair(&mut self, name: &str, value: &str) {
        if self.len > 0 {
            self.byte(b'&');
        }
        self.text(name);
        self.byte(b'=');
        self.text(value);
    }

    pub(super) fn finish(self) -> Result<&'b str, WriteError> {
        let needed = self.len;
        let text = self.buf.get(..needed).ok_or(BufferTooSmall { needed })?;
        // Only ASCII was written.
        Ok(core::str::from_utf8(text).unwrap_or_default())
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b' ' => self.byte(b'+'),
                b'*' | b'-' | b'.' | b'_' => self.byte(byte),
                byte if byte.is_ascii_alphanumeric() => self.byte(byte),
                byte => [b'%', hex(byte >> 4), hex(byte & 0x0f)]
                    .into_iter()
                    .for_each(|it| self.byte(it)),
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        if let Some(to) = self.buf.get_mut(self.len) {
            *to = byte;
        }
        self.len = self.len.saturating_add(1);
    }
}

const fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' | nibble } else { nibble.wrapping_add(b'A' - 10) }
}
