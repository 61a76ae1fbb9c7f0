//! The two pages: where a user logs in and allows, and where a user reads that there is nothing to allow. No script,
//! no style, nothing from elsewhere, and no frame around them.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use reqwest::Url;

use super::answer::Denied;

/// What a page for logging in shows, and sends back.
pub(super) struct LogIn<'p> {
    pub(super) client_id: &'p str,
    pub(super) scope: &'p str,
    pub(super) resources: &'p [String],
    /// Fields that are not shown.
    pub(super) hidden: &'p [(&'p str, &'p str)],
    pub(super) is_again: bool,
    /// Where the answer to the form leads: browsers take that for a part of the form.
    pub(super) leads_to: &'p Url,
    /// The value of `Set-Cookie`.
    pub(super) cookie: &'p str,
}

impl IntoResponse for LogIn<'_> {
    fn into_response(self) -> Response {
        let again = if self.is_again {
            "<p role=\"alert\">Wrong name or password, or too many attempts: wait a minute.</p>"
        } else {
            ""
        };
        let hidden: String = self.hidden.iter().map(|(name, value)| field(name, value)).collect();
        let body = format!(
            "<h1>Log in</h1>{again}<p>{} asks to act for you: {}, at {}.</p>\
             <form method=\"post\" action=\"/authorize\">{hidden}\
             <p><label>Name <input name=\"username\" autocomplete=\"username\"></label></p>\
             <p><label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\"></label></p>\
             <p><button name=\"decision\" value=\"allow\">Allow</button> \
             <button name=\"decision\" value=\"deny\">Deny</button></p></form>",
            escape(self.client_id),
            escape(if self.scope.is_empty() { "no scope" } else { self.scope }),
            escape(&self.resources.join(" ")),
        );
        let status = if self.is_again { StatusCode::FORBIDDEN } else { StatusCode::OK };
        let mut response = page(status, &body, &source(self.leads_to));
        if let Ok(cookie) = HeaderValue::try_from(self.cookie) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

/// Says why there is nothing to allow. Nobody is sent anywhere: whoever made the link may be no client.
pub(super) fn error(denied: &Denied) -> Response {
    if let Denied::Broken(error) = denied {
        tracing::error!(%error, "broken");
        return page(StatusCode::INTERNAL_SERVER_ERROR, "<h1>Something broke here</h1>", "");
    }
    let body = format!("<h1>This link is wrong</h1><p>{}.</p>", escape(denied.refusal().why));
    page(StatusCode::BAD_REQUEST, &body, "")
}

fn page(status: StatusCode, body: &str, leads_to: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>jwt-demo</title>{body}</html>"
    );
    let policy = format!(
        "default-src 'none'; form-action 'self' {leads_to}; frame-ancestors 'none'; base-uri 'none'"
    );
    let fields = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    (status, fields, Html(html)).into_response()
}

/// A redirect URI as a source of a Content-Security-Policy: its origin, or its scheme where it has none.
fn source(uri: &Url) -> String {
    match uri.scheme() {
        "http" | "https" => uri.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    }
}

fn field(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
}

/// Text as HTML, in an element and in a quoted attribute.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            char => html.push(char),
        }
    }
    html
}
