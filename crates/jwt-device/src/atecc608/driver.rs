//! The blocking driver: a loop that does what the machine says. It knows no protocol.

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::{ErrorKind, I2c};

use super::command::Command;
use super::config::Config;
use super::error::{Atecc608Error, ChipError};
use super::machine::{Machine, Outcome, Step};
use super::methods::methods;
use super::names::{ConfigBlock, Irreversible, LockState, Lockable, PublicKey, Slot, ZoneLock};
use super::operation::Operation;
use super::wake::Wake;

/// An ATECC608 on a blocking bus.
///
/// Each method wakes the chip, does one thing and sends it to sleep, also where it fails.
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use jwt_device::atecc608::{Atecc608, Config, Slot, sim::Simulator, wake};
///
/// let sim = Simulator::tngtls(&[7; 32]);
/// let config = Config { address: sim.address(), ..Config::default() };
/// let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
///
/// assert_eq!(chip.serial_number()?[..2], [0x01, 0x23]);
/// let signature = chip.sign_digest(Slot::PRIMARY, &[0x42; 32])?;
/// assert_eq!(signature.len(), 64);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Atecc608<I2C, D, W> {
    bus: I2C,
    delay: D,
    wake: W,
    config: Config,
}

impl<I2C, D, W> Atecc608<I2C, D, W> {
    /// A driver over `bus`, which may be a `&mut` or one of embedded-hal-bus. Nothing is sent yet.
    pub const fn new(bus: I2C, delay: D, wake: W, config: Config) -> Self {
        Self { bus, delay, wake, config }
    }

    /// Gives bus, delay and wake strategy back.
    pub fn into_parts(self) -> (I2C, D, W) {
        (self.bus, self.delay, self.wake)
    }
}

methods!(Atecc608, [I2c], [DelayNs], [Wake], [], []);

impl<I2C: I2c, D: DelayNs, W: Wake<I2C>> Atecc608<I2C, D, W> {
    /// Not inlined, so that an image has this loop once.
    #[inline(never)]
    fn run(&mut self, machine: &mut Machine<'_>) -> Result<(), Atecc608Error<I2C::Error>> {
        let address = self.config.address.bits();
        let mut failure = None;
        let mut came = Outcome::Done;
        loop {
            let result = match machine.step(came) {
                Step::Write(bytes) => self.bus.write(address, bytes),
                Step::Read(bytes) => self.bus.read(address, bytes),
                Step::Delay { us } => {
                    self.delay.delay_us(us);
                    Ok(())
                }
                Step::PullLow => {
                    self.wake.pull_low(&mut self.bus, address);
                    Ok(())
                }
                Step::Release => {
                    self.wake.release(&mut self.bus);
                    Ok(())
                }
                Step::Done(result) => return conclude(result, failure),
            };
            came = outcome(result, &mut failure);
        }
    }
}

/// What came of a transfer. An error that may be more than a missing acknowledgement is kept.
pub(super) fn outcome<E: embedded_hal::i2c::Error>(
    result: Result<(), E>,
    failure: &mut Option<E>,
) -> Outcome {
    let Err(error) = result else { return Outcome::Done };
    match error.kind() {
        ErrorKind::NoAcknowledge(_) => Outcome::NotAcknowledged,
        // Some HALs call a missing acknowledgement so.
        ErrorKind::Other => {
            *failure = Some(error);
            Outcome::NotAcknowledged
        }
        _ => {
            *failure = Some(error);
            Outcome::BusFailed
        }
    }
}

/// The chip's silence is the bus's fault where the bus has failed.
pub(super) fn conclude<E>(
    result: Result<(), ChipError>,
    failure: Option<E>,
) -> Result<(), Atecc608Error<E>> {
    match (result, failure) {
        (Ok(()), _) => Ok(()),
        (Err(ChipError::NoAnswer | ChipError::Timeout | ChipError::Garbled), Some(error)) => {
            Err(Atecc608Error::Bus(error))
        }
        (Err(error), _) => Err(Atecc608Error::Chip(error)),
    }
}
