//! A Redis for tests, which writes down all that it is told before it answers.
#![allow(unreachable_pub)] // a part of each test that uses it
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // a test may panic

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A Redis of our own, with a folder of its own.
pub struct Server {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Server {
    /// `None`, said loudly, where it is not installed.
    pub fn start(name: &str) -> Option<Self> {
        if Command::new("redis-server").arg("--version").output().is_err() {
            println!("SKIPPED: no redis-server; on Debian: apt-get install redis-server");
            assert!(std::env::var_os("CI").is_none(), "redis-server is missing");
            return None;
        }
        let folder = format!("jwt-redis-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        // Below those that clients get, one of which would else connect to itself.
        let from = 10_000 + u16::try_from(std::process::id() % 10_000).unwrap();
        let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
        let offset = u16::try_from(name.len()).unwrap() * 100;
        let port = (from + offset..).find(is_free).unwrap();
        let child = Self::spawn(port, &folder);
        Some(Self { child, port, folder })
    }

    fn spawn(port: u16, folder: &Path) -> Child {
        let mut server = Command::new("redis-server");
        server.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        server.args(["--appendonly", "yes", "--appendfsync", "always"]);
        server.arg("--dir").arg(folder).stdout(Stdio::null());
        let mut child = server.spawn().unwrap();
        if (0..500).any(|_| child.try_wait().unwrap().is_none() && answers(port)) {
            return child;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("redis-server does not answer");
    }

    /// Without a chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// On the same port, with what it has written.
    pub fn restart(&mut self) {
        self.child = Self::spawn(self.port, &self.folder);
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

/// Whether it is Redis that listens, and ready; if not, a moment later.
fn answers(port: u16) -> bool {
    let ask = || {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        Ok::<_, std::io::Error>(answer == *b"+PONG")
    };
    let is_there = ask().unwrap_or(false);
    if !is_there {
        std::thread::sleep(Duration::from_millis(10));
    }
    is_there
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
