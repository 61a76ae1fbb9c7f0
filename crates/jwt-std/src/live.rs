//! Keys that are replaced while others verify with them: what an issuer publishes changes.

use std::sync::{Arc, PoisonError, RwLock};

use jwt_core::{KeyHint, KeyStore, VerifyError};

use crate::{KeySet, VerifyingKey};

/// A [`KeySet`] that can be replaced as a whole while threads verify with it.
///
/// A token is verified with the keys of one set: the old one or the new one, and never a mixture. From the
/// return of [`LiveKeys::replace`] on, no look-up finds a key that is gone.
///
/// ```
/// use jwt_std::{Algorithm, KeySet, LiveKeys, PrivateKey};
///
/// let keys = LiveKeys::new(KeySet::new());
/// // When the issuer has published a new set:
/// let key = PrivateKey::generate(Algorithm::Es256)?;
/// let mut set = KeySet::new();
/// set.insert(Some("2026-11".into()), key.verifying_key()?);
/// keys.replace(set);
/// # Ok::<(), jwt_std::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct LiveKeys {
    set: RwLock<Arc<KeySet>>,
}

impl LiveKeys {
    /// Begins with these keys.
    #[must_use]
    pub fn new(set: KeySet) -> Self {
        Self { set: RwLock::new(Arc::new(set)) }
    }

    /// Puts other keys in the place of all that there are. An overlap is in what the issuer publishes: for a
    /// while, both keys are in its set.
    pub fn replace(&self, set: KeySet) {
        let set = Arc::new(set);
        // What was there is dropped after the lock is free again.
        let _before = {
            let mut current = self.set.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, set)
        };
    }

    /// The keys as they are now. Later replacements do not change them.
    #[must_use]
    pub fn snapshot(&self) -> Arc<KeySet> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl KeyStore for LiveKeys {
    type Key<'k> = VerifyingKey;

    fn find(&self, hint: &KeyHint<'_>) -> Result<VerifyingKey, VerifyError> {
        self.snapshot().find(hint).cloned()
    }
}
