//! The layer and the extractors behind a real server on loopback.
#![cfg(feature = "axum-0_8")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)] // a test may overflow

mod numbers;
mod oauth;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use jwt_std::{AccessClaims, AccessToken, BearerLayer, Denial, Scope};
use numbers::Numbers;
use oauth::{claims, key, server, token, with};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Deserialize)]
struct Tenant {
    tenant: String,
}

async fn who(token: AccessToken, AccessClaims(own): AccessClaims<Tenant>) -> String {
    format!("{} of {}", token.subject(), own.tenant)
}

async fn admin(token: AccessToken) -> Result<&'static str, Denial> {
    token.require(&Scope::new("admin").unwrap()).map(|()| "done")
}

/// One connection to a server, kept open.
struct Client(BufReader<TcpStream>);

/// The status, and the fields of this name.
struct Answer {
    status: u16,
    challenges: Vec<String>,
    body: String,
}

impl Client {
    async fn of(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }

    async fn get(&mut self, path: &str, fields: &[Vec<u8>]) -> Answer {
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: api.example\r\n").into_bytes();
        for field in fields {
            request.extend([b"Authorization: ", field.as_slice(), b"\r\n"].concat());
        }
        request.extend(b"\r\n");
        self.0.write_all(&request).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let values = |wanted: &str| -> Vec<String> {
            let fields = head.lines().filter_map(|line| line.split_once(": "));
            fields
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.to_owned())
                .collect()
        };
        let length = values("content-length").first().map_or(0, |it| it.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            challenges: values("www-authenticate"),
            body: String::from_utf8(body).unwrap(),
        }
    }

    async fn bearer(&mut self, path: &str, token: &str) -> Answer {
        self.get(path, &[format!("Bearer {token}").into_bytes()]).await
    }
}

#[tokio::test]
async fn handlers_get_the_token_and_its_claims_and_ask_for_more() {
    let key = key("1");
    let layer = BearerLayer::new(Arc::new(server(&key).realm("api").unwrap()));
    let app = Router::new()
        .route("/who", get(who))
        .route("/admin", get(admin))
        .layer(layer.scope(Scope::new("chat").unwrap()));
    let mut client = Client::of(app).await;

    let answer = client.bearer("/who", &token(&key, &claims())).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "alice of blue"));
    let answer = client.bearer("/admin", &token(&key, &claims())).await;
    let challenge = r#"Bearer realm="api", error="insufficient_scope", error_description="the token does not have the scope", scope="admin""#;
    assert_eq!((answer.status, answer.challenges), (403, vec![challenge.to_owned()]));
    let answer = client.bearer("/admin", &token(&key, &with("scope", json!("chat admin")))).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "done"));
    // The layer's own scope.
    let answer = client.bearer("/who", &token(&key, &with("scope", json!("models.read")))).await;
    assert!(answer.challenges[0].ends_with(r#"scope="chat""#));
    assert_eq!(answer.status, 403);
    // Claims that do not fit the type of the handler.
    let answer = client.bearer("/who", &token(&key, &with("tenant", Value::Null))).await;
    assert_eq!(answer.status, 401);
    assert!(answer.challenges[0].contains(r#"error="invalid_token""#));
    let answer = client.get("/who?access_token=abc", &[]).await;
    assert_eq!((answer.status, answer.challenges[0].as_str()), (401, r#"Bearer realm="api""#));
}

#[tokio::test]
async fn without_the_layer_nobody_gets_through() {
    let key = key("1");
    let mut client = Client::of(Router::new().route("/who", get(who))).await;
    let answer = client.bearer("/who", &token(&key, &claims())).await;
    assert_eq!((answer.status, answer.challenges.len()), (500, 0));
}

#[tokio::test]
async fn a_field_that_goes_on_does_not_show_itself() {
    use tower::{ServiceBuilder, ServiceExt as _, service_fn};

    let key = key("1");
    let token = token(&key, &claims());
    let service = ServiceBuilder::new().layer(BearerLayer::new(Arc::new(server(&key)))).service(
        service_fn(async |request: axum::http::Request<String>| {
            let response = axum::http::Response::new(format!("{request:?}"));
            Ok::<_, std::convert::Infallible>(response)
        }),
    );
    let request = axum::http::Request::builder().header("authorization", format!("Bearer {token}"));
    let answer = service.oneshot(request.body(String::new()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.body().contains("Sensitive") && !answer.body().contains(&token[..20]));
}

impl Numbers {
    fn text(&mut self, alphabet: &[u8], len: usize) -> Vec<u8> {
        (0..len).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }
}

const B64TOKEN: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/";

/// What no b64token has, and a field may have.
const NOT_B64TOKEN: &[u8] = b"!\"#$%&'(),:;<>?@[\\]^`{|}\x80\xa0\xc3\xff";

/// Fields of a request that is malformed, the status and the error that are right for it, and what must not
/// come back.
fn malformed(numbers: &mut Numbers, good: &str) -> (Vec<Vec<u8>>, u16, Option<&'static str>) {
    let len = 1 + numbers.below(60);
    let text = numbers.text(B64TOKEN, len);
    let at = numbers.below(len);
    let spaces = vec![b' '; 1 + numbers.below(3)];
    let bearer: &[u8] = [b"Bearer".as_slice(), b"bearer", b"BEARER", b"bEAreR"][numbers.below(4)];
    let with = |rest: &[u8]| vec![[bearer, &spaces, rest].concat()];
    match numbers.below(8) {
        // No token at all.
        0 => (vec![bearer.to_vec()], 400, Some("invalid_request")),
        // A byte that does not belong there, in the token or between it and the scheme.
        1 => {
            let mut text = text;
            text[at] = NOT_B64TOKEN[numbers.below(NOT_B64TOKEN.len())];
            (with(&text), 400, Some("invalid_request"))
        }
        2 => {
            let between = [b' ', b'\t', b',', b'='][numbers.below(4)];
            let more = [&text[..], &[between], b"x"].concat();
            (with(&more), 400, Some("invalid_request"))
        }
        // Another scheme, or none that could be one.
        3 => {
            let scheme = numbers.text(&B64TOKEN[..52], len);
            let scheme = [b"X-".as_slice(), &scheme].concat();
            (vec![[&scheme, &spaces[..], &text].concat()], 401, None)
        }
        4 => {
            let mut scheme = text;
            scheme[at] = [b'(', b'"', b'@', b'{', 0xff][numbers.below(5)];
            (vec![[&scheme, &spaces[..], b"abc"].concat()], 400, Some("invalid_request"))
        }
        // Twice, good or bad.
        5 => {
            let good = format!("Bearer {good}").into_bytes();
            (vec![good, with(&text).remove(0)], 400, Some("invalid_request"))
        }
        // The grammar of RFC 6750, and no token.
        6 => (with(&text), 401, Some("invalid_token")),
        // A good token, changed in one place.
        _ => {
            let mut token = good.as_bytes().to_vec();
            let at = numbers.below(token.len());
            let before = token[at];
            while token[at] == before {
                token[at] = B64TOKEN[numbers.below(B64TOKEN.len())];
            }
            (with(&token), 401, Some("invalid_token"))
        }
    }
}

/// Reads a challenge as RFC 9110 section 11.6.1 has it, and RFC 6750 section 3 allows it.
fn parameters(challenge: &str) -> Vec<(String, String)> {
    let Some(rest) = challenge.strip_prefix("Bearer ") else {
        assert_eq!(challenge, "Bearer");
        return Vec::new();
    };
    let parameter = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap();
        let value = value.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        assert!(value.bytes().all(|b| matches!(b, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
        (name.to_owned(), value.to_owned())
    };
    rest.split(", ").map(parameter).collect()
}

#[tokio::test]
async fn ten_thousand_malformed_fields_have_the_answers_of_rfc_6750() {
    let key = key("1");
    let good = token(&key, &claims());
    let layer = BearerLayer::new(Arc::new(server(&key).realm("api").unwrap()));
    let mut client = Client::of(Router::new().route("/who", get(who)).layer(layer)).await;
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..10_000 {
        let (fields, status, error) = malformed(&mut numbers, &good);
        let shown = || {
            format!(
                "{:?}",
                fields.iter().map(|it| it.escape_ascii().to_string()).collect::<Vec<_>>()
            )
        };
        let answer = client.get("/who", &fields).await;
        assert_eq!(answer.status, status, "{}", shown());
        let [challenge] = answer.challenges.as_slice() else { panic!("{}", shown()) };
        let parameters = parameters(challenge);
        let find = |wanted: &str| {
            let mut found = parameters.iter().filter(|(name, _)| name == wanted);
            let value = found.next().map(|(_, value)| value.as_str());
            assert!(found.next().is_none());
            value
        };
        assert_eq!((find("realm"), find("error")), (Some("api"), error), "{}", shown());
        assert_eq!(find("error_description").is_some(), error.is_some(), "{}", shown());
        assert!(answer.body.is_empty());
        *seen.entry((status, challenge.clone())).or_insert(0) += 1;
    }
    // All there is to be heard, whatever was sent.
    assert!(seen.len() <= 8, "{seen:#?}");
    // And the server is as good as before.
    assert_eq!(client.bearer("/who", &good).await.status, 200);
}
