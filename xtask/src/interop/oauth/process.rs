//! A server as a process on loopback: ready when it says so or answers, and killed when it is dropped.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sh::Result;

/// How long a server may take to be ready. Nobody waits so long unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// A running server.
pub(crate) struct Process {
    child: Child,
    /// Open as long as the server is to run: one that reads it ends when this process does, however that ends.
    input: Option<ChildStdin>,
    /// What it says is wrong.
    log: PathBuf,
}

impl Process {
    /// Starts a server that is told one line, and says one when it is ready. It runs while its input is open.
    pub(super) fn told(command: &mut Command, line: &Value, log: &Path) -> Result<(Self, String)> {
        let mut process = Self::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()), log)?;
        let mut input = process.child.stdin.take().ok_or("a process without input")?;
        writeln!(input, "{line}")?;
        process.input = Some(input);
        process.says()
    }

    /// Starts a server that says one line when it is ready.
    pub(crate) fn saying(command: &mut Command, log: &Path) -> Result<(Self, String)> {
        Self::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()), log)?.says()
    }

    fn says(mut self) -> Result<(Self, String)> {
        let output = self.child.stdout.take().ok_or("a process without output")?;
        let (said, saying) = mpsc::channel();
        // A thread, since reading cannot be given up; it reads on, so that nobody waits for a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
                let _ = said.send(line);
            }
        });
        let line = saying.recv_timeout(PATIENCE).map_err(|_| self.failed("said nothing"))?;
        Ok((self, line))
    }

    /// Starts a server that is ready when it takes connections at this port.
    pub(super) fn listening(command: &mut Command, port: u16, log: &Path) -> Result<Self> {
        let mut process = Self::spawn(command.stdin(Stdio::null()).stdout(Stdio::null()), log)?;
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = process.child.try_wait()? {
                return Err(process.failed(&format!("ended: {status}")).into());
            }
            if start.elapsed() > PATIENCE {
                return Err(process.failed("takes no connections").into());
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
        Ok(process)
    }

    fn spawn(command: &mut Command, log: &Path) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stderr(File::create(log)?).spawn();
        let child = child.map_err(|error| format!("{program}: {error}"))?;
        Ok(Self { child, input: None, log: log.to_path_buf() })
    }

    fn failed(&self, what: &str) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<_> = log.lines().rev().take(20).collect();
        let last: Vec<_> = last.into_iter().rev().collect();
        format!("the server {what}\n{}", last.join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens at, for servers that cannot be told to find one. Somebody may be faster, so
/// `start` is tried again with another one.
pub(super) fn on_free_port<T>(mut start: impl FnMut(u16) -> Result<T>) -> Result<T> {
    let free = || Ok::<_, std::io::Error>(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
    for _ in 0..2 {
        if let Ok(started) = start(free()?) {
            return Ok(started);
        }
    }
    start(free()?)
}
