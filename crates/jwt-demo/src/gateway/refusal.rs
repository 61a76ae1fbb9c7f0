//! What is answered where the backend is not: an error in words that are fixed, and nothing from inside.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request with a good token was not answered by the backend.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    /// The body is larger than is passed on.
    TooLarge,
    /// The client did not send all of its body.
    Incomplete,
    /// The backend cannot be reached, or broke off.
    NoBackend,
    /// The backend took too long.
    Timeout,
    /// The backend does not take the credential of the gateway.
    Credential,
    /// No such path.
    NotFound,
    /// Not with this method.
    Method,
}

impl Refusal {
    const fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Self::Incomplete => (StatusCode::BAD_REQUEST, "the body is incomplete"),
            Self::NoBackend | Self::Credential => {
                (StatusCode::BAD_GATEWAY, "the backend does not answer")
            }
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "the backend does not answer in time"),
            Self::NotFound => (StatusCode::NOT_FOUND, "unknown path"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "unknown method for this path"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = self.parts();
        if status.is_server_error() {
            tracing::warn!(why = ?self, "not answered by the backend");
        }
        (status, Json(json!({"error": {"message": message, "type": "gateway_error"}})))
            .into_response()
    }
}
