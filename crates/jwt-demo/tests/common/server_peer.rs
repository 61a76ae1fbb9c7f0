//! What talks to an authorization server, wherever it runs.

use axum::http::HeaderMap;
use reqwest::{Method, Url};
use serde_json::Value;

pub const CALLBACK: &str = "https://phone.example/callback";
pub const PASSWORD: &str = "correct horse <battery> & staple";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A server, and how it is reached.
#[derive(Clone)]
pub struct Peer {
    pub origin: String,
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

impl Peer {
    pub fn new(origin: String) -> Self {
        Self { origin, http: client() }
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

    /// Redeems a code, with more parameters or others.
    pub async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = redemption(code).to_vec();
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

/// The form that redeems a code of the client `phone`.
pub fn redemption(code: &str) -> [(&str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", "phone"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

pub fn refresh(token: &str) -> [(&str, &str); 3] {
    [("grant_type", "refresh_token"), ("client_id", "phone"), ("refresh_token", token)]
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
