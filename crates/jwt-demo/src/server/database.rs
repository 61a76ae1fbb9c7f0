//! The state of the server in SQLite: one connection, and every change in a transaction that has the lock from its
//! beginning and is committed before anything is said about it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::answer::{Denied, Verdict};
use crate::Result;

/// The version of the tables below.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE secret (id INTEGER PRIMARY KEY CHECK (id = 1), bytes BLOB NOT NULL) STRICT;
-- stage: 0 verifies until it retires, 1 mints, 2 will mint next.
CREATE TABLE signing_key (kid TEXT PRIMARY KEY, jwk TEXT NOT NULL, stage INTEGER NOT NULL, retires INTEGER) STRICT;
CREATE TABLE client (id TEXT PRIMARY KEY, metadata TEXT NOT NULL) STRICT;
CREATE TABLE user (name TEXT PRIMARY KEY, password TEXT NOT NULL, failures INTEGER NOT NULL,
    locked_until INTEGER NOT NULL) STRICT;
-- SHA-256 of whose they are and of the \"jti\" of assertions and proofs.
CREATE TABLE used (id BLOB PRIMARY KEY, forget INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX used_forget ON used (forget);
-- Codes and refresh tokens are here as SHA-256 only.
CREATE TABLE code (hash BLOB PRIMARY KEY, content TEXT NOT NULL, expires INTEGER NOT NULL, forget INTEGER NOT NULL,
    spent INTEGER NOT NULL, family TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX code_forget ON code (forget);
CREATE TABLE family (id TEXT PRIMARY KEY, authorization TEXT NOT NULL, current BLOB NOT NULL, previous BLOB,
    rotated INTEGER NOT NULL, idle_until INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT;
CREATE INDEX family_expires ON family (expires);
";

pub(super) struct Database(Mutex<Connection>);

impl Database {
    /// Opens the file, or memory where there is none, and makes the tables where they are not there.
    pub(super) fn open(file: Option<&Path>) -> Result<Self> {
        let mut connection = match file {
            Some(file) => {
                only_for_its_owner(file)?;
                // No URI: a file may be called anything.
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(file, flags)?
            }
            None => Connection::open_in_memory()?,
        };
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // What was committed outlives a loss of power too.
        connection.pragma_update(None, "synchronous", "FULL")?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match transaction.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => {
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
            }
            VERSION => {}
            other => return Err(format!("the database is of version {other}").into()),
        }
        transaction.commit()?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Runs `change` in a transaction. What it did counts where it ends well and where it refuses: a replayed
    /// token that is refused revokes others. It does not count where something broke.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Verdict<T>,
    ) -> Verdict<T> {
        // A change that panicked was rolled back when its transaction was dropped.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = change(&transaction);
        if !matches!(done, Err(Denied::Broken(_))) {
            transaction.commit()?;
        }
        done
    }
}

/// Makes the file, if it is not there, so that nobody else can read it: it holds the private keys. SQLite gives
/// the files beside it the same permissions.
fn only_for_its_owner(file: &Path) -> Result {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(|error| format!("{}: {error}", file.display()).into())
}
