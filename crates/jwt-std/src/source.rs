//! A token that is kept, and renewed before its time is over: for clients. How a token is come by, the caller says.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jwt_core::NumericDate;
use zeroize::Zeroizing;

use crate::flight::Flight;
use crate::{BoxFuture, Clock};

/// Seconds that a server may ask to wait at most: it asks for a pause, and not for an end.
const MAX_RETRY_AFTER: u64 = 60 * 60;

/// A token that was issued. `Debug` does not show it, and it is wiped when dropped.
pub struct IssuedToken {
    token: Zeroizing<String>,
    expires_in: Option<u64>,
}

impl IssuedToken {
    /// A token, and "expires_in" of the answer that it came in (RFC 6749 section 5.1): its lifetime in seconds.
    #[must_use]
    pub fn new(token: String, expires_in: Option<u64>) -> Self {
        Self { token: Zeroizing::new(token), expires_in }
    }

    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// Why no token was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeError {
    /// For people. No secrets.
    pub why: String,
    /// Seconds after which the server wants to be asked again (`Retry-After`).
    pub retry_after: Option<u64>,
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for ExchangeError {}

/// Comes by a token: a request to a token endpoint, or minting. Implemented for functions that return a future.
pub trait Exchange: Send + Sync {
    /// Comes by one.
    ///
    /// # Errors
    /// [`ExchangeError`].
    fn exchange(&self) -> BoxFuture<'_, Result<IssuedToken, ExchangeError>>;
}

impl<F, Fut> Exchange for F
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<IssuedToken, ExchangeError>> + Send + 'static,
{
    fn exchange(&self) -> BoxFuture<'_, Result<IssuedToken, ExchangeError>> {
        Box::pin(self())
    }
}

/// When a token is renewed, and how long is waited after failures.
#[derive(Clone, Copy, Debug)]
pub struct RenewalLimits {
    /// How long before its time is over a token is renewed, a fifth of its lifetime at most: one minute. By up to
    /// a tenth of its lifetime sooner, so that not all renew at once.
    pub ahead: Duration,
    /// The lifetime of a token whose answer did not say: five minutes.
    pub lifetime: Duration,
    /// How long is waited after the first failure, and doubled with each: one second. Up to half of it less, so
    /// that not all come back at once.
    pub backoff: Duration,
    /// How long is waited at most: one minute, unless the server says.
    pub backoff_ceiling: Duration,
}

impl Default for RenewalLimits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            ahead: seconds(60),
            lifetime: seconds(300),
            backoff: seconds(1),
            backoff_ceiling: seconds(60),
        }
    }
}

/// Keeps a token, and renews it before its time is over. Cheap to clone; all clones share the token.
///
/// One exchange goes out at a time. As long as the token is good it is handed out while another is come by; when there
/// is none, all who need one wait for the same exchange.
///
/// ```
/// use jwt_std::{IssuedToken, RenewalLimits, TokenSource};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), jwt_std::ExchangeError> {
/// // A request to a token endpoint in place of this.
/// let source = TokenSource::new(async || Ok(IssuedToken::new("ey…".into(), Some(300))), RenewalLimits::default());
/// println!("Authorization: Bearer {}", source.token().await?.as_str());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct TokenSource {
    shared: Arc<Shared>,
}

struct Shared {
    exchange: Box<dyn Exchange>,
    limits: RenewalLimits,
    clock: Clock,
    flight: Flight,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    failures: u32,
    failed: Option<(ExchangeError, NumericDate)>,
}

struct Current {
    token: Arc<IssuedToken>,
    /// From here on another is come by while it is used.
    renew: NumericDate,
    /// From here on it is not used.
    over: NumericDate,
}

impl TokenSource {
    /// A source that comes by tokens like this, when the first is asked for.
    pub fn new(exchange: impl Exchange + 'static, limits: RenewalLimits) -> Self {
        Self::with_clock(exchange, limits, Clock::default())
    }

    /// The same with the time from elsewhere than the system.
    pub fn with_clock(
        exchange: impl Exchange + 'static,
        limits: RenewalLimits,
        clock: Clock,
    ) -> Self {
        let (flight, state) = (Flight::default(), Mutex::default());
        let shared = Shared { exchange: Box::new(exchange), limits, clock, flight, state };
        Self { shared: Arc::new(shared) }
    }

    /// A token that is good now by what its answer said. It is used within a tokio runtime.
    ///
    /// # Errors
    /// [`ExchangeError`]; after one, the same without another exchange until it is time to try again.
    pub async fn token(&self) -> Result<Arc<IssuedToken>, ExchangeError> {
        if let Some((token, renew)) = self.shared.good() {
            if renew && !self.shared.flight.is_busy() {
                let this = self.clone();
                tokio::spawn(async move { this.renew().await });
            }
            return Ok(token);
        }
        self.renew().await;
        let gone = || ExchangeError { why: "no token was issued".into(), retry_after: None };
        match self.shared.good() {
            Some((token, _)) => Ok(token),
            None => Err(self.shared.state().failed.clone().map_or_else(gone, |(error, _)| error)),
        }
    }

    /// Hands this token out no more, if it still would: a server has refused it.
    pub fn refused(&self, token: &IssuedToken) {
        let mut state = self.shared.state();
        if state.current.as_ref().is_some_and(|it| std::ptr::eq(&*it.token, token)) {
            state.current = None;
        }
    }

    async fn renew(&self) {
        let shared = Arc::clone(&self.shared);
        let work = async move { shared.renew().await };
        self.shared.flight.run(|| self.shared.may_renew(), work).await;
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token, if it is good, and whether it is time for another.
    fn good(&self) -> Option<(Arc<IssuedToken>, bool)> {
        let now = self.clock.now();
        let state = self.state();
        let current = state.current.as_ref().filter(|current| now < current.over)?;
        Some((Arc::clone(&current.token), now >= current.renew))
    }

    fn may_renew(&self) -> bool {
        let now = self.clock.now();
        let state = self.state();
        // Somebody else may have, before this one came to wait.
        let is_due = state.current.as_ref().is_none_or(|current| now >= current.renew);
        is_due && state.failed.as_ref().is_none_or(|(_, next)| now >= *next)
    }

    async fn renew(&self) {
        // Its lifetime counts from before it was asked for, so that it is over here no later than there.
        let asked = self.clock.now();
        let issued = self.exchange.exchange().await.and_then(|token| match token.expires_in {
            Some(0) => {
                let why = String::from("the token that was issued is over already");
                Err(ExchangeError { why, retry_after: None })
            }
            _ => Ok(token),
        });
        let mut state = self.state();
        match issued {
            Ok(token) => {
                let lifetime = token.expires_in.unwrap_or(self.limits.lifetime.as_secs());
                let ahead = self.limits.ahead.as_secs().min(lifetime / 5);
                let ahead = ahead.saturating_add(up_to(lifetime / 10));
                let over = asked.saturating_add(lifetime);
                let renew = asked.saturating_add(lifetime.saturating_sub(ahead));
                *state = State::default();
                state.current = Some(Current { token: Arc::new(token), renew, over });
            }
            Err(error) => {
                let doubled = 1_u64.checked_shl(state.failures).unwrap_or(u64::MAX);
                let wait = self.limits.backoff.as_secs().saturating_mul(doubled);
                let wait = wait.min(self.limits.backoff_ceiling.as_secs());
                let wait = wait.saturating_sub(up_to(wait / 2));
                let asked = error.retry_after.unwrap_or(0).min(MAX_RETRY_AFTER);
                let wait = wait.max(asked).max(1);
                state.failures = state.failures.saturating_add(1);
                state.failed = Some((error, self.clock.now().saturating_add(wait)));
            }
        }
    }
}

/// A random number from 0 to this; 0 where there is no randomness, since it only spreads load.
fn up_to(limit: u64) -> u64 {
    let random = getrandom::u64().unwrap_or(0);
    limit.checked_add(1).map_or(random, |bound| random.checked_rem(bound).unwrap_or(0))
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("limits", &self.shared.limits).finish_non_exhaustive()
    }
}
