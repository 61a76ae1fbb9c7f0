//! A device that is another program, such as an emulated chip. It says on its standard output what it wants, and is
//! answered on its standard input, by the protocol of `firmware/README.md`.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::sleep;

use super::modem::{Answer, Modem, Request};
use crate::Result;

/// Seconds that a device may sleep here.
const LONGEST_SLEEP: u64 = 10;

struct Line {
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

/// Runs a device until it is done.
pub(super) async fn run(program: &[OsString], folder: Option<&Path>, modem: &mut Modem) -> Result {
    let [program, arguments @ ..] = program else { return Err("no program".into()) };
    let mut command = Command::new(program);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let mut child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (to, from) = child.stdin.take().zip(child.stdout.take()).ok_or("no pipes")?;
    let mut line = Line { to, from: BufReader::new(from).lines() };
    while let Some(said) = line.from.next_line().await? {
        let (word, rest) = said.split_once(' ').unwrap_or((&said, ""));
        match word {
            "TIME" => line.time().await?,
            "SLEEP" => {
                sleep(Duration::from_secs(rest.parse::<u64>()?.min(LONGEST_SLEEP))).await;
                line.time().await?;
            }
            "REQUEST" => {
                let request = line.request(rest).await?;
                line.answer(&modem.carry(request).await).await?;
            }
            "DONE" if rest == "200" => return Ok(()),
            "DONE" | "FAILED" => return Err(format!("the device gave up: {rest}").into()),
            _ => println!("   {said}"),
        }
    }
    Err(format!("the device ended: {}", child.wait().await?).into())
}

impl Line {
    async fn next(&mut self) -> Result<String> {
        Ok(self.from.next_line().await?.ok_or("the device ended in the middle of a request")?)
    }

    async fn request(&mut self, first: &str) -> Result<Request> {
        let (method, url) = first.split_once(' ').ok_or("no URL")?;
        let mut request = Request { method: method.into(), url: url.into(), ..Request::default() };
        loop {
            let field = self.next().await?;
            if field.is_empty() {
                break;
            }
            let (name, value) = field.split_once(": ").ok_or("a field without a colon")?;
            request.fields.push((name.into(), value.into()));
        }
        let body = Base64UrlUnpadded::decode_vec(&self.next().await?);
        request.body = body.map_err(|_| "the body is not base64url")?;
        Ok(request)
    }

    async fn answer(&mut self, answer: &Answer) -> Result {
        let mut text = format!("{}\n", answer.status);
        for (name, value) in &answer.fields {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text.push_str(&format!("\n{}\n", Base64UrlUnpadded::encode_string(&answer.body)));
        self.say(&text).await
    }

    async fn time(&mut self) -> Result {
        self.say(&format!("{}\n", jwt_std::now().seconds())).await
    }

    async fn say(&mut self, text: &str) -> Result {
        self.to.write_all(text.as_bytes()).await?;
        Ok(self.to.flush().await?)
    }
}
