//! A peer in another process: the keys in the first line, then a token a line; a verdict a line comes back.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::forge::Case;
use crate::keys::Keys;
use crate::verdict::Theirs;

/// Puts every case to the program; returns its version, and a verdict for each.
pub(crate) fn ask(
    [program, script]: &[String; 2],
    keys: &Keys,
    cases: &[&Case],
) -> Result<(String, Vec<Theirs>), String> {
    let mut child = Command::new(program)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut stdin = child.stdin.take().ok_or("no pipe")?;
    let stdout = BufReader::new(child.stdout.take().ok_or("no pipe")?);
    let setup = keys.setup();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A peer that ends early is told by the count of its answers.
            let _ = writeln!(stdin, "{setup}");
            for case in cases {
                let line = json!([case.alg.name(), case.now, case.token]);
                if writeln!(stdin, "{line}").is_err() {
                    return;
                }
            }
        });
        let mut answers = stdout.lines().map(|line| {
            let line = line.map_err(|error| error.to_string())?;
            serde_json::from_str::<Value>(&line).map_err(|error| format!("{line}: {error}"))
        });
        let first = answers.next().ok_or("no answer")??;
        let version = first["version"].as_str().unwrap_or("?").to_owned();
        let verdicts: Vec<Theirs> =
            answers.map(|line| line.map(verdict)).collect::<Result<_, _>>()?;
        if verdicts.len() != cases.len() {
            return Err(format!("{} answers to {} tokens", verdicts.len(), cases.len()));
        }
        child.wait().map_err(|error| error.to_string())?;
        Ok((version, verdicts))
    })
}

fn verdict(answer: Value) -> Theirs {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    if answer["ok"] == Value::Bool(true) { Ok(text("claims")) } else { Err(text("error")) }
}
