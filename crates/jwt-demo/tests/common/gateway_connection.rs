//! A connection whose every byte is the test's.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::{CHAT, prompt};

/// One connection to a server, kept open. What goes over it, nobody has made nicer.
pub struct Connection(BufReader<TcpStream>);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn fields(&self, wanted: &str) -> Vec<&str> {
        let fields = self.fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        fields.map(|(_, value)| value.as_str()).collect()
    }

    pub fn challenges(&self) -> Vec<&str> {
        self.fields("www-authenticate")
    }
}

impl Connection {
    pub async fn to(origin: &str) -> Self {
        let address = origin.strip_prefix("http://").unwrap();
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }

    /// A completion that is not streamed, with these fields.
    pub async fn complete(&mut self, fields: &[(&str, &[u8])]) -> Answer {
        let json: (&str, &[u8]) = ("Content-Type", b"application/json");
        let fields: Vec<_> = fields.iter().copied().chain([json]).collect();
        self.send("POST", CHAT, &fields, &prompt(false)).await.unwrap()
    }

    pub async fn bearer(&mut self, token: &str) -> Answer {
        self.complete(&[("Authorization", format!("Bearer {token}").as_bytes())]).await
    }

    pub async fn dpop(&mut self, token: &str, proof: &str) -> Answer {
        let token = format!("DPoP {token}");
        self.complete(&[("Authorization", token.as_bytes()), ("DPoP", proof.as_bytes())]).await
    }

    /// `None` where the server hangs up.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        fields: &[(&str, &[u8])],
        body: &str,
    ) -> Option<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: api.example\r\n").into_bytes();
        for (name, value) in fields {
            request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        request.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
        self.0.write_all(&request).await.ok()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let fields = head.lines().filter_map(|line| line.split_once(": "));
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, fields, body: String::new() };
        let length = answer.fields("content-length").first().map(|it| it.parse::<usize>().unwrap());
        let mut body = vec![0; length.unwrap()];
        self.0.read_exact(&mut body).await.ok()?;
        answer.body = String::from_utf8(body).unwrap();
        Some(answer)
    }
}
