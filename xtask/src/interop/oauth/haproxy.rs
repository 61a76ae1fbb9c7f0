//! HAProxy as the gateway: `jwt_verify` with PEM files that `jwt key` wrote, and the claims by lines of its
//! configuration.

use std::path::{Path, PathBuf};

use super::gateway::{self, AUDIENCE, ISSUER, Refused, Upstream};
use super::issued::Issuers;
use super::process::{Process, on_free_port};
use super::tokens::KeyPair;
use super::{Ours, oidc_provider};
use crate::interop::Tally;
use crate::interop::jwt::Jwt;
use crate::sh::{Result, ask, cmd};
use crate::tools::debian;

/// One key of each algorithm that it takes.
const ALGS: [&str; 6] = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512"];

/// From Debian.
pub(super) fn install(folder: &Path) -> Result<PathBuf> {
    oidc_provider::install(folder)?;
    debian("haproxy", &["haproxy"])?;
    Ok(PathBuf::from("haproxy"))
}

const REFUSED: Refused = Refused { audience: 401 };

/// A running HAProxy.
struct Haproxy {
    _process: Process,
    origin: String,
}

pub(super) fn cases(ours: &Ours, program: &Path, tally: &mut Tally) -> Result<String> {
    let jwt = &ours.jwt;
    let mut keys = Vec::new();
    for alg in ALGS {
        let key = KeyPair::make(jwt, alg, alg)?;
        write_pem(jwt, alg, &key.public)?;
        keys.push((alg, key));
    }
    let stranger = KeyPair::make(jwt, "stranger", "ES256")?;
    let nothing = serde_json::json!({"keys": []});
    let upstream = Upstream::start(&nothing, jwt.path("upstream.log").as_ref())?;
    let haproxy = start(program, jwt, ISSUER, &ALGS, upstream.port)?;
    for (alg, key) in &keys {
        let outcome = gateway::access_token(key, ISSUER, AUDIENCE).and_then(|token| {
            gateway::let_through(&format!("{}/{alg}", haproxy.origin), &token.mint(jwt)?)
        });
        tally.case(format_args!("let through: {alg}"), outcome);
    }
    let (alg, key) = keys.first().ok_or("no keys")?;
    let good = gateway::access_token(key, ISSUER, AUDIENCE)?;
    let url = format!("{}/{alg}", haproxy.origin);
    gateway::ask(jwt, &url, &good, &stranger, &REFUSED, tally)?;
    issued(ours, program, upstream.port, tally)?;
    version(program)
}

/// Tokens of servers, by the keys that they publish.
fn issued(ours: &Ours, program: &Path, api: u16, tally: &mut Tally) -> Result {
    let issuers = Issuers::start(ours)?;
    for pair in issuers.each() {
        let [issuer, _] = &pair;
        let key = issuers.published(issuer, &issuers.token(issuer, AUDIENCE)?)?;
        let key = ours.jwt.write("published.jwk", key.to_string())?;
        write_pem(&ours.jwt, "ES256", &key)?;
        let haproxy = start(program, &ours.jwt, &issuer.identifier, &["ES256"], api)?;
        issuers.ask(&format!("{}/ES256", haproxy.origin), &pair, &REFUSED, tally)?;
    }
    Ok(())
}

/// Writes the file that is for an algorithm.
fn write_pem(jwt: &Jwt, alg: &str, key: &str) -> Result {
    let pem = jwt.done(&["key", "convert", key, "--to", "pem", "--public"])?;
    jwt.write(&format!("{alg}.pem"), pem).map(drop)
}

fn start(program: &Path, jwt: &Jwt, issuer: &str, algs: &[&str], api: u16) -> Result<Haproxy> {
    on_free_port(|port| {
        let file = jwt.write("haproxy.cfg", config(issuer, algs, port, api))?;
        let mut command = cmd(program);
        // In the folder of its keys, in the foreground.
        command.current_dir(jwt.path("")).args(["-db", "-f", &file]);
        let process = Process::listening(&mut command, port, jwt.path("haproxy.log").as_ref())?;
        Ok(Haproxy { _process: process, origin: format!("http://127.0.0.1:{port}") })
    })
}

/// The path says which key verifies a token: the token's own words choose none.
fn config(issuer: &str, algs: &[&str], port: u16, api: u16) -> String {
    let verify = algs.iter().map(|alg| {
        format!(
            "    http-request set-var(txn.verified) var(txn.token),jwt_verify({alg},{alg}.pem) \
             if {{ path /{alg} }}\n"
        )
    });
    let verify: String = verify.collect();
    format!(
        "defaults
    mode http
    timeout connect 10s
    timeout client 30s
    timeout server 30s
frontend gateway
    bind 127.0.0.1:{port}
    http-request set-var(txn.token) http_auth_bearer
    http-request set-var(txn.exp) var(txn.token),jwt_payload_query('$.exp','int')
    http-request set-var(txn.nbf) var(txn.token),jwt_payload_query('$.nbf','int')
    http-request set-var(txn.now) date
{verify}    http-request deny deny_status 401 unless {{ var(txn.verified) -m int 1 }}
    http-request deny deny_status 401 unless {{ var(txn.token),jwt_payload_query('$.iss') -m str {issuer} }}
    http-request deny deny_status 401 unless {{ var(txn.token),jwt_payload_query('$.aud') -m str {AUDIENCE} }}
    http-request deny deny_status 401 unless {{ var(txn.exp),sub(txn.now) -m int gt 0 }}
    http-request deny deny_status 401 if {{ var(txn.nbf),sub(txn.now) -m int gt 0 }}
    default_backend api
backend api
    server api 127.0.0.1:{api}
"
    )
}

/// It says `HAProxy version 2.6.12-1+deb12u4 …`.
fn version(program: &Path) -> Result<String> {
    let said = ask(cmd(program).arg("-v")).unwrap_or_default();
    let version = said.split_whitespace().nth(2).ok_or_else(|| format!("it says {said:?}"))?;
    Ok(format!("HAProxy {version}"))
}
