//! What passes the gateway and what does not, and when: fields, bodies, answers, and backends that fail.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/gateway.rs"]
mod common;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::{IntoResponse as _, Response};
use common::{CHAT, Connection, Holder, Issuer, MODELS, prompt, serve_on_loopback};
use futures_util::StreamExt as _;
use jwt_demo::backend::Backend;
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc, oneshot};

/// A backend that says what it got.
async fn mirror(request: Request) -> Response {
    let fields = request.headers().iter();
    let fields: Vec<_> =
        fields.map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let said = json!({"method": request.method().as_str(), "uri": request.uri().to_string(), "fields": fields});
    let fields = [
        ("set-cookie", "a=b"),
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("keep-alive", "timeout=5"),
        ("x-kept", "2"),
    ];
    (fields, said.to_string()).into_response()
}

async fn gateway_to(issuer: &Issuer, app: Router) -> String {
    issuer.gateway_of(issuer.settings(&serve_on_loopback(app).await)).await
}

#[tokio::test]
async fn the_backend_sees_the_subject_and_no_credential_of_the_caller() {
    let issuer = Issuer::start();
    let mut settings = issuer.settings(&serve_on_loopback(Router::new().fallback(mirror)).await);
    settings.backend.set_path("/base/");
    settings.credential = Some(HeaderValue::from_static("Bearer key-of-the-gateway"));
    let mut client = Connection::to(&issuer.gateway_of(settings).await).await;
    let holder = Holder::new(1);
    let mut claims = issuer.with("cnf", holder.confirmation());
    claims["sub"] = json!("älice ");
    let token = issuer.mint(&claims);
    let (authorization, proof) = (format!("DPoP {token}"), holder.proof(&issuer, "1", &token));
    let fields: [(&str, &[u8]); 10] = [
        ("Authorization", authorization.as_bytes()),
        ("DPoP", proof.as_bytes()),
        ("Cookie", b"session=1"),
        ("X-Subject", b"mallory"),
        ("X_Subject", b"mallory"),
        ("Connection", b"keep-alive, X-Secret"),
        ("X-Secret", b"1"),
        ("TE", b"trailers"),
        ("Proxy-Authorization", b"Basic eDp5"),
        ("X-Request-Id", b"7"),
    ];
    let path = format!("{CHAT}?access_token={token}");
    let answer = client.send("POST", &path, &fields, "{}").await.unwrap();
    assert_eq!(answer.status, 200);
    for (name, values) in
        [("x-kept", &["2"][..]), ("x-hop", &[]), ("set-cookie", &[]), ("keep-alive", &[])]
    {
        assert_eq!(answer.fields(name), values, "{name}");
    }
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        (&said["method"], &said["uri"]),
        (&json!("POST"), &json!("/base/v1/chat/completions"))
    );
    let mut seen: Vec<(String, String)> = serde_json::from_value(said["fields"].clone()).unwrap();
    seen.retain(|(name, _)| !matches!(name.as_str(), "host" | "content-length" | "accept"));
    seen.sort();
    let expected = [
        ("authorization", "Bearer key-of-the-gateway"),
        ("x-request-id", "7"),
        ("x-subject", "%C3%A4lice%20"),
    ];
    assert_eq!(seen, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    for secret in [&token, &proof] {
        assert!(secret.split('.').all(|part| !answer.body.contains(part)));
    }
}

/// The backend sends its next piece when it is told that the one before has arrived, so nothing waits for the whole.
#[tokio::test]
async fn each_piece_of_an_answer_arrives_before_the_next_is_sent() {
    let issuer = Issuer::start();
    let (next, told) = mpsc::unbounded_channel::<u32>();
    let stream = Body::from_stream(futures_util::stream::unfold(told, async |mut told| {
        let number = told.recv().await?;
        Some((Ok::<_, std::io::Error>(format!("data: {number}\n\n")), told))
    }));
    let stream = Arc::new(Mutex::new(Some(stream)));
    let app = Router::new().fallback(async move || {
        let stream = stream.lock().await.take().unwrap();
        ([("content-type", "text/event-stream")], stream)
    });
    let origin = gateway_to(&issuer, app).await;
    let request =
        reqwest::Client::new().post(format!("{origin}{CHAT}")).bearer_auth(issuer.token());
    let mut answer = request.body(prompt(true)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    for number in 0..20 {
        next.send(number).unwrap();
        assert_eq!(answer.chunk().await.unwrap().unwrap(), format!("data: {number}\n\n"));
    }
    drop(next);
    assert_eq!(answer.chunk().await.unwrap(), None);
}

/// The same in the other direction: the backend has the first piece before the client has sent the second.
#[tokio::test]
async fn each_piece_of_a_request_arrives_before_the_next_is_sent() {
    let issuer = Issuer::start();
    let (arrived, mut arrivals) = mpsc::unbounded_channel::<Bytes>();
    let receive = async |State(arrived): State<mpsc::UnboundedSender<Bytes>>, body: Body| {
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            arrived.send(piece.unwrap()).unwrap();
        }
        "done"
    };
    let app = Router::new().fallback(receive).with_state(arrived);
    let origin = gateway_to(&issuer, app).await;
    let (send, pieces) = mpsc::unbounded_channel::<String>();
    let pieces = futures_util::stream::unfold(pieces, async |mut pieces| {
        Some((Ok::<_, std::io::Error>(pieces.recv().await?), pieces))
    });
    let request =
        reqwest::Client::new().post(format!("{origin}{CHAT}")).bearer_auth(issuer.token());
    let request = request.body(reqwest::Body::wrap_stream(pieces)).send();
    let answer = tokio::spawn(request);
    for number in 0..20 {
        send.send(format!("piece {number}")).unwrap();
        assert_eq!(arrivals.recv().await.unwrap(), format!("piece {number}"));
    }
    drop(send);
    assert_eq!(answer.await.unwrap().unwrap().text().await.unwrap(), "done");
}

#[tokio::test]
async fn who_goes_away_ends_the_work_of_the_backend() {
    let issuer = Issuer::start();
    let (alive, mut ended) = mpsc::channel::<()>(1);
    let app = Router::new().fallback(async move || {
        let pieces = futures_util::stream::unfold(alive.clone(), async |alive| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Some((Ok::<_, std::io::Error>("data: more\n\n"), alive))
        });
        Body::from_stream(pieces)
    });
    let listener = jwt_demo::listen::bind("127.0.0.1:0").await.unwrap();
    let origin = issuer.gateway_of(issuer.settings(&listener.1)).await;
    let backend = tokio::spawn(async move { axum::serve(listener.0, app).await });
    let request =
        reqwest::Client::new().post(format!("{origin}{CHAT}")).bearer_auth(issuer.token());
    let mut answer = request.send().await.unwrap();
    assert!(answer.chunk().await.unwrap().is_some());
    // No more requests: what holds the channel now is the one stream.
    backend.abort();
    drop(answer);
    assert_eq!(ended.recv().await, None);
}

fn error(answer: &common::connection::Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["error"]["type"], "gateway_error");
    assert!(!answer.body.contains("127.0.0.1") && answer.challenges().is_empty());
    body["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_backend_that_is_down_or_silent_or_has_another_key_is_502_or_504() {
    let issuer = Issuer::start();
    let down = issuer.gateway_of(issuer.settings("http://127.0.0.1:1")).await;
    let answer = Connection::to(&down).await.bearer(&issuer.token()).await;
    assert_eq!((answer.status, error(&answer).as_str()), (502, "the backend does not answer"));

    let silent = Router::new().fallback(async || std::future::pending::<()>().await);
    let mut settings = issuer.settings(&serve_on_loopback(silent).await);
    settings.limits.silence = Duration::from_millis(50);
    let silent = issuer.gateway_of(settings).await;
    let answer = Connection::to(&silent).await.bearer(&issuer.token()).await;
    assert_eq!(
        (answer.status, error(&answer).as_str()),
        (504, "the backend does not answer in time")
    );

    // A client is not told to throw its token away because the gateway's own credential is none.
    let locked = Backend::new(Some(HeaderValue::from_static("Bearer another")));
    let locked = gateway_to(&issuer, locked.router()).await;
    let answer = Connection::to(&locked).await.bearer(&issuer.token()).await;
    assert_eq!((answer.status, error(&answer).as_str()), (502, "the backend does not answer"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_look_whole() {
    let issuer = Issuer::start();
    let (broken, breaks) = oneshot::channel();
    let pieces = futures_util::stream::iter([Ok("data: 1\n\n")]);
    let pieces = pieces.chain(futures_util::stream::once(async {
        breaks.await.unwrap();
        Err(std::io::Error::other("broken"))
    }));
    let body = Arc::new(Mutex::new(Some(Body::from_stream(pieces))));
    let app = Router::new().fallback(async move || body.lock().await.take().unwrap());
    let origin = gateway_to(&issuer, app).await;
    let request =
        reqwest::Client::new().post(format!("{origin}{CHAT}")).bearer_auth(issuer.token());
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "data: 1\n\n");
    broken.send(()).unwrap();
    assert!(answer.chunk().await.is_err());
}

/// The same where it says nothing more.
#[tokio::test]
async fn an_answer_that_does_not_go_on_has_an_end() {
    let issuer = Issuer::start();
    let app = Router::new().fallback(async || {
        let piece = futures_util::stream::iter([Ok::<_, std::io::Error>("data: 1\n\n")]);
        Body::from_stream(piece.chain(futures_util::stream::pending()))
    });
    let mut settings = issuer.settings(&serve_on_loopback(app).await);
    settings.limits.silence = Duration::from_millis(50);
    let origin = issuer.gateway_of(settings).await;
    let request =
        reqwest::Client::new().post(format!("{origin}{CHAT}")).bearer_auth(issuer.token());
    assert!(request.send().await.unwrap().text().await.is_err());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413_whether_its_length_was_said_or_not() {
    let issuer = Issuer::start();
    let app = Router::new().fallback(async |body: Bytes| body.len().to_string());
    let mut settings = issuer.settings(&serve_on_loopback(app).await);
    settings.limits.body = 1000;
    let origin = issuer.gateway_of(settings).await;
    let client = reqwest::Client::new();
    for (len, status) in [(1000, 200), (1001, 413)] {
        let post = || client.post(format!("{origin}{CHAT}")).bearer_auth(issuer.token());
        let said = post().body("x".repeat(len)).send().await.unwrap();
        let piece = |len| Ok::<_, std::io::Error>("x".repeat(len));
        let pieces = futures_util::stream::iter([piece(500), piece(len - 500)]);
        let unsaid = post().body(reqwest::Body::wrap_stream(pieces)).send().await.unwrap();
        assert_eq!((said.status().as_u16(), unsaid.status().as_u16()), (status, status));
        if status == 200 {
            assert_eq!(said.text().await.unwrap(), "1000");
            assert_eq!(unsaid.text().await.unwrap(), "1000");
        }
    }
    let models = client.get(format!("{origin}{MODELS}")).bearer_auth(issuer.token());
    assert_eq!(models.send().await.unwrap().text().await.unwrap(), "0");
}
