//! HAProxy as the gateway: `jwt_verify` with PEM files that `jwt key` wrote, and the claims by lines of its
//! configuration.

use std::path::{Path, PathBuf};

use super::Ours;
use super::gateway::{self, AUDIENCE, ISSUER, Refused, Upstream};
use super::process::{Process, on_free_port};
use super::tokens::KeyPair;
use crate::interop::Tally;
use crate::sh::{Result, ask, cmd};
use crate::tools::debian;

/// One key of each algorithm that it takes.
const ALGS: [&str; 6] = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512"];

/// From Debian.
pub(super) fn install(_: &Path) -> Result<PathBuf> {
    debian("haproxy", &["haproxy"])?;
    Ok(PathBuf::from("haproxy"))
}

pub(super) fn cases(Ours { jwt, .. }: &Ours, program: &Path, tally: &mut Tally) -> Result<String> {
    let mut keys = Vec::new();
    for alg in ALGS {
        let key = KeyPair::make(jwt, alg, alg)?;
        let pem = jwt.done(&["key", "convert", &key.public, "--to", "pem"])?;
        jwt.write(&format!("{alg}.pem"), pem)?;
        keys.push((alg, key));
    }
    let stranger = KeyPair::make(jwt, "stranger", "ES256")?;
    let nothing = serde_json::json!({"keys": []});
    let upstream = Upstream::start(&nothing, jwt.path("upstream.log").as_ref())?;
    let (_process, origin) = on_free_port(|port| {
        let file = jwt.write("haproxy.cfg", config(port, upstream.port))?;
        let mut command = cmd(program);
        // In the folder of its keys, in the foreground.
        command.current_dir(jwt.path("")).args(["-db", "-f", &file]);
        let process = Process::listening(&mut command, port, jwt.path("haproxy.log").as_ref())?;
        Ok((process, format!("http://127.0.0.1:{port}")))
    })?;
    for (alg, key) in &keys {
        let outcome = gateway::access_token(key, ISSUER, AUDIENCE)
            .and_then(|token| gateway::let_through(&format!("{origin}/{alg}"), &token.mint(jwt)?));
        tally.case(format_args!("let through: {alg}"), outcome);
    }
    let (alg, key) = keys.first().ok_or("no keys")?;
    let good = gateway::access_token(key, ISSUER, AUDIENCE)?;
    let refused = Refused { audience: 401 };
    gateway::ask(jwt, &format!("{origin}/{alg}"), &good, &stranger, &refused, tally)?;
    version(program)
}

/// The path says which key verifies a token: the token's own words choose none.
fn config(port: u16, api: u16) -> String {
    let verify = ALGS.iter().map(|alg| {
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
    http-request deny deny_status 401 unless {{ var(txn.token),jwt_payload_query('$.iss') -m str {ISSUER} }}
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
