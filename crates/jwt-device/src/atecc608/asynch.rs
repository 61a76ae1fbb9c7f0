//! The async driver: the same loop as the blocking one, which waits where that one blocks.

use embedded_hal_async::delay::DelayNs;
use embedded_hal_async::i2c::I2c;

use super::command::Command;
use super::config::Config;
use super::driver::{conclude, outcome};
use super::error::Atecc608Error;
use super::machine::{Machine, Outcome, Step};
use super::methods::methods;
use super::names::{ConfigBlock, Irreversible, LockState, Lockable, PublicKey, Slot, ZoneLock};
use super::operation::Operation;
use super::wake::AsyncWake;

/// An ATECC608 on an async bus.
///
/// Each method wakes the chip, does one thing and sends it to sleep, also where it fails. A future that
/// is dropped leaves the chip awake until its watchdog expires, 1.7 s at most; the next method copes.
#[derive(Debug)]
pub struct Atecc608Async<I2C, D, W> {
    bus: I2C,
    delay: D,
    wake: W,
    config: Config,
}

impl<I2C, D, W> Atecc608Async<I2C, D, W> {
    /// A driver over `bus`, which may be a `&mut` or one of embassy-embedded-hal. Nothing is sent yet.
    pub const fn new(bus: I2C, delay: D, wake: W, config: Config) -> Self {
        Self { bus, delay, wake, config }
    }

    /// Gives bus, delay and wake strategy back.
    pub fn into_parts(self) -> (I2C, D, W) {
        (self.bus, self.delay, self.wake)
    }
}

methods!(Atecc608Async, [I2c], [DelayNs], [AsyncWake], [async], [.await]);

impl<I2C: I2c, D: DelayNs, W: AsyncWake<I2C>> Atecc608Async<I2C, D, W> {
    async fn run(&mut self, machine: &mut Machine<'_>) -> Result<(), Atecc608Error<I2C::Error>> {
        let address = self.config.address.bits();
        let mut failure = None;
        let mut came = Outcome::Done;
        loop {
            let result = match machine.step(came) {
                Step::Write(bytes) => self.bus.write(address, bytes).await,
                Step::Read(bytes) => self.bus.read(address, bytes).await,
                Step::Delay { us } => {
                    self.delay.delay_us(us).await;
                    Ok(())
                }
                Step::PullLow => {
                    self.wake.pull_low(&mut self.bus, address).await;
                    Ok(())
                }
                Step::Release => {
                    self.wake.release(&mut self.bus).await;
                    Ok(())
                }
                Step::Done(result) => return conclude(result, failure),
            };
            came = outcome(result, &mut failure);
        }
    }
}
