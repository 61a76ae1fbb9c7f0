//! oidc-provider as the authorization server, `jwt token` as its client: it issues what `jwt verify` accepts, with
//! DPoP and without, and refuses assertions and proofs that are not good.

mod assertions;
mod proofs;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Ours;
use super::process::Process;
use super::tokens::KeyPair;
use crate::interop::jwt::Jwt;
use crate::interop::peer::beside_jose;
use crate::interop::{Tally, oauth};
use crate::sh::{Result, cmd, root};

const RESOURCE: &str = "https://api.example/v1";
const SCOPE: &str = "models.read";
/// The client whose key is for ES256.
const CLIENT: &str = "device-0001";
/// Clients with other keys that the server takes.
const OTHERS: [&str; 3] = ["RS256", "PS256", "EdDSA"];

/// Who is known to the server, and for what.
pub(crate) struct Registration<'r> {
    /// Client IDs, and public keys as JWKs that say their algorithm.
    pub(crate) clients: &'r [(&'r str, &'r Value)],
    /// Each "resource" that may be asked for, which is the "aud" of its tokens.
    pub(crate) resources: &'r [&'r str],
    pub(crate) scope: &'r str,
    pub(crate) dpop: Dpop,
}

/// Whether tokens are bound to keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dpop {
    /// Where the client sends a proof.
    Optional,
    /// Always, and a proof needs a nonce of the server.
    WithNonce,
}

/// A running server.
pub(crate) struct OidcProvider {
    _process: Process,
    pub(crate) issuer: String,
    version: String,
}

impl OidcProvider {
    pub(crate) fn jwks_url(&self) -> String {
        format!("{}/jwks", self.issuer)
    }

    fn token_endpoint(&self) -> String {
        format!("{}/token", self.issuer)
    }
}

/// The script, beside the packages that it needs.
pub(crate) fn install(folder: &Path) -> Result<PathBuf> {
    beside_jose(folder, &root().join("xtask/interop/oidc_provider.mjs"))
}

/// Starts a server that knows these clients, with a key of its own.
pub(crate) fn start_oidc_provider(
    script: &Path,
    registration: &Registration<'_>,
    log: &Path,
) -> Result<OidcProvider> {
    let clients = registration.clients.iter();
    let clients: Vec<_> = clients.map(|(id, jwk)| json!({"client_id": id, "jwk": jwk})).collect();
    let with_nonce = registration.dpop == Dpop::WithNonce;
    let settings = json!({
        "clients": clients, "resources": registration.resources, "scope": registration.scope,
        "dpop": with_nonce, "nonce": with_nonce,
    });
    let (process, said) = Process::told(cmd("node").arg(script), &settings, log)?;
    let said: Value = serde_json::from_str(&said)?;
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
    let (Some(issuer), Some(version)) = (text("origin"), text("version")) else {
        return Err(format!("oidc-provider said {said}").into());
    };
    Ok(OidcProvider { _process: process, issuer, version })
}

/// What all cases need.
struct Trial<'t> {
    jwt: &'t Jwt,
    server: OidcProvider,
    /// Of [`CLIENT`].
    key: &'t KeyPair,
    /// Of nobody that the server knows.
    stranger: &'t KeyPair,
}

pub(super) fn cases(Ours { jwt, .. }: &Ours, script: &Path, tally: &mut Tally) -> Result<String> {
    let key = KeyPair::make(jwt, "client", "ES256")?;
    let stranger = KeyPair::make(jwt, "stranger", "ES256")?;
    let mut others = Vec::new();
    for alg in OTHERS {
        others.push((alg, KeyPair::make(jwt, alg, alg)?));
    }
    let others_known = others.iter().map(|(alg, key)| (*alg, &key.jwk));
    let clients: Vec<_> = [(CLIENT, &key.jwk)].into_iter().chain(others_known).collect();
    let start = |dpop, log: &str| {
        let registration =
            Registration { clients: &clients, resources: &[RESOURCE], scope: SCOPE, dpop };
        let server = start_oidc_provider(script, &registration, jwt.path(log).as_ref())?;
        Ok::<_, Box<dyn std::error::Error>>(Trial { jwt, server, key: &key, stranger: &stranger })
    };
    let trial = start(Dpop::Optional, "optional.log")?;
    issues(&trial, &others, tally);
    refuses(&trial, tally);
    assertions::run(&trial, tally)?;
    let trial = start(Dpop::WithNonce, "nonce.log")?;
    proofs::run(&trial, tally)?;
    Ok(format!("oidc-provider {}", trial.server.version))
}

/// What `jwt token` gets is what it asked for, as `jwt verify` sees it.
fn issues(trial: &Trial<'_>, others: &[(&str, KeyPair)], tally: &mut Tally) {
    let endpoint = trial.server.token_endpoint();
    let ways: [(&str, &[&str]); 3] = [
        ("the endpoint of its metadata", &[]),
        ("an endpoint that is told", &["--token-endpoint", &endpoint]),
        ("the audience of 2015", &["--legacy-audience"]),
    ];
    for (name, way) in ways {
        let outcome =
            trial.issued(CLIENT, trial.key, way).and_then(|token| trial.is_bearer(&token, CLIENT));
        tally.case(format_args!("issued: {name}"), outcome);
    }
    for (alg, key) in others {
        let outcome = trial.issued(alg, key, &[]).and_then(|token| trial.is_bearer(&token, alg));
        tally.case(format_args!("issued: an assertion by {alg}"), outcome);
    }
    let outcome =
        trial.issued(CLIENT, trial.key, &["--dpop"]).and_then(|token| trial.is_bound(&token));
    tally.case("issued: bound to a key that may be", outcome);
    let outcome =
        trial.issued(CLIENT, trial.key, &[]).and_then(|token| trial.refused_by_key(&token));
    tally.case("issued: and by its server alone", outcome);
}

/// What `jwt token` says when it is refused.
fn refuses(trial: &Trial<'_>, tally: &mut Tally) {
    let (issuer, endpoint) = (trial.server.issuer.as_str(), trial.server.token_endpoint());
    let (ours, strange) = (trial.key.private.as_str(), trial.stranger.private.as_str());
    let elsewhere = ["--token-endpoint", &endpoint];
    let rows: [(&str, [&str; 5], &[&str], &str); 4] = [
        (
            "a stranger's key",
            [issuer, CLIENT, strange, RESOURCE, SCOPE],
            &[],
            "401: invalid_client",
        ),
        (
            "a client that is none",
            [issuer, "nobody", ours, RESOURCE, SCOPE],
            &[],
            "401: invalid_client",
        ),
        (
            "an assertion for another server",
            ["https://other.example", CLIENT, ours, RESOURCE, SCOPE],
            &elsewhere,
            "401: invalid_client",
        ),
        (
            "an unknown API",
            [issuer, CLIENT, ours, "https://other.example", SCOPE],
            &[],
            "400: invalid_target",
        ),
    ];
    for (name, [issuer, client, key, resource, scope], more, expected) in rows {
        let arguments = request(issuer, client, key, resource, scope);
        let outcome = trial.jwt.refused(&[arguments.as_slice(), more].concat());
        let outcome = outcome.and_then(|(code, why)| {
            if code == Some(4) && why.ends_with(expected) {
                return Ok(());
            }
            Err(format!("exit 4 and {expected:?} expected, {code:?} and {why:?} found").into())
        });
        tally.case(format_args!("refused, and said by jwt token: {name}"), outcome);
    }
}

/// The arguments of `jwt token`.
fn request<'r>(
    issuer: &'r str,
    client: &'r str,
    key: &'r str,
    resource: &'r str,
    scope: &'r str,
) -> Vec<&'r str> {
    vec![
        "token",
        "--issuer",
        issuer,
        "--client-id",
        client,
        "--key",
        key,
        "--resource",
        resource,
        "--scope",
        scope,
    ]
}

impl Trial<'_> {
    fn issued(&self, client: &str, key: &KeyPair, more: &[&str]) -> Result<String> {
        let arguments = request(&self.server.issuer, client, &key.private, RESOURCE, SCOPE);
        self.jwt.line(&[arguments.as_slice(), more].concat())
    }

    /// Verifies an access token by the keys that the server publishes; returns its claims.
    fn verified(&self, token: &str) -> Result<Value> {
        let (issuer, jwks_url) = (self.server.issuer.as_str(), self.server.jwks_url());
        let keys = ["--jwks-url", &jwks_url, "--alg", "ES256"];
        let policy = ["--iss", issuer, "--aud", RESOURCE, "--typ", "at+jwt", "--require", "jti"];
        let claims =
            self.jwt.line(&[["verify"].as_slice(), &keys, &policy, &["--", token]].concat())?;
        Ok(serde_json::from_str(&claims)?)
    }

    fn is_bearer(&self, token: &str, client: &str) -> Result {
        let claims = self.verified(token)?;
        for (name, expected) in [("client_id", client), ("sub", client), ("scope", SCOPE)] {
            oauth::same(name, claims.get(name), Some(&json!(expected)))?;
        }
        oauth::same("cnf", claims.get("cnf"), None)
    }

    /// Bound to the client's own key, by its thumbprint as `jwt key` has it.
    fn is_bound(&self, token: &str) -> Result {
        let thumbprint = self.jwt.line(&["key", "thumbprint", &self.key.public])?;
        let expected = json!({"jkt": thumbprint});
        oauth::same("cnf", self.verified(token)?.get("cnf"), Some(&expected))
    }

    /// Another key than the server's does not do: the verdict comes from the signature.
    fn refused_by_key(&self, token: &str) -> Result {
        let verify = ["verify", "--key", &self.stranger.public, "--typ", "at+jwt"];
        let (code, why) = self.jwt.refused(&[verify.as_slice(), &["--", token]].concat())?;
        oauth::same(&why, code, Some(4))
    }
}
