//! The `jwt` command: keys and tokens from the command line.
//!
//! Data goes to stdout, diagnostics to stderr, and no secret is ever an argument.

mod args;
mod commands;
mod decode;
mod exit;
mod input;
mod key;
mod keygen;
mod man;
mod mint;
mod output;
#[cfg(feature = "remote-jwks")]
mod remote;
mod time;
#[cfg(feature = "token")]
mod token;
mod verify;

fn main() -> std::process::ExitCode {
    commands::run()
}
