//! What is answered: in one piece, or word by word as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::MODEL;
use super::prompt::Prompt;

/// Characters of the prompt that come back.
const ECHO: usize = 40;

/// The answer, by nothing but the prompt.
pub(super) fn text(prompt: &Prompt) -> String {
    let words: Vec<_> = prompt.text().split_whitespace().collect();
    let echo: String = words.join(" ").chars().take(ECHO).collect();
    format!("This is a mock. Your prompt has {} words and begins with: {echo}", words.len())
}

/// The answer in one piece.
pub(super) fn whole(text: &str) -> Value {
    let message = json!({"role": "assistant", "content": text});
    let choice = json!({"index": 0, "message": message, "finish_reason": "stop"});
    object("chat.completion", choice)
}

/// The answer word by word, with a pause before each.
pub(super) fn stream(text: &str, pause: Duration) -> Response {
    let role = chunk(json!({"role": "assistant", "content": ""}), None);
    let words = text.split_inclusive(' ').map(|word| chunk(json!({"content": word}), None));
    let end = chunk(json!({}), Some("stop"));
    let data: Vec<String> = [role]
        .into_iter()
        .chain(words)
        .chain([end])
        .map(|it| it.to_string())
        .chain(["[DONE]".to_owned()])
        .collect();
    let events = stream::iter(data).then(move |data| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, Infallible>(Event::default().data(data))
    });
    Sse::new(events).into_response()
}

fn chunk(delta: Value, finish_reason: Option<&str>) -> Value {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": finish_reason});
    object("chat.completion.chunk", choice)
}

fn object(kind: &str, choice: Value) -> Value {
    json!({
        "id": "chatcmpl-mock", "object": kind, "created": 0, "model": MODEL, "choices": [choice],
    })
}
