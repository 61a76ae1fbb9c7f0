//! Errors in the shape of OpenAI's.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error, all of whose words are fixed.
pub(super) struct ApiError {
    status: StatusCode,
    message: &'static str,
    code: Option<&'static str>,
}

impl ApiError {
    pub(super) const KEY: Self =
        Self::new(StatusCode::UNAUTHORIZED, "no valid key").code("invalid_api_key");
    pub(super) const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "unknown path");
    pub(super) const METHOD: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "unknown method for this path");
    pub(super) const MODEL: Self =
        Self::new(StatusCode::NOT_FOUND, "unknown model").code("model_not_found");

    pub(super) const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message, code: None }
    }

    const fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { status, message, code } = self;
        let error = json!({
            "message": message, "type": "invalid_request_error", "param": null, "code": code,
        });
        (status, Json(json!({"error": error}))).into_response()
    }
}
