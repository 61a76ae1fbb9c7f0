//! What is kept between requests: the access token, and the last nonce of a server.

use core::fmt;

use jwt_core::NumericDate;
use jwt_core::error::BufferTooSmall;
use jwt_core::json::Text;
use zeroize::Zeroize as _;

/// Characters of a nonce at most.
pub const MAX_NONCE_LEN: usize = 256;

/// An access token in the caller's memory, by the caller's clock.
pub(super) struct Held<'a> {
    buf: &'a mut [u8],
    len: usize,
    from: NumericDate,
    renew: NumericDate,
    end: NumericDate,
}

impl<'a> Held<'a> {
    pub(super) fn none(buf: &'a mut [u8]) -> Self {
        let never = NumericDate::MIN;
        Self { buf, len: 0, from: never, renew: never, end: never }
    }

    /// Takes in a token that was asked for at `from` and lasts `lifetime` seconds.
    pub(super) fn take(
        &mut self,
        token: Text<'_>,
        from: NumericDate,
        lifetime: u32,
        margin: u32,
    ) -> Result<(), BufferTooSmall> {
        let needed = token.unescaped_len();
        if self.buf.len() < needed {
            return Err(BufferTooSmall { needed });
        }
        self.forget();
        // The characters of a token are ASCII.
        let bytes = token.chars().map(|char| u8::try_from(char).unwrap_or_default());
        self.buf.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
        self.len = needed;
        self.from = from;
        self.end = from.saturating_add(lifetime.into());
        self.renew = self.end.saturating_sub(margin.min(lifetime / 2).into());
        Ok(())
    }

    /// The token, where it is good now. A clock that went back to before the token was asked for knows nothing
    /// of it.
    pub(super) fn token(&self, now: NumericDate) -> Option<&str> {
        let good = self.len > 0 && self.from <= now && now < self.end;
        core::str::from_utf8(self.buf.get(..self.len)?).ok().filter(|_| good)
    }

    pub(super) fn is_due(&self, now: NumericDate) -> bool {
        now >= self.renew
    }

    pub(super) fn forget(&mut self) {
        if let Some(token) = self.buf.get_mut(..self.len) {
            token.zeroize();
        }
        self.len = 0;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.forget();
    }
}

impl fmt::Debug for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("len", &self.len)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// The last nonce of a server.
pub(super) struct Nonce {
    bytes: [u8; MAX_NONCE_LEN],
    len: usize,
}

impl Nonce {
    pub(super) const NONE: Self = Self { bytes: [0; MAX_NONCE_LEN], len: 0 };

    /// Takes in a nonce; whether it is another than before. One that is too long is none.
    pub(super) fn learn(&mut self, nonce: Option<&str>) -> bool {
        let Some(nonce) = nonce.filter(|nonce| Some(*nonce) != self.as_str()) else { return false };
        let Some(to) = self.bytes.get_mut(..nonce.len()) else { return false };
        to.iter_mut().zip(nonce.bytes()).for_each(|(to, byte)| *to = byte);
        self.len = nonce.len();
        true
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        let nonce = self.bytes.get(..self.len).filter(|nonce| !nonce.is_empty())?;
        core::str::from_utf8(nonce).ok()
    }
}
