//! `cargo xtask demo`: the main job, end to end, on this machine.
//!
//! An emulated chip with a secure element gets an access token from an authorization server, calls an API through a
//! gateway, and hears the answer; then everything that is no such token is refused, each with its words. The story is
//! told by `jwt-demo tour`; here the chip is built, and with --peers others play the server and the gateway.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use jwt_core::json::{from_fn, write_object};
use jwt_core::{Es256SigningKey, base64url, danger};
use serde_json::Value;

use crate::device::api_call::{ApiCall, Chip, api_call};
use crate::fresh::new_key;
use crate::interop::oauth::envoy::{self, Envoy, Guarded, start_envoy};
use crate::interop::oauth::oidc_provider::{
    self, Dpop, OidcProvider, Registration, start_oidc_provider,
};
use crate::interop::oauth::process::Process;
use crate::sh::{self, Result, cmd, in_ci, root};
use crate::tools::built;

/// As `jwt-demo tour` has them.
const CLIENTS: [(&str, &str); 2] = [("device-0001", "device"), ("service-0001", "service")];
const AUDIENCE: &str = "https://llm.example/v1";
const SCOPE: &str = "chat models";
const PROMPT: &str = r#"{"model":"word-counter","stream":true,"messages":[{"role":"user","content":"Say something about trust."}]}"#;

const USAGE: &str = "usage: cargo xtask demo [--peers] [--stay]";

pub(crate) fn run(arguments: &[String]) -> Result {
    if !arguments.iter().all(|word| matches!(word.as_str(), "--peers" | "--stay")) {
        return Err(USAGE.into());
    }
    let has = |flag| arguments.iter().any(|word| word == flag);
    let program = built("jwt-demo", "jwt-demo")?;
    let keys = root().join("target/demo");
    let _ = fs::remove_dir_all(&keys);
    private_folder(&keys)?;
    let [device, service] = [new_key()?, new_key()?];
    for (key, (_, name)) in [&device, &service].into_iter().zip(CLIENTS) {
        fs::write(keys.join(format!("{name}.jwk")), jwk(key, name, true)?)?;
    }
    let mut tour = cmd(&program);
    tour.arg("tour").arg("--keys").arg(&keys);
    let peers = match has("--peers") {
        true => Some(Peers::start(&program, &keys, [&device, &service])?),
        false => None,
    };
    let (issuer, api) = match &peers {
        Some(Peers { server, gateway, .. }) => {
            tour.args(["--issuer", &server.issuer, "--api", &gateway.origin]);
            (server.issuer.clone(), gateway.origin.clone())
        }
        None => {
            let [server, gateway] = [free_address()?, free_address()?];
            tour.args(["--server", &server, "--gateway", &gateway]);
            (format!("http://{server}"), format!("http://{gateway}"))
        }
    };
    if has("--stay") {
        tour.arg("--stay");
    }
    let chip = match chip(&device, &issuer, &api, peers.is_none()) {
        Ok(chip) => Some(chip),
        Err(error) if in_ci() => return Err(error),
        Err(error) => {
            println!("NO EMULATED DEVICE, so a process of this machine takes its place: {error}\n");
            None
        }
    };
    if let Some(Chip { command, .. }) = &chip {
        // The chip finds what it is told in the folder that it runs in.
        if let Some(folder) = command.get_current_dir() {
            tour.arg("--device-folder").arg(folder);
        }
        tour.arg("--").arg(command.get_program()).args(command.get_args());
    }
    sh::run(&mut tour)
}

/// The device, about to call the API.
fn chip(key: &Es256SigningKey, issuer: &str, api: &str, is_dpop: bool) -> Result<Chip> {
    let [(client_id, name), _] = CLIENTS;
    api_call(&ApiCall {
        key,
        client_id,
        issuer,
        token_endpoint: &format!("{issuer}/token"),
        key_id: Some(name),
        scope: Some("chat"),
        resource: Some(AUDIENCE),
        is_dpop,
        method: "POST",
        uri: &format!("{api}/v1/chat/completions"),
        body: PROMPT,
    })
}

/// An authorization server and a gateway that others wrote, and our backend behind them.
struct Peers {
    server: OidcProvider,
    gateway: Envoy,
    _backend: Process,
}

impl Peers {
    fn start(program: &Path, keys: &Path, clients: [&Es256SigningKey; 2]) -> Result<Self> {
        let folder = root().join("target/interop");
        let script: PathBuf = oidc_provider::install(&folder)?;
        let envoy = envoy::install(&folder)?;
        let jwks = clients
            .iter()
            .zip(CLIENTS)
            .map(|(key, (_, name))| Ok(serde_json::from_str(&jwk(key, name, false)?)?));
        let jwks: Vec<Value> = jwks.collect::<Result<_>>()?;
        let clients: Vec<_> = CLIENTS.iter().map(|(id, _)| *id).zip(&jwks).collect();
        let registration = Registration {
            clients: &clients,
            resources: &[AUDIENCE],
            scope: SCOPE,
            dpop: Dpop::Optional,
        };
        let server = start_oidc_provider(&script, &registration, &keys.join("oidc-provider.log"))?;
        let mut backend = cmd(program);
        let (backend, origin) = Process::saying(backend.arg("backend"), &keys.join("backend.log"))?;
        let upstream = origin.rsplit(':').next().unwrap_or_default().parse()?;
        let (issuer, jwks_url) = (server.issuer.as_str(), server.jwks_url());
        let guarded =
            Guarded { issuer, audience: AUDIENCE, jwks_url: &jwks_url, upstream, forward: false };
        let gateway = start_envoy(&envoy, &guarded, &keys.join("envoy.log"))?;
        println!("oidc-provider is the authorization server, and Envoy the gateway.\n");
        Ok(Self { server, gateway, _backend: backend })
    }
}

/// For keys: nobody else on the machine looks into it.
fn private_folder(path: &Path) -> Result {
    let mut folder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    Ok(folder.recursive(true).create(path)?)
}

/// A key as a JWK: with its private part, or to be registered.
fn jwk(key: &Es256SigningKey, kid: &str, is_private: bool) -> Result<String> {
    let secret = danger::secret_bytes(key);
    let mut text = [0; base64url::encoded_len(32)];
    let d = base64url::encode(secret.as_slice(), &mut text)?;
    let members = from_fn(|jwk| {
        jwk.string("kid", kid).string("alg", "ES256");
        if is_private {
            jwk.string("d", d);
        }
    });
    Ok(write_object(&mut [0; 512], &(key.verifying_key(), members))?.to_owned())
}

/// An address that nobody listens at. The chip is told it before anybody does.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
