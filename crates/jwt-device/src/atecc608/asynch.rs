//! The async driver: the same loop as the blocking one, which waits where that one blocks.

use core::marker::PhantomData;

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
/// is dropped lets go of the data line, and leaves the chip awake until its watchdog expires, 1.7 s at most;
/// the next method copes.
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
        let Self { bus, delay, wake, config } = self;
        let address = config.address.bits();
        let mut pulse = Pulse { wake, is_open: false, bus: PhantomData };
        let mut failure = None;
        let mut came = Outcome::Done;
        loop {
            let result = match machine.step(came) {
                Step::Write(bytes) => bus.write(address, bytes).await,
                Step::Read(bytes) => bus.read(address, bytes).await,
                Step::Delay { us } => {
                    delay.delay_us(us).await;
                    Ok(())
                }
                Step::PullLow => {
                    pulse.is_open = true;
                    pulse.wake.pull_low(bus, address).await;
                    Ok(())
                }
                Step::Release => {
                    pulse.wake.release(bus).await;
                    pulse.is_open = false;
                    Ok(())
                }
                Step::Done(result) => return conclude(result, failure),
            };
            came = outcome(result, &mut failure);
        }
    }
}

/// A wake pulse, which ends where the future is dropped in the middle of it.
struct Pulse<'w, I2C, W: AsyncWake<I2C>> {
    wake: &'w mut W,
    is_open: bool,
    bus: PhantomData<fn(&mut I2C)>,
}

impl<I2C, W: AsyncWake<I2C>> Drop for Pulse<'_, I2C, W> {
    fn drop(&mut self) {
        if self.is_open {
            self.wake.abandon();
        }
    }
}
