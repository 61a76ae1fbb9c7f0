//! Clients, as their metadata (RFC 7591 section 2) describe them.

use jwt_std::{Algorithm, KeyFile, KeySet, Scope};
use reqwest::Url;
use rusqlite::{OptionalExtension as _, Transaction};
use serde::Deserialize;
use serde_json::Value;

use super::answer::Verdict;
use crate::Result;

/// With what clients sign their assertions.
pub(super) const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Es256, Algorithm::Es384, Algorithm::Ed25519, Algorithm::EdDsa, Algorithm::Ps256];

/// Where native apps listen (RFC 8252 section 7.3). A name such as localhost may lead elsewhere.
const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];

/// Members of metadata that this server does not know are ignored (RFC 7591 section 2).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Client {
    pub(super) client_id: String,
    /// The default of RFC 7591 is a password, which is not taken here: it has to be said.
    pub(super) token_endpoint_auth_method: AuthMethod,
    #[serde(default)]
    jwks: Option<Value>,
    #[serde(default = "code_only")]
    pub(super) grant_types: Vec<GrantType>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    pub(super) scope: String,
    #[serde(default)]
    pub(super) dpop_bound_access_tokens: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AuthMethod {
    /// An assertion (RFC 7523).
    PrivateKeyJwt,
    /// None: an app, or a page in a browser, keeps no secret.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GrantType {
    ClientCredentials,
    AuthorizationCode,
    RefreshToken,
}

fn code_only() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode]
}

impl Client {
    /// Takes in metadata that fit together.
    pub(super) fn parse(metadata: &str) -> Result<Self> {
        let client: Self = serde_json::from_str(metadata)?;
        client.check().map_err(|why| format!("client {}: {why}", client.client_id))?;
        Ok(client)
    }

    fn check(&self) -> std::result::Result<(), &'static str> {
        // RFC 6749 appendix A.1: client-id = *VSCHAR
        if self.client_id.is_empty()
            || !self.client_id.bytes().all(|it| (0x20..=0x7e).contains(&it))
        {
            return Err("client_id is none");
        }
        Scope::new(self.scope.as_str()).map_err(|_| "scope is none")?;
        match self.token_endpoint_auth_method {
            AuthMethod::PrivateKeyJwt => {
                let keys = self.jwks.as_ref().and_then(|jwks| jwks.get("keys")?.as_array());
                let is_private = |key: &Value| key.get("d").is_some() || key.get("k").is_some();
                if keys.is_some_and(|keys| keys.iter().any(is_private)) {
                    return Err("jwks has private keys");
                }
                if self.keys().is_none_or(|keys| keys.is_empty()) {
                    return Err("jwks has no key that can be used");
                }
            }
            AuthMethod::None if self.may(GrantType::ClientCredentials) => {
                return Err("client_credentials are for clients that prove who they are");
            }
            AuthMethod::None => {}
        }
        if self.may(GrantType::RefreshToken) && !self.may(GrantType::AuthorizationCode) {
            return Err("refresh tokens come with authorization_code only");
        }
        if self.may(GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            return Err("redirect_uris is missing");
        }
        if self.redirect_uris.iter().all(|uri| may_be_redirected_to(uri)) {
            Ok(())
        } else {
            Err("a redirect URI is not https, nor of a native app")
        }
    }

    pub(super) fn find(transaction: &Transaction<'_>, id: &str) -> Verdict<Option<Self>> {
        let read = "SELECT metadata FROM client WHERE id = ?1";
        let metadata: Option<String> =
            transaction.query_row(read, [id], |row| row.get(0)).optional()?;
        Ok(metadata.map(|metadata| serde_json::from_str(&metadata)).transpose()?)
    }

    pub(super) fn may(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    pub(super) fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }

    /// The keys that verify its assertions.
    pub(super) fn keys(&self) -> Option<KeySet> {
        let jwks = self.jwks.as_ref()?.to_string().into_bytes();
        KeyFile::parse(jwks.into()).ok()?.verifying_keys(&ALGORITHMS).ok()
    }

    /// Whether users may be sent there: character by character (RFC 9700 section 2.1), but for the port of an app
    /// on the user's machine.
    pub(super) fn has_redirect_uri(&self, uri: &str) -> bool {
        let same = |registered: &String| {
            registered == uri
                || without_loopback_port(registered).is_some_and(|registered| {
                    without_loopback_port(uri).is_some_and(|uri| uri == registered)
                })
        };
        self.redirect_uris.iter().any(same)
    }
}

/// https with a host, a loopback address, or a scheme of the app's own, which has a dot (RFC 8252 section 7.1);
/// and no fragment (RFC 6749 section 3.1.2).
fn may_be_redirected_to(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| {
        let scheme = match url.scheme() {
            "https" => url.has_host(),
            "http" => without_loopback_port(uri).is_some(),
            own => own.contains('.'),
        };
        scheme && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
    })
}

/// A URI on a loopback address as its address and what comes after the port.
fn without_loopback_port(uri: &str) -> Option<(&'static str, &str)> {
    LOOPBACK.iter().find_map(|address| {
        let rest = uri.strip_prefix(address)?;
        let rest = match rest.strip_prefix(':') {
            Some(rest) => {
                let path = rest.find('/')?;
                let (port, path) = rest.split_at_checked(path)?;
                port.parse::<u16>().ok()?;
                path
            }
            None => rest,
        };
        rest.starts_with('/').then_some((*address, rest))
    })
}
