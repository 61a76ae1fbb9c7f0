//! Scopes (RFC 6749 section 3.3).

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::Error;

/// What a token allows, or a request needs: names with a space between them, in no order that matters.
///
/// ```
/// use jwt_std::Scope;
///
/// let granted = Scope::new("models.read chat")?;
/// assert!(granted.covers(&Scope::new("chat")?));
/// assert!(!granted.covers(&Scope::new("chat admin")?));
/// assert!(Scope::new("chat  admin").is_err());
/// # Ok::<(), jwt_std::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(String);

impl Scope {
    /// Takes in names with one space between them; none where the text is empty.
    ///
    /// # Errors
    /// [`Error::InvalidScope`].
    pub fn new(names: impl Into<String>) -> Result<Self, Error> {
        let names = names.into();
        let good = |name: &str| {
            // scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
            let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            !name.is_empty() && name.bytes().all(allowed)
        };
        match names.is_empty() || names.split(' ').all(good) {
            true => Ok(Self(names)),
            false => Err(Error::InvalidScope),
        }
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// Whether all of `needed` is in here.
    #[must_use]
    pub fn covers(&self, needed: &Self) -> bool {
        needed.names().all(|needed| self.names().any(|name| name == needed))
    }

    /// The names with a space between them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
