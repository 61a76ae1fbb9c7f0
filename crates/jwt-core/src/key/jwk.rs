//! A JSON Web Key (RFC 7517, RFC 7518 section 6), as a view on its text.
//!
//! What the key says about its own use has to agree with the use: `alg`, `use`, `key_ops`, `kty`
//! and `crv` are all checked before a key comes out.

#[cfg(any(feature = "hmac", feature = "es256"))]
use base64ct::{Base64UrlUnpadded, Encoding as _};
#[cfg(any(feature = "hmac", feature = "es256"))]
use zeroize::Zeroizing;

#[cfg(feature = "es256")]
use crate::alg::{Es256SigningKey, Es256VerifyingKey};
#[cfg(feature = "hmac")]
use crate::alg::{HmacAlgorithm, HmacKey};
use crate::algorithm::Algorithm;
#[cfg(feature = "es256")]
use crate::base64url;
use crate::error::{KeyError, KeyForm};
use crate::json::{Object, Text};
#[cfg(feature = "es256")]
use crate::json::{ObjectWriter, WriteMembers};

/// Bytes of the `k` of a JWK at most. A longer HMAC secret gains nothing: it is hashed first.
pub const MAX_SECRET_LEN: usize = 512;

/// A JSON Web Key.
///
/// ```
/// # #[cfg(feature = "es256")] {
/// use jwt_core::key::Jwk;
///
/// let jwk = Jwk::parse(br#"{"kty":"EC","crv":"P-256","use":"sig","kid":"1",
///     "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
///     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#)?;
/// let key = jwk.es256_verifying_key()?;
/// assert!(jwk.es256_signing_key().is_err());
/// # }
/// # Ok::<(), jwt_core::error::KeyError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Jwk<'a> {
    object: Object<'a>,
}

impl<'a> Jwk<'a> {
    /// Reads a JWK: one strict JSON object with unique names and a `kty`.
    ///
    /// # Errors
    /// [`KeyError::Json`]; [`KeyError::Member`] for `kty` and `kid`.
    pub fn parse(text: &'a [u8]) -> Result<Self, KeyError> {
        let jwk = Self { object: Object::parse(text).map_err(KeyError::Json)? };
        jwk.member("kty")?;
        jwk.optional("kid")?;
        Ok(jwk)
    }

    /// "kid" (Key ID), RFC 7517 section 4.5.
    #[must_use]
    pub fn kid(&self) -> Option<Text<'a>> {
        self.object.find("kid")?.as_text()
    }

    /// "alg" (Algorithm), RFC 7517 section 4.4.
    #[must_use]
    pub fn alg(&self) -> Option<Text<'a>> {
        self.object.find("alg")?.as_text()
    }

    /// The members of the key as they stand. May hold a secret.
    #[must_use]
    pub const fn object(&self) -> Object<'a> {
        self.object
    }

    /// What kind of key this is, from `kty` and `crv`.
    #[must_use]
    pub fn form(&self) -> KeyForm {
        let is = |member: &str, value: &str| {
            self.object.find(member).and_then(|found| found.as_text()).is_some_and(|t| t == value)
        };
        if is("kty", "oct") {
            KeyForm::Symmetric
        } else if is("kty", "RSA") {
            KeyForm::Rsa
        } else if is("kty", "OKP") {
            KeyForm::Edwards
        } else if !is("kty", "EC") {
            KeyForm::Other
        } else if is("crv", "P-256") {
            KeyForm::P256
        } else if is("crv", "P-384") {
            KeyForm::P384
        } else if is("crv", "P-521") {
            KeyForm::P521
        } else if is("crv", "secp256k1") {
            KeyForm::Secp256k1
        } else {
            KeyForm::OtherCurve
        }
    }

    /// Whether the key has a private or secret part.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.object.members().any(|(name, _)| name == "d" || name == "k")
    }

    /// The public key for ES256. Of a private JWK it is the public part, once the two are known to
    /// belong together.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    #[cfg(feature = "es256")]
    pub fn es256_verifying_key(&self) -> Result<Es256VerifyingKey, KeyError> {
        self.check_use(KeyForm::P256, Algorithm::Es256, "verify")?;
        let public = self.es256_public()?;
        if self.object.find("d").is_some() {
            self.es256_private(&public)?;
        }
        Ok(public)
    }

    /// The private key for ES256, once it is known to belong to the public part.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    #[cfg(feature = "es256")]
    pub fn es256_signing_key(&self) -> Result<Es256SigningKey, KeyError> {
        self.check_use(KeyForm::P256, Algorithm::Es256, "sign")?;
        let public = self.es256_public()?;
        if self.object.find("d").is_none() {
            return Err(KeyError::PublicKey);
        }
        self.es256_private(&public)
    }

    /// The secret for HMAC, to sign with. A JWK without `alg` is for the algorithm that the
    /// caller names here.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    #[cfg(feature = "hmac")]
    pub fn hmac_signing_key<A: HmacAlgorithm>(&self) -> Result<HmacKey<A>, KeyError> {
        self.check_use(KeyForm::Symmetric, A::ALGORITHM, "sign")?;
        self.hmac_key()
    }

    /// The secret for HMAC, to verify with. See [`Jwk::hmac_signing_key`].
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    #[cfg(feature = "hmac")]
    pub fn hmac_verifying_key<A: HmacAlgorithm>(&self) -> Result<HmacKey<A>, KeyError> {
        self.check_use(KeyForm::Symmetric, A::ALGORITHM, "verify")?;
        self.hmac_key()
    }

    /// Whether the key may be used this way, by its own words.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    pub fn check_use(
        &self,
        form: KeyForm,
        algorithm: Algorithm,
        operation: &'static str,
    ) -> Result<(), KeyError> {
        let found = self.form();
        if found == KeyForm::OtherCurve {
            // RFC 7518 section 6.2.1: `crv` "MUST be present". Without it this is no key at all.
            self.member("crv")?;
        }
        if found != form {
            return Err(KeyError::WrongForm { found, needed: form });
        }
        if self.optional("alg")?.is_some_and(|alg| alg != algorithm.name()) {
            return Err(KeyError::AlgorithmMismatch { needed: algorithm });
        }
        if self.optional("use")?.is_some_and(|purpose| purpose != "sig") {
            return Err(KeyError::NotForSignatures);
        }
        if let Some(operations) = self.object.find("key_ops") {
            let operations = operations.as_array().ok_or(KeyError::Member { name: "key_ops" })?;
            let mut allowed = false;
            for (i, found) in operations.elements().enumerate() {
                let found = found.as_text().ok_or(KeyError::Member { name: "key_ops" })?;
                // RFC 7517 section 4.3: "Duplicate key operation values MUST NOT be present in
                // the array." Eight are registered; a longer array has one twice or is hostile.
                let twice = operations
                    .elements()
                    .take(i)
                    .any(|earlier| earlier.as_text().is_some_and(|earlier| earlier == found));
                if twice || i >= 16 {
                    return Err(KeyError::Member { name: "key_ops" });
                }
                allowed |= found == operation;
            }
            if !allowed {
                return Err(KeyError::OperationNotAllowed { needed: operation });
            }
        }
        Ok(())
    }

    #[cfg(feature = "es256")]
    fn es256_public(&self) -> Result<Es256VerifyingKey, KeyError> {
        Es256VerifyingKey::from_coordinates(&self.coordinate("x")?, &self.coordinate("y")?)
    }

    /// RFC 7518 section 6.2.1.2: "The length of this octet string MUST be the full size of a
    /// coordinate for the curve".
    #[cfg(feature = "es256")]
    fn coordinate(&self, name: &'static str) -> Result<[u8; 32], KeyError> {
        let mut bytes = [0; 32];
        let decoded = base64url::decode(self.encoded(name)?.as_bytes(), &mut bytes);
        if decoded.map(<[u8]>::len) != Ok(32) {
            return Err(KeyError::Member { name });
        }
        Ok(bytes)
    }

    #[cfg(feature = "es256")]
    fn es256_private(&self, public: &Es256VerifyingKey) -> Result<Es256SigningKey, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        let scalar = Base64UrlUnpadded::decode(self.encoded("d")?, bytes.as_mut_slice())
            .map_err(|_| KeyError::Member { name: "d" })?;
        Es256SigningKey::with_public(scalar, public)
    }

    #[cfg(feature = "hmac")]
    fn hmac_key<A: HmacAlgorithm>(&self) -> Result<HmacKey<A>, KeyError> {
        let text = self.encoded("k")?;
        let mut bytes = Zeroizing::new([0; MAX_SECRET_LEN]);
        if text.len() > crate::base64url::encoded_len(MAX_SECRET_LEN) {
            return Err(KeyError::SecretTooLong { limit: MAX_SECRET_LEN });
        }
        let secret = Base64UrlUnpadded::decode(text, bytes.as_mut_slice())
            .map_err(|_| KeyError::Member { name: "k" })?;
        HmacKey::new(secret)
    }

    fn member(&self, name: &'static str) -> Result<Text<'a>, KeyError> {
        self.optional(name)?.ok_or(KeyError::Member { name })
    }

    fn optional(&self, name: &'static str) -> Result<Option<Text<'a>>, KeyError> {
        match self.object.find(name) {
            Some(value) => Ok(Some(value.as_text().ok_or(KeyError::Member { name })?)),
            None => Ok(None),
        }
    }

    /// A member whose value is plain text, as all base64url is.
    #[cfg(feature = "sha256")]
    pub(super) fn encoded(&self, name: &'static str) -> Result<&'a str, KeyError> {
        self.member(name)?.as_str().ok_or(KeyError::Member { name })
    }
}

/// The public key as a JWK: the members that RFC 7638 section 3.2 requires, in its order.
#[cfg(feature = "es256")]
impl WriteMembers for Es256VerifyingKey {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        let point = self.to_sec1();
        let (x, y) = point.get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
        object.string("crv", "P-256").string("kty", "EC");
        for (name, coordinate) in [("x", x), ("y", y)] {
            let mut text = [0; base64url::encoded_len(32)];
            object.string(name, base64url::encode(coordinate, &mut text).unwrap_or_default());
        }
    }
}
