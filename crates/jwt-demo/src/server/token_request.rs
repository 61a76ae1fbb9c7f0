//! A token request, decided in one transaction: who asks, by what grant, and the token.

use std::time::Duration;

use jwt_std::{Claims, Minter, NumericDate, random_jwt_id};
use rusqlite::Transaction;
use serde::Serialize;

use super::answer::{Verdict, refused};
use super::authorization::Authorization;
use super::client::{Client, GrantType};
use super::client_authentication::authenticate;
use super::parameters::Parameters;
use super::proof::Proof;
use super::{AuthorizationServer, code, refresh};

/// The answer to a good request (RFC 6749 section 5.1). It has no `Debug`: it is made of tokens.
#[derive(Serialize)]
pub(super) struct Granted {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// Claims of an access token beside the registered ones (RFC 9068 section 2.2, RFC 9449 section 6.1).
#[derive(Serialize)]
struct Own {
    client_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

#[derive(Serialize)]
struct Confirmation {
    jkt: String,
}

/// All of a request that its grant needs.
pub(super) struct Request<'r> {
    pub(super) server: &'r AuthorizationServer,
    pub(super) transaction: &'r Transaction<'r>,
    pub(super) parameters: &'r Parameters,
    pub(super) client: &'r Client,
    pub(super) proof: Option<&'r Proof>,
    pub(super) now: NumericDate,
}

pub(super) fn decide(
    server: &AuthorizationServer,
    transaction: &Transaction<'_>,
    parameters: &Parameters,
    proof: Option<&Proof>,
    now: NumericDate,
) -> Verdict<Granted> {
    let grant = parameters.required("grant_type", "grant_type is missing")?;
    let client =
        authenticate(&server.settings, transaction, parameters, now).inspect_err(|denied| {
            tracing::info!(error = denied.refusal().code, why = denied.refusal().why, "no client");
        })?;
    let request = Request { server, transaction, parameters, client: &client, proof, now };
    let (grant, decided) = match grant {
        "client_credentials" => (grant, request.client_credentials()),
        "authorization_code" => (grant, request.authorization_code()),
        "refresh_token" => (grant, request.refresh_token()),
        _ => ("other", Err(refused("unsupported_grant_type", "the grant is not supported"))),
    };
    let outcome = decided.as_ref().err().map_or("granted", |denied| denied.refusal().code);
    let why = decided.as_ref().err().map(|denied| denied.refusal().why);
    tracing::info!(client_id = client.client_id, grant, outcome, why, "token request");
    decided
}

impl Request<'_> {
    /// RFC 6749 section 4.4.
    fn client_credentials(&self) -> Verdict<Granted> {
        self.may(GrantType::ClientCredentials)?;
        self.prove()?;
        let authorization =
            Authorization::asked(&self.server.settings, self.client, self.parameters)?;
        self.grant(&authorization, None)
    }

    /// RFC 6749 section 4.1.3.
    fn authorization_code(&self) -> Verdict<Granted> {
        self.may(GrantType::AuthorizationCode)?;
        self.prove()?;
        let (code, authorization) = code::redeem(self)?;
        let narrowed = authorization.narrowed(self.parameters)?;
        if !self.client.may(GrantType::RefreshToken) {
            return self.grant(&narrowed, None);
        }
        // The refresh tokens of clients that authenticate are bound to them (RFC 9449 section 5).
        let jkt = self.proof.filter(|_| self.client.is_public()).map(|proof| proof.jkt.clone());
        let (family, refresh_token) =
            refresh::begin(self, &Authorization { jkt, ..authorization })?;
        code::has_family(self.transaction, &code, &family)?;
        self.grant(&narrowed, Some(refresh_token))
    }

    /// RFC 6749 section 6.
    fn refresh_token(&self) -> Verdict<Granted> {
        self.may(GrantType::RefreshToken)?;
        self.prove()?;
        let (authorization, refresh_token) = refresh::rotate(self)?;
        self.grant(&authorization, Some(refresh_token))
    }

    fn may(&self, grant: GrantType) -> Verdict<()> {
        if self.client.may(grant) {
            Ok(())
        } else {
            Err(refused("unauthorized_client", "the client may not use this grant"))
        }
    }

    /// Uses up the proof, or refuses to do without (RFC 9449 section 5.2).
    fn prove(&self) -> Verdict<()> {
        match self.proof {
            Some(proof) => proof.use_up(self.transaction, self.now),
            None if self.client.dpop_bound_access_tokens => {
                Err(refused("invalid_request", "this client has to send a DPoP proof"))
            }
            None => Ok(()),
        }
    }

    /// An access token by RFC 9068, bound to the key of the proof.
    fn grant(
        &self,
        authorization: &Authorization,
        refresh_token: Option<String>,
    ) -> Verdict<Granted> {
        let settings = &self.server.settings;
        let lifetime = Duration::from_secs(settings.access_token_lifetime);
        let claims = Claims::new()
            .issuer(settings.issuer.as_str())
            .subject(authorization.subject.as_str())
            .lifetime(self.now, lifetime)
            .jwt_id(random_jwt_id()?);
        let claims = match authorization.resources.as_slice() {
            [one] => claims.audience(one.as_str()),
            many => claims.audience(many.to_vec()),
        };
        let own = Own {
            client_id: authorization.client_id.clone(),
            scope: authorization.scope.clone(),
            auth_time: authorization.auth_time,
            cnf: self.proof.map(|proof| Confirmation { jkt: proof.jkt.clone() }),
        };
        let minter = Minter::new().typ("at+jwt");
        Ok(Granted {
            access_token: self.server.keys.mint(minter, &claims.with(own))?,
            token_type: if self.proof.is_some() { "DPoP" } else { "Bearer" },
            expires_in: settings.access_token_lifetime,
            scope: authorization.scope.clone(),
            refresh_token,
        })
    }
}
