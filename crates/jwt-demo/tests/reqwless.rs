//! The code that jwt-device's guide shows for microcontrollers, run against real servers over sockets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)] // a test may panic

#[path = "common/gateway.rs"]
mod gateway;
#[path = "../../jwt-device/guide/reqwless.rs"]
#[allow(unreachable_pub)] // whoever copies it may export it
mod guide;
#[path = "common/server.rs"]
mod server;

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use embedded_hal_async::delay::DelayNs;
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use embedded_nal_async::{AddrType, Dns, TcpConnect};
use gateway::{CHAT, MODELS, memory, prompt};
use guide::{Board, Buffers, CallError, Request, call};
use jwt_core::{Es256SigningKey, Jwk, NumericDate, SigningFailed};
use jwt_demo::backend::Backend;
use jwt_demo::gateway::{Gateway, Limits, Settings};
use jwt_device::{Clock, ClockError, SoftwareSigner};
use jwt_oauth::{AuthError, Authenticator, Client, CountedIds, ErrorCode, PublicPoint};
use jwt_std::{FetchLimits, RemoteJwks};
use reqwless::client::HttpClient;
use reqwless::request::Method;
use server::{API, World};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The network of a PC.
struct Network;

impl Dns for Network {
    type Error = ErrorKind;

    async fn get_host_by_name(&self, host: &str, _: AddrType) -> Result<IpAddr, ErrorKind> {
        assert_eq!(host, "127.0.0.1");
        Ok(Ipv4Addr::LOCALHOST.into())
    }

    async fn get_host_by_address(&self, _: IpAddr, _: &mut [u8]) -> Result<usize, ErrorKind> {
        Err(ErrorKind::Unsupported)
    }
}

impl TcpConnect for Network {
    type Error = ErrorKind;
    type Connection<'c> = Connection;

    async fn connect(&self, remote: SocketAddr) -> Result<Connection, ErrorKind> {
        TcpStream::connect(remote).await.map(Connection).map_err(|_| ErrorKind::Other)
    }
}

struct Connection(TcpStream);

impl ErrorType for Connection {
    type Error = ErrorKind;
}

impl Read for Connection {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        if buf.is_empty() {
            return Ok(0); // where tokio waits
        }
        self.0.read(buf).await.map_err(|_| ErrorKind::Other)
    }
}

impl Write for Connection {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(bytes).await.map_err(|_| ErrorKind::Other)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().await.map_err(|_| ErrorKind::Other)
    }
}

/// A clock that may be wrong or unset, and stands still but for what is waited.
#[derive(Clone)]
struct Time(Rc<Cell<Option<i64>>>);

impl Clock for Time {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        self.0.get().map(NumericDate::from_seconds).ok_or(ClockError::NotSynchronised)
    }
}

impl DelayNs for Time {
    async fn delay_ns(&mut self, ns: u32) {
        panic!("{ns} ns are not seconds");
    }

    async fn delay_ms(&mut self, ms: u32) {
        self.0.set(self.0.get().map(|now| now + i64::from(ms / 1000)));
    }
}

/// The client `app` on a device, and the gateway that it calls.
struct Device {
    board: Board<SoftwareSigner<'static, Es256SigningKey>, Time, Time>,
    time: Time,
    point: PublicPoint,
    issuer: String,
    token_endpoint: String,
    api: String,
    scope: &'static str,
}

impl Device {
    async fn of(world: &World) -> Self {
        let key = Jwk::parse(world.key.to_jwk().as_bytes()).unwrap().es256_signing_key().unwrap();
        let point = PublicPoint::from(&key.verifying_key());
        let time = Time(Rc::new(Cell::new(Some(world.now()))));
        let board = Board {
            signer: SoftwareSigner::new(key, Some("k1")),
            clock: time.clone(),
            delay: time.clone(),
            ids: CountedIds::new([7; 32], 0),
            is_tls: false,
        };
        Self {
            board,
            time,
            point,
            issuer: world.origin.clone(),
            token_endpoint: format!("{}/token", world.origin),
            api: gateway_of(world).await,
            scope: "chat",
        }
    }

    /// Sends these requests one after the other. Returns the status and body of each.
    async fn send(
        &mut self,
        requests: &[(Method, &str, &str)],
    ) -> Result<Vec<(u16, String)>, CallError<SigningFailed>> {
        let client = Client {
            dpop: Some(&self.point),
            key_id: Some("k1"),
            scope: Some(self.scope),
            ..Client::new("app", &self.issuer, &self.token_endpoint)
        };
        let (mut token, mut work, mut buffers) = ([0; 1024], [0; 2048], Buffers::EMPTY);
        let mut auth = Authenticator::new(client, &mut token, &mut work);
        let mut http = HttpClient::new(&Network, &Network);
        let mut answers = Vec::new();
        for (method, path, body) in requests {
            let uri = format!("{}{path}", self.api);
            let request = Request { method: *method, uri: &uri, body };
            let mut text = Vec::new();
            let on_body = |piece: &[u8]| text.extend_from_slice(piece);
            let status =
                call(&mut auth, &mut http, &mut self.board, &mut buffers, &request, on_body);
            answers.push((status.await?, String::from_utf8(text).unwrap()));
        }
        Ok(answers)
    }
}

/// A gateway in front of a mock, for tokens of this server that are bound.
async fn gateway_of(world: &World) -> String {
    let backend = Backend::new(None).pause(Duration::ZERO).router();
    let backend = gateway::serve_on_loopback(backend).await;
    let (listener, origin) = jwt_demo::listen::bind("127.0.0.1:0").await.unwrap();
    let settings = Settings {
        issuer: world.origin.clone(),
        audience: API.into(),
        origin: origin.clone(),
        backend: backend.parse().unwrap(),
        credential: None,
        used: memory(100),
        bound_only: true,
        clock: world.clock(),
        limits: Limits::default(),
    };
    let keys = RemoteJwks::with_clock(
        &format!("{}/jwks.json", world.origin),
        FetchLimits::default(),
        world.clock(),
    );
    let router = Gateway::new(settings, keys.unwrap()).unwrap().router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    origin
}

#[tokio::test]
async fn an_api_answers_and_its_answer_comes_in_pieces() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    let (whole, stream) = (prompt(false), prompt(true).replace("three", &"three ".repeat(50)));
    let answers =
        device.send(&[(Method::POST, CHAT, &whole), (Method::POST, CHAT, &stream)]).await.unwrap();
    assert_eq!(answers.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 200]);
    assert!(answers[0].1.contains(r#""object":"chat.completion""#), "{answers:?}");
    let (_, streamed) = &answers[1];
    assert!(
        streamed.starts_with("data: {") && streamed.ends_with("data: [DONE]\n\n"),
        "{streamed}"
    );
    assert!(streamed.len() > Buffers::EMPTY.answer.len(), "longer than the buffer for it");
    assert_eq!(device.time.0.get(), Some(world.now()), "nothing to wait for");
}

#[tokio::test]
async fn a_server_gives_its_nonce_and_the_time() {
    let world = World::with(|settings| jwt_demo::server::Settings { dpop_nonce: true, ..settings });
    let world = world.await;
    let mut device = Device::of(&world).await;
    device.scope = "models.read";
    // Its assertion is over when it comes, until it has seen a `Date`.
    device.time.0.set(Some(world.now() - 250));
    let answers = device.send(&[(Method::GET, MODELS, "")]).await;
    assert_eq!(answers.unwrap()[0].0, 200);
}

#[tokio::test]
async fn nothing_is_sent_by_a_device_that_does_not_know_the_time() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    device.time.0.set(None);
    let error = device.send(&[(Method::GET, MODELS, "")]).await.unwrap_err();
    assert!(matches!(error, CallError::Clock(ClockError::NotSynchronised)), "{error:?}");
}

#[tokio::test]
async fn what_a_token_may_not_do_is_the_answer_of_the_api() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    device.scope = "models.read";
    let (status, body) =
        device.send(&[(Method::POST, CHAT, &prompt(false))]).await.unwrap().remove(0);
    assert_eq!(status, 403, "{body}");
}

#[tokio::test]
async fn a_client_that_is_refused_learns_why() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    device.scope = "all";
    let Err(CallError::Client(error)) = device.send(&[(Method::GET, MODELS, "")]).await else {
        panic!("not refused");
    };
    assert_eq!(error, AuthError::Refused(ErrorCode::InvalidScope));
    assert!(error.is_final());
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_again_later_and_not_for_ever() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    device.token_endpoint = "http://127.0.0.1:9/token".into();
    let Err(CallError::Client(error)) = device.send(&[(Method::GET, MODELS, "")]).await else {
        panic!("not given up");
    };
    assert_eq!(error, AuthError::Exhausted { status: 0 });
    let waited = device.time.0.get().unwrap() - world.now();
    assert!((2..600).contains(&waited), "{waited}");
}

#[tokio::test]
async fn an_api_that_is_down_is_the_callers_to_ask_again() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    device.api = "http://127.0.0.1:9".into();
    let error = device.send(&[(Method::GET, MODELS, "")]).await.unwrap_err();
    assert!(matches!(error, CallError::Http(reqwless::Error::Network(_))), "{error:?}");
}

/// What a token endpoint and an API answer that are scripts: each request the next, the last again and again.
async fn script(answers: &[(&str, &str)]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (log, mut answers): (_, Vec<_>) = (
        Arc::clone(&seen),
        answers.iter().map(|(head, body)| format!("HTTP/1.1 {head}\r\n\r\n{body}")).collect(),
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let mut len = 0;
            while !is_whole(&request[..len]) {
                len += stream.read(&mut request[len..]).await.unwrap();
            }
            log.lock().unwrap().push(String::from_utf8(request[..len].to_vec()).unwrap());
            let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
            tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
        }
    });
    (origin, seen)
}

/// Whether a request has all of its body.
fn is_whole(request: &[u8]) -> bool {
    let text = std::str::from_utf8(request).unwrap();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let len = head.split("Content-Length: ").nth(1).unwrap().split("\r\n").next().unwrap();
    body.len() == len.parse::<usize>().unwrap()
}

const GET: (Method, &str, &str) = (Method::GET, MODELS, "");
const TOKEN: (&str, &str) =
    ("200 OK", r#"{"access_token":"t","token_type":"DPoP","expires_in":300}"#);

impl Device {
    /// With servers that are scripts.
    async fn with(token: &[(&str, &str)], api: &[(&str, &str)]) -> (Self, [Seen; 2]) {
        let world = World::new().await;
        let mut device = Self::of(&world).await;
        let ((server, to_server), (api, to_api)) = (script(token).await, script(api).await);
        device.token_endpoint = format!("{server}/token");
        device.api = api;
        (device, [to_server, to_api])
    }
}

type Seen = Arc<Mutex<Vec<String>>>;

fn count(seen: &Seen) -> usize {
    seen.lock().unwrap().len()
}

#[tokio::test]
async fn an_answer_that_does_not_fit_ends_the_call_and_is_not_asked_for_again() {
    let (head, body) = (format!("200 OK\r\nX: {}", "x".repeat(4000)), "x".repeat(2000));
    for answer in [(head.as_str(), ""), ("200 OK", &body), ("404 Not Found", &body)] {
        let (mut device, [to_server, _]) = Device::with(&[answer], &[("200 OK", "")]).await;
        let error = device.send(&[GET]).await.unwrap_err();
        assert!(matches!(error, CallError::Http(reqwless::Error::BufferTooSmall)), "{error:?}");
        assert_eq!(count(&to_server), 1);
    }
}

#[tokio::test]
async fn a_server_that_is_busy_is_waited_for_whatever_it_shows() {
    let page = "x".repeat(5000);
    let busy = ("503 Busy\r\nRetry-After: 77\r\nRetry-After: x", page.as_str());
    let (mut device, [to_server, to_api]) =
        Device::with(&[busy, TOKEN], &[("200 OK", "hello")]).await;
    let before = device.time.0.get().unwrap();
    assert_eq!(
        device.send(&[GET, GET]).await.unwrap(),
        [(200, "hello".into()), (200, "hello".into())]
    );
    assert_eq!(device.time.0.get().unwrap() - before, 77, "the first field counts");
    assert_eq!([count(&to_server), count(&to_api)], [2, 2]);
}

#[tokio::test]
async fn a_401_of_the_api_is_answered_here_and_only_so_often() {
    let refused = r#"401 No
WWW-Authenticate: Bearer realm="x"
www-authenticate: DPoP error="invalid_token""#
        .replace('\n', "\r\n");
    let long = format!("401 No\r\nWWW-Authenticate: Basic realm=\"{}\"", "x".repeat(300));
    let nonce =
        format!("{long}\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: n1");
    let answers = [(nonce.as_str(), "a"), (&refused, "b"), ("200 OK", "c")];
    let (mut device, [to_server, to_api]) = Device::with(&[TOKEN], &answers).await;
    assert_eq!(device.send(&[GET]).await.unwrap(), [(200, "c".into())], "no body of a 401");
    assert_eq!([count(&to_server), count(&to_api)], [2, 3], "the nonce needs no new token");

    let (mut device, [to_server, to_api]) = Device::with(&[TOKEN], &[(&refused, "b")]).await;
    let error = device.send(&[GET]).await.unwrap_err();
    let CallError::Client(AuthError::ApiRefused(code)) = error else { panic!("{error:?}") };
    assert_eq!(code, ErrorCode::InvalidToken);
    assert_eq!([count(&to_server), count(&to_api)], [2, 2]);
}

#[tokio::test]
async fn a_body_is_whole_or_no_answer_and_what_stands_behind_it_is_not_read() {
    let long = "x".repeat(9000);
    let cases = [
        ("200 OK\r\nContent-Length: 5", "12", None),
        ("200 OK\r\nContent-Length: 0", "", Some("")),
        ("200 OK\r\nContent-Length: 8000", &long, Some(&long[..8000])),
        ("200 OK\r\nTransfer-Encoding: chunked", "5\r\n12", None),
        ("200 OK\r\nTransfer-Encoding: chunked", "2\r\n12\r\n", None),
        ("200 OK\r\nTransfer-Encoding: chunked", "2\r\n12\r\n0\r\n\r\nxx", Some("12")),
        ("200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2", "12", None),
        ("200 OK", "until the end", Some("until the end")),
        ("204 No Content", "", Some("")),
        ("304 Not Modified\r\nContent-Length: 5", "", Some("")),
        ("100 Continue", "", None),
        ("what", "", None),
    ];
    for (head, answer, body) in cases {
        let (mut device, _) = Device::with(&[TOKEN], &[(head, answer)]).await;
        let found = device.send(&[GET]).await.map(|mut answers| answers.remove(0).1);
        match (body, found) {
            (Some(body), Ok(found)) => assert_eq!(found, body, "{head}"),
            (None, Err(CallError::Http(_))) => (),
            (_, found) => panic!("{head}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn a_head_request_has_no_body() {
    let answer = ("200 OK\r\nContent-Length: 5", "");
    let (mut device, [_, to_api]) = Device::with(&[TOKEN], &[answer]).await;
    let answers = device.send(&[(Method::HEAD, MODELS, "")]).await.unwrap();
    assert_eq!(answers, [(200, String::new())]);
    let request = to_api.lock().unwrap().remove(0);
    let host = device.api.trim_start_matches("http://");
    assert!(request.starts_with("HEAD /v1/models HTTP/1.1\r\n"), "{request}");
    for field in ["Authorization: DPoP t", "Connection: close", &format!("Host: {host}")] {
        assert!(request.contains(&format!("\r\n{field}\r\n")), "{field}: {request}");
    }
}

#[tokio::test]
async fn a_uri_of_the_other_scheme_or_with_a_line_in_it_is_not_asked_for() {
    let (mut device, [to_server, to_api]) = Device::with(&[TOKEN], &[("200 OK", "")]).await;
    let path = "/x\r\nHost: evil";
    for (path, is_tls) in
        [(MODELS, true), (path, false), ("/#x", false), (&"/x".repeat(200), false)]
    {
        device.board.is_tls = is_tls;
        let error = device.send(&[(Method::GET, path, "")]).await.unwrap_err();
        assert!(matches!(error, CallError::Uri), "{path:?}: {error:?}");
    }
    device.board.is_tls = false;
    for server in ["https://as.example/token", "http://?x/token", "http:///token", "http://a@b/"] {
        device.token_endpoint = server.into();
        let error = device.send(&[GET]).await.unwrap_err();
        let is_refused = matches!(error, CallError::Uri | CallError::Client(AuthError::Proof(_)));
        assert!(is_refused, "{server}: {error:?}");
    }
    assert_eq!([count(&to_server), count(&to_api)], [0, 0]);
}

#[tokio::test]
async fn a_uri_has_so_much_room_and_no_more() {
    let (mut device, _) = Device::with(&[TOKEN], &[("200 OK", "")]).await;
    let path = |len: usize| format!("/{}", "x".repeat(len - 1));
    let room = 256 - device.api.len();
    assert_eq!(device.send(&[(Method::GET, &path(room), "")]).await.unwrap()[0].0, 200);
    let error = device.send(&[(Method::GET, &path(room + 1), "")]).await.unwrap_err();
    assert!(matches!(error, CallError::Uri), "{error:?}");
}
