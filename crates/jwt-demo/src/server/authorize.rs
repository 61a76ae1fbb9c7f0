//! `/authorize` (RFC 6749 section 3.1): a user logs in and allows, or not. There are no sessions: each authorization
//! takes the password, so that no other site can have one given.
//!
//! The form comes back with a cookie, and with a field that only this server can have made for that cookie: no other
//! site can log a user in under another's name.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use zeroize::Zeroizing;

use super::answer::{Verdict, refused};
use super::authorize_request::{Asked, NAMES};
use super::code::{self, Content};
use super::page::{self, LogIn};
use super::parameters::{Pairs, Parameters};
use super::{AuthorizationServer, secret, users};

const COOKIE: &str = "jwt_demo_form";
/// The field that belongs to the cookie.
const FIELD: &str = "form_token";

/// Shows the form.
pub(super) async fn show(
    State(server): State<Arc<AuthorizationServer>>,
    headers: HeaderMap,
    query: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let (parameters, asked) = match read(&server, query).await {
        Ok(read) => read,
        Err(denied) => return page::error(&denied),
    };
    match &asked.content {
        Ok(content) => log_in(&server, &headers, &parameters, &asked, content, false),
        Err(denied) => {
            let why = denied.refusal();
            tracing::info!(client_id = asked.client_id, error = why.code, why = why.why, "no form");
            asked.back.with_error(denied)
        }
    }
}

/// Takes the form.
pub(super) async fn decide(
    State(server): State<Arc<AuthorizationServer>>,
    headers: HeaderMap,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let (parameters, asked) = match read(&server, form).await {
        Ok(read) => read,
        Err(denied) => return page::error(&denied),
    };
    let token = parameters.optional(FIELD).unwrap_or_default();
    let ours = cookie(&headers).is_some_and(|it| server.secret.is_derived(FIELD, it, token));
    if !ours {
        return page::error(&refused(
            "invalid_request",
            "The form is not from here: open it again",
        ));
    }
    let client_id = asked.client_id.clone();
    let content = match &asked.content {
        Ok(content) => content,
        Err(denied) => return asked.back.with_error(denied),
    };
    if parameters.optional("decision") != Some("allow") {
        tracing::info!(client_id, "denied by the user");
        return asked.back.with_error(&refused("access_denied", "the user does not allow it"));
    }
    match allow(&server, &parameters, content).await {
        Ok(Some(code)) => {
            tracing::info!(client_id, "allowed by the user");
            asked.back.with_code(&code)
        }
        Ok(None) => {
            tracing::info!(client_id, "log-in failed");
            log_in(&server, &headers, &parameters, &asked, content, true)
        }
        Err(denied) => asked.back.with_error(&denied),
    }
}

async fn read(
    server: &Arc<AuthorizationServer>,
    pairs: Result<Form<Pairs>, FormRejection>,
) -> Verdict<(Parameters, Asked)> {
    let parameters = Parameters::of_form(pairs)?;
    server
        .change(move |server, transaction| {
            let asked = Asked::read(&server.settings, transaction, &parameters)?;
            Ok((parameters, asked))
        })
        .await
}

/// The code, if this is the user's password.
async fn allow(
    server: &Arc<AuthorizationServer>,
    parameters: &Parameters,
    content: &Content,
) -> Verdict<Option<String>> {
    let user = parameters.optional("username").unwrap_or_default();
    let password = Zeroizing::new(parameters.optional("password").unwrap_or_default().to_owned());
    if !users::check(server, user, password).await? {
        return Ok(None);
    }
    let content = Content {
        authorization: content.authorization.clone().by(user, server.now()),
        redirect_uri: content.redirect_uri.clone(),
        challenge: content.challenge.clone(),
    };
    server
        .change(move |server, transaction| code::begin(server, transaction, &content).map(Some))
        .await
}

fn log_in(
    server: &AuthorizationServer,
    headers: &HeaderMap,
    parameters: &Parameters,
    asked: &Asked,
    content: &Content,
    is_again: bool,
) -> Response {
    // The one that the browser has, or else the forms of its other windows would be no good.
    let value = match cookie(headers).map_or_else(secret::random_text, |it| Ok(it.to_owned())) {
        Ok(value) => value,
        Err(denied) => return page::error(&denied),
    };
    let token = match server.secret.derive(FIELD, &value) {
        Ok(token) => token,
        Err(denied) => return page::error(&denied),
    };
    let secure = if server.settings.issuer.starts_with("https:") { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/authorize; HttpOnly; SameSite=Strict{secure}");
    let mut hidden = vec![(FIELD, token.as_str())];
    hidden.extend(NAMES.iter().filter_map(|name| Some((*name, parameters.optional(name)?))));
    hidden.extend(parameters.resources().iter().map(|it| ("resource", it.as_str())));
    LogIn {
        client_id: &asked.client_id,
        scope: &content.authorization.scope,
        resources: &content.authorization.resources,
        hidden: &hidden,
        is_again,
        leads_to: &asked.back.to,
        cookie: &cookie,
    }
    .into_response()
}

/// The cookie, if it can be one of ours.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut pairs =
        pairs.flat_map(|field| field.split(';')).filter_map(|it| it.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == COOKIE)?;
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (value.len() == 43 && value.bytes().all(is_ours)).then_some(value)
}
