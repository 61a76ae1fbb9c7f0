//! An access token that was let through (RFC 9068 section 2.2).

use std::fmt;
use std::sync::Arc;

use jwt_core::NumericDate;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::bearer::Realm;
use crate::{Claims, Denial, Error, ErrorKind, Fault, Scope, Token};

/// An access token that was verified and validated. `Debug` shows no claims.
#[derive(Clone)]
pub struct AccessToken {
    claims: Arc<Registered>,
    token: Arc<Token>,
    realm: Arc<Realm>,
    dpop: bool,
}

/// What an access token has to say, beside the claims of every token.
#[derive(Deserialize)]
pub(crate) struct Profile {
    client_id: String,
    #[serde(default)]
    scope: Scope,
    #[serde(rename = "cnf", default)]
    pub(crate) confirmation: Confirmation,
}

type Registered = Claims<Profile>;

/// "cnf" (RFC 7800): to what a token is bound.
#[derive(Default, PartialEq, Eq)]
pub(crate) enum Confirmation {
    /// To nothing: whoever has it can use it.
    #[default]
    Bearer,
    /// "jkt" (RFC 9449 section 6.1): to the key of this thumbprint.
    Thumbprint(String),
    /// To something else, which nothing here can check.
    Other,
}

impl<'de> Deserialize<'de> for Confirmation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let only = value.as_object().filter(|members| members.len() == 1);
        Ok(match only.and_then(|members| members.get("jkt")).and_then(Value::as_str) {
            Some(thumbprint) => Self::Thumbprint(thumbprint.to_owned()),
            None => Self::Other,
        })
    }
}

impl AccessToken {
    pub(crate) fn new(token: Token, realm: Arc<Realm>, dpop: bool) -> Result<Self, Error> {
        let claims = Arc::new(token.claims::<Registered>()?);
        Ok(Self { claims, token: Arc::new(token), realm, dpop })
    }

    /// "iss": who issued it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.claims.issuer.as_deref().unwrap_or_default()
    }

    /// "sub": the user, or the client where it acts for itself.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.claims.subject.as_deref().unwrap_or_default()
    }

    /// "client_id": the client that it was issued to.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.claims.own.client_id
    }

    /// "jti".
    #[must_use]
    pub fn jwt_id(&self) -> &str {
        self.claims.jwt_id.as_deref().unwrap_or_default()
    }

    /// "exp".
    #[must_use]
    pub fn expiration_time(&self) -> NumericDate {
        self.claims.expiration_time.unwrap_or_default()
    }

    /// "scope"; empty where there is none.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.claims.own.scope
    }

    /// The thumbprint of the key that it is bound to. That the client has this key was proven.
    #[must_use]
    pub fn key_thumbprint(&self) -> Option<&str> {
        match &self.claims.own.confirmation {
            Confirmation::Thumbprint(thumbprint) => Some(thumbprint),
            Confirmation::Bearer | Confirmation::Other => None,
        }
    }

    pub(crate) fn confirmation(&self) -> &Confirmation {
        &self.claims.own.confirmation
    }

    /// All claims, as a type of the caller.
    ///
    /// # Errors
    /// The answer to the request where they do not fit: 401, invalid_token.
    pub fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Denial> {
        self.token.claims().map_err(|_| {
            let fault = Fault::Token(ErrorKind::InvalidToken);
            Denial::new(fault, Arc::clone(&self.realm), Scope::default(), self.dpop)
        })
    }

    /// Asks for a scope that only a part of the server needs.
    ///
    /// # Errors
    /// The answer to the request where the token does not have it: 403, insufficient_scope.
    pub fn require(&self, scope: &Scope) -> Result<(), Denial> {
        if self.scope().covers(scope) {
            return Ok(());
        }
        let realm = Arc::clone(&self.realm);
        Err(Denial::new(Fault::InsufficientScope, realm, scope.clone(), self.dpop))
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").finish_non_exhaustive()
    }
}
