//! The simulator as what a driver takes: a bus, a delay, a pin. Blocking and async are the same, because
//! virtual time passes at once.

use core::convert::Infallible;
use core::fmt;

use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{self, OutputPin};
use embedded_hal::i2c::{self, ErrorKind, I2c, NoAcknowledgeSource, Operation};

use super::Simulator;
use super::chip::Refusal;

/// The bus of a [`Simulator`].
#[derive(Clone, Copy, Debug)]
pub struct SimBus<'s>(pub(super) &'s Simulator);

/// The delay of a [`Simulator`]: virtual time passes.
#[derive(Clone, Copy, Debug)]
pub struct SimDelay<'s>(pub(super) &'s Simulator);

/// A pin on the data line of a [`Simulator`].
#[derive(Clone, Copy, Debug)]
pub struct SimPin<'s>(pub(super) &'s Simulator);

/// What the simulated bus says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimError {
    /// Nobody has acknowledged.
    NotAcknowledged,
    /// The fault that was asked for.
    Bus,
}

impl fmt::Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAcknowledged => "not acknowledged",
            Self::Bus => "simulated fault of the bus",
        })
    }
}

impl core::error::Error for SimError {}

impl i2c::Error for SimError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotAcknowledged => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            Self::Bus => ErrorKind::Bus,
        }
    }
}

impl i2c::ErrorType for SimBus<'_> {
    type Error = SimError;
}

impl SimBus<'_> {
    fn transfer(self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), SimError> {
        operations.iter_mut().try_for_each(|operation| {
            let done = self.0.with(|chip| match operation {
                Operation::Write(bytes) => chip.write(address, bytes),
                Operation::Read(buf) => chip.read(address, buf),
            });
            done.map_err(|refusal| match refusal {
                Refusal::Address => SimError::NotAcknowledged,
                Refusal::Bus => SimError::Bus,
            })
        })
    }

    fn wait(self, ns: u32) {
        self.0.with(|chip| chip.pass(ns.into()));
    }
}

impl I2c for SimBus<'_> {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), SimError> {
        self.transfer(address, operations)
    }
}

#[cfg(feature = "embedded-hal-async-1")]
impl embedded_hal_async::i2c::I2c for SimBus<'_> {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), SimError> {
        self.transfer(address, operations)
    }
}

impl DelayNs for SimDelay<'_> {
    fn delay_ns(&mut self, ns: u32) {
        self.0.bus().wait(ns);
    }
}

#[cfg(feature = "embedded-hal-async-1")]
impl embedded_hal_async::delay::DelayNs for SimDelay<'_> {
    async fn delay_ns(&mut self, ns: u32) {
        self.0.bus().wait(ns);
    }
}

impl digital::ErrorType for SimPin<'_> {
    type Error = Infallible;
}

impl OutputPin for SimPin<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.with(super::chip::Chip::pin_low);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.with(super::chip::Chip::pin_high);
        Ok(())
    }
}
