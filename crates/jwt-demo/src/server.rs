//! An OAuth 2.0 authorization server: clients prove who they are by a key and never by a password, users log in
//! behind PKCE, and what it issues is an access token of RFC 9068.
//!
//! ```text
//! POST /token      form -> proof (DPoP) -> one transaction { client -> grant -> used ids -> token } -> answer
//! /authorize       request -> page -> password -> code (60 s, once)
//! POST /revoke     refresh token -> its whole family
//! GET  /jwks.json, /.well-known/oauth-authorization-server
//! ```
//!
//! Whatever an answer says has been committed before it goes out. An answer that is lost costs a client of
//! `client_credentials` a request, a user a log-in, and the holder of a refresh token nothing: see [`refresh`].
//!
//! What is not here: `openid`, sessions of users, dynamic registration over the network, and the revocation of
//! access tokens, which are over after minutes.

mod answer;
mod authorization;
mod authorize;
mod authorize_request;
mod client;
mod client_authentication;
mod code;
mod database;
mod metadata;
mod page;
mod parameters;
mod proof;
pub mod refresh;
mod revoke;
mod secret;
mod settings;
mod signing_keys;
mod state;
mod token;
mod token_request;
mod used;
mod users;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn;

pub use settings::Settings;
pub use state::AuthorizationServer;

use crate::{Result, listen, log};

/// What the server is told when it starts.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: String,
    /// The issuer identifier, without a path; where clients reach this server. By default where it listens.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Where its state is kept; by default in memory, and gone when it ends.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// What tokens may be for (RFC 8707), once for each; the first where a request names none.
    #[arg(long = "resource", value_name = "URL", required = true)]
    resources: Vec<String>,
    /// Metadata of a client (RFC 7591) with its `client_id`, once for each.
    #[arg(long = "client", value_name = "FILE")]
    clients: Vec<PathBuf>,
    /// A user whose password is in the environment as JWT_DEMO_PASSWORD_NAME, once for each.
    #[arg(long = "user", value_name = "NAME")]
    users: Vec<String>,
    /// Seconds that an access token lives.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    lifetime: u64,
    /// Takes assertions that are addressed to the token endpoint too (RFC 7523 of 2015).
    #[arg(long)]
    legacy_audience: bool,
    /// Wants its own nonce in DPoP proofs (RFC 9449 section 8).
    #[arg(long)]
    dpop_nonce: bool,
    /// Takes the next signing key into use after so many seconds, and again.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    rotate_keys_every: Option<u64>,
}

/// Serves until it is interrupted.
///
/// # Errors
/// The address is taken, a file cannot be read, or what it holds is refused.
pub async fn run(arguments: Arguments) -> Result {
    let (listener, origin) = listen::bind(&arguments.listen).await?;
    let issuer = arguments.issuer.unwrap_or_else(|| origin.clone());
    let server = AuthorizationServer::open(Settings {
        database: arguments.database,
        resources: arguments.resources,
        access_token_lifetime: arguments.lifetime,
        legacy_audience: arguments.legacy_audience,
        dpop_nonce: arguments.dpop_nonce,
        ..Settings::new(issuer, "")
    })?;
    for file in &arguments.clients {
        server.register(&std::fs::read_to_string(file)?)?;
    }
    for name in &arguments.users {
        let variable = format!("JWT_DEMO_PASSWORD_{}", name.to_ascii_uppercase());
        let password = std::env::var(&variable).map_err(|_| format!("{variable} is not set"))?;
        server.add_user(name, password.as_bytes())?;
    }
    if let Some(seconds) = arguments.rotate_keys_every {
        tokio::spawn(rotate(Arc::clone(&server), Duration::from_secs(seconds)));
    }
    listen::serve(listener, &origin, server.router().layer(from_fn(log::requests))).await
}

/// Takes one key after the other into use.
async fn rotate(server: Arc<AuthorizationServer>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let server = Arc::clone(&server);
        let rotated = tokio::task::spawn_blocking(move || {
            server.rotate_keys().map_err(|error| error.to_string())
        });
        match rotated.await {
            Ok(Ok(())) => tracing::info!("the signing key is replaced"),
            Ok(Err(error)) => tracing::error!(error, "the signing key is not replaced"),
            Err(error) => tracing::error!(%error, "the signing key is not replaced"),
        }
    }
}
