//! Several keys, parsed once: a key store for applications.

use jwt_core::{Algorithm, KeyError, KeyHint, KeyStore, VerifyError, VerifyingKey as _};

use crate::{Error, SignatureCache, VerifyingKey};

/// Keys under names, or one key whatever its name.
///
/// A token that names a key means a key of exactly that name. A token that names none finds a key
/// where only one is for its algorithm.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Named<VerifyingKey>>,
    /// Keys that were there and cannot be used, for those who ask for them by name.
    unusable: Vec<Named<KeyError>>,
    /// The caller has chosen this one key: no name is compared.
    chosen: bool,
}

#[derive(Debug)]
struct Named<T> {
    kid: Option<String>,
    it: T,
}

impl KeySet {
    /// A set without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One key that the caller has chosen: the `kid` of a token does not matter. Several where one
    /// secret may serve several algorithms.
    pub fn chosen(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        let keys = keys.into_iter().map(|it| Named { kid: None, it }).collect();
        Self { keys, unusable: Vec::new(), chosen: true }
    }

    /// Adds a key under its name.
    pub fn insert(&mut self, kid: Option<String>, key: VerifyingKey) {
        self.keys.push(Named { kid, it: key });
    }

    pub(crate) fn insert_unusable(&mut self, kid: Option<String>, error: KeyError) {
        self.unusable.push(Named { kid, it: error });
    }

    /// Keeps only the keys for these algorithms.
    ///
    /// # Errors
    /// [`Error::AlgorithmNotAllowed`] where there were keys and none is left.
    pub fn restrict(mut self, allowed: &[Algorithm]) -> Result<Self, Error> {
        let before = self.keys.len();
        self.keys.retain(|named| allowed.contains(&named.it.algorithm()));
        if self.keys.is_empty() && before > 0 {
            return Err(Error::AlgorithmNotAllowed);
        }
        Ok(self)
    }

    /// The same keys with a memory of the signatures that were good.
    #[must_use]
    pub fn cached(mut self, cache: &SignatureCache) -> Self {
        for named in &mut self.keys {
            named.it = named.it.cached(cache);
        }
        self
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    fn may_mean(&self, hint: &KeyHint<'_>, kid: Option<&str>) -> bool {
        self.chosen
            || match (hint.kid(), kid) {
                (Some(wanted), Some(found)) => wanted == found,
                (Some(_), None) => false,
                (None, _) => true,
            }
    }
}

impl KeyStore for KeySet {
    type Key<'k> = &'k VerifyingKey;

    fn find(&self, hint: &KeyHint<'_>) -> Result<&VerifyingKey, VerifyError> {
        let meant = self.keys.iter().filter(|named| self.may_mean(hint, named.kid.as_deref()));
        let chosen = hint.choose(meant.map(|named| &named.it));
        let mut unusable = self
            .unusable
            .iter()
            .filter(|named| hint.kid().is_some() && self.may_mean(hint, named.kid.as_deref()));
        let unusable = match chosen {
            // Two keys of one name, and one of them broken: which is meant, nobody can tell.
            Ok(_) => unusable.find(|named| !named.it.is_other_use()),
            Err(VerifyError::KeyNotFound) => unusable.next(),
            Err(_) => None,
        };
        unusable.map_or(chosen, |unusable| Err(VerifyError::UnusableKey(unusable.it)))
    }
}
