//! A slot of a chip as a signer of tokens. It knows tokens only as bytes to hash.

use core::fmt;

use embedded_hal::i2c::ErrorType;
use jwt_core::{Es256, sha256};

use super::driver::Atecc608;
use super::error::Atecc608Error;
use super::names::Slot;
use super::wake::Wake;
use crate::signer::{JwsSigner, SignerKey};

/// A slot of a chip as an ES256 signer: an [`Atecc608`] is a [`JwsSigner`], an
/// [`Atecc608Async`](super::Atecc608Async) an [`AsyncJwsSigner`](crate::AsyncJwsSigner).
///
/// The host hashes, the chip signs.
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use jwt_core::{Minter, RegisteredClaims};
/// use jwt_device::atecc608::{Atecc608, Atecc608Signer, Config, Slot, sim::Simulator, wake};
///
/// let sim = Simulator::tngtls(&[7; 32]);
/// let config = Config { address: sim.address(), ..Config::default() };
/// let chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
/// let mut signer = Atecc608Signer::new(chip, Slot::PRIMARY, Some("dev-0001"));
///
/// let claims = RegisteredClaims { subject: Some("sensor-42"), ..Default::default() };
/// let mut buf = [0; 256];
/// let token = jwt_device::mint(&Minter::new(), &mut signer, &mut buf, &claims)?;
/// assert!(token.as_str().starts_with("eyJ"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Atecc608Signer<'k, C> {
    chip: C,
    slot: Slot,
    kid: Option<&'k str>,
}

impl<'k, C> Atecc608Signer<'k, C> {
    /// A signer over `slot` of `chip`, whose key is named `kid`.
    pub const fn new(chip: C, slot: Slot, kid: Option<&'k str>) -> Self {
        Self { chip, slot, kid }
    }

    /// The driver, for what else the chip is asked.
    pub const fn chip_mut(&mut self) -> &mut C {
        &mut self.chip
    }

    /// Gives the driver back.
    pub fn into_chip(self) -> C {
        self.chip
    }
}

impl<C> fmt::Debug for Atecc608Signer<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Atecc608Signer")
            .field("slot", &self.slot)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl<I2C: ErrorType, D, W> SignerKey for Atecc608Signer<'_, Atecc608<I2C, D, W>> {
    type Algorithm = Es256;
    type Error = Atecc608Error<I2C::Error>;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }
}

impl<I2C, D, W> JwsSigner for Atecc608Signer<'_, Atecc608<I2C, D, W>>
where
    I2C: embedded_hal::i2c::I2c,
    D: embedded_hal::delay::DelayNs,
    W: Wake<I2C>,
{
    fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], Self::Error> {
        self.chip.sign_digest(self.slot, &sha256(signing_input))
    }
}

#[cfg(feature = "embedded-hal-async-1")]
impl<I2C: ErrorType, D, W> SignerKey for Atecc608Signer<'_, super::Atecc608Async<I2C, D, W>> {
    type Algorithm = Es256;
    type Error = Atecc608Error<I2C::Error>;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }
}

#[cfg(feature = "embedded-hal-async-1")]
impl<I2C, D, W> crate::AsyncJwsSigner for Atecc608Signer<'_, super::Atecc608Async<I2C, D, W>>
where
    I2C: embedded_hal_async::i2c::I2c,
    D: embedded_hal_async::delay::DelayNs,
    W: super::wake::AsyncWake<I2C>,
{
    async fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], Self::Error> {
        self.chip.sign_digest(self.slot, &sha256(signing_input)).await
    }
}
