//! A token that was handed out.

use core::fmt;

/// A token of a [`TokenSource`](super::TokenSource), which stays with the source: it is borrowed.
///
/// `Display` writes it, because sending it is what it is for; `Debug` does not, because logs are not where
/// a bearer token belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token<'s>(&'s str);

impl<'s> Token<'s> {
    pub(super) const fn new(text: &'s str) -> Self {
        Self(text)
    }

    /// The token.
    #[must_use]
    pub const fn as_str(&self) -> &'s str {
        self.0
    }
}

impl AsRef<str> for Token<'_> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl AsRef<[u8]> for Token<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("len", &self.0.len()).finish_non_exhaustive()
    }
}
