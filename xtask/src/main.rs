//! The repository's own commands: `cargo xtask help`.

mod bench;
mod ci;
mod count;
mod coverage;
mod cross;
mod ct;
mod demo;
mod deny;
mod dependencies;
mod device;
mod differential;
mod drawn;
mod examples;
mod fresh;
mod fuzz;
mod i686;
mod interop;
mod mint;
mod mutants;
mod packages;
mod powerset;
mod published;
mod sh;
mod tables;
mod test;
mod tidy;
mod tools;

fn main() -> std::process::ExitCode {
    ci::dispatch(std::env::args().skip(1).collect())
}
