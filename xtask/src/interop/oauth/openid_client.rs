//! openid-client as the client of `jwt-demo server`: all grants, with keys and without, and what has to be refused.
//! The cases are in its script, which reads one line and answers one a case:
//!
//! ```text
//! {"issuer":"http://…","resource":"https://…","keys":{"ES256":{…},…},…}
//!                                          -> {"case":"…","error":null or "…"} …, {"version":"6.9.0"}
//! ```

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use super::Ours;
use super::server::{Server, Settings, known_by_key, new_password};
use super::tokens::KeyPair;
use crate::interop::Tally;
use crate::interop::peer::beside_jose;
use crate::sh::{Result, cmd, root};

const RESOURCE: &str = "https://api.example/v1";
const OTHER: &str = "https://other.example";
const SCOPE: &str = "models.read";
const USER: &str = "alice";

/// With keys for these, named by them; and two that use other grants or have to send proofs.
const BY_KEY: [(&str, &str); 6] = [
    ("ES256", "ES256"),
    ("ES384", "ES384"),
    ("PS256", "PS256"),
    ("Ed25519", "Ed25519"),
    ("bound", "ES256"),
    ("web", "ES256"),
];

pub(super) fn install(folder: &Path) -> Result<PathBuf> {
    beside_jose(folder, &root().join("xtask/interop/openid_client.mjs"))
}

pub(super) fn cases(ours: &Ours, script: &Path, tally: &mut Tally) -> Result<String> {
    let (mut clients, mut keys) = (Vec::new(), json!({}));
    let redirects =
        json!({"web": "https://client.example/callback", "app": "http://127.0.0.1/callback"});
    for (name, alg) in BY_KEY {
        let key = KeyPair::make(&ours.jwt, name, alg)?;
        let private: Value = serde_json::from_str(&std::fs::read_to_string(&key.private)?)?;
        let client = known_by_key(name, &key.jwk, SCOPE);
        clients.push(match name {
            "web" => with_users(client, &redirects),
            "bound" => with(client, json!({"dpop_bound_access_tokens": true})),
            _ => client,
        });
        keys = with(keys, json!({name: private}));
    }
    let app = json!({"client_id": "app", "token_endpoint_auth_method": "none", "scope": SCOPE});
    clients.push(with_users(app, &redirects));
    let password = new_password()?;
    let settings = Settings {
        clients: &clients,
        resources: &[RESOURCE, OTHER],
        user: Some((USER, &password)),
    };
    let server = Server::start(&ours.jwt_demo, &settings, &ours.jwt)?;
    let question = json!({
        "issuer": server.issuer, "resource": RESOURCE, "other": OTHER, "scope": SCOPE,
        "redirects": redirects, "user": USER, "password": password, "keys": keys,
    });
    let mut version = None;
    for line in answers(script, &question)?.lines() {
        let answer: Value = serde_json::from_str(line)?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        match text("case") {
            Some(case) => tally.case(case, text("error").map_or(Ok(()), |why| Err(why.into()))),
            None => version = text("version").map(str::to_owned),
        }
    }
    // It comes last.
    Ok(format!("openid-client {}", version.ok_or("the script ended before its cases did")?))
}

/// Codes and refresh tokens, in place of other grants.
fn with_users(client: Value, redirects: &Value) -> Value {
    let name = client.get("client_id").and_then(Value::as_str).unwrap_or_default();
    let redirect_uris = [redirects.get(name).cloned().unwrap_or_default()];
    let grants = ["authorization_code", "refresh_token"];
    let metadata = json!({"redirect_uris": redirect_uris, "grant_types": grants});
    with(client, metadata)
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Some(members), Value::Object(more)) = (object.as_object_mut(), more) {
        members.extend(more);
    }
    object
}

fn answers(script: &Path, question: &Value) -> Result<String> {
    let mut command = cmd("node");
    let mut child = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        writeln!(stdin, "{question}")?;
    }
    Ok(String::from_utf8(child.wait_with_output()?.stdout)?)
}
