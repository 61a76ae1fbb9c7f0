//! How the chip is woken: the data line has to be low for 60 µs, which no I²C interface promises.
//!
//! # For firmware authors
//! The strategies over the bus rely on zeros that the host sends, so they need a bus of at most 100 kHz
//! while the chip wakes. Where the bus is faster, hold the line with a [`Pin`], or slow the bus down in
//! a [`Callback`].
//!
//! | strategy | what the host sends | needs |
//! | --- | --- | --- |
//! | [`GeneralCall`] | address 0 and nothing else | ≤ 100 kHz; a HAL that writes nothing (not RP2040) |
//! | [`GeneralCallByte`] | address 0, then 0x01 if anybody acknowledges | ≤ 100 kHz |
//! | [`OwnAddress`] | 0x00 to the chip's address | ≤ 100 kHz; see there: not for every address |
//! | [`Pin`] | nothing: a pin holds the line | an open-drain pin on the data line; any speed |
//! | [`Callback`] | whatever you do | that you do it |
//!
//! At 100 kHz the eight zero bits of address 0 last 80 µs.
//!
//! # For driver authors
//! A strategy tells of no error: nobody acknowledges a wake, and if it failed the chip does not answer.

use embedded_hal::digital::OutputPin;
use embedded_hal::i2c::I2c;

/// A way to hold the data line low for 60 µs, on a blocking bus.
pub trait Wake<I2C> {
    /// Begins to hold the line low, or does the whole pulse. `address` is the chip's.
    fn pull_low(&mut self, bus: &mut I2C, address: u8);

    /// Lets go of the line, 80 µs or more later.
    fn release(&mut self, _bus: &mut I2C) {}
}

/// As [`Wake`], on an async bus.
///
/// The futures are for one thread, as those of embedded-hal-async are.
#[cfg(feature = "embedded-hal-async-1")]
#[allow(async_fn_in_trait)] // they need not be `Send`: see above
pub trait AsyncWake<I2C> {
    /// Begins to hold the line low, or does the whole pulse. `address` is the chip's.
    async fn pull_low(&mut self, bus: &mut I2C, address: u8);

    /// Lets go of the line, 80 µs or more later.
    async fn release(&mut self, _bus: &mut I2C) {}

    /// Lets go of the line at once: the future was dropped in the middle of the pulse. For strategies that
    /// hold the line after [`AsyncWake::pull_low`] has ended; the others have nothing to do.
    fn abandon(&mut self) {}
}

/// Implements both traits for a strategy that writes `$bytes` to `$to`, or to the chip where there is
/// no `$to`.
macro_rules! over_the_bus {
    ($strategy:ty, $own:ident => $to:expr, $bytes:expr) => {
        impl<I2C: I2c> Wake<I2C> for $strategy {
            fn pull_low(&mut self, bus: &mut I2C, $own: u8) {
                let _ = bus.write($to, $bytes);
            }
        }

        #[cfg(feature = "embedded-hal-async-1")]
        impl<I2C: embedded_hal_async::i2c::I2c> AsyncWake<I2C> for $strategy {
            async fn pull_low(&mut self, bus: &mut I2C, $own: u8) {
                let _ = bus.write($to, $bytes).await;
            }
        }
    };
}

/// Writes nothing to address 0. The simplest, where the HAL can: RP2040's hardware cannot.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeneralCall;

over_the_bus!(GeneralCall, _own => 0, &[]);

/// Writes 0x01 to address 0.
///
/// The chip acknowledges no general call, so the byte is sent only where another part on the bus does;
/// its lowest bit tells that part that it is not meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeneralCallByte;

over_the_bus!(GeneralCallByte, _own => 0, &[0x01]);

/// Writes 0x00 to the chip's address, for hosts that refuse address 0.
///
/// A host stops after the address, which a sleeping chip does not acknowledge, so the address itself has
/// to have the zeros: [`Address::BLANK`](super::Address::BLANK) ends with six (with the bit for writing),
/// which at 100 kHz are just the 60 µs. [`Address::TNGTLS`](super::Address::TNGTLS) and
/// [`Address::TFLXTLS`](super::Address::TFLXTLS) end with one and two: there it works only with a host
/// that sends on unacknowledged.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnAddress;

over_the_bus!(OwnAddress, own => own, &[0x00]);

/// Holds a pin low that is wired to the data line. It must be open drain: the line has a pull-up, and
/// somebody else may be holding it.
#[derive(Clone, Copy, Debug)]
pub struct Pin<P>(pub P);

impl<I2C, P: OutputPin> Wake<I2C> for Pin<P> {
    fn pull_low(&mut self, _bus: &mut I2C, _address: u8) {
        let _ = self.0.set_low();
    }

    fn release(&mut self, _bus: &mut I2C) {
        let _ = self.0.set_high();
    }
}

#[cfg(feature = "embedded-hal-async-1")]
impl<I2C, P: OutputPin> AsyncWake<I2C> for Pin<P> {
    async fn pull_low(&mut self, _bus: &mut I2C, _address: u8) {
        let _ = self.0.set_low();
    }

    async fn release(&mut self, _bus: &mut I2C) {
        let _ = self.0.set_high();
    }

    fn abandon(&mut self) {
        let _ = self.0.set_high();
    }
}

/// Calls a closure that does the whole pulse: slows the bus down, turns its pins into outputs, or asks
/// another core.
#[derive(Clone, Copy, Debug)]
pub struct Callback<F>(pub F);

impl<I2C, F: FnMut(&mut I2C)> Wake<I2C> for Callback<F> {
    fn pull_low(&mut self, bus: &mut I2C, _address: u8) {
        (self.0)(bus);
    }
}

#[cfg(feature = "embedded-hal-async-1")]
impl<I2C, F: AsyncFnMut(&mut I2C)> AsyncWake<I2C> for Callback<F> {
    async fn pull_low(&mut self, bus: &mut I2C, _address: u8) {
        (self.0)(bus).await;
    }
}
