//! `POST /revoke` (RFC 7009): a refresh token takes its family with it. Access tokens are not revoked: gateways check
//! them without asking here, and they are over after minutes.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use rusqlite::Transaction;

use super::AuthorizationServer;
use super::answer::{Verdict, not_stored, refused};
use super::client_authentication::authenticate;
use super::parameters::{Pairs, Parameters};
use super::refresh;
use super::token::no_authorization_field;

pub(super) async fn answer(
    State(server): State<Arc<AuthorizationServer>>,
    headers: HeaderMap,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let request = async {
        no_authorization_field(&headers)?;
        let parameters = Parameters::of_form(form)?;
        server.change(move |server, transaction| revoke(server, transaction, &parameters)).await
    };
    match request.await {
        Ok(()) => not_stored().into_response(),
        Err(denied) => denied.into_response(),
    }
}

fn revoke(
    server: &AuthorizationServer,
    transaction: &Transaction<'_>,
    parameters: &Parameters,
) -> Verdict<()> {
    let client = authenticate(&server.settings, transaction, parameters, server.now())?;
    let token = parameters.required("token", "token is missing")?;
    if token.matches('.').count() == 2 {
        // RFC 7009 section 2.2.1.
        return Err(refused("unsupported_token_type", "access tokens are not revoked"));
    }
    let Some(family) = refresh::family_of(token) else { return Ok(()) };
    match refresh::client_of(transaction, family)? {
        // Section 2.2: "invalid tokens do not cause an error response".
        None => Ok(()),
        Some(owner) if owner == client.client_id => {
            refresh::revoke(transaction, family)?;
            tracing::info!(client_id = client.client_id, "family revoked");
            Ok(())
        }
        Some(_) => Err(refused("invalid_grant", "the token is not this client's")),
    }
}
