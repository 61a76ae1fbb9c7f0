//! Key files: JWK, JWK Set, PEM or DER, told apart by their structure and nothing else.
//!
//! A file that begins with `{` is JSON, one that begins with `-----BEGIN ` is PEM, one that begins with a
//! DER SEQUENCE is DER. No name, no extension and no guess is involved, and a raw secret is never
//! taken from here.

use std::io::Read;
use std::path::Path;

use jwt_core::error::KeyForm;
use jwt_core::{Algorithm, Es256SigningKey, Es256VerifyingKey, Jwk, JwkSet, KeyError, danger};
use zeroize::Zeroizing;

use crate::material::{self, Curve, EcPrivate, EcPublic, Material, Private, Public};
use crate::{Error, KeySet, PrivateKey, PublicKey, VerifyingKey, pem, pick, secret};

/// Bytes of a key file at most.
const LIMIT: u64 = 1 << 20;

/// As much, and what `read_to_end` asks for to see the end.
const ROOM: usize = (1 << 20) + 64;

/// Keys of a JWK Set at most: checking one takes arithmetic, and whoever publishes a set chooses how much.
const MAX_KEYS: usize = 256;

/// What a key file is, by its structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// A JSON Web Key, RFC 7517 section 4.
    Jwk,
    /// A JWK Set, RFC 7517 section 5.
    JwkSet,
    /// PEM, RFC 7468.
    Pem,
    /// DER: SEC1, PKCS#8, PKCS#1, SPKI or a certificate.
    Der,
}

/// A key file that was read and recognised. Its bytes are wiped when dropped.
pub struct KeyFile {
    bytes: Zeroizing<Vec<u8>>,
    container: Container,
}

impl KeyFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::FileTooLarge`], and those of [`KeyFile::parse`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::parse(read_secret(std::fs::File::open(path)?)?)
    }

    /// Recognises the bytes of a file.
    ///
    /// # Errors
    /// [`Error::UnknownContainer`], [`Error::OtherPem`], [`Error::SeveralPemBlocks`], [`Error::Encrypted`];
    /// [`Error::Key`] where JSON is broken.
    pub fn parse(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        let text = bytes.trim_ascii_start();
        let container = if text.starts_with(b"{") {
            let object = jwt_core::json::Object::parse(&bytes).map_err(KeyError::Json)?;
            if object.find("keys").is_some() { Container::JwkSet } else { Container::Jwk }
        } else if text.starts_with(b"-----BEGIN ") {
            pem::check(text)?;
            Container::Pem
        } else if bytes.starts_with(&[0x30]) {
            if material::is_encrypted(&bytes) {
                return Err(Error::Encrypted);
            }
            Container::Der
        } else {
            return Err(Error::UnknownContainer);
        };
        Ok(Self { bytes, container })
    }

    /// What the file is.
    #[must_use]
    pub const fn container(&self) -> Container {
        self.container
    }

    /// Whether the file is one symmetric key, which has no public part.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.container == Container::Jwk
            && Jwk::parse(&self.bytes).is_ok_and(|jwk| jwk.form() == KeyForm::Symmetric)
    }

    /// The JWK Set of the file, if it is not too long.
    fn set(&self) -> Result<JwkSet<'_>, Error> {
        let set = JwkSet::parse(&self.bytes)?;
        if set.jwks().nth(MAX_KEYS).is_some() {
            return Err(Error::TooManyKeys { limit: MAX_KEYS });
        }
        Ok(set)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The keys to verify with, for these algorithms only.
    ///
    /// One key of a file by itself is the caller's choice, and the `kid` of a token does not matter.
    /// Of a set, keys that cannot be used are left out (RFC 7517 section 5); it has 256 keys at most.
    ///
    /// # Errors
    /// [`Error::NoAlgorithms`] where none is named; [`Error::Key`], [`Error::TooManyKeys`],
    /// [`Error::AlgorithmNotAllowed`].
    pub fn verifying_keys(&self, allowed: &[Algorithm]) -> Result<KeySet, Error> {
        if allowed.is_empty() {
            return Err(Error::NoAlgorithms);
        }
        self.keys_for(allowed)
    }

    /// All keys to verify with, each for the algorithm that it states or that its kind implies.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::TooManyKeys`]; [`Error::AlgorithmNeeded`] and [`Error::RsaAlgorithmNeeded`] for one
    /// key that states none.
    pub fn all_verifying_keys(&self) -> Result<KeySet, Error> {
        self.keys_for(&[])
    }

    /// All where none is named.
    fn keys_for(&self, allowed: &[Algorithm]) -> Result<KeySet, Error> {
        let set = match self.container {
            Container::Jwk => KeySet::chosen(from_jwk(&Jwk::parse(&self.bytes)?, allowed)?),
            Container::JwkSet => {
                let mut set = KeySet::new();
                for jwk in self.set()?.jwks() {
                    // A key that is no JWK at all has no name, so nobody can mean it.
                    let Ok(jwk) = jwk else { continue };
                    let kid = jwk.kid().map(|kid| kid.to_string());
                    match from_jwk(&jwk, allowed) {
                        Ok(keys) => {
                            keys.into_iter().for_each(|key| set.insert(kid.clone(), key));
                        }
                        Err(Error::Key(error)) => set.insert_unusable(kid, error),
                        Err(_) => {}
                    }
                }
                set
            }
            Container::Pem | Container::Der => {
                let key = self.public_material()?;
                let algorithms = pick::any(key.form(), allowed)?.into_iter();
                let key = |it| PublicKey::of(it, key.clone())?.verifying_key();
                KeySet::chosen(algorithms.map(key).collect::<Result<Vec<_>, _>>()?)
            }
        };
        if allowed.is_empty() { Ok(set) } else { set.restrict(allowed) }
    }

    /// The one private key to sign with: of a set, the one of this `kid`, or the only one that fits.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::AlgorithmNeeded`], [`Error::AlgorithmNotAllowed`],
    /// [`Error::NoSingleKey`].
    pub fn private_key(
        &self,
        kid: Option<&str>,
        algorithm: Option<Algorithm>,
    ) -> Result<PrivateKey, Error> {
        let key = match self.container {
            Container::Jwk => PrivateKey::of_jwk(&Jwk::parse(&self.bytes)?, algorithm)?,
            Container::JwkSet => {
                let set = self.set()?;
                let named = |jwk: &Jwk<'_>| {
                    kid.is_none_or(|wanted| jwk.kid().is_some_and(|kid| kid == wanted))
                };
                let meant: Vec<_> = set.jwks().flatten().filter(named).collect();
                if let ([jwk], Some(_)) = (meant.as_slice(), kid) {
                    // The caller has named it, so what is wrong with it is worth knowing.
                    PrivateKey::of_jwk(jwk, algorithm)?
                } else {
                    let keys =
                        meant.iter().filter_map(|jwk| PrivateKey::of_jwk(jwk, algorithm).ok());
                    let fits = |key: &PrivateKey| algorithm.is_none_or(|it| it == key.algorithm());
                    let mut keys: Vec<_> = keys.filter(fits).collect();
                    match (keys.pop(), keys.len()) {
                        (Some(key), 0) => key,
                        (last, rest) => {
                            let fitting = rest.saturating_add(usize::from(last.is_some()));
                            return Err(Error::NoSingleKey { fitting });
                        }
                    }
                }
            }
            Container::Pem | Container::Der => self.private_plain(algorithm)?,
        };
        match algorithm {
            Some(algorithm) if algorithm != key.algorithm() => Err(Error::AlgorithmNotAllowed),
            _ => Ok(key),
        }
    }

    /// The one public key of the file; of a private one, its public part. Where the key does not say its
    /// algorithm, it is for this one.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::RsaAlgorithmNeeded`]; [`Error::NoSingleKey`] for a set.
    pub fn public_key(&self, algorithm: Option<Algorithm>) -> Result<PublicKey, Error> {
        match self.container {
            Container::Jwk => {
                let jwk = Jwk::parse(&self.bytes)?;
                PublicKey::of_jwk(&jwk, algorithm, "verify").or_else(|error| match error {
                    // A private key for signing only has a public part nevertheless.
                    Error::Key(KeyError::OperationNotAllowed { .. }) => {
                        let key = PrivateKey::of_jwk(&jwk, algorithm)?;
                        key.public().ok_or(Error::NotExpressible)
                    }
                    error => Err(error),
                })
            }
            Container::JwkSet => {
                let fitting = JwkSet::parse(&self.bytes)?.jwks().count();
                Err(Error::NoSingleKey { fitting })
            }
            Container::Pem | Container::Der => {
                let key = self.public_material()?;
                PublicKey::of(pick::one(key.form(), algorithm)?, key)
            }
        }
    }

    fn private_plain(&self, algorithm: Option<Algorithm>) -> Result<PrivateKey, Error> {
        let key = self.material()?;
        PrivateKey::of_material(key, algorithm)
    }

    /// The public key of PEM or DER; of a private one, its public part.
    pub(crate) fn public_material(&self) -> Result<Public, Error> {
        match self.material()? {
            Material::Public(key) => Ok(key),
            Material::Private(key) => key.public().ok_or(Error::NotExpressible),
        }
    }

    /// The key of PEM or DER.
    ///
    /// P-256 keys are read by the core. What it says of others tells what they are.
    pub(crate) fn material(&self) -> Result<Material, KeyError> {
        let read = || match self.container {
            Container::Pem => material::from_pem(&self.bytes),
            _ => material::from_der(&self.bytes),
        };
        let p256 = match self.es256_private() {
            Ok(key) => {
                let scalar = Zeroizing::new(danger::secret_bytes(&key).to_vec());
                return Ok(Material::Private(Private::Ec(EcPrivate::new(Curve::P256, scalar)?)));
            }
            Err(KeyError::PublicKey) => self.es256_public(),
            Err(error) => Err(error),
        };
        match p256 {
            Ok(key) => {
                let key = EcPublic::from_sec1(Curve::P256, &key.to_sec1())?;
                Ok(Material::Public(Public::Ec(key)))
            }
            // What the core has no name for may have one here.
            Err(error @ KeyError::WrongForm { found: KeyForm::Other, .. }) => match read() {
                Err(named @ KeyError::WrongForm { .. }) => Err(named),
                _ => Err(error),
            },
            Err(KeyError::WrongForm { .. } | KeyError::UnsupportedPem) => read(),
            // The core knows certificates by their label only.
            Err(KeyError::InvalidDer) if material::is_certificate(&self.bytes) => read(),
            Err(error) => Err(error),
        }
    }

    /// A P-256 key that is known to be public.
    fn es256_public(&self) -> Result<Es256VerifyingKey, KeyError> {
        if self.container == Container::Pem {
            Es256VerifyingKey::from_pem(&self.bytes, &mut vec![0; self.bytes.len()])
        } else {
            Es256VerifyingKey::from_spki_der(&self.bytes)
        }
        .map_err(pem::mislabelled)
    }

    fn es256_private(&self) -> Result<Es256SigningKey, KeyError> {
        if self.container == Container::Pem {
            let mut buf = Zeroizing::new(vec![0; self.bytes.len()]);
            // A private key behind the label of a public one is no PEM of either.
            Es256SigningKey::from_pem(&self.bytes, &mut buf).map_err(|error| match error {
                KeyError::PrivateKey => KeyError::InvalidPem,
                error => error,
            })
        } else {
            Es256SigningKey::from_der(&self.bytes)
        }
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile").field("container", &self.container).finish_non_exhaustive()
    }
}

/// Reads what may be secret, up to the limit.
///
/// # Errors
/// [`Error::Io`], [`Error::FileTooLarge`].
pub fn read_secret(source: impl Read) -> Result<Zeroizing<Vec<u8>>, Error> {
    // With room for all of it: what a vector leaves behind when it grows is not wiped.
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    source.take(LIMIT.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LIMIT {
        return Err(Error::FileTooLarge { limit: LIMIT });
    }
    Ok(bytes)
}

/// The keys that a JWK is, one for each allowed algorithm that a key without `alg` may serve.
fn from_jwk(jwk: &Jwk<'_>, allowed: &[Algorithm]) -> Result<Vec<VerifyingKey>, Error> {
    let symmetric = jwk.form() == KeyForm::Symmetric;
    let algorithms = pick::of_jwk(jwk, allowed).map_err(|error| match error {
        Error::AlgorithmNeeded => match jwk.hmac_verifying_key::<jwt_core::Hs256>() {
            // It would be no key for any algorithm.
            Err(error @ KeyError::Member { .. }) => Error::Key(error),
            _ => Error::AlgorithmNeeded,
        },
        error => error,
    })?;
    let key = |algorithm| {
        if symmetric {
            secret::check(&material::secret_from_jwk(jwk)?)?;
            return Ok(match algorithm {
                Algorithm::Hs384 => jwk.hmac_verifying_key::<jwt_core::Hs384>()?.into(),
                Algorithm::Hs512 => jwk.hmac_verifying_key::<jwt_core::Hs512>()?.into(),
                _ => jwk.hmac_verifying_key::<jwt_core::Hs256>()?.into(),
            });
        }
        PublicKey::of_jwk(jwk, Some(algorithm), "verify")?.verifying_key()
    };
    algorithms.into_iter().map(key).collect()
}
