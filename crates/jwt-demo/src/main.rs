//! `jwt-demo`: the parts of the demo as processes.
#![forbid(unsafe_code)]

fn main() {}
