//! What is shown: requests and answers as people read them. Here alone a token is shown, to whom it belongs.

use std::io::Write as _;

use jwt_core::{UnverifiedToken, danger};
use serde_json::Value;

use super::modem;

/// A form, a parameter a line.
pub(super) fn form(body: &[u8]) {
    let Ok(pairs) = serde_urlencoded::from_bytes::<Vec<(String, String)>>(body) else { return };
    for (name, value) in pairs {
        match opened(&value) {
            Some((header, claims)) => println!("     {name}\n       {header}\n       {claims}"),
            None => println!("     {name}={value}"),
        }
    }
}

/// What the fields of a request prove.
pub(super) fn proof(fields: &[(String, String)]) {
    for (name, value) in fields {
        if name.eq_ignore_ascii_case("dpop")
            && let Some((header, claims)) = opened(value)
        {
            println!("     DPoP\n       {header}\n       {claims}");
        }
        if name.eq_ignore_ascii_case("authorization")
            && let Some((scheme, token)) = value.split_once(' ')
        {
            println!("     Authorization: {scheme}, and a token of {} characters", token.len());
        }
    }
}

/// The answer of a token endpoint.
pub(super) fn token_answer(body: &[u8]) {
    match modem::token_of(body) {
        Some((token_type, token)) => {
            println!("     {} access token, {} characters", token_type.name(), token.len());
            if let Some((header, claims)) = opened(&token) {
                println!("       {header}\n       {claims}");
            }
        }
        None => println!("     {}", String::from_utf8_lossy(body)),
    }
}

/// Header and claims of a token. Nothing is verified: it is shown to whom it is.
fn opened(token: &str) -> Option<(String, String)> {
    let mut scratch = vec![0; token.len()];
    let token = danger::peek(UnverifiedToken::parse(token).ok()?, &mut scratch).ok()?;
    let claims = String::from_utf8_lossy(token.payload()).into_owned();
    Some((token.header().object().as_str().to_owned(), claims))
}

/// The words of a streamed answer, shown as they come.
#[derive(Default)]
pub(super) struct Words {
    rest: Vec<u8>,
    said: bool,
}

impl Words {
    /// Takes bytes of a stream of events (`text/event-stream`).
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            if let Some(word) = word(&line) {
                if !std::mem::replace(&mut self.said, true) {
                    print!("     ");
                }
                print!("{word}");
                // It is shown when it comes; where it cannot be, the next line fails.
                let _ = std::io::stdout().flush();
            }
        }
    }

    /// The stream has ended.
    pub(super) fn end(&self) {
        if self.said {
            println!();
        }
    }
}

/// What one event adds to the answer.
fn word(line: &[u8]) -> Option<String> {
    let event: Value = serde_json::from_slice(line.strip_prefix(b"data: ")?).ok()?;
    Some(event.pointer("/choices/0/delta/content")?.as_str()?.to_owned())
}
