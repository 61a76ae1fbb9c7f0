//! The repository's own commands: `cargo xtask help`.

mod ci;
mod count;
mod coverage;
mod cross;
mod demo;
mod deny;
mod device;
mod fresh;
mod fuzz;
mod interop;
mod mint;
mod packages;
mod powerset;
mod sh;
mod tables;
mod test;
mod tidy;
mod tools;

fn main() -> std::process::ExitCode {
    ci::dispatch(std::env::args().skip(1).collect())
}
