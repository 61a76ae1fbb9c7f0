//! A tower layer: [`ResourceServer`] in front of any service.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_1::header::{AUTHORIZATION, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http_1::{HeaderMap, Request, Response, StatusCode};
use tower_layer_03::Layer;
use tower_service_03::Service;

use crate::{BoxFuture, Denial, Presented, ResourceServer, Scope};

const DPOP: HeaderName = HeaderName::from_static("dpop");
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Lets requests through that a [`ResourceServer`] lets through, with the [`crate::AccessToken`] among their
/// extensions, and answers all others.
///
/// ```
/// use std::convert::Infallible;
/// use std::sync::Arc;
///
/// use jwt_std::{AccessToken, BearerLayer, ResourceServer, Scope};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// # use axum::http::{Request, Response};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), jwt_std::Error> {
/// let server = ResourceServer::new("https://api.example");
/// let service = ServiceBuilder::new()
///     .layer(BearerLayer::new(Arc::new(server)).scope(Scope::new("chat")?))
///     .service(service_fn(async |request: Request<String>| {
///         let token: &AccessToken = request.extensions().get().expect("the layer puts it there");
///         Ok::<_, Infallible>(Response::new(format!("hello {}", token.subject())))
///     }));
/// let answer = service.oneshot(Request::new(String::new())).await.unwrap();
/// assert_eq!(answer.status(), 401);
/// assert_eq!(answer.headers()["www-authenticate"], "Bearer");
/// # Ok(()) }
/// ```
///
/// What goes on has its `Authorization` marked as sensitive, so that `Debug` does not show it. Whoever passes
/// requests on to others takes it out.
#[derive(Clone, Debug)]
pub struct BearerLayer {
    server: Arc<ResourceServer>,
    scope: Arc<Scope>,
}

impl BearerLayer {
    /// Asks for an access token.
    #[must_use]
    pub fn new(server: Arc<ResourceServer>) -> Self {
        Self { server, scope: Arc::default() }
    }

    /// Asks for this scope too.
    #[must_use]
    pub fn scope(self, scope: Scope) -> Self {
        Self { scope: Arc::new(scope), ..self }
    }
}

impl<S> Layer<S> for BearerLayer {
    type Service = BearerService<S>;

    fn layer(&self, inner: S) -> BearerService<S> {
        BearerService { layer: self.clone(), inner }
    }
}

/// A service behind a [`BearerLayer`].
#[derive(Clone)]
pub struct BearerService<S> {
    layer: BearerLayer,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for BearerService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Send + 'static,
    R: Default + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<R>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that is ready goes into the future, and its clone waits for the next request.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let BearerLayer { server, scope } = self.layer.clone();
        Box::pin(async move {
            let method = request.method().clone();
            let uri = request.uri().to_string();
            let authorization = fields(request.headers(), AUTHORIZATION);
            let dpop = fields(request.headers(), DPOP);
            let verdict = {
                let authorization = bytes(&authorization);
                let dpop = bytes(&dpop);
                let presented = Presented {
                    method: method.as_str(),
                    uri: &uri,
                    authorization: &authorization,
                    dpop: &dpop,
                };
                server.check(&presented, &scope).await
            };
            match verdict {
                Ok(token) => {
                    if let Some(field) = request.headers_mut().get_mut(AUTHORIZATION) {
                        field.set_sensitive(true);
                    }
                    request.extensions_mut().insert(token);
                    inner.call(request).await
                }
                Err(denial) => Ok(respond(&denial)),
            }
        })
    }
}

impl<S> fmt::Debug for BearerService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerService").field("layer", &self.layer).finish_non_exhaustive()
    }
}

fn fields(headers: &HeaderMap, name: HeaderName) -> Vec<HeaderValue> {
    headers.get_all(name).iter().cloned().collect()
}

fn bytes(fields: &[HeaderValue]) -> Vec<&[u8]> {
    fields.iter().map(HeaderValue::as_bytes).collect()
}

/// The answer to a request that is not let through, without a body.
pub(crate) fn respond<R: Default>(denial: &Denial) -> Response<R> {
    let mut response = Response::new(R::default());
    *response.status_mut() =
        StatusCode::from_u16(denial.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers: &mut HeaderMap = response.headers_mut();
    for challenge in denial.challenges() {
        if let Ok(value) = HeaderValue::try_from(challenge) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    if let Some(nonce) = denial.dpop_nonce().and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
        headers.insert(DPOP_NONCE, nonce);
    }
    response
}
