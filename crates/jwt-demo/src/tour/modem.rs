//! What sends a device's requests: the device has no socket, and says what is to be sent.

use futures_util::StreamExt as _;
use jwt_oauth::{TokenResponse, TokenType};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};

use super::tell;
use crate::Result;

/// Bytes of an answer that a device is given at most.
const LONGEST: usize = 4096;

/// The fields of an answer that a device is given.
const TOLD: [&str; 4] = ["date", "www-authenticate", "dpop-nonce", "retry-after"];

/// A request of a device.
#[derive(Default)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What a device is told of the answer; status 0 where there was none.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Sends what a device asks it to, tells it on standard output, and keeps what an attacker would have seen.
pub(super) struct Modem {
    client: Client,
    api: String,
    /// The last token request.
    pub(super) overheard: Option<Request>,
}

impl Modem {
    /// A modem to whose device `api` is the API, and all else an authorization server.
    pub(super) fn new(api: &str) -> Result<Self> {
        Ok(Self { client: client()?, api: api.to_owned(), overheard: None })
    }

    pub(super) async fn carry(&mut self, request: Request) -> Answer {
        println!("   {} {}", request.method, request.url);
        let answer = match self.send(&request).await {
            Ok(answer) => answer,
            Err(error) => {
                println!("   no answer: {error}");
                Answer::default()
            }
        };
        if !self.is_api(&request.url) {
            self.overheard = Some(request);
        }
        answer
    }

    fn is_api(&self, url: &str) -> bool {
        url.strip_prefix(&self.api).is_some_and(|path| path.starts_with('/'))
    }

    async fn send(&self, request: &Request) -> Result<Answer> {
        let is_api = self.is_api(&request.url);
        if !is_api {
            tell::form(&request.body);
        }
        tell::proof(&request.fields);
        let answer = self
            .client
            .request(Method::from_bytes(request.method.as_bytes())?, &request.url)
            .headers(headers(&request.fields)?)
            .body(request.body.clone())
            .send()
            .await?;
        let status = answer.status().as_u16();
        let fields = fields(answer.headers());
        println!("   {status}");
        if let Some((_, challenge)) = fields.iter().find(|(name, _)| name == "www-authenticate") {
            println!("   WWW-Authenticate: {challenge}");
        }
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        let mut words = tell::Words::default();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            if is_api && status == 200 {
                words.take(&chunk);
            } else if body.len().saturating_add(chunk.len()) > LONGEST {
                return Err("the answer is too long for a device".into());
            } else {
                body.extend_from_slice(&chunk);
            }
        }
        words.end();
        match is_api {
            false => tell::token_answer(&body),
            true if !body.is_empty() => println!("     {}", String::from_utf8_lossy(&body)),
            true => {}
        }
        Ok(Answer { status, fields, body })
    }
}

/// A client that goes where it is sent and nowhere else.
pub(super) fn client() -> Result<Client> {
    Ok(Client::builder().redirect(redirect::Policy::none()).no_proxy().build()?)
}

/// The access token of an answer, of either type.
pub(super) fn token_of(body: &[u8]) -> Option<(TokenType, String)> {
    [TokenType::Dpop, TokenType::Bearer].into_iter().find_map(|token_type| {
        let answer = TokenResponse::parse(body, token_type).ok()?;
        Some((token_type, answer.access_token().to_string()))
    })
}

fn headers(fields: &[(String, String)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
    }
    Ok(headers)
}

fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let told =
        TOLD.iter().flat_map(|name| headers.get_all(*name).iter().map(|value| (*name, value)));
    told.filter_map(|(name, value)| Some((name.to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}
