//! The modem: whoever reads the image's standard output and writes its standard input sends its requests. The image
//! speaks first, and gets one answer to each thing that it says. The protocol is in README.md.

use core::fmt::{self, Display};

use jwt_core::{NumericDate, base64url};
use jwt_oauth::Answer;
use semihosting::io::{Read, Stdin, Stdout, Write};

/// The other side of standard input and output.
pub struct Modem {
    from: Stdin,
    to: Stdout,
}

/// Why the modem is of no use.
#[derive(Clone, Copy, Debug)]
pub enum ModemError {
    /// It hears or says nothing any more.
    Gone,
    /// Its answer is longer than the buffer for it.
    TooLong,
    /// Its answer is not in the protocol.
    Malformed,
}

impl Display for ModemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "the modem is gone",
            Self::TooLong => "the modem's answer is too long",
            Self::Malformed => "the modem's answer is malformed",
        })
    }
}

impl From<semihosting::io::Error> for ModemError {
    fn from(_: semihosting::io::Error) -> Self {
        Self::Gone
    }
}

/// A request that the modem sends.
pub struct Request<'r> {
    /// The method, in upper case.
    pub method: &'r str,
    /// Where to.
    pub uri: &'r str,
    /// Header fields, without those that have no value.
    pub headers: &'r [(&'r str, Option<&'r dyn Display>)],
    /// The body.
    pub body: &'r str,
}

/// An answer of a server.
pub struct Reply<'b> {
    /// The status.
    pub status: u16,
    /// All that a client looks at.
    pub answer: Answer<'b>,
}

impl Modem {
    /// The modem that every image has.
    pub fn new() -> Option<Self> {
        Some(Self { from: semihosting::io::stdin().ok()?, to: semihosting::io::stdout().ok()? })
    }

    /// What the modem takes for the time.
    pub fn time(&mut self) -> Result<NumericDate, ModemError> {
        writeln!(self.to, "TIME")?;
        self.hear_time()
    }

    /// Sleeps, and returns what the modem takes for the time then.
    pub fn sleep(&mut self, seconds: u32) -> Result<NumericDate, ModemError> {
        writeln!(self.to, "SLEEP {seconds}")?;
        self.hear_time()
    }

    /// Sends a request. `None` where it could not be sent; otherwise the answer, in `buf`.
    pub fn send<'b>(
        &mut self,
        request: &Request<'_>,
        buf: &'b mut [u8],
    ) -> Result<Option<Reply<'b>>, ModemError> {
        writeln!(self.to, "REQUEST {} {}", request.method, request.uri)?;
        for (name, value) in request.headers {
            if let Some(value) = value {
                writeln!(self.to, "{name}: {value}")?;
            }
        }
        writeln!(self.to)?;
        for chunk in request.body.as_bytes().chunks(48) {
            let mut text = [0; base64url::encoded_len(48)];
            self.to
                .write_all(base64url::encode(chunk, &mut text).unwrap_or_default().as_bytes())?;
        }
        writeln!(self.to)?;
        let text = self.hear(buf, |text| body_of(text).is_some_and(ends))?;
        let reply = Reply::parse(text).ok_or(ModemError::Malformed)?;
        Ok(Some(reply).filter(|reply| reply.status != 0))
    }

    /// Tells people what goes on.
    pub fn tell(&mut self, what: &dyn Display) -> Result<(), ModemError> {
        Ok(writeln!(self.to, "# {what}")?)
    }

    /// The end: the answer of the API.
    pub fn done(&mut self, status: u16) -> Result<(), ModemError> {
        Ok(writeln!(self.to, "DONE {status}")?)
    }

    /// The end: why there is no answer.
    pub fn failed(&mut self, why: &dyn Display) -> Result<(), ModemError> {
        Ok(writeln!(self.to, "FAILED {why}")?)
    }

    fn hear_time(&mut self) -> Result<NumericDate, ModemError> {
        let mut buf = [0; 24];
        let line = self.hear(&mut buf, ends)?;
        let seconds = number(line.trim_ascii_end()).ok_or(ModemError::Malformed)?;
        NumericDate::new(seconds).ok_or(ModemError::Malformed)
    }

    /// Reads until it is all there. The modem says nothing before it is asked, so nothing stands behind that.
    fn hear<'b>(
        &mut self,
        buf: &'b mut [u8],
        is_whole: fn(&[u8]) -> bool,
    ) -> Result<&'b mut [u8], ModemError> {
        let mut len = 0;
        while !is_whole(&buf[..len]) {
            if len == buf.len() {
                return Err(ModemError::TooLong);
            }
            match self.from.read(&mut buf[len..])? {
                0 => return Err(ModemError::Gone),
                more => len += more,
            }
        }
        Ok(&mut buf[..len])
    }
}

fn ends(text: &[u8]) -> bool {
    text.ends_with(b"\n")
}

/// Where the header fields end: two ends of lines.
fn end_of_head(text: &[u8]) -> Option<usize> {
    text.windows(2).position(|two| two == b"\n\n")
}

/// What stands behind the empty line.
fn body_of(text: &[u8]) -> Option<&[u8]> {
    text.get(end_of_head(text)? + 2..)
}

fn number<T: core::str::FromStr>(digits: &[u8]) -> Option<T> {
    core::str::from_utf8(digits).ok()?.parse().ok()
}

impl<'b> Reply<'b> {
    fn parse(text: &'b mut [u8]) -> Option<Self> {
        let (head, rest) = text.split_at_mut(end_of_head(text)?);
        let [b'\n', b'\n', body @ .., b'\n'] = rest else { return None };
        let mut lines = head.split(|byte| *byte == b'\n');
        let status = number(lines.next()?)?;
        let mut answer = Answer::new(status, base64url::decode_in_place(body).ok()?);
        for line in lines {
            let colon = line.windows(2).position(|two| two == b": ")?;
            let (name, value) = line.split_at(colon);
            answer = answer.header(core::str::from_utf8(name).ok()?, value.get(2..)?);
        }
        Some(Self { status, answer })
    }
}
