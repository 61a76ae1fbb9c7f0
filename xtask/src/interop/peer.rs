//! A peer: another implementation, behind a script in `xtask/interop` that reads one JSON object a
//! line and answers one a line.
//!
//! ```text
//! {"op":"version"}                            -> {"version":"2.15.1","algorithms":["HS256",…]}
//! {"op":"keygen","alg":"ES256","format":"jwk"|"pem"}              -> {"private":"…","public":"…"}
//! {"op":"mint","key":"…","alg":"ES256","header":{…},"claims":{…}} -> {"token":"…"}
//! {"op":"forge","secret":"base64url","input":"…"}                 -> {"token":"…"}
//! {"op":"verify","key":"…","alg":"ES256","allowed":["ES256"],"token":"…","aud":…,"iss":…,"typ":…,
//!  "now":…}           -> {"ok":true,"header":"{…}","claims":"{…}"} or {"ok":false,"error":"…"}
//! ```
//!
//! A key is the text of its file. `{"error":"…"}` is a failure of the peer, never a verdict.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::keys::Key;
use super::{Expect, Opened, Refusal, Side, Verdict};
use crate::sh::{Result, cmd, root, run};

/// What is installed, to the last digit.
const PYTHON_PACKAGES: [&str; 2] = ["PyJWT==2.15.1", "cryptography==50.0.2"];
const NODE_PACKAGES: [&str; 3] = ["jose@6.2.18", "oidc-provider@9.13.3", "openid-client@6.9.0"];

/// A running peer.
pub(super) struct Peer {
    name: &'static str,
    version: String,
    /// The names of the algorithms that it has.
    algorithms: Vec<String>,
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// PyJWT, in a virtual environment under `folder`.
    pub(super) fn pyjwt(folder: &Path) -> Result<Self> {
        let python = python_with_pyjwt(folder)?;
        Self::start("PyJWT", &python, &root().join("xtask/interop/pyjwt_peer.py"))
    }

    /// jose, in a folder of Node modules under `folder`.
    pub(super) fn jose(folder: &Path) -> Result<Self> {
        let script = beside_jose(folder, &root().join("xtask/interop/jose_peer.mjs"))?;
        Self::start("jose", Path::new("node"), &script)
    }

    fn start(name: &'static str, program: &Path, script: &Path) -> Result<Self> {
        let mut command = cmd(program);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process =
            command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        let (Some(questions), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("a peer without pipes".into());
        };
        let answers = BufReader::new(answers);
        let (version, algorithms) = (String::new(), Vec::new());
        let mut peer = Self { name, version, algorithms, process, questions, answers };
        let answer = peer.ask(&json!({"op": "version"}))?;
        peer.version = text(&answer, "version")?;
        let algorithms = answer.get("algorithms").and_then(Value::as_array).ok_or("none")?;
        peer.algorithms = algorithms.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(peer)
    }

    /// Name and version.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Whether it has an algorithm.
    pub(super) fn has(&self, alg: &str) -> bool {
        self.algorithms.iter().any(|name| name == alg)
    }

    /// A new private key and its public key, as the text of their files.
    pub(super) fn keygen(&mut self, alg: &str, format: &str) -> Result<(String, String)> {
        let answer = self.ask(&json!({"op": "keygen", "alg": alg, "format": format}))?;
        Ok((text(&answer, "private")?, text(&answer, "public")?))
    }

    /// A token of any signing input, with a MAC of HS256; `secret` is base64url.
    pub(super) fn forge(&mut self, secret: &str, input: &str) -> Result<String> {
        text(&self.ask(&json!({"op": "forge", "secret": secret, "input": input}))?, "token")
    }

    fn ask(&mut self, question: &Value) -> Result<Value> {
        writeln!(self.questions, "{question}")?;
        self.questions.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line)
            .map_err(|error| format!("{} answered {line:?}: {error}", self.name))?;
        match answer.get("error") {
            Some(error) if answer.get("ok").is_none() => {
                Err(format!("{} failed: {error}", self.name).into())
            }
            _ => Ok(answer),
        }
    }
}

impl Side for Peer {
    fn name(&self) -> &'static str {
        self.name
    }

    fn mint(&mut self, key: &Key, header: &Value, claims: &Value) -> Result<String> {
        let answer = self.ask(&json!({
            "op": "mint", "key": key.private, "alg": key.alg, "header": header, "claims": claims,
        }))?;
        text(&answer, "token")
    }

    fn verify(&mut self, key: &Key, token: &str, expect: &Expect) -> Result<Verdict> {
        let answer = self.ask(&json!({
            "op": "verify", "key": key.public, "alg": key.alg, "token": token,
            "allowed": expect.allowed(key), "aud": expect.aud, "iss": expect.iss,
            "typ": expect.typ, "now": expect.now(),
        }))?;
        if answer.get("ok") == Some(&Value::Bool(true)) {
            let (header, claims) = (text(&answer, "header")?, text(&answer, "claims")?);
            return Ok(Ok(Opened { header, claims }));
        }
        Ok(Err(Refusal { code: None, stage: String::new(), why: text(&answer, "error")? }))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself when its input does; this is for one that hangs.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A Python that has PyJWT, in a virtual environment under `folder`.
pub(crate) fn python_with_pyjwt(folder: &Path) -> Result<PathBuf> {
    Ok(python_with(&PYTHON_PACKAGES, &folder.join("venv"))?.join("python"))
}

/// A virtual environment with these packages; returns the folder of its programs.
pub(super) fn python_with(packages: &[&str], venv: &Path) -> Result<PathBuf> {
    let programs = venv.join("bin");
    installed(venv, &packages.join(" "), |venv| {
        run(cmd("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
        let pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"];
        let mut python = cmd(programs.join("python"));
        run(python.args(pip).arg("--only-binary=:all:").args(packages))
    })?;
    Ok(programs)
}

/// The script, copied beside jose and the other packages under `folder`: Node looks for modules beside what imports them.
pub(crate) fn beside_jose(folder: &Path, script: &Path) -> Result<PathBuf> {
    let folder = folder.join("node");
    installed(&folder, &NODE_PACKAGES.join(" "), |folder| {
        let quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        let mut npm = cmd("npm");
        npm.args(["install", "--no-save", "--no-package-lock"]).args(quiet);
        run(npm.arg("--prefix").arg(folder).args(NODE_PACKAGES).stdout(Stdio::null()))
    })?;
    let copy = folder.join(script.file_name().unwrap_or_default());
    // Somebody may be reading it.
    if std::fs::read(&copy).ok() != Some(std::fs::read(script)?) {
        std::fs::copy(script, &copy)?;
    }
    Ok(copy)
}

/// Installs `what` into `folder` unless that has been done.
fn installed(folder: &Path, what: &str, install: impl FnOnce(&Path) -> Result) -> Result {
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == what) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    install(folder)?;
    Ok(std::fs::write(stamp, what)?)
}

fn text(answer: &Value, member: &str) -> Result<String> {
    let found = answer.get(member).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("no {member} in {answer}"))?.to_owned())
}
