//! The server as a value, and its doors.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use jwt_std::{KeyRing, NumericDate};
use rusqlite::Transaction;
use tokio::task::spawn_blocking;

use super::answer::Verdict;
use super::client::Client;
use super::database::Database;
use super::secret::Secret;
use super::users::Users;
use super::{Settings, authorize, metadata, revoke, signing_keys, token, users};
use crate::Result;

/// Bytes of a request's body at most.
const MAX_BODY_LEN: usize = 16 * 1024;

/// An authorization server. One process has its database.
pub struct AuthorizationServer {
    pub(super) settings: Settings,
    pub(super) secret: Secret,
    pub(super) keys: KeyRing,
    pub(super) users: Users,
    database: Database,
    rotation: Mutex<()>,
}

impl AuthorizationServer {
    /// Opens the database, and makes in it what is missing: a secret and two signing keys.
    ///
    /// # Errors
    /// A setting is refused, or the database cannot be used.
    pub fn open(settings: Settings) -> Result<Arc<Self>> {
        settings.check()?;
        let database = Database::open(settings.database.as_deref())?;
        let now = settings.clock.now();
        let (secret, keys) = database.change(|transaction| {
            Ok((Secret::load(transaction)?, signing_keys::load(transaction, now)?))
        })?;
        let rotation = Mutex::default();
        Ok(Arc::new(Self { settings, secret, keys, users: Users::new()?, database, rotation }))
    }

    /// Registers a client, or replaces its metadata (RFC 7591 section 2, with "client_id").
    ///
    /// # Errors
    /// The metadata are refused, or not written.
    pub fn register(&self, metadata: &str) -> Result {
        let client = Client::parse(metadata)?;
        let write = "INSERT OR REPLACE INTO client VALUES (?1, ?2)";
        let row = (&client.client_id, metadata);
        Ok(self.database.change(|transaction| Ok(transaction.execute(write, row).map(drop)?))?)
    }

    /// Adds a user, or replaces the password.
    ///
    /// # Errors
    /// The name or the password is empty, or they are not written.
    pub fn add_user(&self, name: &str, password: &[u8]) -> Result {
        let password = users::hash(name, password)?;
        Ok(self.database.change(|transaction| users::write(transaction, name, &password))?)
    }

    /// Mints with the key that was published as the next one, and publishes another. The one before it stays
    /// published until the last of its tokens is over.
    ///
    /// # Errors
    /// The database cannot be written, or there is no randomness.
    pub fn rotate_keys(&self) -> Result {
        // One at a time: the ring goes the way of the table.
        let _alone = self.rotation.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let overlap = signing_keys::overlap(self.settings.access_token_lifetime);
        let next =
            self.database.change(|transaction| signing_keys::advance(transaction, now, overlap))?;
        self.keys.rotate(now, overlap)?;
        Ok(self.keys.announce(&next)?)
    }

    /// What answers requests.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/token", post(token::answer))
            .route("/revoke", post(revoke::answer))
            .route("/authorize", get(authorize::show).post(authorize::decide))
            .route("/jwks.json", get(metadata::keys))
            .route("/.well-known/oauth-authorization-server", get(metadata::describe))
            .layer(DefaultBodyLimit::max(MAX_BODY_LEN))
            .with_state(Arc::clone(self))
    }

    pub(super) fn now(&self) -> NumericDate {
        self.settings.clock.now()
    }

    /// Changes the state, on a thread that may wait. It is carried out even if nobody waits for the answer any more.
    pub(super) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&Self, &Transaction<'_>) -> Verdict<T> + Send + 'static,
    ) -> Verdict<T> {
        let this = Arc::clone(self);
        spawn_blocking(move || this.database.change(|transaction| change(&this, transaction)))
            .await?
    }
}

impl std::fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
