//! What `defmt` logs show of a source: times and reasons, never a token.

use defmt::{Format, Formatter, write};

use super::{Decision, Plan, SourceError, Token, Window};
use crate::SignerError;

impl Format for Token<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Token({=usize} characters)", self.as_str().len());
    }
}

impl Format for Window {
    fn format(&self, f: Formatter<'_>) {
        let Self { issued_at, expiration_time, .. } = self;
        write!(f, "Window({=i64} to {=i64})", issued_at.seconds(), expiration_time.seconds());
    }
}

impl Format for Plan {
    fn format(&self, f: Formatter<'_>) {
        let (renew_at, end) = (self.renew_at().seconds(), self.end().seconds());
        write!(f, "Plan({}, renewed at {=i64}, over at {=i64})", self.window(), renew_at, end);
    }
}

impl Format for Decision {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Reuse => write!(f, "Reuse"),
            Self::Renew => write!(f, "Renew"),
            Self::Mint => write!(f, "Mint"),
            Self::TooSoon { retry_at } => write!(f, "TooSoon({=i64})", retry_at.seconds()),
            Self::TooLong { useful_life } => write!(f, "TooLong({=u32} s)", *useful_life),
        }
    }
}

/// Of the signer's own error its kind; of the others all, since none holds text of a token.
impl<E: SignerError> Format for SourceError<E> {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Clock(error) => write!(f, "Clock({})", error),
            Self::TooSoon { retry_at } => write!(f, "TooSoon({=i64})", retry_at.seconds()),
            Self::TooLong { useful_life } => write!(f, "TooLong({=u32} s)", *useful_life),
            Self::Rule(violation) => write!(f, "Rule({})", violation),
            Self::Mint(error) => write!(f, "Mint({})", defmt::Debug2Format(error)),
            Self::Signer(error) => write!(f, "Signer({})", error.kind()),
            Self::Overtaken => write!(f, "Overtaken"),
        }
    }
}
