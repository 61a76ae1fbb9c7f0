//! Used identifiers in Redis, for several servers.

use std::fmt;
use std::time::{Duration, Instant};

use jwt_core::NumericDate;
use redis::aio::MultiplexedConnection;
use tokio::sync::Mutex;

use crate::{BoxFuture, Error, ReplayError, ReplayId, ReplayStore};

/// Seconds that an identifier is remembered for longer than was asked: servers' clocks differ, and the one that
/// takes an identifier first may be ahead.
const SLACK: u64 = 60;

/// How long after a failure Redis is not asked again, so that requests do not queue for one that is away.
const PAUSE: Duration = Duration::from_millis(100);

/// A [`ReplayStore`] in Redis, that several servers share: of all of them one accepts an identifier.
///
/// Where Redis cannot be reached nothing is accepted. What was accepted outlives Redis as far as Redis is told to
/// keep it: `appendonly yes`, `appendfsync always` for all of it, and `maxmemory-policy noeviction`. A replica that
/// takes over may lack the last ones.
///
/// Redis is told a SHA-256 of each identifier, and when to forget it.
pub struct RedisReplayStore {
    client: redis::Client,
    prefix: String,
    connection: Mutex<Connection>,
}

#[derive(Default)]
struct Connection {
    open: Option<MultiplexedConnection>,
    failed: Option<Instant>,
}

impl RedisReplayStore {
    /// Connects when the first identifier comes. `url` is `redis://HOST:PORT` with, where need be, user, password
    /// and database; keys begin with `prefix`.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`].
    pub fn new(url: &str, prefix: impl Into<String>) -> Result<Self, Error> {
        let client = redis::Client::open(url).map_err(|_| Error::InvalidUrl)?;
        Ok(Self { client, prefix: prefix.into(), connection: Mutex::default() })
    }

    async fn connection(&self) -> Result<MultiplexedConnection, ReplayError> {
        let mut connection = self.connection.lock().await;
        if let Some(open) = &connection.open {
            return Ok(open.clone());
        }
        if connection.failed.is_some_and(|failed| failed.elapsed() < PAUSE) {
            return Err(ReplayError::Unavailable);
        }
        // The client has limits of time of its own: one second to connect, half of one for an answer.
        match self.client.get_multiplexed_async_connection().await {
            Ok(open) => Ok(connection.open.insert(open).clone()),
            Err(_) => {
                connection.failed = Some(Instant::now());
                Err(ReplayError::Unavailable)
            }
        }
    }

    async fn take(&self, id: ReplayId<'_>, seconds: u64) -> Result<(), ReplayError> {
        let mut connection = self.connection().await?;
        let mut key = self.prefix.clone().into_bytes();
        key.extend(id.digest());
        let mut set = redis::cmd("SET");
        // In one step, and never anew: what comes of a command whose answer is lost, nobody knows.
        set.arg(key).arg("").arg("NX").arg("EX").arg(seconds);
        match set.query_async::<Option<String>>(&mut connection).await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(ReplayError::Replayed),
            Err(_) => {
                self.connection.lock().await.open = None;
                Err(ReplayError::Unavailable)
            }
        }
    }
}

impl ReplayStore for RedisReplayStore {
    fn accept<'a>(
        &'a self,
        id: ReplayId<'a>,
        expires: NumericDate,
        now: NumericDate,
    ) -> BoxFuture<'a, Result<(), ReplayError>> {
        Box::pin(async move {
            match expires.seconds_since(now) {
                0 => Err(ReplayError::Expired),
                seconds => self.take(id, seconds.saturating_add(SLACK)).await,
            }
        })
    }
}

impl fmt::Debug for RedisReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplayStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
