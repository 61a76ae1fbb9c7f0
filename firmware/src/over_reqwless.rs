//! An OAuth client over reqwless, by the code that jwt-device's guide shows, on a network of two servers that answer
//! what they are told to. TLS is the network's, as with a modem, and nothing of it is here.

#[path = "../../crates/jwt-device/guide/reqwless.rs"]
pub mod guide;

use core::cell::RefCell;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use embassy_futures::block_on;
use embedded_hal_async::delay::DelayNs;
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use embedded_nal_async::{AddrType, Dns, TcpConnect};
use heapless::Vec;
use jwt_core::NumericDate;
use jwt_device::{AsyncJwsSigner, Clock, ClockError};
use jwt_oauth::Authenticator;
use reqwless::client::HttpClient;
use reqwless::request::Method;

use crate::call::twice;
use crate::host::{self, Input};
use crate::oauth::{API, NONCE, Told, ids};
use crate::opaque::{hide, see};
use guide::{Board, Buffers, Request, call};

const REQUEST: Request<'_> = Request {
    method: Method::POST,
    uri: API.uri,
    body: r#"{"model":"small","messages":[{"role":"user","content":"Hello"}]}"#,
};

/// As [`crate::oauth::report`], over HTTP.
pub fn report<S: AsyncJwsSigner>(input: &mut Input<'_>, load: impl Fn() -> S) -> Option<()> {
    let told = Told::read(input)?;
    let client = told.client();
    let (mut token, mut work, mut buffers) = ([0; 1024], [0; 1536], Buffers::EMPTY);
    let board =
        || Board { signer: load(), clock: Now(told.now), delay: NoTime, ids: ids(), is_tls: true };

    let network = Network::new(told.answer, |_| ());
    let (in_token, in_work) = (token.as_mut_slice(), work.as_mut_slice());
    let ((), costs) = twice(
        || Some((board(), Authenticator::new(client, in_token, in_work))),
        |(board, auth)| request(&network, auth, board, &mut buffers),
    )?;

    // The same again, to be looked at.
    let network = Network::new(told.answer, show);
    let (mut board, mut auth) = (board(), Authenticator::new(client, &mut token, &mut work));
    for _ in 0..2 {
        request(&network, &mut auth, &mut board, &mut buffers)?;
    }
    costs.print()
}

/// Until the API has answered.
fn request<S: AsyncJwsSigner>(
    network: &Network<'_>,
    auth: &mut Authenticator<'_>,
    board: &mut Board<S, Now, NoTime>,
    buffers: &mut Buffers,
) -> Option<()> {
    let mut http = HttpClient::new(network, network);
    let answer = call(auth, &mut http, board, buffers, &REQUEST, |piece| see(piece));
    (block_on(answer).ok()? == 200).then_some(())
}

/// Shows a request to the host, as [`crate::oauth::report`] does.
fn show(request: &[u8]) {
    let text = core::str::from_utf8(request).unwrap_or_default();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return };
    for line in head.split("\r\n") {
        match line.split_once(": ") {
            Some(("Authorization", value)) => host::print(&["authorization", value]),
            Some(("DPoP", value)) => host::print(&["proof", value]),
            _ => None,
        };
    }
    if head.starts_with("POST /token ") {
        host::print(&["body", body]);
    }
}

/// An authorization server and an API.
struct Network<'n> {
    /// What the token endpoint answers.
    answer: &'n [u8],
    /// Is shown each request.
    seen: fn(&[u8]),
    /// The request that is being sent.
    sent: RefCell<Vec<u8, 3072>>,
}

impl<'n> Network<'n> {
    fn new(answer: &'n [u8], seen: fn(&[u8])) -> Self {
        Self { answer, seen, sent: RefCell::default() }
    }
}

impl Dns for Network<'_> {
    type Error = ErrorKind;

    async fn get_host_by_name(&self, host: &str, _: AddrType) -> Result<IpAddr, ErrorKind> {
        match host {
            "as.example" => Ok(AUTHORIZATION_SERVER),
            "llm.example" => Ok(API_SERVER),
            _ => Err(ErrorKind::NotFound),
        }
    }

    async fn get_host_by_address(&self, _: IpAddr, _: &mut [u8]) -> Result<usize, ErrorKind> {
        Err(ErrorKind::Unsupported)
    }
}

const AUTHORIZATION_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const API_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

impl TcpConnect for Network<'_> {
    type Error = ErrorKind;
    type Connection<'c>
        = Connection<'c>
    where
        Self: 'c;

    async fn connect(&self, remote: SocketAddr) -> Result<Connection<'_>, ErrorKind> {
        self.sent.borrow_mut().clear();
        let is_api = remote.ip() == API_SERVER;
        let body = if is_api { &b"{}"[..] } else { self.answer };
        Ok(Connection { network: self, answer: hide([HEAD, NONCE.as_bytes(), b"\r\n\r\n", body]) })
    }
}

/// The body ends where the connection does.
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDPoP-Nonce: ";

struct Connection<'n> {
    network: &'n Network<'n>,
    /// What is left of it, in pieces.
    answer: [&'n [u8]; 4],
}

impl ErrorType for Connection<'_> {
    type Error = ErrorKind;
}

impl Write for Connection<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let sent = self.network.sent.borrow_mut().extend_from_slice(bytes);
        sent.map(|()| bytes.len()).map_err(|_| ErrorKind::OutOfMemory)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        (self.network.seen)(&self.network.sent.borrow());
        Ok(())
    }
}

impl Read for Connection<'_> {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        let Some(piece) = self.answer.iter_mut().find(|piece| !piece.is_empty()) else {
            return Ok(0);
        };
        let len = piece.len().min(buf.len());
        let (now, later) = piece.split_at(len);
        buf[..len].copy_from_slice(now);
        *piece = later;
        Ok(len)
    }
}

/// The time that the host told.
struct Now(NumericDate);

impl Clock for Now {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        Ok(self.0)
    }
}

/// Nobody has to wait.
struct NoTime;

impl DelayNs for NoTime {
    async fn delay_ns(&mut self, _: u32) {}
}
