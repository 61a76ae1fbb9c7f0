//! The keys that access tokens are signed with: kept in the database, the next one published before it is used.

use std::time::Duration;

use jwt_std::{Algorithm, KeyRing, NumericDate, PrivateKey};
use rusqlite::Transaction;
use zeroize::Zeroizing;

use super::answer::{Denied, Verdict};

/// Seconds that a key is published after its last token is over: clocks differ.
const MARGIN: u64 = 60;

/// Stages of a key, as the table has them.
const PREVIOUS: i64 = 0;
const CURRENT: i64 = 1;
const NEXT: i64 = 2;

/// How long a key is needed after it was replaced.
pub(super) const fn overlap(access_token_lifetime: u64) -> Duration {
    Duration::from_secs(access_token_lifetime.saturating_add(MARGIN))
}

/// The ring as it was when the server ended; a new one where there was none.
pub(super) fn load(transaction: &Transaction<'_>, now: NumericDate) -> Verdict<KeyRing> {
    let mut keys = read(transaction, now)?;
    if keys.is_empty() {
        for stage in [CURRENT, NEXT] {
            make(transaction, stage)?;
        }
        keys = read(transaction, now)?;
    }
    let mut keys = keys.into_iter();
    let (first, mut retires) = keys.next().ok_or(Denied::Broken("no signing key".into()))?;
    let ring = KeyRing::new(&first)?;
    // They went through these stages before, in this order.
    for (key, then) in keys {
        ring.announce(&key)?;
        let Some(date) = retires else { break };
        ring.rotate(now, Duration::from_secs(date.seconds_since(now)))?;
        retires = then;
    }
    Ok(ring)
}

/// The keys from the oldest to the next, and when the old ones retire.
fn read(
    transaction: &Transaction<'_>,
    now: NumericDate,
) -> Verdict<Vec<(PrivateKey, Option<NumericDate>)>> {
    let mut read = transaction.prepare(
        "SELECT jwk, retires FROM signing_key WHERE retires IS NULL OR retires > ?1 ORDER BY stage, retires",
    )?;
    let mut rows = read.query([now.seconds()])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        let jwk = Zeroizing::new(row.get::<_, String>(0)?);
        let retires: Option<i64> = row.get(1)?;
        let key = PrivateKey::from_jwk(jwk.as_bytes(), None)?;
        keys.push((key, retires.map(NumericDate::from_seconds)));
    }
    Ok(keys)
}

/// Has the next key mint, and makes the one after it. The ring follows when this is committed.
pub(super) fn advance(
    transaction: &Transaction<'_>,
    now: NumericDate,
    overlap: Duration,
) -> Verdict<PrivateKey> {
    let retires = now.saturating_add(overlap.as_secs()).seconds();
    transaction.execute("DELETE FROM signing_key WHERE retires <= ?1", [now.seconds()])?;
    let replace = "UPDATE signing_key SET stage = ?1, retires = ?2 WHERE stage = ?3";
    transaction.execute(replace, (PREVIOUS, Some(retires), CURRENT))?;
    transaction.execute(replace, (CURRENT, None::<i64>, NEXT))?;
    make(transaction, NEXT)
}

fn make(transaction: &Transaction<'_>, stage: i64) -> Verdict<PrivateKey> {
    let key = PrivateKey::generate(Algorithm::Es256)?;
    let kid = key.thumbprint().map_err(jwt_std::Error::from)?;
    let key = key.with_kid(Some(kid));
    let insert = "INSERT INTO signing_key VALUES (?1, ?2, ?3, NULL)";
    transaction.execute(insert, (key.kid(), key.to_jwk().as_str(), stage))?;
    Ok(key)
}
