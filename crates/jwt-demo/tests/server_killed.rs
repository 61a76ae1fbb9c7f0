//! The real server, killed while it replaces refresh tokens, and what it has written by then.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/server.rs"]
mod common;

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{API, PASSWORD, Peer, phone};

/// Where clients believe the server to be, at whatever port it is after a restart.
const ISSUER: &str = "https://as.example";
const ROUNDS: u64 = 8;
const FAMILIES: usize = 4;

/// A server that is killed, and never told to end.
struct Server {
    child: Child,
    peer: Peer,
}

impl Server {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_jwt-demo"))
            .args(["server", "--issuer", ISSUER, "--resource", API, "--refresh-grace", "600"])
            .arg("--database")
            .arg(folder.join("database"))
            .args(more)
            .env("JWT_DEMO_PASSWORD_ALICE", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut origin = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut origin).unwrap();
        Self { child, peer: Peer::new(origin.trim_end().to_owned()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Uses one refresh token after the other until an answer is lost. The tokens, each with its successor; and the last,
/// whose successor nobody has.
async fn use_up(origin: String, mut token: String) -> (Vec<(String, String)>, String) {
    let client = reqwest::Client::new();
    let mut used = Vec::new();
    loop {
        let form = format!("grant_type=refresh_token&client_id=phone&refresh_token={token}");
        let request = client.post(format!("{origin}/token"));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let Ok(answer) = request.send().await else { return (used, token) };
        let status = answer.status();
        let Ok(body) = answer.bytes().await else { return (used, token) };
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let next = body["refresh_token"].as_str().unwrap().to_owned();
        used.push((std::mem::replace(&mut token, next.clone()), next));
    }
}

/// What came of each token: never two things.
#[derive(Default)]
struct Successors(HashMap<String, String>);

impl Successors {
    fn note(&mut self, token: &str, next: &str) {
        let before = self.0.insert(token.to_owned(), next.to_owned());
        assert!(before.is_none_or(|before| before == next), "a token with two successors");
    }
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("jwt-demo-killed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_no_family_and_no_token_works_twice() {
    let folder = folder();
    let client = folder.join("phone.json");
    std::fs::write(&client, phone().to_string()).unwrap();
    let mut server =
        Server::start(&folder, &["--client", client.to_str().unwrap(), "--user", "alice"]);
    let (mut tokens, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..FAMILIES {
        let code = server.peer.code(&[]).await;
        tokens.push(server.peer.redeem(&code, &[]).await.text_of("refresh_token"));
        codes.push(code);
    }
    let firsts = tokens.clone();
    let mut successors = Successors::default();
    for round in 0..ROUNDS {
        let origin = &server.peer.origin;
        let users: Vec<_> = tokens
            .iter()
            .map(|token| tokio::spawn(use_up(origin.clone(), token.clone())))
            .collect();
        tokio::time::sleep(Duration::from_millis(20 + 7 * round)).await;
        drop(server);
        server = Server::start(&folder, &[]);
        for (user, token) in users.into_iter().zip(&mut tokens) {
            let (used, last) = user.await.unwrap();
            used.iter().for_each(|(token, next)| successors.note(token, next));
            // Whether it was replaced before the server was killed, nobody knows but the server.
            let next = server.peer.refresh(&last).await.text_of("refresh_token");
            successors.note(&last, &next);
            let again = server.peer.refresh(&last).await.text_of("refresh_token");
            successors.note(&last, &again);
            *token = next;
        }
    }
    let uses = u64::try_from(successors.0.len()).unwrap();
    assert!(
        uses > 2 * ROUNDS,
        "{uses} uses of a token: it was killed before there was anything to lose"
    );
    // They are four families still: what one loses is no other's.
    for (i, first) in firsts.iter().enumerate() {
        assert_eq!(server.peer.refresh(first).await.error(), (400, "invalid_grant".into()));
        assert_eq!(server.peer.refresh(&tokens[i]).await.error(), (400, "invalid_grant".into()));
        if let Some(other) = tokens.get_mut(i + 1) {
            *other = server.peer.refresh(other).await.text_of("refresh_token");
        }
    }
    drop(server);
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    assert!(log.lines().filter(|line| line.contains("refresh_token")).count() > 1, "{log}");
    let secrets = successors.0.iter().flat_map(|(token, next)| [token, next]).chain(&codes);
    for secret in secrets.map(String::as_str).chain([PASSWORD]) {
        assert!(!log.contains(secret), "a token, a code or the password is in the log");
    }
    // No access token either: none is without this.
    assert!(!log.contains("eyJ"));
    std::fs::remove_dir_all(&folder).unwrap();
}
