//! Passes requests on to the backend and answers back, piece by piece as they come.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use futures_util::StreamExt as _;
use jwt_std::{AccessToken, Scope};
use reqwest::{Client, Url, redirect};

use super::fields;
use super::refusal::Refusal;
use super::settings::Limits;
use crate::Result;

/// A client of the backend.
pub(crate) struct Proxy {
    client: Client,
    backend: Url,
    credential: Option<HeaderValue>,
    /// Bytes of a request's body at most.
    limit: usize,
}

/// The paths that there are, each behind the guard for the scope that it needs.
pub(crate) fn routes(
    proxy: &Arc<Proxy>,
    chat: &Scope,
    guard: impl Fn(MethodRouter, Scope) -> MethodRouter,
) -> Router {
    let state = || Arc::clone(proxy);
    let completions = post(forward).with_state(state());
    let models = get(forward).with_state(state());
    Router::new()
        .route("/v1/chat/completions", guard(completions, chat.clone()))
        .route("/v1/models", guard(models, Scope::default()))
        .method_not_allowed_fallback(async || Refusal::Method)
        .fallback(async || Refusal::NotFound)
}

async fn forward(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    match proxy.forward(request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

impl Proxy {
    pub(crate) fn new(
        backend: Url,
        credential: Option<HeaderValue>,
        limits: &Limits,
    ) -> Result<Self> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            // Its credential goes to the backend, and to no proxy that an environment names.
            .no_proxy()
            .connect_timeout(limits.connect)
            .read_timeout(limits.silence)
            .build()?;
        Ok(Self { client, backend, credential, limit: limits.body })
    }

    async fn forward(&self, request: Request) -> std::result::Result<Response, Refusal> {
        let (parts, body) = request.into_parts();
        let mut headers = fields::of_request(&parts.headers);
        if let Some(token) = parts.extensions.get::<AccessToken>() {
            headers.extend(fields::subject(token.subject()).map(|it| (fields::SUBJECT, it)));
        }
        headers.extend(self.credential.clone().map(|it| (AUTHORIZATION, it)));
        let url = self.at(parts.uri.path());
        let mut request = self.client.request(parts.method, url).headers(headers);
        let broken = Arc::new(OnceLock::new());
        if !body.is_end_stream() {
            request = request.body(self.upload(body, Arc::clone(&broken))?);
        }
        let response = request.send().await.map_err(|error| match broken.get() {
            Some(refusal) => *refusal,
            None if error.is_timeout() => Refusal::Timeout,
            None => Refusal::NoBackend,
        })?;
        answer(response)
    }

    /// Where a path is at the backend. Queries stay here: no path has one, and some have tokens in them.
    fn at(&self, path: &str) -> Url {
        let mut url = self.backend.clone();
        url.set_path(&format!("{}{path}", self.backend.path().trim_end_matches('/')));
        url.set_query(None);
        url
    }

    /// A body as it comes, as far as it is not too large. Why it broke off is put into `broken`: the client of the
    /// backend could not say.
    fn upload(
        &self,
        body: Body,
        broken: Arc<OnceLock<Refusal>>,
    ) -> std::result::Result<reqwest::Body, Refusal> {
        let mut left = self.limit;
        if body.size_hint().lower() > u64::try_from(left).unwrap_or(u64::MAX) {
            return Err(Refusal::TooLarge);
        }
        let pieces = body.into_data_stream().map(move |piece| {
            let piece = piece.map_err(|_| Refusal::Incomplete).and_then(|piece| {
                left = left.checked_sub(piece.len()).ok_or(Refusal::TooLarge)?;
                Ok(piece)
            });
            piece.map_err(|refusal| {
                // Nothing comes behind the first.
                let _ = broken.set(refusal);
                std::io::Error::other("the body broke off")
            })
        });
        Ok(reqwest::Body::wrap_stream(pieces))
    }
}

/// An answer as it comes. Where the backend does not take the credential of the gateway, that is nothing about that
/// of the client, who would throw it away.
fn answer(response: reqwest::Response) -> std::result::Result<Response, Refusal> {
    let status = response.status();
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED) {
        return Err(Refusal::Credential);
    }
    let headers = fields::of_response(response.headers());
    Ok((status, headers, Body::from_stream(response.bytes_stream())).into_response())
}
