//! The keys of an issuer through their lives: announced, in use, kept for the tokens that are still out,
//! retired. Also for an HMAC secret that is replaced.
//!
//! ```text
//! announce            rotate              rotate's time + overlap
//!    |  accepted, published  |  mints  |  accepted, published  |  gone
//! ```

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jwt_core::json::WriteMembers;
use jwt_core::{KeyHint, KeyStore, Minter, NumericDate, VerifyError};
use serde::Serialize;

use crate::{Error, Moment, PrivateKey, PublicKey, SigningKey, VerifyingKey, jwk_set, mint};

/// The keys that one issuer mints with, one after the other, and that verify what it has minted.
///
/// ```
/// use std::time::Duration;
///
/// use jwt_std::{Algorithm, Claims, KeyRing, Minter, Policy, PrivateKey, now, verify};
///
/// let key = |kid: &str| Ok::<_, jwt_std::Error>(
///     PrivateKey::generate(Algorithm::Es256)?.with_kid(Some(kid.into()))
/// );
/// let ring = KeyRing::new(&key("2026-10")?)?;
/// let claims = Claims::new().issuer("me").audience("you").expires_in(Duration::from_secs(300));
/// let token = ring.mint(Minter::new(), &claims)?;
///
/// // Ahead of its time, so that who fetches the set now and then has the key when it is used.
/// ring.announce(&key("2026-11")?)?;
/// println!("{}", ring.public_jwk_set(now())?);
/// // Tokens live five minutes here: as long as the old key is needed.
/// ring.rotate(now(), Duration::from_secs(300))?;
/// verify(&token, &ring.at(now()), &Policy::new("me", "you"), now())?;
/// # Ok::<(), jwt_std::Error>(())
/// ```
///
/// Threads may mint and verify while keys are exchanged. Each key has a `kid`, and each another.
#[derive(Debug)]
pub struct KeyRing {
    keys: RwLock<Arc<Keys>>,
}

/// All keys at one time: exchanged as a whole.
#[derive(Clone, Debug)]
struct Keys {
    current: Named,
    next: Option<Named>,
    /// Keys that mint no more, and when they verify no more.
    previous: Vec<(Named, NumericDate)>,
}

#[derive(Clone, Debug)]
struct Named {
    kid: String,
    signing: SigningKey,
    verifying: VerifyingKey,
    /// `None` for a secret.
    public: Option<PublicKey>,
}

impl Named {
    fn new(key: &PrivateKey) -> Result<Self, Error> {
        Ok(Self {
            kid: key.kid().ok_or(Error::KidNeeded)?.to_owned(),
            signing: key.signing_key()?,
            verifying: key.verifying_key()?,
            public: key.public(),
        })
    }
}

impl Keys {
    /// The keys that verify at this time: the one in use, the next, and the ones before.
    fn at(&self, now: NumericDate) -> impl Iterator<Item = &Named> {
        let previous = self.previous.iter().filter(move |(_, retires)| now < *retires);
        std::iter::once(&self.current).chain(&self.next).chain(previous.map(|(named, _)| named))
    }
}

impl KeyRing {
    /// Begins with the key to mint with.
    ///
    /// # Errors
    /// [`Error::KidNeeded`]; [`Error::NoRsaSigning`] for RSA without the feature `aws-lc-rs`.
    pub fn new(key: &PrivateKey) -> Result<Self, Error> {
        let keys = Keys { current: Named::new(key)?, next: None, previous: Vec::new() };
        Ok(Self { keys: RwLock::new(Arc::new(keys)) })
    }

    /// Accepts and publishes a key from now on, and mints with it after the next [`KeyRing::rotate`]. It
    /// takes the place of one that was announced before and has not been used.
    ///
    /// # Errors
    /// [`Error::KidNeeded`] where it has no `kid`, or that of another key here; [`Error::NoRsaSigning`].
    pub fn announce(&self, key: &PrivateKey) -> Result<(), Error> {
        let next = Named::new(key)?;
        self.change(|keys| {
            let mut others = std::iter::once(&keys.current)
                .chain(keys.previous.iter().map(|(previous, _)| previous));
            if others.any(|other| other.kid == next.kid) {
                return Err(Error::KidNeeded);
            }
            keys.next = Some(next);
            Ok(())
        })
    }

    /// Mints with the key that was announced. The one before it verifies for `overlap` from now, and then
    /// no more: choose the longest time that a token of it lives, and the leeway of those who verify.
    /// Keys whose time is over are dropped.
    ///
    /// # Errors
    /// [`Error::NoNextKey`] where none was announced.
    pub fn rotate(&self, now: impl Moment, overlap: Duration) -> Result<(), Error> {
        let now = now.to_numeric_date();
        self.change(|keys| {
            let next = keys.next.take().ok_or(Error::NoNextKey)?;
            let previous = std::mem::replace(&mut keys.current, next);
            keys.previous.retain(|(_, retires)| now < *retires);
            // Half a second more counts as one: a key may live longer than a token, and never shorter.
            let rounded_up =
                overlap.as_secs().saturating_add(u64::from(overlap.subsec_nanos() > 0));
            keys.previous.push((previous, now.saturating_add(rounded_up)));
            Ok(())
        })
    }

    /// Drops every key but the one in use and the next at once, whatever tokens of them are out: for keys
    /// that have become known.
    pub fn retire(&self) {
        let retire = |keys: &mut Keys| {
            keys.previous.clear();
            Ok::<(), Error>(())
        };
        // It cannot fail.
        let _ = self.change(retire);
    }

    /// Mints a token with the key in use, and its `kid` in the header.
    ///
    /// # Errors
    /// [`Error::Mint`].
    pub fn mint<H: WriteMembers>(
        &self,
        minter: Minter<'_, H>,
        claims: &(impl Serialize + ?Sized),
    ) -> Result<String, Error> {
        let keys = self.keys();
        mint(&minter.kid(&keys.current.kid), &keys.current.signing, claims)
    }

    /// The `kid` of the key in use.
    #[must_use]
    pub fn kid(&self) -> String {
        self.keys().current.kid.clone()
    }

    /// The keys that verify at this time, as they are now.
    #[must_use]
    pub fn at(&self, now: impl Moment) -> RingKeys {
        RingKeys { keys: self.keys(), now: now.to_numeric_date() }
    }

    /// The public keys that verify at this time, to be published: a JWK Set (RFC 7517 section 5).
    ///
    /// # Errors
    /// [`Error::NoPublicPart`] where one of them is a secret.
    pub fn public_jwk_set(&self, now: impl Moment) -> Result<String, Error> {
        let keys = self.keys();
        let public = |named: &Named| named.public.clone().ok_or(Error::NoPublicPart);
        let public: Result<Vec<_>, _> = keys.at(now.to_numeric_date()).map(public).collect();
        Ok(jwk_set(&public?))
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Exchanges the keys for changed ones, or leaves them as they are.
    fn change(&self, change: impl FnOnce(&mut Keys) -> Result<(), Error>) -> Result<(), Error> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = Keys::clone(&keys);
        change(&mut changed)?;
        *keys = Arc::new(changed);
        Ok(())
    }
}

/// The keys of a [`KeyRing`] that verify at one time.
#[derive(Clone, Debug)]
pub struct RingKeys {
    keys: Arc<Keys>,
    now: NumericDate,
}

impl KeyStore for RingKeys {
    type Key<'k> = &'k VerifyingKey;

    fn find(&self, hint: &KeyHint<'_>) -> Result<&VerifyingKey, VerifyError> {
        let meant = self.keys.at(self.now).filter(|named| hint.may_mean(&named.kid));
        hint.choose(meant.map(|named| &named.verifying))
    }
}
