//! Private key material: what is generated, read from a file, and written to one.
//!
//! The bytes are wiped when dropped and shown by nothing but the methods that are named for it.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::{Algorithm, Es256SigningKey, KeyError, danger};
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use zeroize::Zeroizing;

use crate::{Error, PublicKey, SigningKey, VerifyingKey};

/// A private or secret key with its algorithm, which can be written down.
pub struct PrivateKey {
    algorithm: Algorithm,
    secret: Zeroizing<Vec<u8>>,
    kid: Option<String>,
}

impl PrivateKey {
    /// A new key from the randomness of the operating system: for HMAC as many bytes as its hash
    /// puts out, for ES256 a scalar.
    ///
    /// # Errors
    /// [`Error::Entropy`]; [`Error::AlgorithmNotSupported`] for all but [`SigningKey::ALGORITHMS`].
    pub fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        let len = match algorithm {
            Algorithm::Hs256 | Algorithm::Es256 => 32,
            Algorithm::Hs384 => 48,
            Algorithm::Hs512 => 64,
            algorithm => return Err(Error::AlgorithmNotSupported { algorithm }),
        };
        loop {
            let mut secret = Zeroizing::new(vec![0; len]);
            getrandom::fill(&mut secret).map_err(|_| Error::Entropy)?;
            // One scalar in 2^32 is not below the order of the group: draw again.
            match Self::new(algorithm, secret) {
                Err(KeyError::InvalidPrivateKey) => {}
                key => return Ok(key?),
            }
        }
    }

    /// A key from its bytes: an HMAC secret, or the scalar of an ES256 key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn new(algorithm: Algorithm, secret: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let key = Self { algorithm, secret, kid: None };
        key.signing_key()?;
        Ok(key)
    }

    pub(crate) fn from_es256(key: &Es256SigningKey) -> Self {
        let secret = Zeroizing::new(danger::secret_bytes(key).to_vec());
        Self { algorithm: Algorithm::Es256, secret, kid: None }
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

    /// The algorithm of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key, ready to mint.
    ///
    /// # Errors
    /// [`KeyError`]; none once the key is made.
    pub fn signing_key(&self) -> Result<SigningKey, KeyError> {
        match self.algorithm {
            Algorithm::Es256 => Ok(SigningKey::Es256(self.es256()?)),
            hmac => SigningKey::from_secret(hmac, &self.secret),
        }
    }

    /// The key that verifies what this one signs.
    ///
    /// # Errors
    /// [`KeyError`]; none once the key is made.
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        match self.algorithm {
            Algorithm::Es256 => Ok(VerifyingKey::Es256(self.es256()?.verifying_key())),
            hmac => VerifyingKey::from_secret(hmac, &self.secret),
        }
    }

    /// The public part; `None` for a symmetric key, which has none.
    #[must_use]
    pub fn public(&self) -> Option<PublicKey> {
        let key = self.es256().ok()?;
        Some(PublicKey::new(key.verifying_key()).with_kid(self.kid.clone()))
    }

    /// The RFC 7638 thumbprint, to be a `kid`.
    ///
    /// # Errors
    /// [`KeyError`]; none once the key is made.
    ///
    /// # Security
    /// For a symmetric key it is a hash of the secret (RFC 7638 section 7): harmless for one that
    /// was generated, not for one that a person chose.
    pub fn thumbprint(&self) -> Result<String, KeyError> {
        let jwk = self.to_jwk();
        Ok(jwt_core::Jwk::parse(jwk.as_bytes())?.thumbprint()?.to_string())
    }

    /// The key as a private JWK, with `alg` and, where there is one, `kid`.
    #[must_use]
    pub fn to_jwk(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(Base64UrlUnpadded::encode_string(&self.secret));
        let public = self.public();
        let members = match &public {
            Some(public) => {
                let (x, y) = public.coordinates();
                format!(r#""kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"#)
            }
            None => String::from(r#""kty":"oct","k":"#),
        };
        let named = crate::public::alg_and_kid(self.algorithm, self.kid());
        let mut jwk = Zeroizing::new(String::with_capacity(512));
        for part in ["{", &members, "\"", &secret, "\"", &named, "}"] {
            jwk.push_str(part);
        }
        jwk
    }

    /// The key as PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`Error::NotExpressible`] for a symmetric key.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, Error> {
        self.p256()?.to_pkcs8_pem(LineEnding::LF).map_err(|_| Error::NotExpressible)
    }

    /// The key as PKCS#8 in DER.
    ///
    /// # Errors
    /// [`Error::NotExpressible`] for a symmetric key.
    pub fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let der = self.p256()?.to_pkcs8_der().map_err(|_| Error::NotExpressible)?;
        Ok(Zeroizing::new(der.as_bytes().to_vec()))
    }

    fn es256(&self) -> Result<Es256SigningKey, KeyError> {
        match (self.algorithm, self.secret.as_slice().try_into()) {
            (Algorithm::Es256, Ok(scalar)) => Es256SigningKey::from_bytes(scalar),
            _ => Err(KeyError::InvalidPrivateKey),
        }
    }

    fn p256(&self) -> Result<p256::SecretKey, Error> {
        if self.algorithm != Algorithm::Es256 {
            return Err(Error::NotExpressible);
        }
        p256::SecretKey::from_slice(&self.secret).map_err(|_| KeyError::InvalidPrivateKey.into())
    }

    /// The secret of a symmetric JWK, for the algorithm it says or the caller says.
    pub(crate) fn from_oct(
        jwk: &jwt_core::Jwk<'_>,
        algorithm: Algorithm,
    ) -> Result<Self, KeyError> {
        // The core decides whether the key may be used; then its bytes are taken.
        match algorithm {
            Algorithm::Hs256 => drop(jwk.hmac_signing_key::<jwt_core::Hs256>()?),
            Algorithm::Hs384 => drop(jwk.hmac_signing_key::<jwt_core::Hs384>()?),
            Algorithm::Hs512 => drop(jwk.hmac_signing_key::<jwt_core::Hs512>()?),
            other => return Err(KeyError::AlgorithmMismatch { needed: other }),
        }
        let text = jwk.object().find("k").and_then(|k| k.as_text()).and_then(|k| k.as_str());
        let secret = Base64UrlUnpadded::decode_vec(text.unwrap_or_default())
            .map_err(|_| KeyError::Member { name: "k" })?;
        Self::new(algorithm, Zeroizing::new(secret))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
