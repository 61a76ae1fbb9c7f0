//! A JOSE header (RFC 7515 section 4) that jwt-core has to accept.

use super::json::{Strict, Tree};

/// What jwt-core reads in a header.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
    pub(crate) cty: Option<String>,
    pub(crate) members: Strict,
}

pub(crate) fn parse(json: &[u8]) -> Option<Header> {
    let members = Strict::parse(json)?;
    if members.find("crit").is_some() || members.find("b64").is_some() {
        return None;
    }
    // Absent, or a string.
    let optional = |name| match members.find(name) {
        None => Some(None),
        Some(Tree::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    };
    let (alg, kid, typ, cty) =
        (optional("alg")??, optional("kid")?, optional("typ")?, optional("cty")?);
    Some(Header { alg, kid, typ, cty, members })
}
