//! Refresh tokens (RFC 6749 section 6): replaced on each use, and a stolen one revokes its family (RFC 9700
//! section 4.14.2), but an answer that got lost loses nothing.
//!
//! A family is one authorization of a user. Its tokens are a chain: the first is random, and each next one is
//!
//! ```text
//! next = HMAC-SHA256(secret of the server, token)
//! ```
//!
//! The family knows SHA-256 of the last token of the chain (`current`) and of the one before (`previous`). A token
//! that is presented is
//!
//! ```text
//! current   -> the chain grows: previous = it, current = next(it); the answer has next(it)
//! previous  -> within 10 s of that growth: nothing changes; the answer has next(it), which is current, once more
//! other     -> it was used long ago: the family is revoked
//! ```
//!
//! **No token works as two branches.** All that is ever answered to a token is its one successor, so whoever
//! presents it, and however often, there is one chain. Two who share it walk it together, and each step of one
//! that the other does not repeat within the grace shows that there are two: the next to come with an old token
//! revokes what both have. A public client that uses DPoP shares it with nobody who lacks its key.
//!
//! **No crash loses a family.** The chain grows in a transaction that is committed before the answer goes out.
//! Before it, the client's token is current; after it, previous, and while its successor has not been used, which
//! only a client can do that has the answer, the client can ask again. What has to happen within the grace is the
//! retry: it counts from the commit. A client that stays away for longer logs its user in again.
//!
//! **A stolen database has no refresh token that works.** It has hashes; and the secret in it makes a successor
//! only of a token, which it does not have.

use jwt_std::random_jwt_id;
use rusqlite::{OptionalExtension as _, Transaction};
use subtle::ConstantTimeEq as _;

use super::answer::{Denied, Verdict, refused};
use super::authorization::Authorization;
use super::secret::{hash, random_text};
use super::token_request::Request;

/// The row of a family.
struct Family {
    authorization: Authorization,
    current: [u8; 32],
    previous: Option<[u8; 32]>,
    rotated: i64,
    idle_until: i64,
    expires: i64,
    revoked: bool,
}

/// What a token is to its family.
enum Place {
    Current,
    JustBefore,
    LongAgo,
}

/// A new family and its first token.
pub(super) fn begin(
    request: &Request<'_>,
    authorization: &Authorization,
) -> Verdict<(String, String)> {
    let (settings, now) = (&request.server.settings, request.now);
    request.transaction.execute("DELETE FROM family WHERE expires < ?1", [now.seconds()])?;
    let family = random_jwt_id()?;
    let token = format!("{family}.{}", random_text()?);
    let row = (
        &family,
        serde_json::to_string(authorization)?,
        hash(&token),
        now.seconds(),
        now.saturating_add(settings.idle_lifetime).seconds(),
        now.saturating_add(settings.family_lifetime).seconds(),
    );
    let write = "INSERT INTO family VALUES (?1, ?2, ?3, NULL, ?4, ?5, ?6, FALSE)";
    request.transaction.execute(write, row)?;
    Ok((family, token))
}

/// What the token of a request allows of what it asks for, and the token's successor.
pub(super) fn rotate(request: &Request<'_>) -> Verdict<(Authorization, String)> {
    let token = request.parameters.required("refresh_token", "refresh_token is missing")?;
    let unknown = invalid("the refresh token is not known, over, or revoked");
    let Some(id) = family_of(token) else { return Err(unknown) };
    let Some(family) = find(request.transaction, id)? else { return Err(unknown) };
    let now = request.now.seconds();
    if family.authorization.client_id != request.client.client_id
        || family.revoked
        || now >= family.idle_until.min(family.expires)
    {
        return Err(unknown);
    }
    // Who lacks the key, or asks for too much, changes nothing.
    let jkt = request.proof.map(|proof| &proof.jkt);
    if family.authorization.jkt.is_some() && family.authorization.jkt.as_ref() != jkt {
        return Err(invalid("the proof is not by the key that the refresh token is bound to"));
    }
    let authorization = family.authorization.narrowed(request.parameters)?;
    let next = format!("{id}.{}", request.server.secret.derive("refresh token", token)?);
    match family.place_of(token, now, request.server.settings.refresh_grace) {
        Place::Current => grow(request, id, token, &next)?,
        Place::JustBefore => {}
        Place::LongAgo => {
            revoke(request.transaction, id)?;
            tracing::warn!(
                client_id = request.client.client_id,
                "refresh token reused: family revoked"
            );
            return Err(unknown);
        }
    }
    Ok((authorization, next))
}

/// The family that a token names.
pub(super) fn family_of(token: &str) -> Option<&str> {
    token.split_once('.').map(|(family, _)| family)
}

/// Ends a family: none of its tokens works again.
pub(super) fn revoke(transaction: &Transaction<'_>, family: &str) -> Verdict<()> {
    let write = "UPDATE family SET revoked = TRUE WHERE id = ?1";
    Ok(transaction.execute(write, [family]).map(drop)?)
}

/// Whose the family is.
pub(super) fn client_of(transaction: &Transaction<'_>, family: &str) -> Verdict<Option<String>> {
    Ok(find(transaction, family)?.map(|family| family.authorization.client_id))
}

impl Family {
    fn place_of(&self, token: &str, now: i64, grace: u64) -> Place {
        let is = |known: &[u8; 32]| bool::from(known.ct_eq(&hash(token)));
        let in_grace = now.saturating_sub(self.rotated).unsigned_abs() <= grace;
        if is(&self.current) {
            Place::Current
        } else if in_grace && self.previous.as_ref().is_some_and(is) {
            Place::JustBefore
        } else {
            Place::LongAgo
        }
    }
}

fn find(transaction: &Transaction<'_>, id: &str) -> Verdict<Option<Family>> {
    let read = "SELECT authorization, current, previous, rotated, idle_until, expires, revoked
        FROM family WHERE id = ?1";
    let row = transaction.query_row(read, [id], |row| {
        let authorization: String = row.get(0)?;
        let family = |authorization| {
            Ok::<_, rusqlite::Error>(Family {
                authorization,
                current: row.get(1)?,
                previous: row.get(2)?,
                rotated: row.get(3)?,
                idle_until: row.get(4)?,
                expires: row.get(5)?,
                revoked: row.get(6)?,
            })
        };
        Ok(serde_json::from_str(&authorization).map(family))
    });
    match row.optional()? {
        Some(family) => Ok(Some(family??)),
        None => Ok(None),
    }
}

fn grow(request: &Request<'_>, id: &str, token: &str, next: &str) -> Verdict<()> {
    let idle_until = request.now.saturating_add(request.server.settings.idle_lifetime);
    let row = (hash(next), hash(token), request.now.seconds(), idle_until.seconds(), id);
    let write = "UPDATE family SET current = ?1, previous = ?2, rotated = ?3, idle_until = ?4 WHERE id = ?5";
    Ok(request.transaction.execute(write, row).map(drop)?)
}

const fn invalid(why: &'static str) -> Denied {
    refused("invalid_grant", why)
}
