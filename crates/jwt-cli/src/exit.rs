//! Exit codes, and which error has which.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use jwt_std::jwt_core::{KeyError, VerifyError};
use jwt_std::{Error, Stage};

use crate::args::{Cli, Command, KeyCommand};
use crate::{decode, key, keygen, man, mint, output, verify};

/// Why the command ends, what it says on stderr (nothing where it is empty), and with which code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) message: String,
}

/// The exit codes, part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Io = 1,
    Usage = 2,
    Malformed = 3,
    Refused = 4,
    Claims = 5,
}

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

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
        Command::Mint(args) => mint::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Decode(args) => decode::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "jwt", &mut script);
            output::write(&script)
        }
        Command::Man => man::run(),
    }
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same failure, with what it was about in front.
    pub(crate) fn about(self, what: &str) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }
}

pub(crate) fn usage(message: impl Into<String>) -> Failure {
    Failure::new(Code::Usage, message)
}

pub(crate) fn io(error: std::io::Error) -> Failure {
    // Whoever read our output has gone, as `head` does: nobody is waiting for a word about it.
    let quiet = error.kind() == std::io::ErrorKind::BrokenPipe;
    Failure::new(Code::Io, if quiet { String::new() } else { error.to_string() })
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(code(&error), error.to_string())
    }
}

fn code(error: &Error) -> Code {
    match error {
        Error::Io(_) | Error::Entropy => Code::Io,
        Error::NotExpressible => Code::Usage,
        Error::Key(error) => key_code(error),
        Error::UnknownContainer | Error::FileTooLarge { .. } => Code::Malformed,
        Error::AlgorithmNeeded | Error::AlgorithmNotAllowed | Error::NoSingleKey { .. } => {
            Code::Refused
        }
        Error::Verify(error) => match error.stage() {
            Stage::Structure | Stage::Header => Code::Malformed,
            // A signed payload that is no JSON object.
            Stage::Claims => Code::Malformed,
            _ => Code::Refused,
        },
        Error::Claims { .. } => Code::Claims,
        Error::Json(_) => Code::Malformed,
        // What cannot be minted was asked for by the arguments.
        Error::Mint(_) => Code::Usage,
        _ => Code::Malformed,
    }
}

/// Malformed: it is no key. Refused: it is one, and not for this.
const fn key_code(error: &KeyError) -> Code {
    match error {
        KeyError::WrongForm { .. }
        | KeyError::TooShort { .. }
        | KeyError::NotASecret
        | KeyError::PublicKey
        | KeyError::PrivateKey
        | KeyError::AlgorithmMismatch { .. }
        | KeyError::NotForSignatures
        | KeyError::OperationNotAllowed { .. }
        | KeyError::MixedSet => Code::Refused,
        _ => Code::Malformed,
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        Error::from(error).into()
    }
}
