//! `jwt token`: an access token for a client that is known by its key.

use jwt_std::{Error, Exchange as _, IssuedToken, TokenClient};

use crate::args::Token;
use crate::exit::{Code, Failure, Result};
use crate::{input, output, remote};

pub(crate) fn run(args: &Token) -> Result {
    let key = input::key_of_file(&args.key, args.kid.as_deref(), args.alg)?;
    let key = match &args.kid {
        Some(kid) => key.with_kid(Some(kid.clone())),
        None => key,
    };
    let (client, token) = remote::wait_for(async {
        let client = match &args.token_endpoint {
            Some(endpoint) => TokenClient::new(&args.issuer, endpoint, &args.client_id, &key),
            None => TokenClient::discover(&args.issuer, &args.client_id, &key).await,
        };
        let client = client.map_err(|error| Failure::from(error).about(&args.issuer))?;
        let mut client = args.resource.iter().fold(client, TokenClient::resource);
        client = args.audience.iter().fold(client, TokenClient::audience);
        if let Some(scope) = &args.scope {
            client = client.scope(scope);
        }
        if args.legacy_audience {
            client = client.legacy_audience();
        }
        if args.dpop {
            client = client.dpop(&key)?;
        }
        let token = client.exchange().await;
        let token = token.map_err(|error| Failure::new(Code::Refused, error.to_string()))?;
        Ok::<_, Failure>((client, token))
    })??;
    match args.fields.as_slice() {
        [method, url] => fields(args, &client, &token, method, url),
        _ => output::line(token.as_str()),
    }
}

/// The fields of one request.
fn fields(
    args: &Token,
    client: &TokenClient,
    token: &IssuedToken,
    method: &str,
    url: &str,
) -> Result {
    let proof = client.proof(method, url, token.as_str(), args.nonce.as_deref());
    let proof = proof.map_err(|error: Error| Failure::from(error).about(url))?;
    let scheme = if proof.is_some() { "DPoP" } else { "Bearer" };
    output::line(&format!("Authorization: {scheme} {}", token.as_str()))?;
    match proof {
        Some(proof) => output::line(&format!("DPoP: {proof}")),
        None => Ok(()),
    }
}
