//! Authorization codes (RFC 6749 section 4.1.2): good once, for a minute, for the client, redirect URI, PKCE
//! challenge (RFC 7636) and DPoP key (RFC 9449 section 10) of the authorization request.
//!
//! A code is used up by the first request of its client that names it, also by one that fails. One that comes
//! again revokes the refresh tokens that came of it; its access tokens are over after minutes.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use rusqlite::{OptionalExtension as _, Transaction};
use serde::{Deserialize, Serialize};

use super::answer::{Denied, Verdict, refused};
use super::authorization::Authorization;
use super::secret::{hash, random_text};
use super::token_request::Request;
use super::{AuthorizationServer, refresh};

/// Seconds that a code is good for.
const LIFETIME: u64 = 60;

/// What a code stands for.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) authorization: Authorization,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
}

/// A code that was redeemed.
pub(super) struct Redeemed([u8; 32]);

pub(super) fn begin(
    server: &AuthorizationServer,
    transaction: &Transaction<'_>,
    content: &Content,
) -> Verdict<String> {
    let now = server.now();
    transaction.execute("DELETE FROM code WHERE forget < ?1", [now.seconds()])?;
    let code = random_text()?;
    let expires = now.saturating_add(LIFETIME);
    // As long as there can be refresh tokens to revoke.
    let forget = expires.saturating_add(server.settings.family_lifetime);
    let row = (hash(&code), serde_json::to_string(content)?, expires.seconds(), forget.seconds());
    transaction.execute("INSERT INTO code VALUES (?1, ?2, ?3, ?4, FALSE, NULL)", row)?;
    Ok(code)
}

/// What the code of a request stands for.
pub(super) fn redeem(request: &Request<'_>) -> Verdict<(Redeemed, Authorization)> {
    let parameters = request.parameters;
    let code = hash(parameters.required("code", "code is missing")?);
    let redirect_uri = parameters.required("redirect_uri", "redirect_uri is missing")?;
    let verifier = parameters.required("code_verifier", "code_verifier is missing")?;
    let read = "SELECT content, expires, spent, family FROM code WHERE hash = ?1";
    let row = request.transaction.query_row(read, [code], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get(2)?, row.get(3)?))
    });
    let unknown = invalid("the code is not known, or was used");
    let Some((content, expires, spent, family)) = row.optional()? else { return Err(unknown) };
    let content: Content = serde_json::from_str(&content)?;
    if content.authorization.client_id != request.client.client_id {
        return Err(unknown);
    }
    if spent {
        let family: Option<String> = family;
        family.map(|family| refresh::revoke(request.transaction, &family)).transpose()?;
        return Err(unknown);
    }
    request.transaction.execute("UPDATE code SET spent = TRUE WHERE hash = ?1", [code])?;
    if request.now.seconds() >= expires {
        return Err(invalid("the code has expired"));
    }
    if content.redirect_uri != redirect_uri {
        return Err(invalid("redirect_uri is not that of the authorization request"));
    }
    if !is_of_challenge(verifier, &content.challenge) {
        return Err(invalid("code_verifier is not that of the challenge"));
    }
    let jkt = request.proof.map(|proof| &proof.jkt);
    if content.authorization.jkt.is_some() && content.authorization.jkt.as_ref() != jkt {
        return Err(invalid("the proof is not by the key of dpop_jkt"));
    }
    Ok((Redeemed(code), content.authorization))
}

/// Remembers which refresh tokens came of a code.
pub(super) fn has_family(
    transaction: &Transaction<'_>,
    code: &Redeemed,
    family: &str,
) -> Verdict<()> {
    let write = "UPDATE code SET family = ?1 WHERE hash = ?2";
    Ok(transaction.execute(write, (family, code.0)).map(drop)?)
}

/// RFC 7636 section 4.6, with S256 and nothing else.
fn is_of_challenge(verifier: &str, challenge: &str) -> bool {
    // Section 4.1: 43*128unreserved
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(unreserved)
        && Base64UrlUnpadded::encode_string(&hash(verifier)) == challenge
}

const fn invalid(why: &'static str) -> Denied {
    refused("invalid_grant", why)
}
