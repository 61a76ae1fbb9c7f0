//! Tokens that `jwt token` gets from two authorization servers, ours and oidc-provider, at a gateway that takes those
//! of one of them.

use serde_json::{Value, json};

use super::gateway::{self, AUDIENCE, Refused};
use super::oidc_provider::{Dpop, OidcProvider, Registration, start_oidc_provider};
use super::server::{Server, Settings, known_by_key};
use super::tokens::KeyPair;
use super::{Ours, http, oidc_provider};
use crate::interop::Tally;
use crate::interop::keys::encode;
use crate::sh::{Result, root};

const CLIENT: &str = "device-0001";
const SCOPE: &str = "models.read";
/// Another API that both servers know.
const OTHER: &str = "https://other.example";

/// Both servers, and a client of both.
pub(super) struct Issuers<'i> {
    ours: &'i Ours,
    key: KeyPair,
    server: Server,
    provider: OidcProvider,
}

/// One of them.
#[derive(Clone)]
pub(super) struct Issuer {
    name: &'static str,
    pub(super) identifier: String,
    pub(super) jwks_url: String,
}

impl<'i> Issuers<'i> {
    pub(super) fn start(ours: &'i Ours) -> Result<Self> {
        let jwt = &ours.jwt;
        let key = KeyPair::make(jwt, "client", "ES256")?;
        let (resources, clients) = ([AUDIENCE, OTHER], [known_by_key(CLIENT, &key.jwk, SCOPE)]);
        let settings = Settings { clients: &clients, resources: &resources, user: None };
        let server = Server::start(&ours.jwt_demo, &settings, jwt)?;
        let registration = Registration {
            clients: &[(CLIENT, &key.jwk)],
            resources: &resources,
            scope: SCOPE,
            dpop: Dpop::Optional,
        };
        let script = oidc_provider::install(&root().join("target/interop"))?;
        let log = jwt.path("oidc-provider.log");
        let provider = start_oidc_provider(&script, &registration, log.as_ref())?;
        Ok(Self { ours, key, server, provider })
    }

    /// Each of them, and the other one.
    pub(super) fn each(&self) -> [[Issuer; 2]; 2] {
        let ours = Issuer {
            name: "jwt-demo",
            identifier: self.server.issuer.clone(),
            jwks_url: self.server.jwks_url(),
        };
        let theirs = Issuer {
            name: "oidc-provider",
            identifier: self.provider.issuer.clone(),
            jwks_url: self.provider.jwks_url(),
        };
        [[ours.clone(), theirs.clone()], [theirs, ours]]
    }

    /// A token for this API.
    pub(super) fn token(&self, issuer: &Issuer, resource: &str) -> Result<String> {
        let client = ["--client-id", CLIENT, "--key", &self.key.private, "--resource", resource];
        self.ours
            .jwt
            .line(&[["token", "--issuer", &issuer.identifier].as_slice(), &client].concat())
    }

    /// The key that a token names, as its issuer publishes it.
    pub(super) fn published(&self, issuer: &Issuer, token: &str) -> Result<Value> {
        let said = self.ours.jwt.line(&["decode", "--", token])?;
        let answer = http::get(&issuer.jwks_url, &[])?;
        let keys = answer.at("/keys").unwrap_or_default();
        let keys = keys.as_array().into_iter().flatten();
        let named =
            |key: &&Value| key.get("kid").is_some_and(|kid| said.contains(&kid.to_string()));
        Ok(keys.into_iter().find(named).ok_or("its key is not published")?.clone())
    }

    /// Puts tokens to a gateway that takes those of the first issuer for [`AUDIENCE`].
    pub(super) fn ask(
        &self,
        url: &str,
        [issuer, other]: &[Issuer; 2],
        with: &Refused,
        tally: &mut Tally,
    ) -> Result {
        let (name, another) = (issuer.name, other.name);
        let token = self.token(issuer, AUDIENCE)?;
        let elsewhere = self.token(issuer, OTHER)?;
        let mut spoilt = token.split('.').zip(elsewhere.split('.'));
        let (Some((header, _)), Some((payload, moved)), Some((signature, _))) =
            (spoilt.next(), spoilt.next(), spoilt.next())
        else {
            return Err(format!("{name} issued no token").into());
        };
        let none = encode(json!({"alg": "none", "typ": "at+jwt"}).to_string().as_bytes())?;
        let refused = [
            ("for another API", with.audience, elsewhere.clone()),
            // Whose audience some look at before they verify.
            (
                "with the claims of another one",
                with.audience,
                format!("{header}.{moved}.{signature}"),
            ),
            ("without its signature", 401, format!("{header}.{payload}.")),
            ("as of alg none", 401, format!("{none}.{payload}.")),
        ];
        tally.case(
            format_args!("let through: a token of {name}"),
            gateway::let_through(url, &token),
        );
        for (what, status, token) in refused {
            let outcome = gateway::refused(url, &token, status);
            tally.case(format_args!("refused: a token of {name} {what}"), outcome);
        }
        let outcome =
            self.token(other, AUDIENCE).and_then(|token| gateway::refused(url, &token, 401));
        tally
            .case(format_args!("refused: a token of {another} where {name} is asked for"), outcome);
        Ok(())
    }
}
