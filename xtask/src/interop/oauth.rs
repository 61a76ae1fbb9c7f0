//! OAuth 2.0 with implementations that others wrote, as processes on loopback: an authorization server, and gateways
//! in front of an API.
//!
//! Each part is installed from a registry, started on ports of its own, and killed when its guard is dropped, whatever
//! happens. Its cases are counted as those of a pair are.

pub(crate) mod envoy;
pub(crate) mod oidc_provider;

mod gateway;
mod haproxy;
mod http;
mod issued;
mod openid_client;
pub(crate) mod process;
mod server;
mod tokens;

use std::path::{Path, PathBuf};

use super::Tally;
use super::jwt::Jwt;
use crate::sh::Result;

/// One of these implementations.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Installs it under a folder; returns what is to be started.
    pub(super) install: fn(&Path) -> Result<PathBuf>,
    /// Starts it and puts the cases to it; returns its name with its version.
    pub(super) cases: fn(&Ours, &Path, &mut Tally) -> Result<String>,
}

/// What is ours.
pub(super) struct Ours {
    pub(super) jwt: Jwt,
    /// The program `jwt-demo`.
    pub(super) jwt_demo: PathBuf,
}

/// All of them.
pub(super) const PARTS: [Part; 4] = [
    Part { name: "oidc-provider", install: oidc_provider::install, cases: oidc_provider::cases },
    Part { name: "envoy", install: envoy::install, cases: envoy::cases },
    Part { name: "haproxy", install: haproxy::install, cases: haproxy::cases },
    Part { name: "openid-client", install: openid_client::install, cases: openid_client::cases },
];

/// Fails where what was found is not what was expected, and says both.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {expected:?} expected, {found:?} found").into())
}
