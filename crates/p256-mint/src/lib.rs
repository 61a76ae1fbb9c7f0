//! x
#![no_std]
#![forbid(unsafe_code)]
mod comb;
mod field;
mod invert;
mod key;
mod limb;
mod point;
mod scalar;
mod table;
pub use key::MintKey;
