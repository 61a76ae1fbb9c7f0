//! Keys that are fetched, from a real server on loopback that is slow, huge, wrong, down and up again.
#![cfg(feature = "remote-jwks")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)] // a test may overflow

mod oauth;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use jwt_std::{
    Error, ErrorKind, Fault, FetchError, FetchLimits, KeyRing, Metadata, Minter, PrivateKey,
    RemoteJwks, ResourceServer, jwk_set,
};
use oauth::{AUDIENCE, ISSUER, SetClock, claims, fault, key, token, with};
use serde_json::json;

type Handler = Arc<dyn Fn(&str, &HeaderMap) -> Response<Body> + Send + Sync>;

/// A server whose answers are exchanged while it runs.
#[derive(Clone)]
struct Site {
    handler: Arc<Mutex<Handler>>,
    delay: Arc<Mutex<Duration>>,
    count: Arc<AtomicUsize>,
    address: SocketAddr,
}

async fn answer(State(site): State<Site>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    site.count.fetch_add(1, Ordering::SeqCst);
    let delay = *site.delay.lock().unwrap();
    tokio::time::sleep(delay).await;
    let handler = Arc::clone(&site.handler.lock().unwrap());
    handler(uri.path(), &headers)
}

fn status(status: u16) -> Response<Body> {
    Response::builder().status(status).body(Body::empty()).unwrap()
}

/// The public keys of these, with more fields in the header.
fn set(keys: &[&PrivateKey], fields: &[(&'static str, &'static str)]) -> Handler {
    let publics: Vec<_> = keys.iter().map(|key| key.public().unwrap()).collect();
    with_fields(jwk_set(&publics), fields)
}

fn with_fields(body: String, fields: &[(&'static str, &'static str)]) -> Handler {
    let fields = fields.to_vec();
    Arc::new(move |_, _| {
        let mut response = Response::builder();
        for (name, value) in &fields {
            response = response.header(*name, *value);
        }
        response.body(Body::from(body.clone())).unwrap()
    })
}

impl Site {
    async fn start(handler: Handler) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = Self {
            handler: Arc::new(Mutex::new(handler)),
            delay: Arc::default(),
            count: Arc::default(),
            address: listener.local_addr().unwrap(),
        };
        let app = Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        site
    }

    fn set(&self, handler: Handler) {
        *self.handler.lock().unwrap() = handler;
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn keys(&self, clock: &SetClock) -> RemoteJwks {
        RemoteJwks::with_clock(&self.url("/jwks"), limits(), clock.clock()).unwrap()
    }

    /// Keys that nobody waits for.
    fn impatient(&self) -> RemoteJwks {
        let limits = FetchLimits { timeout: Duration::from_millis(200), ..limits() };
        RemoteJwks::new(&self.url("/jwks"), limits).unwrap()
    }
}

/// Real time does not matter, but where it is asked for.
fn limits() -> FetchLimits {
    FetchLimits { timeout: Duration::from_secs(60), ahead: Duration::ZERO, ..Default::default() }
}

fn server(keys: &RemoteJwks, clock: &SetClock) -> ResourceServer {
    ResourceServer::new(AUDIENCE).issuer(ISSUER, Arc::new(keys.clone())).clock(clock.clock())
}

/// A good token at the time of the clock, whatever it is.
fn fresh(key: &PrivateKey, clock: &SetClock) -> String {
    let mut claims = with("iat", json!(clock.now().seconds()));
    claims["exp"] = json!(clock.now().seconds() + 300);
    token(key, &claims)
}

#[tokio::test]
async fn a_set_is_kept_for_as_long_as_its_headers_say_within_the_limits() {
    let key = key("1");
    let day = 24 * 60 * 60;
    for (fields, seconds) in [
        (&[("cache-control", "public, max-age=120")][..], 120),
        (&[("cache-control", "no-store")], 60),
        (&[("cache-control", "max-age=1")], 60),
        (&[("cache-control", "max-age=99999999")], day),
        (
            &[
                ("expires", "Fri, 24 Jul 2026 08:51:37 GMT"),
                ("date", "Fri, 24 Jul 2026 08:49:37 GMT"),
            ],
            120,
        ),
        (&[], 300),
    ] {
        let (site, clock) = (Site::start(set(&[&key], fields)).await, SetClock::new());
        let keys = site.keys(&clock);
        assert_eq!(keys.keys().await.unwrap().len(), 1);
        clock.advance(seconds - 1);
        keys.keys().await.unwrap();
        assert_eq!(site.count(), 1, "{fields:?}");
        clock.advance(1);
        keys.keys().await.unwrap();
        assert_eq!(site.count(), 2, "{fields:?}");
    }
}

#[tokio::test]
async fn a_set_that_has_not_changed_is_not_sent_again() {
    let key = key("1");
    let good = set(&[&key], &[("etag", "\"v1\"")]);
    let not_modified = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&not_modified);
    let site = Site::start(Arc::new(move |path, headers| {
        if headers.get("if-none-match").is_some_and(|etag| etag == "\"v1\"") {
            counted.fetch_add(1, Ordering::SeqCst);
            return status(304);
        }
        good(path, headers)
    }))
    .await;
    let clock = SetClock::new();
    let keys = site.keys(&clock);
    for _ in 0..3 {
        assert_eq!(keys.keys().await.unwrap().len(), 1);
        clock.advance(300);
    }
    assert_eq!((site.count(), not_modified.load(Ordering::SeqCst)), (3, 2));
    // A server that says so without having been asked has said nothing.
    site.set(Arc::new(|_, _| status(304)));
    let other = site.keys(&clock);
    assert!(matches!(
        other.keys().await,
        Err(Error::Fetch(FetchError::Redirect | FetchError::Status(304)))
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_need_a_set_one_fetches_it() {
    let key = key("1");
    let (site, clock) = (Site::start(set(&[&key], &[])).await, SetClock::new());
    *site.delay.lock().unwrap() = Duration::from_millis(100);
    let server = Arc::new(server(&site.keys(&clock), &clock));
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (server, token) = (Arc::clone(&server), token(&key, &claims()));
        requests.spawn(async move { fault(&server, &token).await });
    }
    assert!(requests.join_all().await.iter().all(Option::is_none));
    assert_eq!(site.count(), 1);
}

#[tokio::test]
async fn who_goes_away_does_not_end_a_fetch_for_others() {
    let key = key("1");
    let (site, clock) = (Site::start(set(&[&key], &[])).await, SetClock::new());
    *site.delay.lock().unwrap() = Duration::from_millis(100);
    let keys = site.keys(&clock);
    assert!(tokio::time::timeout(Duration::from_millis(20), keys.keys()).await.is_err());
    assert_eq!(keys.keys().await.unwrap().len(), 1);
    assert_eq!(site.count(), 1);
}

#[tokio::test]
async fn an_unknown_kid_fetches_once_and_a_bounded_number_of_times() {
    let (old, new) = (key("1"), key("2"));
    let (site, clock) =
        (Site::start(set(&[&old], &[("cache-control", "max-age=3600")])).await, SetClock::new());
    let server = server(&site.keys(&clock), &clock);
    assert_eq!(fault(&server, &fresh(&old, &clock)).await, None);
    let unknown = Some(Fault::Token(ErrorKind::KeyNotFound));
    // Not so soon after the last.
    assert_eq!(fault(&server, &fresh(&new, &clock)).await, unknown);
    assert_eq!(site.count(), 1);
    // The new key is there without a wait for the old set to be over.
    site.set(set(&[&old, &new], &[("cache-control", "max-age=3600")]));
    clock.advance(10);
    assert_eq!(fault(&server, &fresh(&new, &clock)).await, None);
    assert_eq!(site.count(), 2);
    // Whoever invents names has it fetched four times more until it is due.
    for i in 0..100 {
        clock.advance(10);
        assert_eq!(fault(&server, &fresh(&key(&format!("x{i}")), &clock)).await, unknown);
    }
    assert_eq!(site.count(), 6);
    // Each of them was a set for another hour. When that is over it is due.
    clock.advance(3600);
    assert_eq!(fault(&server, &fresh(&old, &clock)).await, None);
    assert_eq!(site.count(), 7);
    clock.advance(10);
    assert_eq!(fault(&server, &fresh(&key("y"), &clock)).await, unknown);
    assert_eq!(site.count(), 8);
    // A wrong signature under a known name fetches nothing.
    clock.advance(10);
    let forged = fault(&server, &fresh(&key("1"), &clock)).await;
    assert_eq!((forged, site.count()), (Some(Fault::Token(ErrorKind::InvalidSignature)), 8));
}

#[tokio::test]
async fn while_a_server_is_down_its_keys_are_good_for_a_bounded_time() {
    let key = key("1");
    let good = set(&[&key], &[]);
    let (site, clock) = (Site::start(Arc::clone(&good)).await, SetClock::new());
    let keys = site.keys(&clock);
    let server = server(&keys, &clock);
    assert_eq!(fault(&server, &fresh(&key, &clock)).await, None);
    site.set(Arc::new(|_, _| status(500)));
    clock.advance(300);
    assert_eq!(fault(&server, &fresh(&key, &clock)).await, None);
    assert_eq!(site.count(), 2);
    // Not asked for each token.
    for _ in 0..10 {
        assert_eq!(fault(&server, &fresh(&key, &clock)).await, None);
    }
    assert_eq!(site.count(), 2);
    clock.advance(3599);
    assert_eq!(fault(&server, &fresh(&key, &clock)).await, None);
    clock.advance(1);
    assert_eq!(fault(&server, &fresh(&key, &clock)).await, Some(Fault::Unavailable));
    assert!(matches!(keys.keys().await, Err(Error::Fetch(FetchError::Status(500)))));
    // Up again.
    site.set(good);
    clock.advance(10);
    assert_eq!(fault(&server, &fresh(&key, &clock)).await, None);
}

#[tokio::test]
async fn nobody_listens_and_then_somebody_does() {
    let key = key("1");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, clock) = (listener.local_addr().unwrap(), SetClock::new());
    drop(listener);
    let url = format!("http://{address}/jwks");
    let keys = RemoteJwks::with_clock(&url, limits(), clock.clock()).unwrap();
    assert!(matches!(keys.keys().await, Err(Error::Fetch(FetchError::Connection))));
    assert_eq!(fault(&server(&keys, &clock), &fresh(&key, &clock)).await, Some(Fault::Unavailable));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let body = jwk_set(&[key.public().unwrap()]);
    let app = Router::new().fallback(move || std::future::ready(body.clone()));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    clock.advance(10);
    assert_eq!(fault(&server(&keys, &clock), &fresh(&key, &clock)).await, None);
}

/// Bytes without an end, one piece after the other.
fn endless(piece: &'static [u8], pause: Duration) -> Handler {
    struct Endless(&'static [u8], tokio::time::Interval);
    impl axum::body::HttpBody for Endless {
        type Data = Bytes;
        type Error = std::convert::Infallible;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            let piece = self.0;
            self.1
                .poll_tick(context)
                .map(|_| Some(Ok(http_body::Frame::data(Bytes::from_static(piece)))))
        }
    }
    Arc::new(move |_, _| Response::new(Body::new(Endless(piece, tokio::time::interval(pause)))))
}

#[tokio::test]
async fn answers_that_are_huge_slow_elsewhere_or_no_set_are_refused_by_their_names() {
    let secret = PrivateKey::generate(jwt_std::Algorithm::Hs256).unwrap();
    let secrets = format!(r#"{{"keys":[{}]}}"#, &*secret.to_jwk());
    let limit = 256 * 1024;
    let moved = |_: &str, _: &HeaderMap| {
        Response::builder().status(302).header("location", "/other").body(Body::empty()).unwrap()
    };
    for (handler, error) in [
        (endless(&[b' '; 8192], Duration::from_micros(10)), FetchError::TooLarge { limit }),
        (with_fields(" ".repeat(limit + 1), &[]), FetchError::TooLarge { limit }),
        (endless(b" ", Duration::from_millis(50)), FetchError::Timeout),
        (Arc::new(moved), FetchError::Redirect),
        (Arc::new(|_: &str, _: &HeaderMap| status(404)), FetchError::Status(404)),
        (Arc::new(|_: &str, _: &HeaderMap| status(204)), FetchError::Status(204)),
        (with_fields(String::new(), &[]), FetchError::NotAJwkSet),
        (with_fields("<html>".into(), &[]), FetchError::NotAJwkSet),
        (with_fields(key("1").public().unwrap().to_jwk(), &[]), FetchError::NotAJwkSet),
        (with_fields(r#"{"keys":1}"#.into(), &[]), FetchError::NotAJwkSet),
        (with_fields(secrets, &[]), FetchError::NotAJwkSet),
    ] {
        let site = Site::start(handler).await;
        let keys = match error {
            FetchError::Timeout => site.impatient(),
            _ => site.keys(&SetClock::new()),
        };
        let found = keys.keys().await;
        assert!(matches!(found, Err(Error::Fetch(it)) if it == error), "{error}: {found:?}");
        assert_eq!(site.count(), 1, "{error}");
    }
    // As long as it may be.
    let set = jwk_set(&[key("1").public().unwrap()]);
    let set = format!("{set}{}", " ".repeat(limit - set.len()));
    let site = Site::start(with_fields(set, &[])).await;
    assert_eq!(site.keys(&SetClock::new()).keys().await.unwrap().len(), 1);
    // And longer than it may take.
    *site.delay.lock().unwrap() = Duration::from_secs(5);
    let found = site.impatient().keys().await;
    assert!(matches!(found, Err(Error::Fetch(FetchError::Timeout))));
}

#[test]
fn urls_are_https_or_lead_to_this_machine() {
    let new = |url| RemoteJwks::new(url, FetchLimits::default());
    for url in
        ["https://issuer.example/jwks", "http://127.0.0.1:1/", "http://[::1]/", "http://localhost/"]
    {
        assert!(new(url).is_ok(), "{url}");
    }
    for url in [
        "http://issuer.example/jwks",
        "http://127.0.0.1.example/",
        "http://localhost.example/",
        "http://10.0.0.1/",
        "https://user:hunter2@issuer.example/",
        "https://issuer.example/#x",
        "file:///etc/passwd",
        "issuer.example",
        "",
    ] {
        assert!(matches!(new(url), Err(Error::InvalidUrl)), "{url}");
    }
}

#[tokio::test]
async fn metadata_are_where_both_standards_have_them_and_those_of_the_issuer_asked_for() {
    let site = Site::start(Arc::new(|_, _| status(404))).await;
    let issuer = site.url("/tenant");
    let serve = |at: &'static str, body: String| -> Handler {
        let good = with_fields(body, &[]);
        Arc::new(move |path, headers| if path == at { good(path, headers) } else { status(404) })
    };
    let metadata = |issuer: &str, uri: &str| json!({"issuer": issuer, "jwks_uri": uri}).to_string();
    let good = metadata(&issuer, &site.url("/jwks"));
    let oauth = "/.well-known/oauth-authorization-server/tenant";
    for at in [oauth, "/tenant/.well-known/openid-configuration"] {
        site.set(serve(at, good.clone()));
        let found = Metadata::discover(&issuer, &limits()).await.unwrap();
        assert_eq!(
            (found.issuer(), found.jwks_uri()),
            (issuer.as_str(), site.url("/jwks").as_str())
        );
        assert_eq!((found.json(), found.token_endpoint()), (good.as_str(), None));
    }
    let elsewhere = "http://issuer.example/jwks";
    for (body, expected) in [
        (metadata(&site.url("/tenant/"), &site.url("/jwks")), Some(FetchError::IssuerMismatch)),
        (metadata("https://issuer.example", &site.url("/jwks")), Some(FetchError::IssuerMismatch)),
        (json!({"issuer": issuer}).to_string(), Some(FetchError::NotMetadata)),
        (
            format!(r#"{{"issuer":"x","issuer":"{issuer}","jwks_uri":"{issuer}"}}"#),
            Some(FetchError::NotMetadata),
        ),
        ("[]".into(), Some(FetchError::NotMetadata)),
        (metadata(&issuer, elsewhere), None),
    ] {
        site.set(serve(oauth, body.clone()));
        match (Metadata::discover(&issuer, &limits()).await, expected) {
            (Err(Error::Fetch(found)), Some(expected)) => assert_eq!(found, expected, "{body}"),
            (Err(Error::InvalidUrl), None) => {}
            (found, _) => panic!("{body}: {found:?}"),
        }
    }
    let query = format!("{issuer}?x=1");
    assert!(matches!(Metadata::discover(&query, &limits()).await, Err(Error::InvalidUrl)));
    let down = Arc::new(|_: &str, _: &HeaderMap| status(500));
    site.set(down);
    let found = RemoteJwks::discover(&issuer, limits()).await;
    assert!(matches!(found, Err(Error::Fetch(FetchError::Status(500)))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_rotate_under_load_and_nobody_is_wrongly_refused_or_let_in() {
    let clock = SetClock::new();
    let ring = Arc::new(KeyRing::new(&key("0")).unwrap());
    let publish = {
        let (ring, clock) = (Arc::clone(&ring), clock.clone());
        move || {
            with_fields(
                ring.public_jwk_set(clock.now()).unwrap(),
                &[("cache-control", "max-age=60")],
            )
        }
    };
    let site = Site::start(publish()).await;
    let server = Arc::new(server(&site.keys(&clock), &clock));
    let (stop, good, bad) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let failed = Arc::new(AtomicBool::new(false));
    let mut load = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (server, ring, stop) = (Arc::clone(&server), Arc::clone(&ring), Arc::clone(&stop));
        let (good, bad, clock) = (Arc::clone(&good), Arc::clone(&bad), clock.clone());
        let failed = Arc::clone(&failed);
        load.spawn(async move {
            let wrong = |is_wrong: bool| failed.fetch_or(is_wrong, Ordering::SeqCst);
            while !stop.load(Ordering::SeqCst) {
                let mut claims = with("iat", json!(clock.now().seconds()));
                claims["exp"] = json!(clock.now().seconds() + 100_000);
                let token = ring.mint(Minter::new().typ("at+jwt"), &claims).unwrap();
                wrong(fault(&server, &token).await.is_some());
                good.fetch_add(1, Ordering::SeqCst);
                // Signed by a key of the right name that was never published.
                let forged = oauth::token(&key(&ring.kid()), &claims);
                wrong(fault(&server, &forged).await.is_none());
                bad.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    let rounds = |wanted: usize| {
        let (good, failed) = (Arc::clone(&good), Arc::clone(&failed));
        async move {
            let from = good.load(Ordering::SeqCst);
            while good.load(Ordering::SeqCst) < from + wanted {
                assert!(!failed.load(Ordering::SeqCst), "a verdict was wrong");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    };
    let mut retired = Vec::new();
    for i in 1..=10 {
        rounds(10).await;
        retired.push(
            ring.mint(Minter::new().typ("at+jwt"), &{
                let mut claims = with("iat", json!(clock.now().seconds()));
                claims["exp"] = json!(clock.now().seconds() + 100_000);
                claims
            })
            .unwrap(),
        );
        ring.announce(&key(&i.to_string())).unwrap();
        site.set(publish());
        clock.advance(60);
        rounds(10).await;
        ring.rotate(clock.now(), Duration::from_secs(50)).unwrap();
        site.set(publish());
    }
    rounds(10).await;
    stop.store(true, Ordering::SeqCst);
    while let Some(task) = load.join_next().await {
        task.unwrap();
    }
    assert!(!failed.load(Ordering::SeqCst), "a verdict was wrong");
    // Their keys are out of the set by now, long before the tokens are over.
    clock.advance(120);
    site.set(publish());
    for token in retired {
        assert_eq!(fault(&server, &token).await, Some(Fault::Token(ErrorKind::KeyNotFound)));
    }
    println!(
        "{} let through, {} refused, {} fetches",
        good.load(Ordering::SeqCst),
        bad.load(Ordering::SeqCst),
        site.count()
    );
}

#[tokio::test]
async fn a_set_is_fetched_ahead_of_its_end_while_the_old_one_is_used() {
    let (old, new) = (key("1"), key("2"));
    let (site, clock) = (Site::start(set(&[&old], &[])).await, SetClock::new());
    let limits = FetchLimits { ahead: Duration::from_secs(30), ..limits() };
    let keys = RemoteJwks::with_clock(&site.url("/"), limits, clock.clock()).unwrap();
    assert_eq!(keys.keys().await.unwrap().len(), 1);
    site.set(set(&[&old, &new], &[]));
    clock.advance(270);
    // Nobody waits for this one.
    *site.delay.lock().unwrap() = Duration::from_millis(50);
    assert_eq!(keys.keys().await.unwrap().len(), 1);
    while keys.keys().await.unwrap().len() == 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(site.count(), 2);
}
