//! DPoP at the token endpoint (RFC 9449 sections 5 and 8).

use axum::http::{HeaderMap, HeaderValue};
use jwt_oauth::dpop::DpopError;
use jwt_oauth::{ExpectProof, TargetUri};
use jwt_std::NumericDate;
use rusqlite::Transaction;

use super::answer::{Denied, Verdict, refused};
use super::{AuthorizationServer, used};

/// Seconds after which the nonce changes. The one before it is taken too.
const NONCE_PERIOD: i64 = 60;

/// A proof that was verified; whether it is new, the transaction finds out that uses it.
pub(super) struct Proof {
    pub(super) jkt: String,
    id: [u8; 32],
    forget: NumericDate,
}

impl Proof {
    /// The proof of a request, if it has one.
    pub(super) fn of(
        server: &AuthorizationServer,
        headers: &HeaderMap,
        now: NumericDate,
    ) -> Verdict<Option<Self>> {
        let fields: Vec<_> = headers.get_all("dpop").iter().map(HeaderValue::as_bytes).collect();
        if fields.is_empty() {
            return Ok(None);
        }
        let endpoint = server.settings.token_endpoint();
        let uri = TargetUri::parse(&endpoint).map_err(|error| Denied::Broken(error.into()))?;
        let nonces =
            [nonce(server, now)?, nonce(server, now.saturating_sub(NONCE_PERIOD.unsigned_abs()))?];
        let nonces = nonces.each_ref().map(String::as_str);
        let mut expect = ExpectProof::at_authorization_server("POST", uri);
        if server.settings.dpop_nonce {
            expect = expect.nonces(&nonces);
        }
        let mut scratch = vec![0; fields.iter().map(|field| field.len()).max().unwrap_or_default()];
        let proof = expect.verify(&fields, now, &mut scratch).map_err(refusal)?;
        Ok(Some(Self {
            jkt: proof.jkt().to_string(),
            id: proof.replay_id(),
            forget: proof.forget_after(),
        }))
    }

    /// Each proof is for one request (section 11.1).
    pub(super) fn use_up(&self, transaction: &Transaction<'_>, now: NumericDate) -> Verdict<()> {
        if used::take(transaction, &self.id, self.forget, now)? {
            Ok(())
        } else {
            Err(refused("invalid_dpop_proof", "the proof was used before"))
        }
    }
}

fn refusal(error: DpopError) -> Denied {
    tracing::info!(%error, "proof refused");
    if error == DpopError::Nonce {
        return refused("use_dpop_nonce", "the proof has to hold the nonce of this server");
    }
    refused(
        "invalid_dpop_proof",
        match error {
            DpopError::NotOneProof => "there is more than one proof",
            DpopError::Method => "htm is not POST",
            DpopError::Uri => "htu is not the token endpoint",
            DpopError::Claims(_) => "typ, iat or another claim of the proof is refused",
            DpopError::JwtId => "jti is empty or too long",
            DpopError::PrivateKey => "the key of the proof is a private one",
            _ => "the proof is not signed by the ES256 key that it names",
        },
    )
}

/// The nonce of the time now: nothing is kept for it, and it goes on after a restart.
pub(super) fn nonce(server: &AuthorizationServer, now: NumericDate) -> Verdict<String> {
    let period = now.seconds().div_euclid(NONCE_PERIOD);
    server.secret.derive("dpop nonce", &period.to_string())
}
