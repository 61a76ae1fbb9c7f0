//! A JWK Set (RFC 7517 section 5) as a view on its text: keys are read when a token asks for one.

use core::fmt;

use super::{Jwk, KeyHint, KeyStore};
#[cfg(feature = "es256")]
use crate::alg::Es256VerifyingKey;
use crate::alg::VerifyingKey;
#[cfg(feature = "hmac")]
use crate::alg::{HmacAlgorithm, HmacKey};
use crate::error::{KeyError, KeyForm, VerifyError};
use crate::json::{Array, Object};

/// A JWK Set.
///
/// ```
/// # #[cfg(feature = "es256")] {
/// use jwt_core::key::JwkSet;
///
/// let set = JwkSet::parse(br#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1",
///     "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
///     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#)?;
/// let keys = set.es256(); // a KeyStore
/// # let _ = keys;
/// # }
/// # Ok::<(), jwt_core::error::KeyError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct JwkSet<'a> {
    keys: Array<'a>,
}

impl<'a> JwkSet<'a> {
    /// Reads a set: an object whose `keys` is an array of objects.
    ///
    /// # Errors
    /// [`KeyError::Json`]; [`KeyError::Member`] for `keys`; [`KeyError::MixedSet`] where secrets
    /// and public keys are in one set.
    pub fn parse(text: &'a [u8]) -> Result<Self, KeyError> {
        let set = Object::parse(text).map_err(KeyError::Json)?;
        let keys = set.find("keys").and_then(|keys| keys.as_array());
        let set = Self { keys: keys.ok_or(KeyError::Member { name: "keys" })? };
        let (mut symmetric, mut asymmetric) = (false, false);
        for element in set.keys.elements() {
            element.as_object().ok_or(KeyError::Member { name: "keys" })?;
        }
        for jwk in set.jwks().flatten() {
            match jwk.form() {
                KeyForm::Symmetric => symmetric = true,
                KeyForm::Other => {}
                _ => asymmetric = true,
            }
        }
        if symmetric && asymmetric { Err(KeyError::MixedSet) } else { Ok(set) }
    }

    /// The keys in the order of the text. RFC 7517 section 5: keys that are not understood
    /// should be ignored, so an error here concerns one key and not the set.
    pub fn jwks(&self) -> impl Iterator<Item = Result<Jwk<'a>, KeyError>> + use<'a> {
        self.keys
            .elements()
            .filter_map(|element| element.as_object())
            .map(|object| Jwk::parse(object.as_str().as_bytes()))
    }

    /// The keys for ES256, as a store.
    #[cfg(feature = "es256")]
    #[must_use]
    pub fn es256(&self) -> JwkSetKeys<'a, Es256VerifyingKey> {
        JwkSetKeys { set: *self, read: Jwk::es256_verifying_key }
    }

    /// The secrets for one HMAC algorithm, as a store.
    #[cfg(feature = "hmac")]
    #[must_use]
    pub fn hmac<A: HmacAlgorithm>(&self) -> JwkSetKeys<'a, HmacKey<A>> {
        JwkSetKeys { set: *self, read: Jwk::hmac_verifying_key::<A> }
    }
}

/// The keys of a [`JwkSet`] that are of one type. A token finds one by its `kid`; a token without
/// `kid` finds one where there is only one.
#[derive(Clone, Copy)]
pub struct JwkSetKeys<'a, K> {
    set: JwkSet<'a>,
    read: fn(&Jwk<'a>) -> Result<K, KeyError>,
}

impl<K: VerifyingKey> KeyStore for JwkSetKeys<'_, K> {
    type Key<'k>
        = K
    where
        Self: 'k;

    fn find(&self, hint: &KeyHint<'_>) -> Result<K, VerifyError> {
        let (mut unusable, mut broken) = (None, None);
        let chosen = hint.choose(self.set.jwks().flatten().filter_map(|jwk| {
            // A token that names a key means a key of that name, not one without a name.
            let named = match (hint.kid(), jwk.kid()) {
                (Some(wanted), Some(found)) => wanted == found,
                (Some(_), None) => return None,
                (None, _) => false,
            };
            if hint.kid().is_some() && !named {
                return None;
            }
            match (self.read)(&jwk) {
                Ok(key) => Some(key),
                Err(error) => {
                    let which = if error.is_other_use() { &mut unusable } else { &mut broken };
                    *which = Some(error).filter(|_| named).or(*which);
                    None
                }
            }
        }));
        match (chosen, unusable, broken) {
            // RFC 7517 section 4.5: keys of one set "SHOULD use distinct "kid" values". Where one of
            // this name cannot even be read, there is no telling whether another is the one meant.
            (Ok(_) | Err(VerifyError::KeyNotFound), _, Some(error))
            | (Err(VerifyError::KeyNotFound), Some(error), None) => {
                Err(VerifyError::UnusableKey(error))
            }
            (chosen, _, _) => chosen,
        }
    }
}

impl<K> fmt::Debug for JwkSetKeys<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwkSetKeys").field("set", &self.set).finish_non_exhaustive()
    }
}
