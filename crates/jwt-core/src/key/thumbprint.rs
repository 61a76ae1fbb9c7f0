//! JWK thumbprints (RFC 7638): a name for a key that anyone can compute from the key.

use core::fmt;

use sha2::{Digest as _, Sha256};

use super::Jwk;
#[cfg(feature = "es256")]
use crate::alg::Es256VerifyingKey;
use crate::base64url;
use crate::error::{Base64Error, KeyError, KeyForm};

/// The SHA-256 thumbprint of a JWK (RFC 7638). `Display` writes it as base64url, 43 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// Reads one that was written as base64url: a "kid", or "jkt" of a "cnf" (RFC 9449 section 6.1).
    ///
    /// # Errors
    /// [`Base64Error`]; [`Base64Error::InvalidLength`] for any other number of bytes than 32.
    pub fn parse(text: &str) -> Result<Self, Base64Error> {
        let mut bytes = [0; 32];
        if text.len() != base64url::encoded_len(bytes.len()) {
            return Err(Base64Error::InvalidLength);
        }
        base64url::decode(text.as_bytes(), &mut bytes)?;
        Ok(Self(bytes))
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As base64url into the caller's buffer, for a `kid`.
    #[must_use]
    pub fn encode<'b>(&self, buf: &'b mut [u8; 43]) -> &'b str {
        base64url::encode(&self.0, buf).unwrap_or_default()
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.encode(&mut [0; 43]))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Jwk<'_> {
    /// The thumbprint of this key, public or private alike.
    ///
    /// # Errors
    /// [`KeyError::Member`] where a required member is missing; [`KeyError::WrongForm`] for a
    /// `kty` that RFC 7638 and RFC 8037 do not name.
    ///
    /// # Security
    /// The thumbprint of a symmetric key is a hash of the secret: publish it only where the secret
    /// has full entropy (RFC 7638 section 7).
    pub fn thumbprint(&self) -> Result<Thumbprint, KeyError> {
        // RFC 7638 section 3.2: the required members, "ordered lexicographically".
        let members: &[&'static str] = match self.form() {
            KeyForm::Symmetric => &["k", "kty"],
            KeyForm::Rsa => &["e", "kty", "n"],
            KeyForm::Edwards => &["crv", "kty", "x"],
            KeyForm::Other => {
                return Err(KeyError::WrongForm { found: KeyForm::Other, needed: KeyForm::P256 });
            }
            _ => &["crv", "kty", "x", "y"],
        };
        let mut hash = Sha256::new();
        let mut before = "{\"";
        for name in members {
            for part in [before, name, "\":\"", self.encoded(name)?] {
                hash.update(part);
            }
            before = "\",\"";
        }
        hash.update("\"}");
        Ok(Thumbprint(hash.finalize().into()))
    }
}

#[cfg(feature = "es256")]
impl Es256VerifyingKey {
    /// The thumbprint of this key (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        // Written as a JWK, the key has exactly the required members in their order.
        let mut buf = [0; 160];
        let jwk = crate::json::write_object(&mut buf, self).unwrap_or_default();
        Thumbprint(Sha256::digest(jwk).into())
    }
}
