//! The async driver on an async executor: one task mints with a simulated secure element, and while the
//! chip works another has its turn. Prints what `es256_mint_sim` prints, and how many turns that were.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use embassy_executor::Executor;
use embassy_futures::yield_now;
use embedded_hal_async::delay::DelayNs;
use jwt_core::NumericDate;
use jwt_device::TokenSource;
use jwt_device::atecc608::sim::{SimDelay, Simulator};
use jwt_device::atecc608::{Atecc608Async, Atecc608Signer, Slot, wake};
use jwt_firmware::call::{KEY_ID, now};
use jwt_firmware::host::{self, Input};
use jwt_firmware::image;
use jwt_firmware::simulated::{BUFFERS, RENEWAL, break_once, clock, config, recipe};
use static_cell::StaticCell;

image!(run);

static EXECUTOR: StaticCell<Executor> = StaticCell::new();

/// Turns of the other task.
static TURNS: AtomicU32 = AtomicU32::new(0);

fn run(input: &mut Input<'_>) -> Option<()> {
    let mint = mint(input.bytes()?, now(input)?).ok()?;
    let blink = blink().ok()?;
    EXECUTOR.init(Executor::new()).run(|spawner| {
        spawner.spawn(mint);
        spawner.spawn(blink);
    })
}

#[embassy_executor::task]
async fn mint(seed: [u8; 32], now: NumericDate) {
    host::exit(minted(&seed, now).await.is_some())
}

#[embassy_executor::task]
async fn blink() {
    loop {
        TURNS.store(TURNS.load(Relaxed) + 1, Relaxed);
        yield_now().await;
    }
}

async fn minted(seed: &[u8; 32], now: NumericDate) -> Option<()> {
    let sim = Simulator::tngtls(seed);
    let mut chip =
        Atecc608Async::new(sim.bus(), Yielding(sim.delay()), wake::GeneralCall, config(&sim));
    let key = chip.public_key(Slot::PRIMARY).await.ok()?;
    host::bytes("point", &key.to_sec1())?;

    let signer = Atecc608Signer::new(chip, Slot::PRIMARY, Some(KEY_ID));
    let mut buf = [0; BUFFERS];
    let mut source = TokenSource::new(&mut buf, signer, clock(now)?, recipe(), RENEWAL);
    break_once(&sim).ok()?;
    for _ in 0..2 {
        host::print(&["token", source.token_async().await.ok()?.as_str()])?;
    }
    host::figure("commands", sim.commands())?;
    host::figure("wakes", sim.wakes())?;
    host::figure("turns", TURNS.load(Relaxed))
}

/// A delay in which others have their turn, as those of a timer are.
struct Yielding<'s>(SimDelay<'s>);

impl DelayNs for Yielding<'_> {
    async fn delay_ns(&mut self, ns: u32) {
        yield_now().await;
        DelayNs::delay_ns(&mut self.0, ns).await;
    }
}
