//! A client that gets access tokens: what it sends is checked by a server of a few lines, as RFC 7523 and RFC 9449
//! have it.
#![cfg(feature = "token-client")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jwt_oauth::{ExpectProof, TargetUri};
use jwt_std::{
    Algorithm, Claims, Error, Exchange as _, Policy, PrivateKey, RenewalLimits, TokenClient,
    TokenSource, now, verify,
};
use serde_json::{Value, json};

/// A status, fields of the header, and a body.
type Answer = (u16, Vec<(&'static str, String)>, String);

/// An authorization server with one client, which answers what it is told to.
struct Server {
    origin: String,
    key: PrivateKey,
    seen: Mutex<Vec<(Value, Option<String>)>>,
    answers: Mutex<Vec<Answer>>,
}

impl Server {
    async fn start(key: &PrivateKey) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = Arc::new(Self {
            origin,
            key: PrivateKey::from_jwk(key.to_jwk().as_bytes(), None).unwrap(),
            seen: Mutex::default(),
            answers: Mutex::default(),
        });
        let app = Router::new()
            .route("/token", post(token))
            .route("/.well-known/oauth-authorization-server", get(metadata))
            .with_state(Arc::clone(&server));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        server
    }

    fn answer(&self, status: u16, fields: &[(&'static str, &str)], body: &Value) {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.answers.lock().unwrap().push((status, fields, body.to_string()));
    }

    fn seen(&self) -> Vec<(Value, Option<String>)> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn metadata(State(server): State<Arc<Server>>) -> String {
    let origin = &server.origin;
    json!({"issuer": origin, "jwks_uri": format!("{origin}/jwks"), "token_endpoint": format!("{origin}/token")})
        .to_string()
}

async fn token(State(server): State<Arc<Server>>, headers: HeaderMap, body: String) -> Response {
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    let mut form = serde_json::Map::new();
    for pair in body.split('&') {
        let (name, value) = pair.split_once('=').unwrap();
        let value = value.replace('+', " ").replace("%3A", ":").replace("%2F", "/");
        assert!(form.insert(name.to_owned(), json!(value)).is_none(), "{name} twice");
    }
    let proof = headers.get("dpop").map(|proof| proof.to_str().unwrap().to_owned());
    server.seen.lock().unwrap().push((Value::Object(form), proof));
    let (status, fields, body) = server.answers.lock().unwrap().remove(0);
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    for (name, value) in fields {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

fn good(kind: &str) -> Value {
    json!({"access_token": "abc.def", "token_type": kind, "expires_in": 300})
}

/// What an assertion says, once its signature and times are known to be good.
fn assertion(server: &Server, form: &Value, typ: &str, audience: &str) -> Claims {
    let policy = Policy::new("app", audience).typ(typ).subject("app").max_age(60);
    let token = form["client_assertion"].as_str().unwrap();
    let token = verify(token, &server.key.verifying_key().unwrap(), &policy, now()).unwrap();
    token.claims().unwrap()
}

#[tokio::test]
async fn a_client_is_known_by_its_assertion_and_asks_for_what_it_was_told() {
    let key = PrivateKey::generate(Algorithm::Es256).unwrap().with_kid(Some("k1".into()));
    let server = Server::start(&key).await;
    let client = TokenClient::discover(&server.origin, "app", &key).await.unwrap();
    let client = client.scope("models.read chat").resource("https://api.example/v1");
    for _ in 0..2 {
        server.answer(200, &[], &good("bearer"));
        assert_eq!(client.exchange().await.unwrap().as_str(), "abc.def");
    }
    let seen = server.seen();
    let [(form, None), (next, None)] = seen.as_slice() else { panic!("{}", seen.len()) };
    assert_eq!(form["grant_type"], "client_credentials");
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(form["client_assertion_type"], kind);
    assert_eq!(form["scope"], "models.read chat");
    assert_eq!(form["resource"], "https://api.example/v1");
    let typ = "client-authentication+jwt";
    let (a, b) = (
        assertion(&server, form, typ, &server.origin),
        assertion(&server, next, typ, &server.origin),
    );
    assert!(a.jwt_id.is_some() && a.jwt_id != b.jwt_id);
    let lifetime = a.expiration_time.unwrap().seconds() - a.issued_at.unwrap().seconds();
    assert_eq!(lifetime, 60);

    // For servers of 2015.
    let endpoint = format!("{}/token", server.origin);
    let legacy =
        TokenClient::new(&server.origin, &endpoint, "app", &key).unwrap().legacy_audience();
    server.answer(200, &[], &good("Bearer"));
    legacy.exchange().await.unwrap();
    assertion(&server, &server.seen()[0].0, "JWT", &endpoint);
    assert!(!format!("{legacy:?}").contains("k1"));
}

#[tokio::test]
async fn a_bound_token_is_asked_for_with_a_proof_and_with_the_nonce_that_the_server_wants() {
    let key = PrivateKey::generate(Algorithm::Es256).unwrap();
    let server = Server::start(&key).await;
    let client =
        TokenClient::discover(&server.origin, "app", &key).await.unwrap().dpop(&key).unwrap();
    let wants = json!({"error": "use_dpop_nonce"});
    server.answer(400, &[("dpop-nonce", "n1")], &wants);
    server.answer(200, &[("dpop-nonce", "n2")], &good("DPoP"));
    server.answer(200, &[], &good("dpop"));
    client.exchange().await.unwrap();
    client.exchange().await.unwrap();
    let endpoint = format!("{}/token", server.origin);
    let uri = TargetUri::parse(&endpoint).unwrap();
    let mut scratch = vec![0; 4096];
    let mut ids = Vec::new();
    for ((form, proof), nonce) in server.seen().iter().zip([None, Some("n1"), Some("n2")]) {
        ids.push(assertion(&server, form, "client-authentication+jwt", &server.origin).jwt_id);
        let expect = ExpectProof::at_authorization_server("POST", uri);
        let proof = [proof.as_ref().unwrap()];
        let nonces = nonce.as_slice();
        let expect = if nonce.is_some() { expect.nonces(nonces) } else { expect };
        let proof = expect
            .verify_with(proof, now(), &mut scratch, |jwk| jwk.es256_verifying_key())
            .unwrap();
        ids.push(Some(proof.jti().to_string()));
        let thumbprint = key.thumbprint().unwrap();
        assert_eq!(proof.jkt().encode(&mut [0; 43]), thumbprint);
    }
    assert_eq!(ids.len(), 6);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6, "nothing is used twice");

    // A server that keeps asking is not asked for ever.
    server.answer(400, &[("dpop-nonce", "n3")], &wants);
    server.answer(400, &[("dpop-nonce", "n4")], &wants);
    let error = client.exchange().await.unwrap_err();
    assert_eq!(error.why, "the authorization server answers 400: use_dpop_nonce");
    // Who asked for a bound token takes no other.
    server.answer(200, &[], &good("Bearer"));
    assert_eq!(client.exchange().await.unwrap_err().why, "the token is not bound to the key");
    // And the proof for the API is for one request.
    let proof =
        client.proof("GET", "https://api.example/a?b=c", "abc.def", Some("x")).unwrap().unwrap();
    let uri = TargetUri::parse("https://api.example/a").unwrap();
    let jkt = jwt_core::key::Thumbprint::parse(&key.thumbprint().unwrap()).unwrap();
    let expect = ExpectProof::at_resource("GET", uri, "abc.def", jkt).nonces(&["x"]);
    expect.verify_with([proof], now(), &mut scratch, |jwk| jwk.es256_verifying_key()).unwrap();
    assert!(client.proof("GET", "/a", "abc.def", None).is_err());
}

#[tokio::test]
async fn refusals_are_told_by_their_code_and_nothing_of_the_server_s_words() {
    let key = PrivateKey::generate(Algorithm::Es256).unwrap();
    let server = Server::start(&key).await;
    let client = Arc::new(TokenClient::discover(&server.origin, "app", &key).await.unwrap());
    let secret = json!({"error": "invalid_client", "error_description": "abc.def is secret"});
    server.answer(401, &[("retry-after", "7")], &secret);
    let error = client.exchange().await.unwrap_err();
    assert_eq!(error.why, "the authorization server answers 401: invalid_client");
    assert_eq!(error.retry_after, Some(7));
    for (status, body, why) in [
        (500, json!("?"), "the authorization server answers 500"),
        (200, json!({}), "no access_token"),
        (302, json!({}), "redirects are not followed"),
    ] {
        server.answer(status, &[("location", "/token")], &body);
        assert_eq!(client.exchange().await.unwrap_err().why, why);
    }
    let long = json!({"access_token": "a".repeat(40_000), "token_type": "Bearer"});
    server.answer(200, &[], &long);
    let why = client.exchange().await.unwrap_err().why;
    assert_eq!(why, "the answer has more than 32768 bytes");

    for url in ["http://elsewhere.example/token", "https://u@as.example/token", "as.example", ""] {
        let refused = TokenClient::new("https://as.example", url, "app", &key);
        assert!(matches!(refused.unwrap_err(), Error::InvalidUrl), "{url}");
    }
    let hs256 = PrivateKey::generate(Algorithm::Hs256).unwrap();
    let client = TokenClient::new(&server.origin, &format!("{}/token", server.origin), "app", &key);
    assert!(client.unwrap().dpop(&hs256).is_err());
}

#[tokio::test]
async fn a_token_source_keeps_what_a_client_gets() {
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let server = Server::start(&key).await;
    server.answer(200, &[], &good("Bearer"));
    let client = TokenClient::discover(&server.origin, "app", &key).await.unwrap();
    let source = TokenSource::new(client, RenewalLimits::default());
    for _ in 0..3 {
        assert_eq!(source.token().await.unwrap().as_str(), "abc.def");
    }
    assert_eq!(server.seen().len(), 1);
}
