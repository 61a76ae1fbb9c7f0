//! What a gateway says of itself, so that clients find its authorization server (RFC 9728).

use reqwest::Url;
use serde_json::json;

use super::{CHAT, Settings};
use crate::Result;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The path of the metadata and the metadata (section 2). The audience of access tokens is the resource.
pub(super) fn metadata(settings: &Settings) -> Result<(String, String)> {
    let resource = Url::parse(&settings.audience).ok().filter(Url::has_host);
    let resource = resource.ok_or_else(|| format!("{}: no URL with a host", settings.audience))?;
    // Section 3.1: the well-known path comes "between the host component and the path".
    let path = format!("{WELL_KNOWN}{}", resource.path().trim_end_matches('/'));
    let metadata = json!({
        "resource": settings.audience,
        "authorization_servers": [settings.issuer],
        "scopes_supported": [CHAT],
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "dpop_bound_access_tokens_required": settings.bound_only,
    });
    Ok((path, metadata.to_string()))
}
