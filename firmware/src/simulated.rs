//! A device that has all of it but the hardware: a simulated secure element, a clock that the host has
//! set, and a source of tokens.

use jwt_core::{JwsAlgorithm, Minter, NumericDate, RegisteredClaims};
use jwt_device::atecc608::Config;
use jwt_device::atecc608::sim::{Fault, NoRoom, Simulator, Times};
use jwt_device::source::{Recipe, with_claims};
use jwt_device::{OffsetClock, Renewal, Window, floor};

use crate::call::{BUFFER, LIFETIME, claims};

/// Where a source keeps a token while it makes the next one.
pub const BUFFERS: usize = 2 * BUFFER;

/// When tokens are renewed.
pub const RENEWAL: Renewal = Renewal::lasting(LIFETIME);

const _: () = assert!(RENEWAL.is_consistent());

/// How the driver is told of the chip.
pub fn config(chip: &Simulator) -> Config {
    Config { address: chip.address(), ..Config::default() }
}

/// Makes go wrong what a retry mends: the first signature, and the first look at the second one.
pub fn break_once(chip: &Simulator) -> Result<(), NoRoom> {
    chip.inject(Fault::Status(0x05), Times::new(2, 1))?;
    chip.inject(Fault::ShortRead, Times::new(6, 1))
}

/// A clock that was told the time. No time passes.
pub fn clock(now: NumericDate) -> Option<OffsetClock<fn() -> u64>> {
    let mut clock = OffsetClock::new((|| 0) as fn() -> u64, floor(1_700_000_000));
    clock.set(now.seconds().try_into().ok()?).ok()?;
    Some(clock)
}

/// The claims of the call.
pub fn recipe<A: JwsAlgorithm>() -> impl Recipe<A> {
    with_claims(Minter::new(), |window: Window| -> RegisteredClaims<'static> {
        claims(window.issued_at)
    })
}
