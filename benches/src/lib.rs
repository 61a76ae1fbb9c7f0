//! jwt-core and jwt-std against their peers and their floors: `cargo xtask bench`.
//!
//! Every library is a [`Library`]; [`libraries::all`] lists them, a line each. The workload is the same for
//! all ([`Work`]): to verify means the signature, `exp` by the system clock, `iss` and `aud`, and the claims
//! read. Absolute times belong to a machine; only ratios within one run are told.

#[cfg(feature = "peers")]
pub mod harness;
pub mod hostile;
pub mod job;
pub mod libraries;
pub mod operations;
pub mod work;

pub use job::Job;
pub use libraries::{Library, Op};
pub use work::{Algorithm, Work};
