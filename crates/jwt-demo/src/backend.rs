//! A backend in the shape of OpenAI's API, which counts words where a model would think. It is a mock and says so:
//! what it answers depends on the prompt alone.

mod answer;
mod error;
mod prompt;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use crate::{Result, credential, listen, log};
use error::ApiError;
use prompt::Prompt;

/// The one model.
const MODEL: &str = "word-counter";

/// How `jwt-demo backend` is called.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where to listen; at port 0, one that is free. The address is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: String,
    /// A file with the key that each request has to bear. Without one, a request that bears any is refused.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Serves until it is interrupted.
///
/// # Errors
/// The key cannot be read, or the socket cannot be had.
pub async fn run(arguments: Arguments) -> Result {
    let key = arguments.key_file.as_deref().map(credential::read).transpose()?;
    let (listener, origin) = listen::bind(&arguments.listen).await?;
    let router = Backend::new(key).router().layer(middleware::from_fn(log::requests));
    listen::serve(listener, &origin, router).await
}

/// The mock.
pub struct Backend {
    /// What `Authorization` has to be.
    key: Option<HeaderValue>,
    pause: Duration,
}

impl Backend {
    /// A backend that is behind somebody who has this credential. Where there is none, `Authorization` can only be
    /// that of somebody else, and is refused: a backend is not to see it.
    #[must_use]
    pub const fn new(key: Option<HeaderValue>) -> Self {
        Self { key, pause: Duration::from_millis(20) }
    }

    /// How long it thinks of a word.
    #[must_use]
    pub fn pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// What it serves.
    pub fn router(self) -> Router {
        let this = Arc::new(self);
        Router::new()
            .route("/v1/chat/completions", post(complete))
            .route("/v1/models", get(models))
            .method_not_allowed_fallback(async || ApiError::METHOD)
            .fallback(async || ApiError::NOT_FOUND)
            .layer(from_fn_with_state(Arc::clone(&this), authenticate))
            .with_state(this)
    }

    fn is_authentic(&self, request: &Request) -> bool {
        let mut fields = request.headers().get_all(AUTHORIZATION).iter();
        match (&self.key, fields.next(), fields.next()) {
            (None, None, None) => true,
            (Some(key), Some(field), None) => key.as_bytes().ct_eq(field.as_bytes()).into(),
            _ => false,
        }
    }
}

async fn authenticate(
    State(backend): State<Arc<Backend>>,
    request: Request,
    next: Next,
) -> Response {
    match backend.is_authentic(&request) {
        true => next.run(request).await,
        false => ApiError::KEY.into_response(),
    }
}

async fn complete(State(backend): State<Arc<Backend>>, prompt: Prompt) -> Response {
    let text = answer::text(&prompt);
    match prompt.stream {
        true => answer::stream(&text, backend.pause),
        false => Json(answer::whole(&text)).into_response(),
    }
}

async fn models() -> Json<Value> {
    let model = json!({"id": MODEL, "object": "model", "created": 0, "owned_by": "jwt-demo"});
    Json(json!({"object": "list", "data": [model]}))
}
