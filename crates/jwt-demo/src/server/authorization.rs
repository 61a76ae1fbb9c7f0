//! What somebody has allowed: the one thing that codes and refresh tokens stand for, and access tokens are made of.

use jwt_std::{NumericDate, Scope};
use serde::{Deserialize, Serialize};

use super::answer::{Verdict, refused};
use super::client::Client;
use super::parameters::Parameters;
use super::settings::Settings;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Authorization {
    pub(super) client_id: String,
    /// The user; of a client on its own authority, the client (RFC 9068 section 2.2).
    pub(super) subject: String,
    /// When the user logged in, in seconds.
    pub(super) auth_time: Option<i64>,
    pub(super) scope: String,
    pub(super) resources: Vec<String>,
    /// The thumbprint of the key that it is bound to (RFC 9449 sections 5 and 10).
    pub(super) jkt: Option<String>,
}

impl Authorization {
    /// What a request asks for, if the client may have it.
    pub(super) fn asked(
        settings: &Settings,
        client: &Client,
        parameters: &Parameters,
    ) -> Verdict<Self> {
        let first = settings.resources.get(..1).unwrap_or_default();
        Ok(Self {
            client_id: client.client_id.clone(),
            subject: client.client_id.clone(),
            auth_time: None,
            scope: scope(&client.scope, parameters)?,
            resources: resources(&settings.resources, parameters, first)?,
            jkt: None,
        })
    }

    /// By this user, at this time.
    pub(super) fn by(self, user: &str, now: NumericDate) -> Self {
        Self { subject: user.to_owned(), auth_time: Some(now.seconds()), ..self }
    }

    /// The part of it that a request asks for; all of it where it names none (RFC 6749 section 6, RFC 8707
    /// section 2.2).
    pub(super) fn narrowed(&self, parameters: &Parameters) -> Verdict<Self> {
        Ok(Self {
            scope: scope(&self.scope, parameters)?,
            resources: resources(&self.resources, parameters, &self.resources)?,
            ..self.clone()
        })
    }
}

fn scope(allowed: &str, parameters: &Parameters) -> Verdict<String> {
    let Some(asked) = parameters.optional("scope") else { return Ok(allowed.to_owned()) };
    match (Scope::new(asked), Scope::new(allowed)) {
        (Ok(asked), Ok(allowed)) if allowed.covers(&asked) => Ok(asked.as_str().to_owned()),
        (Err(_), _) => Err(refused("invalid_scope", "scope is no list of names")),
        _ => Err(refused("invalid_scope", "the scope has more than is allowed")),
    }
}

fn resources(
    allowed: &[String],
    parameters: &Parameters,
    default: &[String],
) -> Verdict<Vec<String>> {
    let mut asked = parameters.resources().to_vec();
    asked.sort();
    asked.dedup();
    if asked.is_empty() {
        return Ok(default.to_vec());
    }
    if asked.iter().all(|asked| allowed.contains(asked)) {
        Ok(asked)
    } else {
        Err(refused("invalid_target", "a resource is not one of those that are allowed"))
    }
}
