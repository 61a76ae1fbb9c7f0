//! Client assertions by hand (RFC 7523 section 3): the good one is taken once, the others never.

use serde_json::json;

use super::{CLIENT, RESOURCE, SCOPE, Trial};
use crate::interop::oauth::http::{self, Answer};
use crate::interop::oauth::same;
use crate::interop::oauth::tokens::{Token, seconds};
use crate::interop::{Tally, oauth};
use crate::sh::Result;

pub(super) fn run(trial: &Trial<'_>, tally: &mut Tally) -> Result {
    let good = assertion(trial, "by-hand")?;
    let mut spoilt = good.spoilt(trial.jwt, trial.stranger)?;
    spoilt.push(("without jti", good.with("jti", json!(null)).mint(trial.jwt)?));
    spoilt.push(("of no token at all", String::from("by hand")));
    for (name, assertion) in spoilt {
        // RFC 6749 section 5.2: what cannot be read is a bad request.
        let expected =
            if assertion.contains('.') { "401 invalid_client" } else { "400 invalid_request" };
        let outcome = post(trial, &assertion, &[])
            .and_then(|answer| same("the answer", answer.verdict(), expected.to_owned()));
        tally.case(format_args!("refused: an assertion {name}"), outcome);
    }
    // The same "jti" as all of those, so that none of them was taken.
    let good = good.mint(trial.jwt)?;
    for (name, expected) in
        [("taken: the good assertion", "200"), ("refused: it again", "401 invalid_client")]
    {
        let outcome = post(trial, &good, &[]);
        let outcome = outcome
            .and_then(|answer| oauth::same("the answer", answer.verdict(), expected.to_owned()));
        tally.case(name, outcome);
    }
    Ok(())
}

/// An assertion that is good now.
pub(super) fn assertion<'t>(trial: &Trial<'t>, jti: &str) -> Result<Token<'t>> {
    let now = seconds()?;
    let claims = json!({
        "iss": CLIENT, "sub": CLIENT, "aud": trial.server.issuer, "jti": jti,
        "iat": now, "exp": now.saturating_add(60),
    });
    Ok(Token { key: trial.key, typ: "client-authentication+jwt", header: json!({}), claims })
}

/// A request for a token, as RFC 7523 section 2.2 has it.
pub(super) fn post(trial: &Trial<'_>, assertion: &str, proof: http::Fields<'_>) -> Result<Answer> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
        ("resource", RESOURCE),
        ("scope", SCOPE),
    ];
    http::post(&trial.server.token_endpoint(), proof, &form)
}
