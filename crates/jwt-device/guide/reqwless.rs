// An API call with an access token: an `Authenticator` over reqwless 0.14. The same file runs on a board, where
// firmware/ measures it on an emulated Cortex-M4F, and on a PC, where the tests of jwt-demo give it real servers.

use core::fmt::Write as _;

use embedded_hal_async::delay::DelayNs;
use embedded_io_async::Read as _;
use embedded_nal_async::{Dns, TcpConnect};
use heapless::{String, Vec};
use jwt_device::{AsyncJwsSigner, Clock, ClockError};
use jwt_oauth::{Answer, ApiRequest, AuthError, Authenticator, CountedIds, Step, Verdict};
use reqwless::Error as HttpError;
use reqwless::client::HttpClient;
use reqwless::request::{Method, RequestBuilder as _};
use reqwless::response::BodyReader;

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
    /// Whether the connections of the network are TLS. Then URIs begin with `https`, and otherwise with `http`; others
    /// are refused. Nothing checks that it is so.
    pub is_tls: bool,
}

/// A request to the API.
pub struct Request<'r> {
    pub method: Method,
    pub uri: &'r str,
    /// JSON; empty where there is none.
    pub body: &'r str,
}

/// Memory for one request at a time. It keeps the last token and answer: wipe it where others read memory.
pub struct Buffers {
    /// The head of an answer, which large sites fill with 2 KB; then its body comes here in pieces.
    pub answer: [u8; 3072],
    /// What the token endpoint answers, or the value of `Authorization`.
    pub text: [u8; 1536],
}

impl Buffers {
    pub const EMPTY: Self = Self { answer: [0; 3072], text: [0; 1536] };
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
    /// No answer of the API, or not a whole one: it may have done what it was asked for. Or an answer of either server
    /// that does not fit. The token is kept.
    Http(HttpError),
    /// Not a URI, or one of the other scheme, or too long: 253 characters always fit.
    Uri,
}

/// Sends a request with an access token, and first does what that takes. What the API answers goes to `on_body` as
/// it comes, and is not whole before this returns its status.
pub async fn call<T: TcpConnect, N: Dns, S: AsyncJwsSigner, C: Clock, D: DelayNs>(
    auth: &mut Authenticator<'_>,
    http: &mut HttpClient<'_, T, N>,
    board: &mut Board<S, C, D>,
    buffers: &mut Buffers,
    request: &Request<'_>,
    mut on_body: impl FnMut(&[u8]),
) -> Result<u16, CallError<S::Error>> {
    use CallError::{Client, Clock, Http, Signer, Uri};
    use HttpError::BufferTooSmall;
    let Buffers { answer, text } = buffers;
    let api = ApiRequest { method: request.method.as_str(), uri: request.uri };
    let to_api = Target::of(request.uri, board.is_tls).ok_or(Uri)?;
    loop {
        let now = board.clock.now().map_err(Clock)?;
        match auth.step(&api, now, board.ids.draw()).map_err(Client)? {
            Step::Sign { signing_input, .. } => {
                let signature = board.signer.sign(signing_input).await.map_err(Signer)?;
                auth.signed(signature.as_ref()).map_err(Client)?;
            }
            Step::Sleep(seconds) => board.delay.delay_ms(seconds.saturating_mul(1000)).await,
            Step::Send(call) => {
                let request = Request { method: Method::POST, uri: call.uri, body: call.body };
                let fields = [
                    ("Content-Type", call.content_type),
                    ("Accept", "application/json"),
                    ("Connection", "close"),
                    ("DPoP", call.dpop.unwrap_or_default()),
                ];
                let to = Target::of(call.uri, board.is_tls).ok_or(Uri)?;
                let mut len = 0;
                let reply = send(http, &to, &request, &fields, answer, |status, piece| {
                    let end = len + piece.len();
                    match text.get_mut(len..end) {
                        Some(to) => to.copy_from_slice(piece),
                        // A page of whoever stands before the server, which is busy.
                        None if status == 429 || status >= 500 => return Ok(()),
                        None => return Err(BufferTooSmall),
                    }
                    len = end;
                    Ok(())
                });
                let reply = reply.await;
                let now = board.clock.now().map_err(Clock)?;
                match reply {
                    Ok(reply) => {
                        let _ = auth.answer(now, &reply.seen(&text[..len])).map_err(Client)?;
                    }
                    Err(BufferTooSmall) => return Err(Http(BufferTooSmall)),
                    Err(_) => auth.failed(now),
                }
            }
            Step::Use(with) => {
                let value = with.write_value_into(text).map_err(|_| Http(BufferTooSmall))?;
                let fields = [
                    ("Authorization", value),
                    ("Content-Type", "application/json"),
                    ("Connection", "close"),
                    ("DPoP", with.dpop().unwrap_or_default()),
                ];
                // What comes with 401 is for the client here, which may send the request again.
                let reply = send(http, &to_api, request, &fields, answer, |status, piece| {
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
    to: &Target<'_>,
    request: &Request<'_>,
    fields: &[(&str, &str); 4],
    buf: &mut [u8],
    mut on_body: impl FnMut(u16, &[u8]) -> Result<(), HttpError>,
) -> Result<Reply, HttpError> {
    let fields = if fields[3].1.is_empty() { &fields[..3] } else { fields };
    let handle = http.request(request.method, &to.url).await?;
    let mut handle = handle.host(to.authority).headers(fields).body(request.body.as_bytes());
    let response = handle.send(buf).await?;

    let status = response.status.0;
    let is_chunked = !response.transfer_encoding.is_empty();
    if status < 200 || is_chunked && response.content_length.is_some() {
        return Err(HttpError::Codec);
    }
    let mut reply = Reply { status, fields: NAMES.map(|_| Vec::new()), challenges: Vec::new() };
    response.headers().for_each(|(name, value)| reply.keep(name, value));
    if status == 304 {
        return Ok(reply);
    }
    let (mut body, mut piece) = (response.body().reader(), [0; 128]);
    loop {
        // reqwless reads on behind the end of a body, and takes one that breaks off for a whole one.
        let room = match &body {
            BodyReader::FixedLength(body) => body.remaining.min(piece.len()),
            _ => piece.len(),
        };
        let len = body.read(&mut piece[..room]).await?;
        if len > 0 {
            on_body(status, &piece[..len])?;
            continue;
        }
        let is_whole = match &body {
            BodyReader::FixedLength(body) => body.remaining == 0,
            BodyReader::Chunked(body) => body.is_done(),
            BodyReader::Empty | BodyReader::ToEnd(_) => true,
        };
        return if is_whole { Ok(reply) } else { Err(HttpError::ConnectionAborted) };
    }
}

/// Where a request goes.
struct Target<'u> {
    /// For reqwless, to which a network with TLS is one without.
    url: String<256>,
    /// The host, and its port if one is named, which reqwless leaves out of `Host`.
    authority: &'u str,
}

impl<'u> Target<'u> {
    fn of(uri: &'u str, is_tls: bool) -> Option<Self> {
        let rest = uri.strip_prefix(if is_tls { "https://" } else { "http://" })?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let is_text = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if !is_text(uri) || authority.is_empty() || authority.contains(['?', '@']) {
            return None;
        }
        let port = if is_tls && !authority.contains(':') { ":443" } else { "" };
        let mut url = String::new();
        write!(url, "http://{authority}{port}{path}").ok()?;
        Some(Self { url, authority })
    }
}

/// A status, and what else an `Authenticator` looks at: copied, because reqwless reads the body to where it was.
struct Reply {
    status: u16,
    /// The first of each.
    fields: [Vec<u8, 256>; 3],
    /// All that fit, as one (RFC 9110 section 5.3).
    challenges: Vec<u8, 512>,
}

const NAMES: [&str; 3] = ["Date", "Retry-After", "DPoP-Nonce"];
const CHALLENGES: &str = "WWW-Authenticate";

impl Reply {
    fn keep(&mut self, name: &str, value: &[u8]) {
        let is = |wanted: &&str| name.eq_ignore_ascii_case(wanted);
        if let Some(field) = NAMES.iter().position(is).and_then(|at| self.fields.get_mut(at))
            && field.is_empty()
        {
            let _ = field.extend_from_slice(value);
        } else if is(&CHALLENGES) {
            let comma: &[u8] = if self.challenges.is_empty() { b"" } else { b", " };
            if comma.len() + value.len() <= self.challenges.capacity() - self.challenges.len() {
                let _ = self.challenges.extend_from_slice(comma);
                let _ = self.challenges.extend_from_slice(value);
            }
        }
    }

    fn seen<'r>(&'r self, body: &'r [u8]) -> Answer<'r> {
        let fields = NAMES.iter().zip(&self.fields).filter(|(_, value)| !value.is_empty());
        let answer = Answer::new(self.status, body).header(CHALLENGES, &self.challenges);
        fields.fold(answer, |seen, (name, value)| seen.header(name, value))
    }
}
