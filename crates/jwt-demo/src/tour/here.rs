//! The device where no other program is one: the same `Authenticator`, in this process.

use jwt_core::{Es256SigningKey, Jwk, SigningKey as _};
use jwt_oauth::{Answer as Seen, ApiRequest, Authenticator, Client, PublicPoint, Step, Verdict};

use jwt_std::now;

use super::modem::{Answer, Modem, Request};
use crate::Result;

/// Fetches a token and calls the API, with `client` as the device is registered.
pub(super) async fn run(
    client: Client<'_>,
    key: &Es256SigningKey,
    call: &Request,
    modem: &mut Modem,
) -> Result {
    let (mut token, mut work) = ([0; 1024], [0; 2048]);
    let mut auth = Authenticator::new(client, &mut token, &mut work);
    let api = ApiRequest { method: &call.method, uri: &call.url };
    loop {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| error.to_string())?;
        let request = match auth.step(&api, now(), random)? {
            Step::Sign { signing_input, .. } => {
                let signature = key.sign(signing_input)?;
                auth.signed(&signature)?;
                continue;
            }
            Step::Sleep(seconds) => {
                tokio::time::sleep(std::time::Duration::from_secs(seconds.into())).await;
                continue;
            }
            Step::Send(call) => Request {
                method: "POST".into(),
                url: call.uri.into(),
                fields: with_proof(call.dpop, &[("content-type", call.content_type.into())]),
                body: call.body.into(),
            },
            Step::Use(authorization) => Request {
                method: call.method.clone(),
                url: call.url.clone(),
                fields: {
                    let authorization_field = ("authorization", authorization.to_string());
                    let json = ("content-type", "application/json".into());
                    with_proof(authorization.dpop(), &[authorization_field, json])
                },
                body: call.body.clone(),
            },
        };
        let is_api = request.url == call.url;
        let Answer { status, fields, body } = modem.carry(request).await;
        if status == 0 && !is_api {
            auth.failed(now());
            continue;
        }
        let seen = fields.iter().fold(Seen::new(status, &body), |seen, (name, value)| {
            seen.header(name, value.as_bytes())
        });
        match auth.answer(now(), &seen)? {
            Verdict::Done if status == 200 => return Ok(()),
            Verdict::Done => return Err(format!("the API answered {status}").into()),
            Verdict::Again => {}
        }
    }
}

/// The public half of a key, for DPoP.
pub(super) fn point(key: &Es256SigningKey) -> PublicPoint {
    PublicPoint::from(&key.verifying_key())
}

/// The key that a JWK holds.
pub(super) fn key_of(jwk: &str) -> Result<Es256SigningKey> {
    Ok(Jwk::parse(jwk.as_bytes())?.es256_signing_key()?)
}

fn with_proof(proof: Option<&str>, fields: &[(&str, String)]) -> Vec<(String, String)> {
    let proof = proof.map(|proof| ("dpop", proof.to_owned()));
    let fields = fields.iter().cloned().chain(proof);
    fields.map(|(name, value)| (name.to_owned(), value)).collect()
}
