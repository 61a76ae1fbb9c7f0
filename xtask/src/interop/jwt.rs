//! The `jwt` command as one side: only what its users have, arguments and exit codes.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::keys::Key;
use super::{Expect, NOW, Opened, Refusal, Side, Verdict};
use crate::sh::{Result, cmd};
use crate::tools::built;

/// The command, and the folder for the files it makes and reads.
pub(super) struct Jwt {
    binary: PathBuf,
    work: PathBuf,
}

impl Jwt {
    /// Builds the command.
    pub(super) fn build() -> Result<Self> {
        let binary = built("jwt-core-cli", "jwt")?;
        Ok(Self { binary, work: PathBuf::new() })
    }

    /// Works in this folder from now on, and empties it: every key is made anew.
    pub(super) fn work_in(&mut self, folder: PathBuf) -> Result {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        self.work = folder;
        Ok(())
    }

    /// The same command at work in another folder, which is emptied.
    pub(super) fn working_in(&self, folder: PathBuf) -> Result<Self> {
        let mut other = Self { binary: self.binary.clone(), work: PathBuf::new() };
        other.work_in(folder)?;
        Ok(other)
    }

    /// Writes a file; returns its path.
    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<String> {
        let path = self.path(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }

    /// The path of a file that `jwt` is to write.
    pub(super) fn path(&self, name: &str) -> String {
        self.work.join(name).to_string_lossy().into_owned()
    }

    /// Runs it; an exit code other than 0 is an error. Returns standard output.
    pub(super) fn done(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        succeeded(self.output(arguments, "")?)
    }

    /// As [`Jwt::done`], without the line feed at the end.
    pub(super) fn line(&self, arguments: &[&str]) -> Result<String> {
        Ok(String::from_utf8(self.done(arguments)?)?.trim_end().to_owned())
    }

    /// Why it ended with another exit code than 0, which it has to.
    pub(super) fn refused(&self, arguments: &[&str]) -> Result<(Option<i32>, String)> {
        let output = self.output(arguments, "")?;
        if output.status.success() {
            return Err("jwt ended with exit code 0, and had to refuse".into());
        }
        Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }

    fn output<S: AsRef<OsStr>>(&self, arguments: &[S], input: &str) -> Result<Output> {
        let mut command = cmd(&self.binary);
        command.args(arguments).env("NO_COLOR", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take()
            && !input.is_empty()
        {
            stdin.write_all(input.as_bytes())?;
        }
        Ok(child.wait_with_output()?)
    }
}

impl Side for Jwt {
    fn name(&self) -> &'static str {
        "jwt"
    }

    fn mint(&mut self, key: &Key, header: &Value, claims: &Value) -> Result<String> {
        let mut own = header.as_object().cloned().unwrap_or_default();
        let now = NOW.to_string();
        let mut arguments = vec!["mint".to_owned()];
        arguments.extend(key.signer.iter().cloned());
        arguments.extend(["--no-iat", "--now", &now, "--claims", "-"].map(str::to_owned));
        // What has an option of its own goes there.
        for (member, option) in [("kid", "--kid"), ("typ", "--typ")] {
            if let Some(Value::String(text)) = own.remove(member) {
                arguments.extend([option.to_owned(), text]);
            }
        }
        if !own.is_empty() {
            arguments.extend(["--header".to_owned(), Value::Object(own).to_string()]);
        }
        let token = succeeded(self.output(&arguments, &claims.to_string())?)?;
        Ok(String::from_utf8(token)?.trim_end().to_owned())
    }

    fn verify(&mut self, key: &Key, token: &str, expect: &Expect) -> Result<Verdict> {
        let now = expect.now().to_string();
        let mut arguments = vec!["verify", "--json", "--now", &now];
        arguments.extend(key.verifier.iter().map(String::as_str));
        for alg in &expect.algs {
            arguments.extend(["--alg", alg]);
        }
        let expected = [("--iss", &expect.iss), ("--aud", &expect.aud), ("--typ", &expect.typ)];
        for (option, value) in expected {
            if let Some(value) = value {
                arguments.extend([option, value]);
            }
        }
        if expect.forever {
            arguments.push("--allow-missing-exp");
        }
        arguments.extend(["--", token]);
        let output = self.output(&arguments, "")?;
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let part = |name: &str| said.get(name).map(Value::to_string).unwrap_or_default();
        let valid = said.get("valid") == Some(&Value::Bool(true));
        if valid != output.status.success() {
            return Err(format!("exit code and verdict disagree: {}: {said}", output.status).into());
        }
        Ok(if valid {
            Ok(Opened { header: part("header"), claims: part("claims") })
        } else {
            let stderr = String::from_utf8_lossy(&output.stderr);
            Err(Refusal {
                code: output.status.code(),
                stage: said.get("stage").and_then(Value::as_str).unwrap_or_default().to_owned(),
                why: format!("{} {}", part("errors"), stderr.trim()),
            })
        })
    }
}

fn succeeded(output: Output) -> Result<Vec<u8>> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(format!("jwt ended with {}: {}", output.status, why.trim()).into())
}
