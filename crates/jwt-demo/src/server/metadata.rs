//! What the server says of itself (RFC 8414), and its keys (RFC 7517 section 5).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::AuthorizationServer;
use super::answer::Denied;
use super::client::ALGORITHMS;

/// The next key is published long before it is used, and who meets a key that is not known asks again.
const FOR_A_MINUTE: &str = "public, max-age=60";

pub(super) async fn keys(State(server): State<Arc<AuthorizationServer>>) -> Response {
    match server.keys.public_jwk_set(server.now()) {
        Ok(keys) => {
            let fields =
                [(CONTENT_TYPE, "application/jwk-set+json"), (CACHE_CONTROL, FOR_A_MINUTE)];
            (fields, keys).into_response()
        }
        Err(error) => Denied::from(error).into_response(),
    }
}

pub(super) async fn describe(State(server): State<Arc<AuthorizationServer>>) -> Response {
    ([(CACHE_CONTROL, FOR_A_MINUTE)], Json(metadata(&server.settings.issuer))).into_response()
}

/// There is no `/.well-known/openid-configuration`: no ID tokens are issued.
fn metadata(issuer: &str) -> Value {
    let methods = ["private_key_jwt", "none"];
    let algorithms = ALGORITHMS.map(|algorithm| algorithm.to_string());
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "jwks_uri": format!("{issuer}/jwks.json"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    })
}
