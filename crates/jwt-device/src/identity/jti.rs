//! A "jti" (JWT ID), RFC 7519 section 4.1.7, of 128 random bits.

use core::fmt;

use jwt_core::base64url;

/// A JWT ID: 128 bits as base64url, 22 characters.
///
/// RFC 7519 section 4.1.7: "The identifier value MUST be assigned in a manner that ensures that there is a
/// negligible probability that the same value will be accidentally assigned to a different data object". So
/// the bits have to be random, and a value is for one token.
///
/// ```
/// use jwt_core::RegisteredClaims;
/// use jwt_device::identity::Jti;
///
/// # let random = [0x42; 16];
/// let jti = Jti::from_bytes(&random); // `random` is from your generator; or `Jti::random`
/// let claims = RegisteredClaims { jwt_id: Some(jti.as_str()), ..Default::default() };
/// assert_eq!(claims.jwt_id, Some("QkJCQkJCQkJCQkJCQkJCQg"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Jti([u8; TEXT_LEN]);

const TEXT_LEN: usize = base64url::encoded_len(16);

impl Jti {
    /// A JWT ID of 16 bytes that the caller has drawn.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        let mut text = [0; TEXT_LEN];
        // 16 bytes fit exactly.
        let _ = base64url::encode(bytes, &mut text);
        Self(text)
    }

    /// A JWT ID from a generator.
    ///
    /// # Errors
    /// The generator's own.
    #[cfg(feature = "rand_core-010")]
    pub fn random<R: rand_core::TryCryptoRng + ?Sized>(
        generator: &mut R,
    ) -> Result<Self, R::Error> {
        let mut bytes = [0; 16];
        generator.try_fill_bytes(&mut bytes)?;
        Ok(Self::from_bytes(&bytes))
    }

    /// The 22 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl AsRef<str> for Jti {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Jti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Jti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jti({self})")
    }
}

#[cfg(feature = "defmt-1")]
impl defmt::Format for Jti {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Jti({=str})", self.as_str());
    }
}
