//! DPoP proofs at a server that wants its nonce in them (RFC 9449 section 8): `jwt token` finds out, and those by hand
//! show that it had to.

use serde_json::{Value, json};

use super::assertions::{assertion, post};
use super::{CLIENT, Trial};
use crate::interop::Tally;
use crate::interop::oauth::http::Answer;
use crate::interop::oauth::same;
use crate::interop::oauth::tokens::{KeyPair, Token, seconds};
use crate::sh::Result;

pub(super) fn run(trial: &Trial<'_>, tally: &mut Tally) -> Result {
    let outcome =
        trial.issued(CLIENT, trial.key, &["--dpop"]).and_then(|token| trial.is_bound(&token));
    tally.case("issued: with the nonce that the server asks for", outcome);

    let unproven = post(trial, &assertion(trial, "no-proof")?.mint(trial.jwt)?, &[])?;
    tally.case("refused: no proof", says(&unproven, "400 invalid_grant"));

    let good = proof(trial, trial.key)?;
    let first = ask(trial, &good)?;
    tally.case("refused: a proof without a nonce", says(&first, "400 use_dpop_nonce"));
    let nonce = first.header("dpop-nonce").ok_or("no DPoP-Nonce")?;
    let good = good.with("nonce", json!(nonce));
    for (name, spoilt) in spoilt(trial, &good)? {
        let outcome = ask(trial, &spoilt).and_then(|answer| says(&answer, name.1));
        tally.case(format_args!("refused: a proof {}", name.0), outcome);
    }
    // The same "jti" as all of those, so that none of them was taken.
    let taken = ask(trial, &good)?;
    let outcome = says(&taken, "200").and_then(|()| {
        same("token_type", taken.member("token_type"), Some(String::from("DPoP")))?;
        trial.is_bound(&taken.member("access_token").unwrap_or_default())
    });
    tally.case("taken: the good proof", outcome);
    tally.case("refused: it again", says(&ask(trial, &good)?, "400 invalid_grant"));
    Ok(())
}

/// A proof for the token endpoint, without a nonce.
fn proof<'t>(trial: &Trial<'t>, key: &'t KeyPair) -> Result<Token<'t>> {
    let claims = json!({
        "jti": "proof-by-hand", "htm": "POST", "htu": trial.server.token_endpoint(), "iat": seconds()?,
    });
    Ok(Token { key, typ: "dpop+jwt", header: json!({"jwk": public(key)}), claims })
}

/// What a proof has of a key: its point.
fn public(key: &KeyPair) -> Value {
    let member = |name| key.jwk.get(name).cloned().unwrap_or_default();
    json!({"kty": member("kty"), "crv": member("crv"), "x": member("x"), "y": member("y")})
}

type Row<'t> = ((&'static str, &'static str), Token<'t>);

/// Proofs that are good but for one thing, and what they are refused with.
fn spoilt<'t>(trial: &Trial<'t>, good: &Token<'t>) -> Result<Vec<Row<'t>>> {
    const INVALID: &str = "400 invalid_dpop_proof";
    let elsewhere = json!("https://other.example/token");
    let of_another_key = Token { header: json!({"jwk": public(trial.stranger)}), ..good.clone() };
    Ok(vec![
        (("for another method", INVALID), good.with("htm", json!("GET"))),
        (("for another URI", INVALID), good.with("htu", elsewhere)),
        (("without jti", INVALID), good.with("jti", Value::Null)),
        (("without iat", INVALID), good.with("iat", Value::Null)),
        (("of another type", INVALID), Token { typ: "JWT", ..good.clone() }),
        (("without its key", INVALID), Token { header: json!({}), ..good.clone() }),
        (("that shows another key", INVALID), of_another_key),
        (("with a nonce of nobody", "400 use_dpop_nonce"), good.with("nonce", json!("AAAA"))),
    ])
}

/// Sends a proof, with a good assertion that was never used.
fn ask(trial: &Trial<'_>, proof: &Token<'_>) -> Result<Answer> {
    let mut unique = [0; 16];
    getrandom::fill(&mut unique).map_err(|error| error.to_string())?;
    let jti = crate::interop::keys::encode(&unique)?;
    let assertion = assertion(trial, &jti)?.mint(trial.jwt)?;
    post(trial, &assertion, &[("DPoP", &proof.mint(trial.jwt)?)])
}

fn says(answer: &Answer, expected: &str) -> Result {
    same("the answer", answer.verdict(), expected.to_owned())
}
