//! A simulated ATECC608, to test firmware where there is no chip: on a PC, or in an emulator.
//!
//! It is a chip with a state, not a script: asleep, idle, awake or at work, with a watchdog, buffers
//! that are lost in sleep, zones and slots that can be locked, and P-256 keys whose signatures verify.
//! It acknowledges nothing while it works or sleeps. Bus and delay share a virtual clock, so a test sees
//! how long firmware waits without waiting, and [`Simulator::inject`] makes go wrong what goes wrong on
//! a bench once a month.
//!
//! ```
//! use jwt_device::atecc608::sim::{Fault, Simulator, Times};
//! use jwt_device::atecc608::{Atecc608, Config, Slot, wake};
//!
//! let sim = Simulator::tngtls(&[7; 32]);
//! let config = Config { address: sim.address(), ..Config::default() };
//! let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
//!
//! sim.inject(Fault::Status(0x05), Times::once())?; // a fault on the curve: the driver tries again
//! chip.sign_digest(Slot::PRIMARY, &[0x42; 32])?;
//! println!("{} commands in {} ms", sim.commands(), sim.now_us() / 1_000);
//! # assert_eq!(sim.commands(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it is not
//! It knows the commands that the driver sends and no others; a command always takes the longest time
//! that it may; slot 0 signs, slot 1 does so only from inside, 2 to 4 can have new keys, and the rest
//! are empty, whatever the configuration's bytes say. Its randomness is the hash of the seed it is given
//! and a number. Never put it in a product: it is no secure element, only an element.

mod bus;
mod chip;
mod commands;
mod fault;

use core::cell::Cell;
use core::fmt;

pub use self::bus::{SimBus, SimDelay, SimError, SimPin};
use self::chip::{Chip, Power};
pub use self::fault::{Fault, NoRoom, Times};
use super::config::{Address, ClockDivider, SelfTest};
use super::names::{PublicKey, Slot};

/// A simulated chip with the bus it is on and a virtual clock.
pub struct Simulator {
    chip: Cell<Chip>,
}

impl Simulator {
    /// A chip as it comes from the Trust&GO line: locked, with keys in slots 0 to 4, which follow from
    /// `seed`.
    #[must_use]
    pub fn tngtls(seed: &[u8; 32]) -> Self {
        let mut chip = Chip::new(Address::TNGTLS, seed);
        chip.provision();
        Self { chip: Cell::new(chip) }
    }

    /// A chip as it comes when nobody has configured it: unlocked and empty.
    #[must_use]
    pub fn blank(seed: &[u8; 32]) -> Self {
        Self { chip: Cell::new(Chip::new(Address::BLANK, seed)) }
    }

    /// The same with this key in `slot`: a private key as 32 bytes, big endian. `None` where they are none, or the
    /// slot is none of 0 to 4.
    #[must_use]
    pub fn with_key(self, slot: Slot, key: &[u8; 32]) -> Option<Self> {
        self.with(|chip| chip.put_key(slot.number(), *key)).then_some(self)
    }

    /// The same at another address.
    #[must_use]
    pub fn with_address(self, address: Address) -> Self {
        self.with(|chip| chip.address = address);
        self
    }

    /// The same on a bus of so many bits a second; otherwise 100 000.
    #[must_use]
    pub fn with_bus_hz(self, hz: u32) -> Self {
        self.with(|chip| chip.bit_ns = u64::from(1_000_000_000_u32.checked_div(hz).unwrap_or(0)));
        self
    }

    /// The same with a slower clock; otherwise [`ClockDivider::M0`].
    #[must_use]
    pub fn with_clock_divider(self, clock_divider: ClockDivider) -> Self {
        self.with(|chip| chip.clock_divider = clock_divider);
        self
    }

    /// The same with a self-test at each wake.
    #[must_use]
    pub fn with_self_test(self) -> Self {
        self.with(|chip| chip.self_test = SelfTest::AtWake);
        self
    }

    /// The same with a watchdog of so many milliseconds: 700 to 1700, otherwise 1300.
    #[must_use]
    pub fn with_watchdog_ms(self, ms: u32) -> Self {
        self.with(|chip| chip.watchdog_ns = u64::from(ms).saturating_mul(1_000_000));
        self
    }

    /// The bus, for a driver.
    #[must_use]
    pub const fn bus(&self) -> SimBus<'_> {
        SimBus(self)
    }

    /// The delay, for a driver.
    #[must_use]
    pub const fn delay(&self) -> SimDelay<'_> {
        SimDelay(self)
    }

    /// A pin on the bus's data line, for [`wake::Pin`](super::wake::Pin).
    #[must_use]
    pub const fn pin(&self) -> SimPin<'_> {
        SimPin(self)
    }

    /// Lets `fault` happen at these of its occasions.
    ///
    /// # Errors
    /// [`NoRoom`] where 8 faults are waiting.
    pub fn inject(&self, fault: Fault, times: Times) -> Result<(), NoRoom> {
        self.with(|chip| chip.faults.inject(fault, times))
    }

    /// Forgets the faults that have not happened.
    pub fn clear_faults(&self) {
        self.with(|chip| chip.faults.clear());
    }

    /// Takes the power off and puts it on again: what was stuck is not.
    pub fn power_cycle(&self) {
        self.with(Chip::power_cycle);
    }

    /// Where the chip is.
    #[must_use]
    pub fn address(&self) -> Address {
        self.chip.get().address
    }

    /// Microseconds since the simulator was made.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.chip.get().now_ns / 1_000
    }

    /// How often the chip has woken.
    #[must_use]
    pub fn wakes(&self) -> u32 {
        self.chip.get().wakes
    }

    /// How many commands came in, damaged and refused ones too.
    #[must_use]
    pub fn commands(&self) -> u32 {
        self.chip.get().commands
    }

    /// Whether the chip sleeps: it draws nanoamperes and has forgotten all.
    #[must_use]
    pub fn is_asleep(&self) -> bool {
        self.with(|chip| {
            chip.pass(0);
            matches!(chip.power, Power::Asleep)
        })
    }

    /// The public key of `slot`, past all locks.
    #[must_use]
    pub fn public_key(&self, slot: Slot) -> Option<PublicKey> {
        self.chip.get().public_key(slot.number()).map(|key| PublicKey::from_bytes(&key))
    }

    /// The random number that the chip gave last.
    #[must_use]
    pub fn last_random(&self) -> [u8; 32] {
        self.chip.get().last_random
    }

    /// By value and back, so that nothing is borrowed and nothing can panic.
    fn with<R>(&self, change: impl FnOnce(&mut Chip) -> R) -> R {
        let mut chip = self.chip.get();
        let result = change(&mut chip);
        self.chip.set(chip);
        result
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chip = self.chip.get();
        f.debug_struct("Simulator")
            .field("power", &chip.power)
            .field("now_us", &self.now_us())
            .finish_non_exhaustive()
    }
}
