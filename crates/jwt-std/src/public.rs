//! Public key material: what an issuer publishes.

use jwt_core::error::KeyForm;
use jwt_core::{Algorithm, Es256VerifyingKey, Jwk};

use crate::material::{self, EcPublic, Material, Public};
use crate::{Backend, Error, VerifyingKey, pick};

/// A public key with the one algorithm it is for, which can be written down.
///
/// ```
/// use jwt_std::{Algorithm, PrivateKey, PublicKey};
///
/// let public = PrivateKey::generate(Algorithm::Ed25519)?.public().expect("not symmetric");
/// let again = PublicKey::from_pem(public.to_pem()?.as_bytes(), Some(Algorithm::Ed25519))?;
/// assert_eq!(public, again);
/// # Ok::<(), jwt_std::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    key: Public,
    kid: Option<String>,
}

impl PublicKey {
    /// A public key for ES256 without a name.
    ///
    /// # Errors
    /// [`Error::Key`]; none for a key of this type.
    pub fn new(key: &Es256VerifyingKey) -> Result<Self, Error> {
        let point = EcPublic::from_sec1(material::Curve::P256, &key.to_sec1())?;
        Ok(Self { algorithm: Algorithm::Es256, key: Public::Ec(point), kid: None })
    }

    pub(crate) fn of(algorithm: Algorithm, key: Public) -> Result<Self, Error> {
        material::check_form(key.form(), algorithm)?;
        Ok(Self { algorithm, key, kid: None })
    }

    /// Takes in a JWK (RFC 7517): a public one, or a private one whose parts belong together.
    ///
    /// The algorithm is the one that the key says; where it says none, that of its curve (EdDSA for
    /// Ed25519) or the caller's. RSA needs one of the two.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::RsaAlgorithmNeeded`], [`Error::AlgorithmNotAllowed`].
    pub fn from_jwk(text: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Error> {
        let key = Self::of_jwk(&Jwk::parse(text)?, algorithm, "verify")?;
        allowed(key, algorithm)
    }

    /// The key of a JWK that may be used for `operation`.
    pub(crate) fn of_jwk(
        jwk: &Jwk<'_>,
        algorithm: Option<Algorithm>,
        operation: &'static str,
    ) -> Result<Self, Error> {
        let algorithm = pick::one_of_jwk(jwk, algorithm.as_slice())?;
        jwk.check_use(pick::stated_form(algorithm), algorithm, operation)?;
        let key = Self::of(algorithm, material::public_from_jwk(jwk)?)?;
        Ok(key.with_kid(jwk.kid().map(|kid| kid.to_string())))
    }

    /// Takes in PEM (RFC 7468): `PUBLIC KEY`, `RSA PUBLIC KEY`, the key of a `CERTIFICATE`, or the
    /// public part of a private key.
    ///
    /// # Security
    /// Of a certificate the key is taken and nothing else is looked at: neither who signed it nor until
    /// when it is good.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::RsaAlgorithmNeeded`], [`Error::AlgorithmNotAllowed`].
    pub fn from_pem(pem: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Error> {
        crate::pem::check(pem.trim_ascii_start())?;
        Self::of_material(material::from_pem(pem)?, algorithm)
    }

    /// Takes in DER: SPKI (RFC 5280), PKCS#1 (RFC 8017), the key of a certificate, or the public part of a
    /// private key.
    ///
    /// # Security
    /// That of [`PublicKey::from_pem`].
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::RsaAlgorithmNeeded`], [`Error::AlgorithmNotAllowed`].
    pub fn from_der(der: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Error> {
        Self::of_material(material::from_der(der)?, algorithm)
    }

    fn of_material(material: Material, algorithm: Option<Algorithm>) -> Result<Self, Error> {
        let key = match material {
            Material::Public(key) => key,
            Material::Private(key) => key.public().ok_or(Error::NotExpressible)?,
        };
        Self::of(pick::one(key.form(), algorithm)?, key)
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

    /// What kind of key it is.
    #[must_use]
    pub const fn form(&self) -> KeyForm {
        self.key.form()
    }

    /// The key, ready to verify with the default backend.
    ///
    /// # Errors
    /// [`Error::Key`]; none once the key is made.
    pub fn verifying_key(&self) -> Result<VerifyingKey, Error> {
        self.verifying_key_with(Backend::default())
    }

    /// The key, ready to verify with a backend.
    ///
    /// # Errors
    /// [`Error::Key`]; none once the key is made.
    pub fn verifying_key_with(&self, backend: Backend) -> Result<VerifyingKey, Error> {
        Ok(VerifyingKey::new(self.algorithm, backend.verifier(self.algorithm, &self.key)?))
    }

    /// The RFC 7638 thumbprint, to be a `kid`.
    ///
    /// # Errors
    /// [`Error::Key`]; none once the key is made.
    pub fn thumbprint(&self) -> Result<String, Error> {
        let jwk = self.to_jwk();
        Ok(Jwk::parse(jwk.as_bytes())?.thumbprint()?.to_string())
    }

    /// The key as a JWK, with `alg` and, where there is one, `kid`.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let members = material::public_members(&self.key);
        format!("{{{members}{}}}", alg_and_kid(self.algorithm, self.kid()))
    }

    /// The key as SPKI in PEM.
    ///
    /// # Errors
    /// [`Error::NotExpressible`]; none for a key of this type.
    pub fn to_pem(&self) -> Result<String, Error> {
        let der = self.to_der()?;
        pem_rfc7468::encode_string("PUBLIC KEY", pem_rfc7468::LineEnding::LF, &der)
            .map_err(|_| Error::NotExpressible)
    }

    /// The key as SPKI in DER.
    ///
    /// # Errors
    /// [`Error::NotExpressible`]; none for a key of this type.
    pub fn to_der(&self) -> Result<Vec<u8>, Error> {
        material::write_public(&self.key)
    }
}

/// A JWK Set (RFC 7517 section 5) of public keys, each with its `alg` and, where it has one, its `kid`.
///
/// A secret cannot get into one: it is no [`PublicKey`].
///
/// ```
/// use jwt_std::{Algorithm, PrivateKey, jwk_set};
///
/// let key = PrivateKey::generate(Algorithm::Es256)?.with_kid(Some("1".into()));
/// let set = jwk_set(&key.public());
/// assert!(set.starts_with(r#"{"keys":[{"kty":"EC","crv":"P-256","x":""#));
/// assert_eq!(jwk_set([]), r#"{"keys":[]}"#);
/// # Ok::<(), jwt_std::Error>(())
/// ```
pub fn jwk_set<'k>(keys: impl IntoIterator<Item = &'k PublicKey>) -> String {
    let keys: Vec<_> = keys.into_iter().map(PublicKey::to_jwk).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// Refuses a key for another algorithm than the one that the caller has named.
fn allowed(key: PublicKey, algorithm: Option<Algorithm>) -> Result<PublicKey, Error> {
    match algorithm {
        Some(algorithm) if algorithm != key.algorithm => Err(Error::AlgorithmNotAllowed),
        _ => Ok(key),
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
