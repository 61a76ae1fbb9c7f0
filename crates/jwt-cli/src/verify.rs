//! `jwt verify`: the verdict on a token, for people and for scripts.

use jwt_std::{
    Error, ExpectAudience, ExpectIssuer, Leeway, NumericDate, Policy, Stage, now, verify,
};

use crate::args::Verify;
use crate::exit::{Code, Failure, Result};
use crate::{input, output};

pub(crate) fn run(args: &Verify) -> Result {
    input::one_stdin([
        args.source.key.as_deref().map(|path| path.as_os_str()),
        args.source.secret_file.as_deref().map(|path| path.as_os_str()),
        Some(args.token.as_os_str()),
    ])?;
    let keys = match input::verifying_keys(&args.source, args.iss.as_deref(), &args.alg) {
        Ok(keys) => keys,
        Err(failure) => {
            // A key that cannot be used is a verdict; a file that cannot be read is not.
            if args.json && matches!(failure.code, Code::Malformed | Code::Refused) {
                print_refusal(Stage::Key, std::slice::from_ref(&failure.message))?;
            }
            return Err(failure);
        }
    };
    let token = input::token(&args.token)?;

    let audiences: Vec<&str> = args.aud.iter().map(String::as_str).collect();
    let required: Vec<&str> = args.require.iter().map(String::as_str).collect();
    let now = args.now.map_or_else(now, NumericDate::from_seconds);
    let policy = policy(args, &audiences, &required);
    match verify(&token, &*keys, &policy, now) {
        Ok(token) if args.json => output::line(&format!(
            r#"{{"valid":true,"header":{},"claims":{}}}"#,
            one_line(token.header_json()),
            one_line(token.claims_json()),
        )),
        Ok(token) => output::line(&one_line(token.claims_json())),
        Err(error) => {
            if args.json {
                let stage = error.stage().unwrap_or(Stage::Structure);
                let sentences = match &error {
                    Error::Claims { explained, .. } => {
                        explained.iter().map(ToString::to_string).collect()
                    }
                    error => vec![error.to_string()],
                };
                print_refusal(stage, &sentences)?;
            }
            Err(Failure::from(error).about("refused"))
        }
    }
}

fn policy<'p>(args: &'p Verify, audiences: &'p [&'p str], required: &'p [&'p str]) -> Policy<'p> {
    let issuer = args.iss.as_deref().map_or(ExpectIssuer::NotChecked, ExpectIssuer::Is);
    let audience = match audiences {
        [] => ExpectAudience::NotUsed,
        any => ExpectAudience::AnyOf(any),
    };
    let mut policy =
        Policy::new(issuer, audience).leeway(Leeway::from_seconds(args.leeway)).require(required);
    if let Some(subject) = &args.sub {
        policy = policy.subject(subject);
    }
    if let Some(typ) = &args.typ {
        policy = policy.typ(typ);
    }
    if let Some(seconds) = args.max_age {
        policy = policy.max_age(seconds);
    }
    if args.allow_missing_exp {
        policy = policy.allow_missing_expiration();
    }
    policy
}

/// JSON as it stands in the token, on one line: line breaks between its tokens become spaces. Inside
/// strings there are none, since the reader refuses them.
fn one_line(json: &str) -> String {
    json.replace(['\r', '\n'], " ")
}

fn print_refusal(stage: Stage, errors: &[String]) -> Result {
    let errors = serde_json::Value::from(errors);
    output::line(&format!(r#"{{"valid":false,"stage":"{stage}","errors":{errors}}}"#))
}
