//! Exit codes, and which error has which.

use jwt_std::jwt_core::{KeyError, VerifyError};
use jwt_std::{Error, Stage};

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
        #[cfg(feature = "remote-jwks")]
        Error::Fetch(_) => Code::Io,
        Error::InvalidUrl => Code::Usage,
        Error::NotExpressible | Error::NoRsaSigning => Code::Usage,
        Error::Key(error) => key_code(error),
        Error::AlgorithmNeeded
        | Error::RsaAlgorithmNeeded
        | Error::AlgorithmNotAllowed
        | Error::NoSingleKey { .. } => Code::Refused,
        Error::Verify(error) => match error.stage() {
            // Of the claims: a signed payload that is no JSON object.
            Stage::Structure | Stage::Header | Stage::Claims => Code::Malformed,
            _ => Code::Refused,
        },
        Error::Claims { .. } => Code::Claims,
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
        | KeyError::RsaModulus { .. }
        | KeyError::RsaExponent
        | KeyError::RsaFactorable
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
