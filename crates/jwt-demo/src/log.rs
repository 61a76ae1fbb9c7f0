//! Structured logs: a JSON object a line, on standard error. Requests are logged by method, path and status; no
//! header, no query and no body is, so that no token can be.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

/// Has everything that is logged written to standard error.
pub fn to_stderr() {
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).init();
}

/// Logs each request when it is answered. A middleware for `axum::middleware::from_fn`.
pub async fn requests(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let microseconds = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status, microseconds, "answered");
    response
}
