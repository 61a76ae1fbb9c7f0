//! One request, and its answer whatever its status is: no redirect is followed, no proxy of this machine asked.

use std::time::Duration;

use serde_json::Value;

use crate::sh::Result;

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What is at a place (RFC 6901) of the JSON that the body is.
    pub(super) fn at(&self, pointer: &str) -> Option<Value> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        body.pointer(pointer).cloned()
    }

    /// The string that a member of the body is.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        Some(self.at(&format!("/{name}"))?.as_str()?.to_owned())
    }

    /// What tests compare: the status, and "error" where there is one.
    pub(super) fn verdict(&self) -> String {
        match self.member("error") {
            Some(error) => format!("{} {error}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// Header fields.
pub(super) type Fields<'f> = &'f [(&'f str, &'f str)];

pub(super) fn get(url: &str, fields: Fields<'_>) -> Result<Answer> {
    let request =
        fields.iter().fold(agent().get(url), |request, field| request.header(field.0, field.1));
    answer(request.call()?)
}

/// Posts a form.
pub(super) fn post(url: &str, fields: Fields<'_>, form: Fields<'_>) -> Result<Answer> {
    let request =
        fields.iter().fold(agent().post(url), |request, field| request.header(field.0, field.1));
    answer(request.send_form(form.iter().copied())?)
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(30)));
    config.build().new_agent()
}

fn answer(response: ureq::http::Response<ureq::Body>) -> Result<Answer> {
    let (head, mut body) = response.into_parts();
    let body = body.read_to_string()?;
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
}
