//! A second opinion: the same rules written again over serde_json, base64ct, p256 and big integers, with
//! memory to spare and no eye on speed. What it shares with jwt-core is the text of the RFCs.

pub(crate) mod claims;
pub(crate) mod compact;
pub(crate) mod date;
pub(crate) mod header;
pub(crate) mod json;
pub(crate) mod policy;
pub(crate) mod signature;
