//! An API call with an access token: an `Authenticator` over reqwless 0.14. The same file runs on a board, where
//! firmware/ measures it on an emulated Cortex-M4F, and on a PC, where the tests of jwt-demo give it real servers.

use embedded_hal_async::delay::DelayNs;
use embedded_io_async::Read as _;
use embedded_nal_async::{Dns, TcpConnect};
use heapless::Vec;
use jwt_device::{AsyncJwsSigner, Clock, ClockError};
use jwt_oauth::{Answer, ApiRequest, AuthError, Authenticator, CountedIds, Step, Verdict};
use reqwless::client::HttpClient;
use reqwless::request::{Method, RequestBuilder as _};

/// What is on the board.
pub struct Board<S, C, D> {
    /// The client's key; with DPoP, the key of the proofs too.
    pub signer: S,
    /// Seconds since 1970.
    pub clock: C,
    /// Waits, while others run.
    pub delay: D,
    /// Names that were never used before.
    pub ids: CountedIds,
}

/// A request to the API.
pub struct Request<'r> {
    pub method: Method,
    pub uri: &'r str,
    /// JSON; empty where there is none.
    pub body: &'r str,
}

/// Memory for one request at a time.
pub struct Buffers {
    /// The head of an answer; then its body comes here in pieces.
    pub answer: [u8; 1024],
    /// What the token endpoint answers, or the value of `Authorization`.
    pub text: [u8; 1536],
}

impl Buffers {
    pub const EMPTY: Self = Self { answer: [0; 1024], text: [0; 1536] };
}

/// Why the API has not answered.
#[derive(Debug)]
pub enum CallError<E> {
    /// The time is not known.
    Clock(ClockError),
    /// The signer's own.
    Signer(E),
    /// The authorization server or the API does not want this client, or not now.
    Client(AuthError),
    /// The API was not reached, or an answer is not HTTP or does not fit. The token is kept.
    Http(reqwless::Error),
}

/// Sends a request with an access token, and first does what that takes. What the API answers goes to `on_body` as
/// it comes. Returns the status.
pub async fn call<T: TcpConnect, N: Dns, S: AsyncJwsSigner, C: Clock, D: DelayNs>(
    auth: &mut Authenticator<'_>,
    http: &mut HttpClient<'_, T, N>,
    board: &mut Board<S, C, D>,
    buffers: &mut Buffers,
    request: &Request<'_>,
    mut on_body: impl FnMut(&[u8]),
) -> Result<u16, CallError<S::Error>> {
    use CallError::{Client, Clock, Http, Signer};
    use reqwless::Error::BufferTooSmall;
    let api = ApiRequest { method: request.method.as_str(), uri: request.uri };
    loop {
        let now = board.clock.now().map_err(Clock)?;
        match auth.step(&api, now, board.ids.draw()).map_err(Client)? {
            Step::Sign { signing_input, .. } => {
                let signature = board.signer.sign(signing_input).await.map_err(Signer)?;
                auth.signed(signature.as_ref()).map_err(Client)?;
            }
            Step::Sleep(seconds) => board.delay.delay_ms(seconds.saturating_mul(1000)).await,
            Step::Send(call) => {
                let (text, mut len) = (&mut buffers.text, 0);
                let fields = [
                    ("Content-Type", call.content_type),
                    ("Accept", "application/json"),
                    ("DPoP", call.dpop.unwrap_or_default()),
                ];
                let token_request =
                    Request { method: Method::POST, uri: call.uri, body: call.body };
                let reply = send(http, &token_request, &fields, &mut buffers.answer, |_, piece| {
                    let end = len + piece.len();
                    text.get_mut(len..end).ok_or(BufferTooSmall)?.copy_from_slice(piece);
                    len = end;
                    Ok(())
                });
                match reply.await {
                    Ok(reply) => {
                        let now = board.clock.now().map_err(Clock)?;
                        let _ = auth.answer(now, &reply.seen(&text[..len])).map_err(Client)?;
                    }
                    Err(BufferTooSmall) => return Err(Http(BufferTooSmall)),
                    Err(_) => auth.failed(now),
                }
            }
            Step::Use(with) => {
                let value = with.write_value_into(&mut buffers.text);
                let fields = [
                    ("Authorization", value.map_err(|_| Http(BufferTooSmall))?),
                    ("Content-Type", "application/json"),
                    ("DPoP", with.dpop().unwrap_or_default()),
                ];
                // What comes with 401 is for the client here, which may send the request once more.
                let reply = send(http, request, &fields, &mut buffers.answer, |status, piece| {
                    if status != 401 {
                        on_body(piece);
                    }
                    Ok(())
                });
                let reply = reply.await.map_err(Http)?;
                let now = board.clock.now().map_err(Clock)?;
                if auth.answer(now, &reply.seen(b"")).map_err(Client)? == Verdict::Done {
                    return Ok(reply.status);
                }
            }
        }
    }
}

/// Sends a request on a connection of its own. Each piece of the answer's body goes to `on_body`, with the status.
async fn send<T: TcpConnect, N: Dns>(
    http: &mut HttpClient<'_, T, N>,
    request: &Request<'_>,
    fields: &[(&str, &str); 3],
    buf: &mut [u8],
    mut on_body: impl FnMut(u16, &[u8]) -> Result<(), reqwless::Error>,
) -> Result<Reply, reqwless::Error> {
    // Without a proof there are two; and reqwless leaves the port out of `Host`.
    let fields = if fields[2].1.is_empty() { &fields[..2] } else { fields };
    let authority = request.uri.split('/').nth(2).unwrap_or_default();
    let handle = http.request(request.method, request.uri).await?;
    let mut handle = handle.host(authority).headers(fields).body(request.body.as_bytes());
    let response = handle.send(buf).await?;

    let mut reply = Reply { status: response.status.0, fields: NAMES.map(|_| Vec::new()) };
    for (name, value) in response.headers() {
        if let Some(at) = NAMES.iter().position(|wanted| name.eq_ignore_ascii_case(wanted)) {
            reply.keep(at, value);
        }
    }
    // reqwless takes a body that breaks off for a whole one, and does not stop where the next answer begins.
    let len = response.content_length.filter(|_| request.method != Method::HEAD);
    let mut left = len.unwrap_or(usize::MAX);
    let (mut body, mut piece) = (response.body().reader(), [0; 128]);
    loop {
        let room = left.min(piece.len());
        match body.read(&mut piece[..room]).await? {
            0 if left > 0 && len.is_some() => return Err(reqwless::Error::ConnectionAborted),
            0 => return Ok(reply),
            len => {
                left -= len;
                on_body(reply.status, &piece[..len])?;
            }
        }
    }
}

/// What an `Authenticator` looks at, besides status and body.
const NAMES: [&str; 4] = ["Date", "Retry-After", "DPoP-Nonce", "WWW-Authenticate"];

/// A status and these fields, which are copied because reqwless reads the body to where they were.
struct Reply {
    status: u16,
    fields: [Vec<u8, 256>; 4],
}

impl Reply {
    /// Two fields of a name are one with a comma (RFC 9110 section 5.3). What is longer than a nonce may be is left out.
    fn keep(&mut self, at: usize, value: &[u8]) {
        let field = &mut self.fields[at];
        let comma: &[u8] = if field.is_empty() { b"" } else { b", " };
        if field.len() + comma.len() + value.len() <= field.capacity() {
            let _ = field.extend_from_slice(comma);
            let _ = field.extend_from_slice(value);
        }
    }

    fn seen<'r>(&'r self, body: &'r [u8]) -> Answer<'r> {
        let fields = NAMES.iter().zip(&self.fields).filter(|(_, value)| !value.is_empty());
        fields.fold(Answer::new(self.status, body), |seen, (name, value)| seen.header(name, value))
    }
}
