//! Mints ES256 tokens with a simulated secure element that makes its own key, on a bus where things go
//! wrong. Prints the public half of the key, a token, the same token from the source's memory, and what
//! it took.
#![no_std]
#![no_main]

use jwt_device::TokenSource;
use jwt_device::atecc608::sim::Simulator;
use jwt_device::atecc608::{Atecc608, Atecc608Signer, Slot, wake};
use jwt_firmware::call::{KEY_ID, now};
use jwt_firmware::host::{self, Input};
use jwt_firmware::image;
use jwt_firmware::simulated::{BUFFERS, RENEWAL, break_once, clock, config, recipe};

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let sim = Simulator::tngtls(&input.bytes::<32>()?);
    let clock = clock(now(input)?)?;
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config(&sim));
    let key = chip.public_key(Slot::PRIMARY).ok()?;
    host::bytes("point", &key.to_sec1())?;

    let signer = Atecc608Signer::new(chip, Slot::PRIMARY, Some(KEY_ID));
    let mut buf = [0; BUFFERS];
    let mut source = TokenSource::new(&mut buf, signer, clock, recipe(), RENEWAL);
    break_once(&sim).ok()?;
    for _ in 0..2 {
        host::print(&["token", source.token().ok()?.as_str()])?;
    }
    host::figure("commands", sim.commands())?;
    host::figure("wakes", sim.wakes())
}
