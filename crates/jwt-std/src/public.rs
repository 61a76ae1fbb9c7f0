//! Public key material: what an issuer publishes.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::{Algorithm, Es256VerifyingKey};
use p256::pkcs8::{EncodePublicKey as _, LineEnding};

use crate::{Error, VerifyingKey};

/// A public key for ES256, which can be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    key: Es256VerifyingKey,
    kid: Option<String>,
}

impl PublicKey {
    /// A public key without a name.
    #[must_use]
    pub const fn new(key: Es256VerifyingKey) -> Self {
        Self { key, kid: None }
    }

    /// The key under a name (RFC 7517 section 4.5).
    #[must_use]
    pub fn with_kid(self, kid: Option<String>) -> Self {
        Self { kid, ..self }
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key, ready to verify.
    #[must_use]
    pub const fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::Es256(self.key)
    }

    /// The RFC 7638 thumbprint, to be a `kid`.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.key.thumbprint().to_string()
    }

    /// The key as a JWK, with `alg` and, where there is one, `kid`.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let (x, y) = self.coordinates();
        let named = alg_and_kid(Algorithm::Es256, self.kid());
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"{named}}}"#)
    }

    /// The key as SPKI in PEM.
    ///
    /// # Errors
    /// [`Error::NotExpressible`]; none for a key of this type.
    pub fn to_pem(&self) -> Result<String, Error> {
        let key = p256::PublicKey::from_sec1_bytes(&self.key.to_sec1());
        key.map_err(|_| Error::NotExpressible)?
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| Error::NotExpressible)
    }

    /// The key as SPKI in DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        self.key.to_spki_der().to_vec()
    }

    /// The coordinates in base64url.
    pub(crate) fn coordinates(&self) -> (String, String) {
        let point = self.key.to_sec1();
        let (x, y) = point.get(1..).and_then(|xy| xy.split_at_checked(32)).unwrap_or_default();
        (Base64UrlUnpadded::encode_string(x), Base64UrlUnpadded::encode_string(y))
    }
}

/// `,"alg":…` and, where there is a name, `,"kid":…`.
pub(crate) fn alg_and_kid(algorithm: Algorithm, kid: Option<&str>) -> String {
    let alg = format!(r#","alg":"{algorithm}""#);
    match kid {
        Some(kid) => format!(r#"{alg},"kid":{}"#, serde_json::Value::from(kid)),
        None => alg,
    }
}
