//! Which command does what. The only place that knows them all.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::args::{Cli, Command, KeyCommand};
use crate::exit::{Failure, Result};
use crate::{decode, key, keygen, man, mint, output, verify};

/// Reads the arguments, does what they say, and tells how it went.
pub(crate) fn run() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, message }) => {
            if !message.is_empty() {
                output::diagnose(&message);
            }
            #[allow(clippy::as_conversions)] // the discriminants are the codes
            ExitCode::from(code as u8)
        }
    }
}

fn dispatch(command: Command) -> Result {
    match command {
        Command::Keygen(args) => keygen::run(&args),
        Command::Key { command: KeyCommand::Inspect(args) } => key::inspect(&args),
        Command::Key { command: KeyCommand::Convert(args) } => key::convert(&args),
        Command::Key { command: KeyCommand::Thumbprint(args) } => key::thumbprint(&args),
        Command::Key { command: KeyCommand::Set(args) } => key::set(&args),
        Command::Mint(args) => mint::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Decode(args) => decode::run(&args),
        #[cfg(feature = "token")]
        Command::Token(args) => crate::token::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "jwt", &mut script);
            output::write(&script)
        }
        Command::Man => man::run(),
    }
}
