//! The JWK Set of an issuer, fetched when it has to be and no more often than it may.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jwt_core::{NumericDate, Policy};
use reqwest::Url;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use super::fetch::{self, Fetched, Fetcher};
use super::{FetchError, FetchLimits, Metadata, freshness};
use crate::flight::Flight;
use crate::{
    BoxFuture, Clock, Container, Error, IssuerKeys, KeyFile, KeySet, LiveKeys, SignatureCache,
    Token, verify,
};

/// Keys that are fetched from a URL. Cheap to clone; all clones share what was fetched.
///
/// A set is used for as long as its `Cache-Control` or `Expires` say, within the [`FetchLimits`], and is then asked for
/// anew by its `ETag`. One fetch goes out at a time, and whoever needs it waits for that one. A `kid` that is not in the
/// set has it fetched too, a bounded number of times. Where fetching fails the old set is good for a bounded time, and
/// then nothing is.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use jwt_std::{FetchLimits, RemoteJwks, ResourceServer};
///
/// # async fn f() -> Result<(), jwt_std::Error> {
/// let issuer = "https://issuer.example";
/// let keys = RemoteJwks::discover(issuer, FetchLimits::default()).await?;
/// let server = ResourceServer::new("https://api.example").issuer(issuer, Arc::new(keys));
/// # let _ = server;
/// # Ok(()) }
/// ```
///
/// URLs are https, or http to this machine. Redirects are not followed. It is used within a tokio runtime.
#[derive(Clone)]
pub struct RemoteJwks {
    shared: Arc<Shared>,
}

struct Shared {
    url: Url,
    limits: FetchLimits,
    clock: Clock,
    fetcher: Fetcher,
    flight: Flight,
    keys: LiveKeys,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    times: Option<Times>,
    etag: Option<HeaderValue>,
    tried: Option<NumericDate>,
    failed: Option<FetchError>,
    /// Fetches for unknown kids since one that was due.
    for_unknown: u32,
    cache: Option<SignatureCache>,
}

/// Of the set that is there.
#[derive(Clone, Copy)]
struct Times {
    fetched: NumericDate,
    /// From here on it is fetched anew while it is used.
    ahead: NumericDate,
    /// From here on it is fetched before it is used.
    stale: NumericDate,
    /// From here on it is not used.
    over: NumericDate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Due,
    UnknownKid,
}

impl RemoteJwks {
    /// Keys that are fetched from here when they are first needed.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] where it is not https and leads to another machine, or has a user or a fragment;
    /// [`Error::Fetch`] where there is no TLS.
    pub fn new(url: &str, limits: FetchLimits) -> Result<Self, Error> {
        Self::with_clock(url, limits, Clock::default())
    }

    /// The same with the time from elsewhere than the system. Limits of time for one answer are real time.
    ///
    /// # Errors
    /// Those of [`RemoteJwks::new`].
    pub fn with_clock(url: &str, limits: FetchLimits, clock: Clock) -> Result<Self, Error> {
        let url = fetch::url(url)?;
        let fetcher = Fetcher::new(&url, &limits).map_err(Error::Fetch)?;
        let (flight, keys, state) = (Flight::default(), LiveKeys::default(), Mutex::default());
        let shared = Shared { url, limits, clock, fetcher, flight, keys, state };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The keys of an issuer, whose metadata say where they are.
    ///
    /// # Errors
    /// Those of [`Metadata::discover`] and [`RemoteJwks::new`].
    pub async fn discover(issuer: &str, limits: FetchLimits) -> Result<Self, Error> {
        let metadata = Metadata::discover(issuer, &limits).await?;
        Self::new(metadata.jwks_uri(), limits)
    }

    /// The same with a memory of the signatures that were good, for keys that are fetched from here on. With each set
    /// that has changed it begins anew: what a key verified that is gone is forgotten with it.
    #[must_use]
    pub fn cached(self, cache: &SignatureCache) -> Self {
        self.shared.state().cache = Some(cache.clone());
        self
    }

    /// The keys as they are now, fetched if they have to be.
    ///
    /// # Errors
    /// [`Error::Fetch`] where there are none.
    pub async fn keys(&self) -> Result<Arc<KeySet>, Error> {
        self.prepare().await?;
        Ok(self.shared.keys.snapshot())
    }

    async fn fetch(&self, reason: Reason) {
        let shared = Arc::clone(&self.shared);
        let work = async move { shared.fetch(reason).await };
        self.shared.flight.run(|| self.shared.may_fetch(reason), work).await;
    }
}

impl IssuerKeys for RemoteJwks {
    fn verify(&self, token: &str, policy: &Policy<'_>, now: NumericDate) -> Result<Token, Error> {
        self.shared.usable(now)?;
        verify(token, &*self.shared.keys.snapshot(), policy, now)
    }

    fn prepare(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let now = self.shared.clock.now();
            let times = self.shared.state().times;
            match times.filter(|times| times.fetched <= now && now < times.stale) {
                Some(times) if now < times.ahead => {}
                Some(_) => {
                    if !self.shared.flight.is_busy() {
                        let this = self.clone();
                        tokio::spawn(async move { this.fetch(Reason::Due).await });
                    }
                }
                None => self.fetch(Reason::Due).await,
            }
            self.shared.usable(self.shared.clock.now())
        })
    }

    fn refetch(&self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            self.fetch(Reason::UnknownKid).await;
            // Also where nothing was fetched for this call: another one may have, since the token was looked at.
            true
        })
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usable(&self, now: NumericDate) -> Result<(), Error> {
        let state = self.state();
        match state.times {
            Some(times) if now < times.over => Ok(()),
            _ => Err(Error::Fetch(state.failed.unwrap_or(FetchError::TooSoon))),
        }
    }

    /// Whether a fetch may go out. If so, it is counted.
    fn may_fetch(&self, reason: Reason) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        let next = state.tried.map(|tried| (tried, later(tried, self.limits.interval)));
        // A clock that went back stops nothing.
        if next.is_some_and(|(tried, next)| tried <= now && now < next) {
            return false;
        }
        match reason {
            Reason::Due => state.for_unknown = 0,
            Reason::UnknownKid if state.for_unknown >= self.limits.unknown_kids => return false,
            Reason::UnknownKid => state.for_unknown = state.for_unknown.saturating_add(1),
        }
        state.tried = Some(now);
        true
    }

    async fn fetch(&self, reason: Reason) {
        let etag = self.state().etag.clone();
        let fetched = self.fetcher.get(&self.url, etag).await;
        let read = fetched.and_then(|fetched| match &fetched.body {
            Some(body) => Ok((Some(self.read(body)?), fetched)),
            None => Ok((None, fetched)),
        });
        match read {
            Ok((set, fetched)) => self.accept(set, &fetched),
            // That a kid is unknown does not make a good set a bad one.
            Err(_) if reason == Reason::UnknownKid => {}
            Err(error) => self.state().failed = Some(error),
        }
    }

    fn read(&self, body: &[u8]) -> Result<KeySet, FetchError> {
        let file = KeyFile::parse(Zeroizing::new(body.to_vec()));
        let file = file.ok().filter(|file| file.container() == Container::JwkSet);
        let keys = file.and_then(|file| file.verifying_keys(&self.limits.algorithms).ok());
        keys.ok_or(FetchError::NotAJwkSet)
    }

    fn accept(&self, set: Option<KeySet>, fetched: &Fetched) {
        let FetchLimits { floor, ceiling, lifetime, ahead, stale_if_error, .. } = self.limits;
        let lifetime = freshness::lifetime(&fetched.headers).map_or(lifetime, Duration::from_secs);
        let lifetime = lifetime.min(ceiling).max(floor);
        // From when it came, and not from when it was asked for: a slow answer is not a stale one.
        let now = self.clock.now();
        let stale = later(now, lifetime);
        let mut state = self.state();
        state.times = Some(Times {
            fetched: now,
            ahead: later(now, lifetime.saturating_sub(ahead)),
            stale,
            over: later(stale, stale_if_error),
        });
        state.failed = None;
        if let Some(set) = set {
            state.etag = fetched.etag();
            self.keys.replace(match &state.cache {
                Some(cache) => set.cached(cache),
                None => set,
            });
        }
    }
}

fn later(date: NumericDate, duration: Duration) -> NumericDate {
    date.saturating_add(duration.as_secs())
}

impl fmt::Debug for RemoteJwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteJwks").field("url", &self.shared.url.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::{Algorithm, Minter, PrivateKey, mint};

    #[test]
    fn keys_that_are_fetched_ask_the_cache_and_take_along_what_it_had_of_them() {
        let (now, cache) =
            (NumericDate::from_seconds(1_700_000_000), SignatureCache::new(8).unwrap());
        let clock = Clock::new(move || now);
        let jwks = RemoteJwks::with_clock("https://a.example/", FetchLimits::default(), clock);
        let jwks = jwks.unwrap().cached(&cache);
        let fetch = |key: &PrivateKey| {
            let mut set = KeySet::new();
            set.insert(None, key.verifying_key().unwrap());
            jwks.shared.accept(Some(set), &Fetched { body: None, headers: HeaderMap::new() });
        };
        let key = || PrivateKey::generate(Algorithm::Es256).unwrap();
        let (old, new) = (key(), key());
        let claims = serde_json::json!({"iss": "me", "aud": "you", "exp": now.seconds() + 60});
        let token = mint(&Minter::new(), &old.signing_key().unwrap(), &claims).unwrap();
        let verify = || jwks.verify(&token, &Policy::new("me", "you"), now);

        fetch(&old);
        assert_eq!(cache.len(), 0);
        for _ in 0..3 {
            assert!(verify().is_ok());
            assert_eq!(cache.len(), 1);
        }
        fetch(&new);
        assert!(verify().is_err());
        // What comes back is verified anew.
        fetch(&old);
        assert!(verify().is_ok());
        assert_eq!(cache.len(), 2);
    }
}
