//! A resource server (RFC 6749 section 1.1): which requests it lets through. Access tokens are those of RFC 9068,
//! and answers those of RFC 6750. Knows no HTTP library.

mod keys;
mod proof;
mod server;
mod token;

pub use keys::IssuerKeys;
pub use proof::{PresentedProof, ProofCheck, ProofError};
pub use server::{Presented, ResourceServer};
pub use token::AccessToken;
