//! Why a request is denied, and how that is told: as JSON by RFC 6749 section 5.2.

use std::fmt;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why there is no answer that the request hoped for.
#[derive(Debug)]
pub(super) enum Denied {
    /// The request is at fault.
    Refused(Refusal),
    /// This server is: what it began is undone.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

/// "error" and "error_description". Both are words of this server: nothing of a request is ever repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) why: &'static str,
}

/// What comes of a request.
pub(super) type Verdict<T> = std::result::Result<T, Denied>;

/// The request is refused.
pub(super) const fn refused(code: &'static str, why: &'static str) -> Denied {
    Denied::Refused(Refusal { code, why })
}

impl From<rusqlite::Error> for Denied {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<jwt_std::Error> for Denied {
    fn from(error: jwt_std::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<serde_json::Error> for Denied {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<tokio::task::JoinError> for Denied {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Broken(error.into())
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(Refusal { code, why }) => write!(f, "{code}: {why}"),
            Self::Broken(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Denied {}

impl Denied {
    /// What of it is told to whoever asked.
    pub(super) const fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => *refusal,
            Self::Broken(_) => Refusal { code: "server_error", why: "something broke here" },
        }
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        if let Self::Broken(error) = &self {
            tracing::error!(%error, "broken");
        }
        let Refusal { code, why } = self.refusal();
        let status = match code {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = Json(json!({"error": code, "error_description": why}));
        let mut response = (status, not_stored(), body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110 section 15.5.2: a 401 "MUST send a WWW-Authenticate header field". No scheme would do here:
            // clients authenticate in the body.
            let none = HeaderValue::from_static("private_key_jwt");
            response.headers_mut().insert(WWW_AUTHENTICATE, none);
        }
        response
    }
}

/// RFC 6749 section 5.1: `Cache-Control: no-store` "in any response containing tokens".
pub(super) const fn not_stored() -> [(axum::http::HeaderName, HeaderValue); 1] {
    [(CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}
