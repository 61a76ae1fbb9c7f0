//! An authorization request (RFC 6749 section 4.1.1, RFC 7636, RFC 8707, RFC 9449 section 10), and the answers that
//! go back through the browser (RFC 6749 section 4.1.2, RFC 9207).

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::response::{IntoResponse, Response};
use jwt_core::key::Thumbprint;
use reqwest::Url;
use rusqlite::Transaction;

use super::answer::{Denied, Verdict, refused};
use super::authorization::Authorization;
use super::client::{Client, GrantType};
use super::code::Content;
use super::parameters::Parameters;
use super::settings::Settings;

/// Its parameters but for "resource", to be sent again with the form.
pub(super) const NAMES: [&str; 9] = [
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
];

/// A request whose client and redirect URI are known to belong together: from here on, errors go to the client.
pub(super) struct Asked {
    pub(super) client_id: String,
    pub(super) back: Back,
    /// What a code would stand for, but for the user.
    pub(super) content: Verdict<Content>,
}

/// The way back to the client.
pub(super) struct Back {
    pub(super) to: Url,
    state: Option<String>,
    issuer: String,
}

impl Asked {
    /// # Errors
    /// What the user has to be told, since it may not be the client that is asking.
    pub(super) fn read(
        settings: &Settings,
        transaction: &Transaction<'_>,
        parameters: &Parameters,
    ) -> Verdict<Self> {
        let id = parameters.required("client_id", "client_id is missing")?;
        let client = Client::find(transaction, id)?;
        let client = client.ok_or(refused("invalid_request", "the client is not known"))?;
        // Required always, so that a code is never sent where its client does not say.
        let uri = parameters.required("redirect_uri", "redirect_uri is missing")?;
        let other = refused("invalid_request", "redirect_uri is not one of the client's");
        let to = match Url::parse(uri) {
            Ok(to) if client.has_redirect_uri(uri) => to,
            _ => return Err(other),
        };
        let state = parameters.optional("state").map(str::to_owned);
        let back = Back { to, state, issuer: settings.issuer.clone() };
        let content = content(settings, &client, parameters, uri);
        Ok(Self { client_id: client.client_id, back, content })
    }
}

fn content(
    settings: &Settings,
    client: &Client,
    parameters: &Parameters,
    redirect_uri: &str,
) -> Verdict<Content> {
    if !client.may(GrantType::AuthorizationCode) {
        return Err(refused("unauthorized_client", "the client may not use codes"));
    }
    if parameters.required("response_type", "response_type is missing")? != "code" {
        return Err(refused("unsupported_response_type", "response_type is not code"));
    }
    if parameters.optional("response_mode").is_some_and(|mode| mode != "query") {
        return Err(refused("invalid_request", "response_mode is not query"));
    }
    let challenge = parameters.required("code_challenge", "code_challenge is missing")?;
    // RFC 7636 section 4.3: the method is "plain" if it is not there, and "plain" protects nobody.
    if parameters.optional("code_challenge_method") != Some("S256") {
        return Err(refused("invalid_request", "code_challenge_method is not S256"));
    }
    // A challenge, as a thumbprint, is SHA-256 in base64url.
    if Thumbprint::parse(challenge).is_err() {
        return Err(refused("invalid_request", "code_challenge is no SHA-256 in base64url"));
    }
    let jkt = parameters.optional("dpop_jkt");
    if jkt.is_some_and(|jkt| Thumbprint::parse(jkt).is_err()) {
        return Err(refused("invalid_request", "dpop_jkt is no thumbprint"));
    }
    let asked = Authorization::asked(settings, client, parameters)?;
    Ok(Content {
        authorization: Authorization { jkt: jkt.map(str::to_owned), ..asked },
        redirect_uri: redirect_uri.to_owned(),
        challenge: challenge.to_owned(),
    })
}

impl Back {
    pub(super) fn with_code(self, code: &str) -> Response {
        self.with(&[("code", code)])
    }

    pub(super) fn with_error(self, denied: &Denied) -> Response {
        if let Denied::Broken(error) = denied {
            tracing::error!(%error, "broken");
        }
        let refusal = denied.refusal();
        self.with(&[("error", refusal.code), ("error_description", refusal.why)])
    }

    /// "iss" tells a client of several servers which of them answers (RFC 9207).
    fn with(mut self, parameters: &[(&str, &str)]) -> Response {
        self.to
            .query_pairs_mut()
            .extend_pairs(parameters)
            .extend_pairs(self.state.iter().map(|state| ("state", state)))
            .append_pair("iss", &self.issuer);
        // 303: a browser does not post the password again (RFC 9700 section 4.12).
        let fields = [(LOCATION, self.to.as_str()), (CACHE_CONTROL, "no-store")];
        (StatusCode::SEE_OTHER, fields).into_response()
    }
}
