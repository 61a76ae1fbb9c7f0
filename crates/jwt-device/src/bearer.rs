//! The header that carries a token (RFC 6750 section 2.1), written without a copy of the token.

use core::fmt;

use jwt_core::CompactJws;

/// `Authorization: Bearer …`, without a line ending. `Display` writes it; `Debug` does not.
#[derive(Clone, Copy)]
pub struct Bearer<'t>(
    /// The token.
    pub CompactJws<'t>,
);

impl fmt::Display for Bearer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization: Bearer {}", self.0)
    }
}

impl fmt::Debug for Bearer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(token)")
    }
}
