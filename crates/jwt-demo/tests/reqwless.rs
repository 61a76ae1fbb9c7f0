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
#[allow(unreachable_pub)] // it is to be copied
mod guide;
#[path = "common/server.rs"]
mod server;

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
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
    let (whole, stream) = (prompt(false), prompt(true));
    let answers =
        device.send(&[(Method::POST, CHAT, &whole), (Method::POST, CHAT, &stream)]).await.unwrap();
    assert_eq!(answers.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 200]);
    assert!(answers[0].1.contains(r#""object":"chat.completion""#), "{answers:?}");
    let (_, streamed) = &answers[1];
    assert!(
        streamed.starts_with("data: {") && streamed.ends_with("data: [DONE]\n\n"),
        "{streamed}"
    );
    assert!(streamed.len() > 1024, "longer than the buffer for it");
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

/// Whoever answers on a port, as it is told.
async fn answering(text: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let text = text.clone();
            tokio::spawn(async move {
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
                let _ = stream.read_to_end(&mut Vec::new()).await;
            });
        }
    });
    origin
}

#[tokio::test]
async fn an_answer_that_does_not_fit_ends_the_call_and_is_not_asked_for_again() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    for (head, body) in [(2000, 0), (0, 2000)] {
        let [head, body] = [head, body].map(|len| "x".repeat(len));
        let text =
            format!("HTTP/1.1 200 OK\r\nX: {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        device.token_endpoint = answering(text).await;
        let error = device.send(&[(Method::GET, MODELS, "")]).await.unwrap_err();
        assert!(matches!(error, CallError::Http(reqwless::Error::BufferTooSmall)), "{error:?}");
    }
    assert_eq!(device.time.0.get(), Some(world.now()));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer_and_what_stands_behind_one_is_not_read() {
    let world = World::new().await;
    let mut device = Device::of(&world).await;
    let endings = [("5\r\n\r\n12", None), ("2\r\n\r\n12", Some("12")), ("0\r\n\r\n", Some(""))];
    for (ending, body) in endings {
        device.api = answering(format!("HTTP/1.1 200 OK\r\nContent-Length: {ending}")).await;
        let answer = device.send(&[(Method::GET, MODELS, "")]).await;
        match (body, answer) {
            (Some(body), Ok(answer)) => assert_eq!(answer, [(200, body.to_owned())]),
            (None, Err(CallError::Http(reqwless::Error::ConnectionAborted))) => (),
            (_, answer) => panic!("{ending:?}: {answer:?}"),
        }
    }
}
