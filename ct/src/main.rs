//! Runs one subject of constant time for `cargo xtask ct`, or lists them.

mod controls;
mod keys;
mod memcheck;
mod run;
mod secret;
mod signatures;
mod timing;

fn main() -> std::process::ExitCode {
    run::main(&std::env::args().skip(1).collect::<Vec<_>>())
}
