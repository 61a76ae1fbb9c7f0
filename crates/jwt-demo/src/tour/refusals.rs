//! What is refused, by whom, and with what words. Each is checked: a tour on which one passes has failed.

use jwt_oauth::{Challenges, ClientAssertion, Encoding, ErrorResponse, Grant, TokenRequest};
use jwt_std::{Algorithm, Exchange as _, NumericDate, PrivateKey, TokenClient, mint_members};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::json;

use super::forge::{Forge, tampered, unsigned};
use super::modem::{self, Request};
use super::story::{AUDIENCE, PROMPT, SERVICE, Story};
use crate::Result;

/// Counts what is refused.
pub(super) struct Refusals<'s> {
    story: &'s Story,
    client: Client,
    count: usize,
}

impl<'s> Refusals<'s> {
    pub(super) fn new(story: &'s Story) -> Result<Self> {
        Ok(Self { story, client: modem::client()?, count: 0 })
    }

    /// How many there were.
    pub(super) async fn all(mut self, overheard: &Request) -> Result<usize> {
        let good = self.service()?.exchange().await?;
        self.of_the_gateway(good.as_str()).await?;
        if self.story.is_ours() {
            self.of_scopes_and_bound_tokens().await?;
        } else {
            println!("   (this gateway knows neither scopes nor DPoP: not shown)");
        }
        self.of_the_server(overheard).await?;
        Ok(self.count)
    }

    fn service(&self) -> Result<TokenClient> {
        let Story { issuer, token_endpoint, service, .. } = self.story;
        let client = TokenClient::new(issuer, token_endpoint, SERVICE, service)?;
        Ok(client.scope("chat").resource(AUDIENCE))
    }

    async fn of_the_gateway(&mut self, good: &str) -> Result {
        let stranger = PrivateKey::generate(Algorithm::Es256)?;
        let stranger = Forge { issuer: &self.story.issuer, key: &stranger };
        self.api("no token", self.call(), 401).await?;
        for (name, token) in [
            ("one character changed", tampered(good)),
            ("alg none", unsigned(good)),
            ("signed by a stranger", stranger.good()?),
        ] {
            self.api(name, self.call().bearer_auth(token), 401).await?;
        }
        let Some(key) = &self.story.issuer_key else {
            println!(
                "   (nobody here has that server's key: no token of its own with other claims)"
            );
            return Ok(());
        };
        let forge = Forge { issuer: &self.story.issuer, key };
        let public = key.public().ok_or("no public key")?;
        for (name, token) in [
            ("expired", forge.expired()?),
            ("for another audience", forge.with("aud", json!("https://other.example"))?),
            ("from another issuer", forge.with("iss", json!("https://evil.example"))?),
            ("another kind of token", forge.of_type("JWT")?),
            ("public key as HMAC secret", forge.confused(&public)?),
            ("padding", format!("{good}.==")),
        ] {
            self.api(name, self.call().bearer_auth(token), 401).await?;
        }
        let twice = self.call().bearer_auth(good).bearer_auth(good);
        self.api("two tokens", twice, 400).await
    }

    async fn of_scopes_and_bound_tokens(&mut self) -> Result {
        let Story { issuer, token_endpoint, service, .. } = self.story;
        let narrow = TokenClient::new(issuer, token_endpoint, SERVICE, service)?;
        let narrow = narrow.scope("models").resource(AUDIENCE).exchange().await?;
        self.api("without the scope", self.call().bearer_auth(narrow.as_str()), 403).await?;

        let owner = self.service()?.dpop(service)?;
        let thief = self.service()?.dpop(&PrivateKey::generate(Algorithm::Es256)?)?;
        let token = owner.exchange().await?;
        let token = token.as_str();
        let proof = |who: &TokenClient, url: &str| -> Result<String> {
            Ok(who.proof("POST", url, token, None)?.ok_or("no proof")?)
        };
        let url = self.story.completions();
        let bound = |proof: &str| {
            self.call().header("authorization", format!("DPoP {token}")).header("dpop", proof)
        };
        let stolen = bound(&proof(&thief, &url)?);
        let elsewhere = bound(&proof(&owner, "https://other.example/")?);
        let good = proof(&owner, &url)?;
        let (first, second) = (bound(&good), bound(&good));
        let bearer = self.call().bearer_auth(token);
        self.api("bound token as bearer token", bearer, 401).await?;
        self.api("stolen DPoP token, thief's proof", stolen, 401).await?;
        self.api("proof for another place", elsewhere, 401).await?;
        let status = first.send().await?.status();
        if status != 200 {
            return Err(format!("a good proof was answered {status}").into());
        }
        self.api("the same proof again", second, 401).await
    }

    async fn of_the_server(&mut self, overheard: &Request) -> Result {
        let again = self.token(&String::from_utf8_lossy(&overheard.body));
        let again = overheard.fields.iter().fold(again, |request, (name, value)| {
            if name.eq_ignore_ascii_case("content-type") {
                request
            } else {
                request.header(name, value)
            }
        });
        self.server("the device's request again", again).await?;
        let Story { issuer, service, .. } = self.story;
        let now = jwt_std::now();
        let stranger =
            PrivateKey::generate(Algorithm::Es256)?.with_kid(service.kid().map(str::to_owned));
        let cases = [
            ("assertion for another server", service, "https://other.example", now),
            ("assertion of yesterday", service, issuer, now.saturating_sub(86_400)),
            ("assertion by a stranger", &stranger, issuer, now),
        ];
        for (name, key, audience, now) in cases {
            let assertion = assertion(key, audience, now)?;
            let request = TokenRequest {
                client_assertion: Some(&assertion),
                scope: Some("chat"),
                ..TokenRequest::new(Grant::ClientCredentials)
            };
            let mut buf = [0; 4096];
            let body = request.write(Encoding::Form, &mut buf)?;
            self.server(name, self.token(body)).await?;
        }
        Ok(())
    }

    fn call(&self) -> RequestBuilder {
        let request = self.client.post(self.story.completions());
        request.header("content-type", "application/json").body(PROMPT)
    }

    fn token(&self, body: &str) -> RequestBuilder {
        let request = self.client.post(&self.story.token_endpoint);
        request.header("content-type", Encoding::Form.content_type()).body(body.to_owned())
    }

    async fn api(&mut self, name: &str, request: RequestBuilder, expected: u16) -> Result {
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let words = challenge(&answer);
        self.note(name, "gateway", status, status == expected, &words)
    }

    async fn server(&mut self, name: &str, request: RequestBuilder) -> Result {
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await?;
        let words = match ErrorResponse::parse(&body) {
            Ok(error) => {
                let description = error.description().map(|text| text.to_string());
                format!("{}: {}", error.code(), description.unwrap_or_default())
            }
            Err(_) => String::new(),
        };
        self.note(name, "server", status, matches!(status, 400 | 401), &words)
    }

    fn note(&mut self, name: &str, by: &str, status: u16, expected: bool, words: &str) -> Result {
        println!("   {name:<33} {by:<8} {status}  {words}");
        if !expected {
            return Err(format!("{name}: answered {status}").into());
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

/// An assertion of the service.
fn assertion(key: &PrivateKey, audience: &str, now: NumericDate) -> Result<String> {
    let assertion = ClientAssertion {
        client_id: SERVICE,
        server_issuer: audience,
        jwt_id: &jwt_std::random_jwt_id()?,
        issued_at: now,
        lifetime: 60,
    };
    let minter = ClientAssertion::minter().kid(key.kid().unwrap_or_default());
    Ok(mint_members(&minter, &key.signing_key()?, &assertion.registered())?)
}

/// The error and its description in a challenge, or the scheme that is asked for.
fn challenge(answer: &Response) -> String {
    let mut words = String::new();
    for field in answer.headers().get_all("www-authenticate") {
        let Ok(challenges) = Challenges::parse(field.as_bytes()) else { continue };
        for challenge in challenges.iter() {
            let text = |name| {
                let bytes = challenge.param(name)?.bytes().collect::<Vec<_>>();
                String::from_utf8(bytes).ok()
            };
            match (text("error"), text("error_description")) {
                (Some(error), Some(description)) => return format!("{error}: {description}"),
                (Some(error), None) => return error,
                _ if words.is_empty() => words = format!("{} is asked for", challenge.scheme()),
                _ => {}
            }
        }
    }
    words
}
