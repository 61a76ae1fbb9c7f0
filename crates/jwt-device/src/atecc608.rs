//! Microchip ATECC608: a chip that makes P-256 keys, signs with them and never tells them.
//!
//! # What it is
//! A driver over embedded-hal, blocking ([`Atecc608`]) and async (`Atecc608Async`, feature
//! `embedded-hal-async-1`), a signer of tokens on top of it ([`Atecc608Signer`]), and a simulated chip
//! to test firmware on a PC (`sim`, feature `sim`).
//!
//! ```
//! # #[cfg(feature = "sim")] {
//! use jwt_core::{Minter, NumericDate, RegisteredClaims};
//! use jwt_device::atecc608::{Atecc608, Atecc608Signer, Config, Slot, sim::Simulator, wake};
//!
//! let sim = Simulator::tngtls(&[7; 32]); // on a board: your I2C, your delay
//! let config = Config { address: sim.address(), ..Config::default() };
//! let chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
//! let mut signer = Atecc608Signer::new(chip, Slot::PRIMARY, Some("dev-0001"));
//!
//! let claims = RegisteredClaims {
//!     issuer: Some("device-0001"),
//!     expiration_time: Some(NumericDate::from_seconds(1_700_000_300)),
//!     ..Default::default()
//! };
//! let mut buf = [0; 256];
//! let token = jwt_device::mint(&Minter::new(), &mut signer, &mut buf, &claims)?;
//! println!("Authorization: Bearer {token}");
//! assert_eq!(sim.wakes(), 1);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # For firmware authors
//! Say where the chip is and how it is configured ([`Config`]), and how your board wakes it ([`wake`]):
//! of all things that do not work on a new board, this is the first.
//!
//! Every method wakes the chip, does one thing and sends it to sleep, where it draws nanoamperes. A
//! token takes one wake and three commands: a random number, the digest, the signature; 165 to 180 ms at
//! most with the chip's fastest clock, of which the bus is used for some milliseconds. The driver keeps
//! nothing between two methods, so a chip that lost its power in between is no special case.
//!
//! What goes wrong is tried again where that can help ([`machine`] has the table), within
//! [`machine::LIMIT_US`]. What remains is [`Atecc608Error`]: the bus's own error, or a [`ChipError`],
//! whose kind ([`SignerErrorKind`](crate::SignerErrorKind)) tells what helps:
//!
//! | kind | it means | what helps |
//! | --- | --- | --- |
//! | `Bus` | no answer, or damaged ones | the wiring, the address, the way to wake |
//! | `NotProvisioned` | not locked, or no key in the slot | [`Atecc608::generate_key`], the locks |
//! | `Locked` | the configuration forbids it | another slot |
//! | `Busy` | it did not end in time | later; if it stays, its power |
//! | `Entropy` | its generator is not healthy | its power |
//! | `Other` | self-test, zeros, unknown statuses | another chip |
//!
//! A blank part is brought into service once: write its configuration with the vendor's tool, then
//! [`Atecc608::lock_config`], [`Atecc608::generate_key`], [`Atecc608::lock_data`]. Locks are for good,
//! which is why they take an [`Irreversible`].
//!
//! # Security
//! The bus is not encrypted: who can touch it can have anything signed while the device is on, as who
//! controls the firmware can; neither can take the key away. A checksum of 16 bits is no protection from
//! either. A signature that is damaged on its way all the same is refused where its numbers are out of
//! range ([`jwt_core::Draft::finish`]), and otherwise by whoever verifies the token.
//!
//! # For driver authors
//! | module | what it does | what it must not know |
//! | --- | --- | --- |
//! | [`command`], [`response`] | bytes of a packet | time, the bus |
//! | [`machine`] | what comes next, and what if it fails | the bus, tokens |
//! | [`wake`] | holds the data line low | the protocol |
//! | [`Atecc608`] | does what the machine says | the protocol |
//! | [`Atecc608Signer`] | hashes and asks for a signature | the bus |
//!
//! The machine does no I/O, so another transport is a loop of twenty lines over
//! [`machine::Machine::step`]. It is one type for all buses, some 130 bytes with the one frame that it
//! keeps; only the loop is compiled for each bus. There is no allocator, no formatting and no panic on
//! the way to a signature.
//!
//! Facts are from the public datasheets; frames in the tests were computed apart from this code. It has
//! been run on simulated chips only.

#[cfg(feature = "embedded-hal-async-1")]
mod asynch;
pub mod command;
mod config;
mod crc;
mod driver;
mod error;
pub mod machine;
mod methods;
mod names;
mod operation;
pub mod response;
mod signer;
#[cfg(feature = "sim")]
pub mod sim;
pub mod wake;

#[cfg(feature = "embedded-hal-async-1")]
pub use asynch::Atecc608Async;
pub use config::{Address, ClockDivider, Config, SelfTest};
pub use crc::crc16;
pub use driver::Atecc608;
pub use error::{Atecc608Error, ChipError};
pub use names::{
    Buffer, ConfigBlock, Irreversible, LockState, Lockable, PublicKey, Slot, ZoneLock,
};
pub use operation::Operation;
pub use signer::Atecc608Signer;
