//! The mock behind the gateway: the shape of its answers, and what it refuses.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::time::Duration;

use axum::http::HeaderValue;
use jwt_demo::backend::Backend;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

const CHAT: &str = "/v1/chat/completions";

async fn start(key: Option<&'static str>) -> String {
    let backend = Backend::new(key.map(HeaderValue::from_static)).pause(Duration::ZERO);
    let (listener, origin) = jwt_demo::listen::bind("127.0.0.1:0").await.unwrap();
    tokio::spawn(async move { axum::serve(listener, backend.router()).await.unwrap() });
    origin
}

fn post(origin: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let post = Client::new().post(format!("{origin}{CHAT}"));
    post.header("content-type", "application/json").body(body)
}

fn prompt(content: &str, stream: bool) -> String {
    let messages = [
        json!({"role": "system", "content": "Be brief."}),
        json!({"role": "user", "content": content}),
    ];
    let more = json!({"content": "ignored", "role": "assistant"});
    let messages = [&messages[..], &[more]].concat();
    json!({"model": "word-counter", "messages": messages, "stream": stream, "temperature": 0})
        .to_string()
}

async fn error(request: RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["error"]["type"], "invalid_request_error");
    (status, body["error"]["message"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_answer_is_the_same_in_one_piece_and_word_by_word() {
    let origin = start(None).await;
    for (content, said) in [
        ("a\n b\tc", "This is a mock. Your prompt has 3 words and begins with: a b c"),
        ("", "This is a mock. Your prompt has 0 words and begins with: "),
    ] {
        let whole = post(&origin, prompt(content, false)).send().await.unwrap();
        let whole: Value = serde_json::from_slice(&whole.bytes().await.unwrap()).unwrap();
        assert_eq!(whole["object"], "chat.completion");
        assert_eq!(whole["choices"][0]["message"], json!({"role": "assistant", "content": said}));
        assert_eq!(whole["choices"][0]["finish_reason"], "stop");

        let stream = post(&origin, prompt(content, true)).send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let stream = stream.text().await.unwrap();
        let events: Vec<_> = stream.strip_suffix("\n\n").unwrap().split("\n\n").collect();
        let (last, events) = events.split_last().unwrap();
        assert_eq!(*last, "data: [DONE]");
        let event = |event: &&str| -> Value {
            serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap()
        };
        let chunks: Vec<Value> = events.iter().map(event).collect();
        assert!(chunks.iter().all(|chunk| chunk["object"] == "chat.completion.chunk"));
        assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
        let choices: Vec<_> = chunks.iter().map(|chunk| &chunk["choices"][0]).collect();
        let words: String =
            choices.iter().filter_map(|it| it["delta"]["content"].as_str()).collect();
        assert_eq!(words, said);
        let (end, before) = choices.split_last().unwrap();
        assert_eq!(end["finish_reason"], "stop");
        assert!(before.len() > 10 && before.iter().all(|it| it["finish_reason"].is_null()));
    }
}

#[tokio::test]
async fn a_long_prompt_comes_back_cut_between_characters() {
    let origin = start(None).await;
    let answer = post(&origin, prompt(&"ä€🦀".repeat(1000), false)).send().await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let said = answer["choices"][0]["message"]["content"].as_str().unwrap();
    let (_, echo) = said.split_once("has 1 words and begins with: ").unwrap();
    assert_eq!(echo.chars().count(), 40);
}

#[tokio::test]
async fn what_is_no_prompt_has_an_error_in_the_shape_of_others() {
    let origin = start(None).await;
    let of_type = "a member of the body is missing or has a wrong type";
    let message = r#"{"role": "user", "content": "a"}"#;
    let deep = format!(r#"{{"x": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let twice =
        format!(r#"{{"model": "word-counter", "messages": [{message}], "messages": [{message}]}}"#);
    let more = format!("{} x", prompt("a", false));
    for (body, status, why) in [
        ("", 400, "the body is not JSON"),
        ("{", 400, "the body is not JSON"),
        (more.as_str(), 400, "the body is not JSON"),
        ("\u{0}", 400, "the body is not JSON"),
        // What does not count is skipped, however deep it is.
        (deep.as_str(), 400, of_type),
        ("[]", 400, of_type),
        ("{}", 400, of_type),
        (r#"{"model": 1, "messages": []}"#, 400, of_type),
        (r#"{"model": "word-counter", "messages": [{"role": "user"}]}"#, 400, of_type),
        (
            r#"{"model": "word-counter", "messages": [{"role": "god", "content": ""}]}"#,
            400,
            of_type,
        ),
        (r#"{"model": "word-counter", "messages": [], "stream": "yes"}"#, 400, of_type),
        (twice.as_str(), 400, of_type),
        (r#"{"model": "word-counter", "messages": []}"#, 400, "no message of a user"),
        (r#"{"model": "gpt-4o", "messages": []}"#, 404, "unknown model"),
    ] {
        assert_eq!(
            error(post(&origin, body.to_owned())).await,
            (status, why.to_owned()),
            "{body:.60}"
        );
    }
    let client = Client::new();
    let url = |path: &str| format!("{origin}{path}");
    let text = client.post(url(CHAT)).body(prompt("a", false));
    assert_eq!(error(text).await, (415, "the Content-Type is not application/json".into()));
    let large = post(&origin, " ".repeat(3 << 20));
    assert_eq!(error(large).await, (413, "the body cannot be read".into()));
    assert_eq!(error(client.get(url(CHAT))).await.0, 405);
    assert_eq!(error(client.get(url("/v1/embeddings"))).await.0, 404);
}

#[tokio::test]
async fn a_backend_takes_its_key_and_no_other_credential() {
    let (open, locked) = (start(None).await, start(Some("Bearer sk-1")).await);
    let client = Client::new();
    let status = async |origin: &str, fields: &[&str]| {
        let request = client.get(format!("{origin}/v1/models"));
        let request = fields.iter().fold(request, |it, field| it.header("authorization", *field));
        request.send().await.unwrap().status().as_u16()
    };
    for (fields, of_open, of_locked) in [
        (&[][..], 200, 401),
        (&["Bearer sk-1"], 401, 200),
        (&["Bearer sk-10"], 401, 401),
        (&["Bearer sk-"], 401, 401),
        (&["Bearer a.b.c"], 401, 401),
        (&["Bearer sk-1", "Bearer sk-1"], 401, 401),
    ] {
        assert_eq!(status(&open, fields).await, of_open, "{fields:?}");
        assert_eq!(status(&locked, fields).await, of_locked, "{fields:?}");
    }
}
