//! The parameters of a request, each of them once (RFC 6749 section 3.2).

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::rejection::FormRejection;

use super::answer::{Verdict, refused};

/// A form, or a query, as axum reads it.
pub(super) type Pairs = Vec<(String, String)>;

/// What was sent, by name. "resource" (RFC 8707 section 2) is the one that may be there more than once.
#[derive(Default)]
pub(super) struct Parameters {
    once: BTreeMap<String, String>,
    resources: Vec<String>,
}

impl Parameters {
    /// Takes in a form that was posted.
    pub(super) fn of_form(form: Result<Form<Pairs>, FormRejection>) -> Verdict<Self> {
        let Form(pairs) = form.map_err(|rejection| match rejection.status().as_u16() {
            413 => refused("invalid_request", "the body is too long"),
            415 => refused("invalid_request", "the body is no application/x-www-form-urlencoded"),
            _ => refused("invalid_request", "the body cannot be read"),
        })?;
        Self::new(pairs)
    }

    /// RFC 6749 section 3.2: "Parameters sent without a value MUST be treated as if they were omitted", those that
    /// are not known are ignored, and "parameters MUST NOT be included more than once".
    pub(super) fn new(pairs: Pairs) -> Verdict<Self> {
        let mut parameters = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            if name == "resource" {
                parameters.resources.push(value);
            } else if parameters.once.insert(name, value).is_some() {
                return Err(refused("invalid_request", "a parameter is there twice"));
            }
        }
        Ok(parameters)
    }

    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.once.get(name).map(String::as_str)
    }

    /// A parameter, or the refusal that says why it is needed.
    pub(super) fn required(&self, name: &str, why: &'static str) -> Verdict<&str> {
        self.optional(name).ok_or(refused("invalid_request", why))
    }

    pub(super) fn resources(&self) -> &[String] {
        &self.resources
    }
}
