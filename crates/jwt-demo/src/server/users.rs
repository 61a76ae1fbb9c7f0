//! Users and their passwords, kept as Argon2id (RFC 9106).
//!
//! Five wrong passwords lock a user out for a minute: that slows down who guesses, and lets anybody keep a user
//! out. An attempt is counted before its password is looked at, so that many at once are no way around it. Names
//! that are not known take as long as those that are.

use std::sync::Arc;

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use rusqlite::{OptionalExtension as _, Transaction};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::AuthorizationServer;
use super::answer::{Denied, Verdict};
use crate::Result;

/// Wrong passwords in a row that lock a user out.
const ATTEMPTS: i64 = 5;

/// Seconds that this lasts.
const LOCKED: u64 = 60;

/// Passwords that are looked at at once: each takes 19 MiB.
const AT_ONCE: usize = 2;

pub(super) struct Users {
    looking: Semaphore,
    /// The password of nobody.
    nobody: String,
}

impl Users {
    pub(super) fn new() -> Result<Self> {
        let password = super::secret::random_text()?;
        Ok(Self { looking: Semaphore::new(AT_ONCE), nobody: hash("nobody", password.as_bytes())? })
    }
}

/// What is kept of a password.
pub(super) fn hash(name: &str, password: &[u8]) -> Result<String> {
    if name.is_empty() || password.is_empty() {
        return Err("a user has a name and a password".into());
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| jwt_std::Error::Entropy)?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let hash = Argon2::default().hash_password(password, &salt);
    Ok(hash.map_err(|error| error.to_string())?.to_string())
}

pub(super) fn write(transaction: &Transaction<'_>, name: &str, password: &str) -> Verdict<()> {
    let write = "INSERT OR REPLACE INTO user VALUES (?1, ?2, 0, 0)";
    Ok(transaction.execute(write, (name, password)).map(drop)?)
}

/// Whether this is the user's password.
pub(super) async fn check(
    server: &Arc<AuthorizationServer>,
    name: &str,
    password: Zeroizing<String>,
) -> Verdict<bool> {
    let who = name.to_owned();
    let known = server.change(move |server, transaction| count(server, transaction, &who)).await?;
    let is_known = known.is_some();
    let kept = known.unwrap_or_else(|| server.users.nobody.clone());
    let good = {
        let closed = |_| Denied::Broken("the semaphore is closed".into());
        let _looking = server.users.looking.acquire().await.map_err(closed)?;
        let look = move || {
            PasswordHash::new(&kept).is_ok_and(|kept| {
                Argon2::default().verify_password(password.as_bytes(), &kept).is_ok()
            })
        };
        spawn_blocking(look).await?
    };
    if !(good && is_known) {
        return Ok(false);
    }
    let who = name.to_owned();
    let forgive = "UPDATE user SET failures = 0, locked_until = 0 WHERE name = ?1";
    server
        .change(move |_, transaction| Ok(transaction.execute(forgive, [who]).map(|_| true)?))
        .await
}

/// Counts an attempt; what is kept of the password, if one is allowed.
fn count(
    server: &AuthorizationServer,
    transaction: &Transaction<'_>,
    name: &str,
) -> Verdict<Option<String>> {
    let now = server.now();
    let read = "SELECT password, failures FROM user WHERE name = ?1 AND locked_until <= ?2";
    let row = transaction.query_row(read, (name, now.seconds()), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    });
    let Some((password, failures)) = row.optional()? else { return Ok(None) };
    let failures = failures.saturating_add(1);
    let (failures, locked_until) = match failures >= ATTEMPTS {
        true => (0, now.saturating_add(LOCKED).seconds()),
        false => (failures, 0),
    };
    let write = "UPDATE user SET failures = ?1, locked_until = ?2 WHERE name = ?3";
    transaction.execute(write, (failures, locked_until, name))?;
    Ok(Some(password))
}
