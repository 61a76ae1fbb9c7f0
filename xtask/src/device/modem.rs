//! The modem of an image: a program that speaks a line protocol, which `firmware/README.md` has.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use jwt_core::{NumericDate, base64url};

use crate::sh::Result;

/// How long an image may think. None needs a tenth of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an image says.
pub(super) enum Said {
    Time,
    Sleep(u32),
    Request(Request),
    Done(u16),
    Failed(String),
}

/// A request that is to be sent.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) uri: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The values of a header field.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let is = |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        self.headers.iter().filter(is).map(|(_, value)| value.as_str()).collect()
    }
}

/// What a server answers.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Reply {
    pub(super) const fn new(status: u16, body: String) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn text(&self) -> Result<String> {
        let fields = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let mut body = vec![0; base64url::encoded_len(self.body.len())];
        let body = base64url::encode(self.body.as_bytes(), &mut body)?;
        Ok(format!("{}\n{}\n{body}\n", self.status, fields.collect::<String>()))
    }
}

/// An image that runs.
pub(super) struct Session {
    child: Child,
    to: ChildStdin,
    from: Receiver<String>,
}

impl Session {
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (to, out) = (child.stdin.take(), child.stdout.take());
        let (to, out) = (to.ok_or("no pipe")?, out.ok_or("no pipe")?);
        let (send, from) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(out).lines().map_while(std::io::Result::ok);
            lines.try_for_each(|line| send.send(line))
        });
        Ok(Self { child, to, from })
    }

    /// The next that is not for people.
    pub(super) fn hear(&mut self) -> Result<Said> {
        let line = loop {
            let line = self.line()?;
            if !line.starts_with('#') {
                break line;
            }
        };
        let words: Vec<_> = line.splitn(3, ' ').collect();
        Ok(match *words {
            ["TIME"] => Said::Time,
            ["SLEEP", seconds] => Said::Sleep(seconds.parse()?),
            ["REQUEST", method, uri] => Said::Request(self.request(method, uri)?),
            ["DONE", status] => Said::Done(status.parse()?),
            ["FAILED", ..] => Said::Failed(line.trim_start_matches("FAILED ").to_owned()),
            _ => return Err(format!("the image says {line:?}").into()),
        })
    }

    pub(super) fn tell_time(&mut self, now: NumericDate) -> Result {
        Ok(writeln!(self.to, "{}", now.seconds())?)
    }

    pub(super) fn reply(&mut self, reply: &Reply) -> Result {
        Ok(self.to.write_all(reply.text()?.as_bytes())?)
    }

    /// Whether the image ended well.
    pub(super) fn end(mut self) -> Result<bool> {
        Ok(self.child.wait()?.success())
    }

    fn line(&self) -> Result<String> {
        Ok(self.from.recv_timeout(PATIENCE).map_err(|_| "the image says nothing more")?)
    }

    fn request(&self, method: &str, uri: &str) -> Result<Request> {
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").ok_or("a header field without a colon")?;
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut body = self.line()?.into_bytes();
        let body = base64url::decode_in_place(&mut body)?.to_vec();
        Ok(Request { method: method.to_owned(), uri: uri.to_owned(), headers, body })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
