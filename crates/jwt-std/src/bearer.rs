//! `Authorization` and `WWW-Authenticate`, as RFC 6750 and RFC 9449 section 7 have them. Knows no keys, no tokens
//! and no HTTP library: fields are bytes, answers are numbers and strings.

mod credentials;
mod denial;
mod scope;

pub use credentials::Credentials;
pub(crate) use denial::Realm;
pub use denial::{Denial, Fault};
pub use scope::Scope;
