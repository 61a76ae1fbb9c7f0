//! What a key file holds, for people: every kind of key that can be recognised, and no secret.
//!
//! What a JWK says about its use is described here and judged elsewhere. Its parts have to be sound.

use jwt_core::error::KeyForm;
use jwt_core::json::Value;
use jwt_core::{Jwk, JwkSet, KeyError, base64url};

use crate::material::{self, Material, public_members};
use crate::{Container, Error, KeyFile};

/// What a file says about one key. Holds no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Description {
    /// What kind of key it is.
    pub form: KeyForm,
    /// Whether it has a private or secret part.
    pub private: bool,
    /// `kid`, `alg` and `use` of a JWK, and its `key_ops` as JSON.
    pub members: Vec<(&'static str, String)>,
    /// The RFC 7638 thumbprint; `None` for a symmetric key, of whose secret it is a hash, and for a
    /// kind of key that is not supported outside a JWK.
    pub thumbprint: Option<String>,
}

impl KeyFile {
    /// What the file says about each of its keys. A single key that is malformed is an error.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn describe(&self) -> Result<Vec<Result<Description, KeyError>>, Error> {
        Ok(match self.container() {
            Container::Jwk => vec![Ok(describe_jwk(&Jwk::parse(self.bytes())?)?)],
            Container::JwkSet => JwkSet::parse(self.bytes())?
                .jwks()
                .map(|jwk| jwk.and_then(|jwk| describe_jwk(&jwk)))
                .collect(),
            Container::Pem | Container::Der => vec![Ok(self.describe_plain()?)],
        })
    }

    fn describe_plain(&self) -> Result<Description, KeyError> {
        let (form, private, key) = match self.material() {
            Ok(Material::Private(key)) => (key.form(), true, key.public()),
            Ok(Material::Public(key)) => (key.form(), false, Some(key)),
            // Another kind of key: described as far as its envelope goes.
            Err(KeyError::WrongForm { found, .. }) => (found, self.has_private_envelope(), None),
            // Of a size or with an exponent that nobody should use.
            Err(KeyError::RsaModulus { .. } | KeyError::RsaExponent | KeyError::RsaFactorable) => {
                (KeyForm::Rsa, self.has_private_envelope(), None)
            }
            Err(error) => return Err(error),
        };
        let thumbprint = match key {
            Some(key) => {
                let jwk = format!("{{{}}}", public_members(&key));
                Some(Jwk::parse(jwk.as_bytes())?.thumbprint()?.to_string())
            }
            None => None,
        };
        Ok(Description { form, private, members: Vec::new(), thumbprint })
    }

    /// Whether label or structure are those of a private key, of whatever kind.
    fn has_private_envelope(&self) -> bool {
        if self.container() == Container::Pem {
            return self.bytes().windows(11).any(|label| label == b"PRIVATE KEY");
        }
        let body = match self.bytes() {
            [0x30, 0x81, _, body @ ..] | [0x30, 0x82, _, _, body @ ..] => body,
            [0x30, length, body @ ..] if *length < 0x80 => body,
            _ => return false,
        };
        match body {
            // PKCS#8, SEC1 and PKCS#1 begin with a version; PKCS#1 of a public key with its modulus.
            [0x02, 0x01, 0 | 1, ..] => true,
            // RFC 5958 section 3: EncryptedPrivateKeyInfo, an algorithm and an OCTET STRING.
            [0x30, length, rest @ ..] => rest.get(usize::from(*length)) == Some(&0x04),
            _ => false,
        }
    }
}

fn describe_jwk(jwk: &Jwk<'_>) -> Result<Description, KeyError> {
    let mut form = jwk.form();
    let encoded: &[&'static str] = match form {
        KeyForm::Symmetric => &["k"],
        KeyForm::Rsa => &["n", "e"],
        KeyForm::Edwards => &["x"],
        KeyForm::Other => &[],
        _ => &["x", "y"],
    };
    for name in encoded {
        let text = jwk.object().find(name).and_then(|value| value.as_text()?.as_str());
        match text.map(|text| base64url::check(text.as_bytes())) {
            Some(Ok(1..)) => {}
            _ => return Err(KeyError::Member { name }),
        }
    }
    match material::public_from_jwk(jwk) {
        Ok(key) => form = key.form(),
        // A key that is not supported, or that nobody should use.
        Err(
            KeyError::WrongForm { .. }
            | KeyError::RsaModulus { .. }
            | KeyError::RsaExponent
            | KeyError::RsaFactorable,
        ) => {}
        Err(error) => return Err(error),
    }
    let mut members = Vec::new();
    for name in ["kid", "alg", "use", "key_ops"] {
        match (name, jwk.object().find(name)) {
            (_, None) => {}
            ("key_ops", Some(Value::Array(array))) => {
                members.push((name, array.as_str().to_owned()));
            }
            ("kid" | "alg" | "use", Some(Value::String(text))) => {
                members.push((name, text.to_string()));
            }
            _ => return Err(KeyError::Member { name }),
        }
    }
    let thumbprint = match form {
        KeyForm::Symmetric | KeyForm::Other => None,
        _ => Some(jwk.thumbprint()?.to_string()),
    };
    Ok(Description { form, private: jwk.is_private(), members, thumbprint })
}
