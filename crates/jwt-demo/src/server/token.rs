//! `POST /token` (RFC 6749 section 3.2).

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};

use super::AuthorizationServer;
use super::answer::{Verdict, not_stored, refused};
use super::parameters::{Pairs, Parameters};
use super::proof::{self, Proof};
use super::token_request::{self, Granted};

pub(super) async fn answer(
    State(server): State<Arc<AuthorizationServer>>,
    headers: HeaderMap,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let mut response = match request(&server, &headers, form).await {
        Ok(granted) => (not_stored(), Json(granted)).into_response(),
        Err(denied) => denied.into_response(),
    };
    // RFC 9449 section 8.2: the next nonce may come with any answer.
    let nonce = proof::nonce(&server, server.now()).ok().filter(|_| server.settings.dpop_nonce);
    if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}

async fn request(
    server: &Arc<AuthorizationServer>,
    headers: &HeaderMap,
    form: Result<Form<Pairs>, FormRejection>,
) -> Verdict<Granted> {
    no_authorization_field(headers)?;
    let parameters = Parameters::of_form(form)?;
    let now = server.now();
    // Whoever lacks a nonce is told before anything is used up.
    let proof = Proof::of(server, headers, now)?;
    server
        .change(move |server, transaction| {
            token_request::decide(server, transaction, &parameters, proof.as_ref(), now)
        })
        .await
}

/// No client has a password here, and two ways to authenticate at once are none (RFC 6749 section 2.3).
pub(super) fn no_authorization_field(headers: &HeaderMap) -> Verdict<()> {
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(refused(
            "invalid_client",
            "clients do not authenticate by an Authorization field",
        ));
    }
    Ok(())
}
