//! What is done within one wake: a command, or the three that a signature takes. It knows the order of
//! commands and nothing of how they travel.

use super::command::Command;
use super::names::{Buffer, Slot};

/// Commands that belong together, in order.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'d>(Script<'d>);

#[derive(Clone, Copy, Debug)]
enum Script<'d> {
    One(Command<'d>),
    Sign { slot: Slot, digest: &'d [u8; 32] },
}

impl<'d> Operation<'d> {
    /// One command.
    #[must_use]
    pub const fn command(command: Command<'d>) -> Self {
        Self(Script::One(command))
    }

    /// The signature of `slot` over `digest`: a random number first, because that makes the chip renew
    /// the seed of its generator and some configurations refuse to sign without, then the digest into
    /// its buffer, then the signature.
    #[must_use]
    pub const fn sign(slot: Slot, digest: &'d [u8; 32]) -> Self {
        Self(Script::Sign { slot, digest })
    }

    /// The command at `stage`, or `None` past the last.
    pub(super) const fn at(&self, stage: u8) -> Option<Command<'d>> {
        Some(match (self.0, stage) {
            (Script::One(command), 0) => command,
            (Script::Sign { .. }, 0) => Command::random(),
            (Script::Sign { digest, .. }, 1) => Command::load(Buffer::MessageDigest, digest),
            (Script::Sign { slot, .. }, 2) => Command::sign(Buffer::MessageDigest, slot),
            _ => return None,
        })
    }
}
