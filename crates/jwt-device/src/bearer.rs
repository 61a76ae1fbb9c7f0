//! The header that carries a token (RFC 6750 section 2.1), written without a copy of the token.
//!
//! # What it is
//! `Authorization: Bearer …`, from the token where it stands, to wherever it goes: a formatter
//! (`Display`), two writes to a socket ([`Bearer::parts`]), a buffer ([`Bearer::write_into`]), or the value
//! alone for an HTTP client that writes the names of headers itself ([`Bearer::write_value_into`]).
//!
//! What it carries is a token that this crate or jwt-core has minted, which is base64url and two dots. So
//! no line ending gets into a header this way.

use core::fmt;

use jwt_core::CompactJws;
use jwt_core::error::BufferTooSmall;

use crate::Token;

/// `Authorization: Bearer …`, without a line ending. `Display` writes it; `Debug` does not.
///
/// ```
/// use jwt_core::{Es256SigningKey, Minter};
/// use jwt_device::Bearer;
///
/// let key = Es256SigningKey::from_bytes(&[0x42; 32])?;
/// let mut buf = [0; 256];
/// let token = Minter::new().mint(&mut buf, &key, &())?;
/// let bearer = Bearer(token);
/// let (name, text) = bearer.parts(); // for two writes to a socket
/// assert_eq!(name, "Authorization: Bearer ");
/// assert_eq!(format!("{name}{text}"), bearer.to_string());
/// assert!(bearer.write_value_into(&mut [0; 256])?.starts_with("Bearer eyJ"));
/// assert!(bearer.write_into(&mut [0; 100]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Bearer<T>(
    /// The token: a [`CompactJws`] or a [`Token`].
    pub T,
);

/// A token that may stand in a header as it is. Sealed: text of unknown origin may not.
pub trait BearerToken: sealed::Sealed {}

impl<T: sealed::Sealed> BearerToken for T {}

mod sealed {
    //! What keeps foreign text out of headers.

    pub trait Sealed {
        fn text(&self) -> &str;
    }
}

impl sealed::Sealed for CompactJws<'_> {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl sealed::Sealed for Token<'_> {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl<T: sealed::Sealed> sealed::Sealed for &T {
    fn text(&self) -> &str {
        (**self).text()
    }
}

/// What stands in front of the token.
const BEFORE: &str = "Authorization: Bearer ";

/// What stands in front of the token in the value alone.
const SCHEME: &str = "Bearer ";

impl<T: BearerToken> Bearer<T> {
    /// What stands in front of the token, and the token.
    pub fn parts(&self) -> (&'static str, &str) {
        (BEFORE, self.0.text())
    }

    /// The header in the front of `buf`.
    ///
    /// # Errors
    /// [`BufferTooSmall`] with the length of the header.
    pub fn write_into<'b>(&self, buf: &'b mut [u8]) -> Result<&'b str, BufferTooSmall> {
        join(BEFORE, self.0.text(), buf)
    }

    /// The value of the header in the front of `buf`: `Bearer …`.
    ///
    /// # Errors
    /// [`BufferTooSmall`] with the length of the value.
    pub fn write_value_into<'b>(&self, buf: &'b mut [u8]) -> Result<&'b str, BufferTooSmall> {
        join(SCHEME, self.0.text(), buf)
    }
}

fn join<'b>(before: &str, token: &str, buf: &'b mut [u8]) -> Result<&'b str, BufferTooSmall> {
    let needed = before.len().saturating_add(token.len());
    let to = buf.get_mut(..needed).ok_or(BufferTooSmall { needed })?;
    to.iter_mut().zip(before.bytes().chain(token.bytes())).for_each(|(to, byte)| *to = byte);
    Ok(core::str::from_utf8(to).unwrap_or_default())
}

impl<T: BearerToken> fmt::Display for Bearer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, token) = self.parts();
        f.write_str(name)?;
        f.write_str(token)
    }
}

impl<T> fmt::Debug for Bearer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(token)")
    }
}

#[cfg(feature = "defmt-1")]
impl<T> defmt::Format for Bearer<T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Bearer(token)");
    }
}
