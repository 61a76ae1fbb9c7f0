//! Extractors for axum: the token that [`crate::BearerLayer`] has let through.

use std::sync::Arc;

use axum_core_05::extract::FromRequestParts;
use axum_core_05::response::{IntoResponse, Response};
use http_1::request::Parts;
use serde::de::DeserializeOwned;

use crate::{AccessToken, Denial, Fault, Scope, layer};

/// The claims of the access token, as a type of the caller; the whole token is the extractor [`AccessToken`].
///
/// ```
/// use std::sync::Arc;
///
/// use axum::{Router, routing::get};
/// use jwt_std::{AccessClaims, AccessToken, BearerLayer, Denial, ResourceServer, Scope};
///
/// #[derive(serde::Deserialize)]
/// struct Claims {
///     tenant: String,
/// }
///
/// async fn who(AccessClaims(claims): AccessClaims<Claims>) -> String {
///     claims.tenant
/// }
///
/// async fn purge(token: AccessToken) -> Result<(), Denial> {
///     token.require(&Scope::new("admin").expect("a name"))
/// }
///
/// let server = Arc::new(ResourceServer::new("https://api.example"));
/// let app: Router = Router::new()
///     .route("/who", get(who))
///     .route("/purge", get(purge))
///     .layer(BearerLayer::new(server));
/// ```
///
/// Claims that do not fit the type are answered with 401. Without the layer, the answer is 500.
#[derive(Clone, Copy, Debug)]
pub struct AccessClaims<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for AccessClaims<T> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Denial> {
        token(parts)?.claims().map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for AccessToken {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Denial> {
        token(parts).cloned()
    }
}

impl IntoResponse for Denial {
    fn into_response(self) -> Response {
        layer::respond(&self)
    }
}

fn token(parts: &Parts) -> Result<&AccessToken, Denial> {
    let missing = || Denial::new(Fault::Misconfigured, Arc::default(), Scope::default(), false);
    parts.extensions.get().ok_or_else(missing)
}
