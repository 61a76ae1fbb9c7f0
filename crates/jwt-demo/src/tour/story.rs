//! Who takes part: the keys, the authorization server and the gateway, and where they are.

use std::fs;
use std::path::Path;

use jwt_std::{Algorithm, PrivateKey, jwk_set};
use serde_json::{Value, json};

use crate::Result;

/// The device, as the authorization server knows it.
pub(super) const DEVICE: &str = "device-0001";
/// A client beside it, whose tokens are bound to no key.
pub(super) const SERVICE: &str = "service-0001";
/// The API, as tokens name it.
pub(super) const AUDIENCE: &str = "https://llm.example/v1";
/// What the API is asked.
pub(super) const PROMPT: &str = r#"{"model":"word-counter","stream":true,"messages":[{"role":"user","content":"Say something about trust."}]}"#;

/// Who takes part.
pub(super) struct Story {
    pub(super) issuer: String,
    pub(super) token_endpoint: String,
    pub(super) api: String,
    pub(super) device: PrivateKey,
    pub(super) service: PrivateKey,
    /// Where server and gateway are ours.
    pub(super) issuer_key: Option<PrivateKey>,
}

impl Story {
    /// Whether server and gateway are those of this crate.
    pub(super) fn is_ours(&self) -> bool {
        self.issuer_key.is_some()
    }

    /// Where a chat is asked for.
    pub(super) fn completions(&self) -> String {
        format!("{}/v1/chat/completions", self.api)
    }
}

/// The key of this name in a folder; it is made where there is none.
pub(super) fn key(folder: &Path, name: &str) -> Result<PrivateKey> {
    let file = folder.join(format!("{name}.jwk"));
    if file.exists() {
        return Ok(PrivateKey::from_jwk(&fs::read(&file)?, Some(Algorithm::Es256))?);
    }
    let key = PrivateKey::generate(Algorithm::Es256)?.with_kid(Some(name.to_owned()));
    fs::create_dir_all(folder)?;
    private_file(&file, key.to_jwk().as_bytes())?;
    Ok(key)
}

#[cfg(unix)]
fn private_file(file: &Path, bytes: &[u8]) -> Result {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = fs::OpenOptions::new();
    Ok(options.write(true).create_new(true).mode(0o600).open(file)?.write_all(bytes)?)
}

#[cfg(not(unix))]
fn private_file(file: &Path, bytes: &[u8]) -> Result {
    Ok(fs::write(file, bytes)?)
}

/// What an authorization server is told of a client (RFC 7591 section 2).
pub(super) fn metadata(client_id: &str, key: &PrivateKey, bound: bool) -> Result<Value> {
    let public = key.public().ok_or("no public key")?;
    Ok(json!({
        "client_id": client_id,
        "jwks": serde_json::from_str::<Value>(&jwk_set([&public]))?,
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials"],
        "scope": "chat models",
        "dpop_bound_access_tokens": bound,
    }))
}
