//! Our own authorization server, `jwt-demo server`, for clients and gateways that others wrote.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::process::Process;
use crate::interop::jwt::Jwt;
use crate::interop::keys::encode;
use crate::sh::{Result, cmd};

/// A running server.
pub(super) struct Server {
    _process: Process,
    pub(super) issuer: String,
}

/// Who is known to it, and for what.
pub(super) struct Settings<'s> {
    /// Metadata (RFC 7591), each with its "client_id".
    pub(super) clients: &'s [Value],
    /// The APIs that tokens may be for.
    pub(super) resources: &'s [&'s str],
    /// A user and a password.
    pub(super) user: Option<(&'s str, &'s str)>,
}

impl Server {
    pub(super) fn start(program: &Path, settings: &Settings<'_>, jwt: &Jwt) -> Result<Self> {
        let mut command: Command = cmd(program);
        command.args(["server", "--dpop-nonce"]);
        for (i, client) in settings.clients.iter().enumerate() {
            let file = jwt.write(&format!("registered-{i}.json"), client.to_string())?;
            command.args(["--client", &file]);
        }
        for resource in settings.resources {
            command.args(["--resource", resource]);
        }
        if let Some((name, password)) = settings.user {
            let variable = format!("JWT_DEMO_PASSWORD_{}", name.to_uppercase());
            command.args(["--user", name]).env(variable, password);
        }
        let (process, issuer) = Process::saying(&mut command, jwt.path("server.log").as_ref())?;
        Ok(Self { _process: process, issuer })
    }

    pub(super) fn jwks_url(&self) -> String {
        format!("{}/jwks.json", self.issuer)
    }
}

/// A client without a user, known by its key.
pub(super) fn known_by_key(client_id: &str, jwk: &Value, scope: &str) -> Value {
    json!({
        "client_id": client_id,
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [jwk]},
        "grant_types": ["client_credentials"],
        "scope": scope,
    })
}

/// A password that nobody had before.
pub(super) fn new_password() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    encode(&bytes)
}
