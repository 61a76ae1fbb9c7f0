//! Private key material: what is generated, read from a file, and written to one.
//!
//! The bytes are wiped when dropped and shown by nothing but the methods that are named for it.

use std::fmt;

use jwt_core::error::KeyForm;
use jwt_core::{Algorithm, Jwk, KeyError};
use zeroize::Zeroizing;

use crate::material::{self, Curve, EcPrivate, Ed25519Private, Material, Private};
use crate::{Backend, Error, PublicKey, SigningKey, VerifyingKey, backend, pick, secret};

/// A private or secret key with the one algorithm it is for, which can be written down.
///
/// ```
/// use jwt_std::{Algorithm, PrivateKey};
///
/// let key = PrivateKey::generate(Algorithm::Es384)?;
/// let again = PrivateKey::from_pem(key.to_pem()?.as_bytes(), None)?;
/// assert_eq!(again.algorithm(), Algorithm::Es384);
/// # Ok::<(), jwt_std::Error>(())
/// ```
pub struct PrivateKey {
    algorithm: Algorithm,
    key: Private,
    kid: Option<String>,
}

impl PrivateKey {
    /// A new key from the randomness of the operating system: for HMAC as many bytes as its hash
    /// puts out, for ECDSA a scalar, for EdDSA a seed, for RSA a modulus of 2048 bits.
    ///
    /// # Errors
    /// [`Error::Entropy`]; [`Error::NoRsaSigning`] for RSA without the feature `aws-lc-rs`.
    pub fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        let len = match algorithm {
            Algorithm::Hs256 => 32,
            Algorithm::Hs384 => 48,
            Algorithm::Hs512 => 64,
            Algorithm::EdDsa | Algorithm::Ed25519 => 32,
            algorithm => match Curve::of_algorithm(algorithm) {
                Some(curve) => curve.len(),
                None => return Self::generate_rsa(algorithm, 2048),
            },
        };
        loop {
            let mut secret = Zeroizing::new(vec![0; len]);
            getrandom::fill(&mut secret).map_err(|_| Error::Entropy)?;
            if let (Algorithm::Es512, Some(first)) = (algorithm, secret.first_mut()) {
                // The order of P-521 has 521 bits.
                *first &= 1;
            }
            // Of P-256, one scalar in 2^32 is not below the order of the group: draw again.
            match Self::new(algorithm, secret) {
                Err(KeyError::InvalidPrivateKey) => {}
                key => return Ok(key?),
            }
        }
    }

    /// A new RSA key with a modulus of 2048, 3072, 4096 or 8192 bits.
    ///
    /// # Errors
    /// [`Error::AlgorithmNotSupported`] where the algorithm is not RSA; [`Error::Key`] for another
    /// size; [`Error::Entropy`]; [`Error::NoRsaSigning`] without the feature `aws-lc-rs`.
    pub fn generate_rsa(algorithm: Algorithm, bits: usize) -> Result<Self, Error> {
        if material::form_for(algorithm) != KeyForm::Rsa {
            return Err(Error::AlgorithmNotSupported { algorithm });
        }
        let der = backend::generate_rsa(bits)?.ok_or(KeyError::RsaModulus { bits })?;
        Self::from_der(&der, Some(algorithm))
    }

    /// A key from its bytes: an HMAC secret, the scalar of an ECDSA key in full length, or the seed of an
    /// Ed25519 key.
    ///
    /// # Errors
    /// [`KeyError`]; RSA keys are not one string of bytes.
    pub fn new(algorithm: Algorithm, secret: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let key = match (material::form_for(algorithm), Curve::of_algorithm(algorithm)) {
            (_, Some(curve)) => Private::Ec(EcPrivate::new(curve, secret)?),
            (KeyForm::Ed25519, _) => Private::Ed25519(Ed25519Private::new(&secret)?),
            (KeyForm::Symmetric, _) => {
                backend::hmac_signer(algorithm, &secret)?;
                Private::Hmac(secret)
            }
            _ => return Err(KeyError::InvalidPrivateKey),
        };
        Ok(Self { algorithm, key, kid: None })
    }

    fn of(algorithm: Algorithm, key: Private) -> Result<Self, Error> {
        material::check_form(key.form(), algorithm)?;
        Ok(Self { algorithm, key, kid: None })
    }

    /// Takes in a private or symmetric JWK (RFC 7517) whose parts belong together.
    ///
    /// The algorithm is the one that the key says; where it says none, that of its curve (EdDSA for
    /// Ed25519) or the caller's. RSA and symmetric keys need one of the two.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::AlgorithmNeeded`], [`Error::RsaAlgorithmNeeded`],
    /// [`Error::AlgorithmNotAllowed`].
    pub fn from_jwk(text: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Error> {
        Self::of_jwk(&Jwk::parse(text)?, algorithm)?.allowed(algorithm)
    }

    pub(crate) fn of_jwk(jwk: &Jwk<'_>, algorithm: Option<Algorithm>) -> Result<Self, Error> {
        let algorithm = pick::one_of_jwk(jwk, algorithm.as_slice())?;
        let key = if jwk.form() == KeyForm::Symmetric {
            Self::of_oct(jwk, algorithm)?
        } else {
            jwk.check_use(pick::stated_form(algorithm), algorithm, "sign")?;
            Self::of(algorithm, material::private_from_jwk(jwk)?)?
        };
        Ok(key.with_kid(jwk.kid().map(|kid| kid.to_string())))
    }

    /// The secret of a symmetric JWK, for the algorithm it says or the caller says.
    fn of_oct(jwk: &Jwk<'_>, algorithm: Algorithm) -> Result<Self, KeyError> {
        // The core decides whether the key may be used; then its bytes are taken.
        match algorithm {
            Algorithm::Hs256 => drop(jwk.hmac_signing_key::<jwt_core::Hs256>()?),
            Algorithm::Hs384 => drop(jwk.hmac_signing_key::<jwt_core::Hs384>()?),
            Algorithm::Hs512 => drop(jwk.hmac_signing_key::<jwt_core::Hs512>()?),
            other => return Err(KeyError::AlgorithmMismatch { needed: other }),
        }
        let secret = material::secret_from_jwk(jwk)?;
        secret::check(&secret)?;
        Self::new(algorithm, secret)
    }

    /// Takes in PEM (RFC 7468): `PRIVATE KEY`, `EC PRIVATE KEY`, `RSA PRIVATE KEY`.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::RsaAlgorithmNeeded`].
    pub fn from_pem(pem: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Error> {
        crate::pem::check(pem.trim_ascii_start())?;
        Self::of_material(material::from_pem(pem)?, algorithm)
    }

    /// Takes in DER: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017).
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::RsaAlgorithmNeeded`].
    pub fn from_der(der: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Error> {
        Self::of_material(material::from_der(der)?, algorithm)
    }

    pub(crate) fn of_material(
        material: Material,
        algorithm: Option<Algorithm>,
    ) -> Result<Self, Error> {
        match material {
            Material::Private(key) => Self::of(pick::one(key.form(), algorithm)?, key),
            Material::Public(_) => Err(KeyError::PublicKey.into()),
        }
    }

    /// Refuses a key for another algorithm than the one that the caller has named.
    fn allowed(self, algorithm: Option<Algorithm>) -> Result<Self, Error> {
        match algorithm {
            Some(algorithm) if algorithm != self.algorithm => Err(Error::AlgorithmNotAllowed),
            _ => Ok(self),
        }
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

    /// The key, ready to mint with the default backend.
    ///
    /// # Errors
    /// [`Error::NoRsaSigning`] for RSA without the feature `aws-lc-rs`; no others once the key is made.
    pub fn signing_key(&self) -> Result<SigningKey, Error> {
        self.signing_key_with(Backend::default())
    }

    /// The key, ready to mint with a backend.
    ///
    /// # Errors
    /// [`Error::NoRsaSigning`] for RSA with [`Backend::RustCrypto`]; no others once the key is made.
    pub fn signing_key_with(&self, backend: Backend) -> Result<SigningKey, Error> {
        Ok(SigningKey::new(self.algorithm, backend.signer(self.algorithm, &self.key)?))
    }

    /// The key that verifies what this one signs, with the default backend.
    ///
    /// # Errors
    /// [`Error::Key`]; none once the key is made.
    pub fn verifying_key(&self) -> Result<VerifyingKey, Error> {
        self.verifying_key_with(Backend::default())
    }

    /// The key that verifies what this one signs, with a backend.
    ///
    /// # Errors
    /// [`Error::Key`]; none once the key is made.
    pub fn verifying_key_with(&self, backend: Backend) -> Result<VerifyingKey, Error> {
        let key = match (&self.key, self.key.public()) {
            (Private::Hmac(secret), _) => backend::hmac_verifier(self.algorithm, secret)?,
            (_, Some(public)) => backend.verifier(self.algorithm, &public)?,
            (_, None) => return Err(Error::NotExpressible),
        };
        Ok(VerifyingKey::new(self.algorithm, key))
    }

    /// The public part; `None` for a symmetric key, which has none.
    #[must_use]
    pub fn public(&self) -> Option<PublicKey> {
        let key = PublicKey::of(self.algorithm, self.key.public()?).ok()?;
        Some(key.with_kid(self.kid.clone()))
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
        Ok(Jwk::parse(jwk.as_bytes())?.thumbprint()?.to_string())
    }

    /// The key as a private JWK, with `alg` and, where there is one, `kid`.
    #[must_use]
    pub fn to_jwk(&self) -> Zeroizing<String> {
        let members = material::private_members(&self.key);
        let named = crate::public::alg_and_kid(self.algorithm, self.kid());
        let room = members.len().saturating_add(named.len()).saturating_add(2);
        let mut jwk = Zeroizing::new(String::with_capacity(room));
        for part in ["{", &members, &named, "}"] {
            jwk.push_str(part);
        }
        jwk
    }

    /// The key as PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`Error::NotExpressible`] for a symmetric key.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, Error> {
        let der = self.to_der()?;
        pem_rfc7468::encode_string("PRIVATE KEY", pem_rfc7468::LineEnding::LF, &der)
            .map(Zeroizing::new)
            .map_err(|_| Error::NotExpressible)
    }

    /// The key as PKCS#8 in DER.
    ///
    /// # Errors
    /// [`Error::NotExpressible`] for a symmetric key.
    pub fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        material::write_private(&self.key)
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
