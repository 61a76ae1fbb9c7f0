//! An authorization server on a loopback port with two clients and a user, and what talks to it.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::HeaderMap;
use jwt_demo::server::{AuthorizationServer, Settings};
use jwt_std::{Algorithm, Clock, Minter, NumericDate, PrivateKey, mint, now, random_jwt_id};
use reqwest::{Method, Url};
use serde_json::{Value, json};

pub const API: &str = "https://api.example";
pub const OTHER_API: &str = "https://other.example/v1";
pub const CALLBACK: &str = "https://phone.example/callback";
pub const PASSWORD: &str = "correct horse <battery> & staple";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct World {
    pub origin: String,
    pub server: Arc<AuthorizationServer>,
    /// The key of the client `app`.
    pub key: PrivateKey,
    clock: Arc<AtomicI64>,
    http: reqwest::Client,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// Status and "error".
    pub fn error(&self) -> (u16, String) {
        assert_eq!(self.headers["cache-control"], "no-store");
        (self.status, self.json()["error"].as_str().unwrap_or("none").to_owned())
    }

    /// A member of a good answer.
    pub fn text_of(&self, member: &str) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.headers["cache-control"], "no-store");
        self.json()[member].as_str().unwrap_or_else(|| panic!("{member}: {self:?}")).to_owned()
    }

    /// A parameter of the URL that the browser is sent to.
    pub fn parameter(&self, name: &str) -> Option<String> {
        assert_eq!(self.status, 303, "{self:?}");
        let url = Url::parse(self.headers["location"].to_str().unwrap()).unwrap();
        url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    /// A server whose settings are changed first.
    pub async fn with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(AtomicI64::new(now().seconds()));
        let mut settings = Settings::new(origin.as_str(), API);
        settings.resources.push(OTHER_API.into());
        let seconds = Arc::clone(&clock);
        settings.clock =
            Clock::new(move || NumericDate::from_seconds(seconds.load(Ordering::SeqCst)));
        let server = AuthorizationServer::open(change(settings)).unwrap();
        let key = PrivateKey::generate(Algorithm::Es256).unwrap().with_kid(Some("k1".into()));
        server.register(&app(&key).to_string()).unwrap();
        server.register(&phone().to_string()).unwrap();
        let router = server.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let http = client();
        Self { origin, server, key, clock, http }
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(&self.http, Method::GET, &format!("{}{path}", self.origin), &[], None).await
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, &[], form).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend(headers);
        self.post_raw(path, &all, encode(form)).await
    }

    pub async fn post_raw(&self, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        send(&self.http, Method::POST, &format!("{}{path}", self.origin), headers, Some(body)).await
    }

    /// A token request of the client `app`, with this assertion.
    pub async fn asserted(&self, assertion: &str, form: &[(&str, &str)]) -> Answer {
        let mut all = vec![
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        all.extend(form);
        self.post("/token", &all).await
    }

    /// A token request of the client `app`.
    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.asserted(&self.assertion(&json!({})), form).await
    }

    /// The claims of a good assertion, with some of them changed; left out where they are null.
    pub fn claims(&self, changed: &Value) -> Value {
        let now = self.now();
        let mut claims = json!({
            "iss": "app", "sub": "app", "aud": self.origin, "jti": random_jwt_id().unwrap(),
            "iat": now, "exp": now + 60,
        });
        for (name, value) in changed.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    pub fn assertion(&self, changed: &Value) -> String {
        let minter = Minter::new().typ("client-authentication+jwt").kid("k1");
        mint(&minter, &self.key.signing_key().unwrap(), &self.claims(changed)).unwrap()
    }

    /// A good authorization request of the client `phone`, with more parameters.
    pub fn request(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let mut request = vec![
            ("response_type", "code".to_owned()),
            ("client_id", "phone".to_owned()),
            ("redirect_uri", CALLBACK.to_owned()),
            ("state", "a&b".to_owned()),
            ("code_challenge", CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
        ];
        for (name, value) in more {
            request.retain(|(found, _)| found != name);
            request.push((name, (*value).to_owned()));
        }
        request.retain(|(_, value)| !value.is_empty());
        request
    }

    /// Where a request with these parameters leads.
    pub async fn authorize(&self, request: &[(&str, String)]) -> Answer {
        self.get(&format!("/authorize?{}", encode(request))).await
    }

    /// Fills in the form that was shown.
    pub async fn fill_in(&self, page: &Answer, filled: &[(&str, &str)]) -> Answer {
        let (cookie, mut fields) = form_of(page);
        let filled = filled.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        fields.extend(filled);
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post_with("/authorize", &[("cookie", &cookie)], &fields).await
    }

    /// The code that `alice` gives to a request of the client `phone`.
    pub async fn code(&self, more: &[(&'static str, &str)]) -> String {
        let page = self.authorize(&Self::request(more)).await;
        self.fill_in(&page, &ALICE).await.parameter("code").unwrap()
    }

    /// Adds the user `alice`.
    pub fn with_alice(self) -> Self {
        self.server.add_user("alice", PASSWORD.as_bytes()).unwrap();
        self
    }

    /// Redeems a code, with more parameters or others.
    pub async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", "phone"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        form.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        form.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        self.post("/token", &form).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/token", &refresh(token)).await
    }
}

pub const ALICE: [(&str, &str); 3] =
    [("username", "alice"), ("password", PASSWORD), ("decision", "allow")];

pub fn refresh(token: &str) -> [(&str, &str); 3] {
    [("grant_type", "refresh_token"), ("client_id", "phone"), ("refresh_token", token)]
}

/// A client with a key.
pub fn app(key: &PrivateKey) -> Value {
    let jwk: Value = serde_json::from_str(&key.public().unwrap().to_jwk()).unwrap();
    json!({
        "client_id": "app", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [jwk]},
        "grant_types": ["client_credentials"], "scope": "models.read chat", "client_name": "ignored",
    })
}

/// A client without one.
pub fn phone() -> Value {
    json!({
        "client_id": "phone", "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "scope": "chat models.read",
        "redirect_uris": [CALLBACK, "http://127.0.0.1/back", "com.example.phone:/back"],
    })
}

/// Follows no redirects, as a test has to see them.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub async fn send(
    http: &reqwest::Client,
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<String>,
) -> Answer {
    let mut request = http.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.body(body.unwrap_or_default()).send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, text: answer.text().await.unwrap() }
}

/// Pairs as a form.
pub fn encode(pairs: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let url = Url::parse_with_params("x:/", pairs).unwrap();
    url.query().unwrap_or_default().to_owned()
}

/// The cookie of a page, and the fields that it does not show.
pub fn form_of(page: &Answer) -> (String, Vec<(String, String)>) {
    assert!([200, 403].contains(&page.status), "{page:?}");
    let cookie = page.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let inputs = page.text.split("<input type=\"hidden\" name=\"").skip(1);
    let fields = inputs.map(|input| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        let value = rest.split_once("\">").unwrap().0;
        let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        (name.to_owned(), value.replace("&#39;", "'").replace("&amp;", "&"))
    });
    (cookie, fields.collect())
}
