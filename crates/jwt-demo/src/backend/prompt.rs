//! What is asked: the body of a request, read strictly where it is used.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::Deserialize;

use super::MODEL;
use super::error::ApiError;

/// The members that count. Others, such as a temperature, change nothing about words that are counted.
#[derive(Deserialize)]
pub(super) struct Prompt {
    model: String,
    messages: Vec<Message>,
    #[serde(default)]
    pub(super) stream: bool,
}

#[derive(Deserialize)]
struct Message {
    role: Role,
    content: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Role {
    System,
    Developer,
    User,
    Assistant,
}

impl Prompt {
    /// What the user said last.
    pub(super) fn text(&self) -> &str {
        let last = self.messages.iter().rfind(|message| message.role == Role::User);
        last.map_or("", |message| &message.content)
    }

    fn check(self) -> Result<Self, ApiError> {
        if self.model != MODEL {
            return Err(ApiError::MODEL);
        }
        if !self.messages.iter().any(|message| message.role == Role::User) {
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "no message of a user"));
        }
        Ok(self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Prompt {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Json::<Self>::from_request(request, state).await {
            Ok(Json(prompt)) => prompt.check(),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

fn refused(rejection: &JsonRejection) -> ApiError {
    let message = match rejection {
        JsonRejection::JsonSyntaxError(_) => "the body is not JSON",
        JsonRejection::JsonDataError(_) => "a member of the body is missing or has a wrong type",
        JsonRejection::MissingJsonContentType(_) => "the Content-Type is not application/json",
        _ => "the body cannot be read",
    };
    let status = match rejection.status() {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    ApiError::new(status, message)
}
