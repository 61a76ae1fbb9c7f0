//! Keys and where they are found: the caller's own, always.
//!
//! A token can hint at a key by its `kid` and `alg`; [`KeyHint`] carries nothing else, so `jku`,
//! `jwk`, `x5u` and `x5c` of a header cannot reach any key store.
//!
//! Keys are taken in from raw bytes ([`crate::Es256SigningKey::from_bytes`] and its kin), from
//! SEC1, PKCS#8 and SPKI DER, from PEM with the feature `pem`, and from a [`Jwk`].

#[cfg(feature = "es256")]
mod der;
mod jwk;
#[cfg(feature = "pem")]
mod pem;
mod set;
#[cfg(feature = "sha256")]
mod thumbprint;

use crate::alg::VerifyingKey;
use crate::error::VerifyError;
use crate::header::JoseHeader;
use crate::json::Text;

#[cfg(feature = "es256")]
pub use der::SPKI_DER_LEN;
pub use jwk::{Jwk, MAX_SECRET_LEN};
pub use set::{JwkSet, JwkSetKeys};
#[cfg(feature = "sha256")]
pub use thumbprint::Thumbprint;

/// All that a token may say about the key that verifies it.
#[derive(Clone, Copy, Debug)]
pub struct KeyHint<'h> {
    kid: Option<Text<'h>>,
    alg: Text<'h>,
}

impl<'h> KeyHint<'h> {
    pub(crate) const fn new(header: &JoseHeader<'h>) -> Self {
        Self { kid: header.kid(), alg: header.alg() }
    }

    /// "kid" (Key ID), RFC 7515 section 4.1.4. An opaque name: never a path, never SQL.
    #[must_use]
    pub const fn kid(&self) -> Option<Text<'h>> {
        self.kid
    }

    /// "alg" (Algorithm), RFC 7515 section 4.1.1. It may tell two keys of one `kid` apart.
    #[must_use]
    pub const fn alg(&self) -> Text<'h> {
        self.alg
    }

    /// Whether a key of this name may be meant: the names are equal, or the token has none.
    #[must_use]
    pub fn may_mean(&self, kid: &str) -> bool {
        self.kid.is_none_or(|hint| hint == kid)
    }

    /// The one of `candidates` whose algorithm is that of the header.
    ///
    /// # Errors
    /// [`VerifyError::KeyNotFound`], [`VerifyError::AmbiguousKey`], and
    /// [`VerifyError::AlgorithmMismatch`] where keys were there but for other algorithms.
    pub fn choose<K: VerifyingKey>(
        &self,
        candidates: impl IntoIterator<Item = K>,
    ) -> Result<K, VerifyError> {
        let mut chosen = Err(VerifyError::KeyNotFound);
        for key in candidates {
            let expected = key.algorithm();
            if self.alg != expected.name() {
                if chosen.is_err() {
                    chosen = Err(VerifyError::AlgorithmMismatch { expected });
                }
            } else if chosen.is_ok() {
                return Err(VerifyError::AmbiguousKey);
            } else {
                chosen = Ok(key);
            }
        }
        chosen
    }
}

/// Something that holds keys: one key, a slice of [`Keyed`], a [`Rotation`], a [`JwkSet`].
pub trait KeyStore {
    /// A key as it is found: often a reference.
    type Key<'k>: VerifyingKey
    where
        Self: 'k;

    /// The key for a token with these hints. Whether the key is right, the signature tells.
    ///
    /// # Errors
    /// A [`VerifyError`] of the stage [`crate::Stage::Key`].
    fn find(&self, hint: &KeyHint<'_>) -> Result<Self::Key<'_>, VerifyError>;
}

/// One key is its own store, whatever the `kid`: the caller has chosen it.
impl<K: VerifyingKey> KeyStore for K {
    type Key<'k>
        = &'k K
    where
        K: 'k;

    fn find(&self, _: &KeyHint<'_>) -> Result<&K, VerifyError> {
        Ok(self)
    }
}

/// A key and its name.
#[derive(Clone, Copy, Debug)]
pub struct Keyed<'k, K> {
    /// The `kid` that tokens name it by.
    pub kid: &'k str,
    /// The key.
    pub key: K,
}

impl<K: VerifyingKey> KeyStore for [Keyed<'_, K>] {
    type Key<'k>
        = &'k K
    where
        Self: 'k;

    fn find(&self, hint: &KeyHint<'_>) -> Result<&K, VerifyError> {
        hint.choose(self.iter().filter(|keyed| hint.may_mean(keyed.kid)).map(|keyed| &keyed.key))
    }
}

/// Two slots: the key that is in use, and the one before it for as long as its tokens live.
///
/// ```
/// use jwt_core::{HmacKey, Hs256, key::Rotation};
///
/// let mut keys = Rotation::new("2026-10", HmacKey::<Hs256>::new(&[1; 32])?);
/// keys.rotate("2026-11", HmacKey::new(&[2; 32])?);
/// // Tokens of both are good now. When the last of the old ones has expired:
/// keys.retire();
/// # Ok::<(), jwt_core::error::KeyError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'k, K> {
    current: Keyed<'k, K>,
    previous: Option<Keyed<'k, K>>,
}

impl<'k, K> Rotation<'k, K> {
    /// Starts with one key.
    pub const fn new(kid: &'k str, key: K) -> Self {
        Self { current: Keyed { kid, key }, previous: None }
    }

    /// Puts a new key into use. The one before it stays good; the one before that does not.
    pub fn rotate(&mut self, kid: &'k str, key: K) {
        let previous = core::mem::replace(&mut self.current, Keyed { kid, key });
        self.previous = Some(previous);
    }

    /// Ends the time of the previous key.
    pub fn retire(&mut self) {
        self.previous = None;
    }

    /// The key in use: the one to mint with.
    pub const fn current(&self) -> &Keyed<'k, K> {
        &self.current
    }
}

impl<K: VerifyingKey> KeyStore for Rotation<'_, K> {
    type Key<'k>
        = &'k K
    where
        Self: 'k;

    fn find(&self, hint: &KeyHint<'_>) -> Result<&K, VerifyError> {
        let slots = [Some(&self.current), self.previous.as_ref()];
        let meant = slots.into_iter().flatten().filter(|keyed| hint.may_mean(keyed.kid));
        hint.choose(meant.map(|keyed| &keyed.key))
    }
}
