//! The real binary: what it is told, what it writes, and what of it no log shows.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#![allow(clippy::arithmetic_side_effects)]

#[path = "common/gateway.rs"]
mod common;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};

use common::{AUDIENCE, Connection, Holder, Issuer};
use serde_json::Value;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwt-demo"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A process that runs until the test is over.
struct Process {
    child: Child,
    origin: String,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let mut origin = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut origin).unwrap();
        Self { child, origin: origin.trim_end().to_owned() }
    }

    /// All that it wrote to standard error.
    fn end(mut self) -> String {
        self.child.kill().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What ends at once.
fn failed(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

fn issuer() -> Issuer {
    Issuer::at(jwt_std::now().seconds())
}

#[tokio::test]
async fn no_log_has_a_token_or_a_key_in_it() {
    let issuer = issuer();
    let folder = std::env::temp_dir().join(format!("jwt-demo-gateway-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (key, key_file) = ("sk-a-secret-of-the-gateway", folder.join("key"));
    std::fs::write(&key_file, format!("{key}\n")).unwrap();
    let key_file = key_file.to_str().unwrap();
    let backend = Process::start(&["backend", "--key-file", key_file]);
    let gateway = Process::start(&[
        "gateway",
        "--issuer",
        &issuer.origin,
        "--audience",
        AUDIENCE,
        "--origin",
        AUDIENCE,
        "--backend",
        &backend.origin,
        "--backend-key-file",
        key_file,
        "--cache",
    ]);
    std::fs::remove_dir_all(&folder).unwrap();

    let mut client = Connection::to(&gateway.origin).await;
    let holder = Holder::new(1);
    let (good, forged) = (issuer.token(), issuer.forged());
    let bound = issuer.mint(&issuer.with("cnf", holder.confirmation()));
    let proof = holder.proof(&issuer, "1", &bound);
    let answer = client.bearer(&good).await;
    assert_eq!(answer.status, 200);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        answer["choices"][0]["message"]["content"],
        "This is a mock. Your prompt has 3 words and begins with: one two three"
    );
    assert_eq!(client.bearer(&good).await.status, 200);
    assert_eq!(client.bearer(&forged).await.status, 401);
    assert_eq!(client.dpop(&bound, &proof).await.status, 200);
    assert_eq!(client.dpop(&bound, &proof).await.status, 401);
    assert_eq!(client.bearer(&bound).await.status, 401);
    let path = format!("{}?access_token={good}", common::MODELS);
    assert_eq!(client.send("GET", &path, &[], "").await.unwrap().status, 401);
    drop(client);

    let logs = [gateway.end(), backend.end()];
    let answered: Vec<Value> =
        logs[0].lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<_> =
        answered.iter().map(|it| it["fields"]["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 401, 200, 401, 401, 401]);
    assert_eq!(logs[1].lines().count(), 3);
    for secret in [&good, &forged, &bound, &proof] {
        // Headers of tokens are much the same, so what is looked for is what is behind them.
        for part in secret.split('.') {
            assert!(logs.iter().all(|log| !log.contains(part)));
        }
    }
    assert!(logs.iter().all(|log| !log.contains(key)));
}

#[tokio::test]
async fn a_gateway_without_a_backend_has_a_mock() {
    let issuer = issuer();
    let gateway = Process::start(&["gateway", "--issuer", &issuer.origin, "--audience", AUDIENCE]);
    let mut client = Connection::to(&gateway.origin).await;
    assert_eq!(client.bearer(&issuer.token()).await.status, 200);
}

#[test]
fn what_cannot_be_is_said_at_the_start() {
    let issuer = issuer();
    let with = |more: &[&str]| {
        let all = ["gateway", "--issuer", &issuer.origin, "--audience", AUDIENCE];
        failed(&[&all, more].concat())
    };
    let redis = with(&["--redis", "redis://:hunter2@127.0.0.1:1"]);
    assert!(redis.contains("arguments are no secrets") && !redis.contains("hunter2"));
    assert!(with(&["--redis", "127.0.0.1"]).contains("URL"));
    assert!(with(&["--origin", "api.example"]).contains("URL"));
    assert!(with(&["--backend-key-file", "/nowhere"]).contains("/nowhere"));
    let nobody = failed(&["gateway", "--issuer", "http://127.0.0.1:1", "--audience", AUDIENCE]);
    assert!(nobody.contains("no connection"), "{nobody}");
    let elsewhere = format!("{}/other", issuer.origin);
    failed(&["gateway", "--issuer", &elsewhere, "--audience", AUDIENCE]);
}
