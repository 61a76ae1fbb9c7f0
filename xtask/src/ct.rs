//! `cargo xtask ct`: whether time depends on secrets, asked in four ways.
//!
//! 1. [`undefined`]: valgrind follows what is secret through what runs on the host. It decides.
//! 2. `device::branches`: every branch that is in an image is known. It decides.
//! 3. `device::ct`: the instructions of emulated cores are counted and followed. It decides.
//! 4. `jwt-ct timing`: a comparison is measured. A time depends on the machine and decides nothing.

mod context;
pub(crate) mod expected;
mod results;
mod undefined;

use std::time::Instant;

use crate::count::Count;
use crate::device;
use crate::sh::Result;

/// How much was looked at, and the figures in words.
pub(crate) type Figures = (u64, String);

/// Signatures that are counted for a core and a level.
const SIGNATURES: u64 = 1000;

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    let (mut bless, mut quick, mut signatures) = (false, false, SIGNATURES);
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--bless" => bless = true,
            "--quick" => quick = true,
            "--count" => signatures = words.next().ok_or("--count N")?.parse()?,
            _ => return Err("usage: cargo xtask ct [--quick] [--bless] [--count N]".into()),
        }
    }
    let (mut passed, mut figures) = timed("secrets undefined", || undefined::run(bless))?;
    if !quick {
        timed("time of a comparison", undefined::timing)?;
        let (counted, images) = timed("emulated cores", || device::ct::run(signatures, bless))?;
        passed = passed.saturating_add(counted);
        figures = format!("{figures}; {images}");
    }
    results::draw(bless)?;
    println!("\nct: {figures}");
    Ok(Count { passed, skipped: None })
}

/// What of it CI has the time for.
pub(crate) fn quick() -> Result<Count> {
    run(&["--quick".to_owned()])
}

fn timed<R>(part: &str, run: impl FnOnce() -> Result<R>) -> Result<R> {
    println!("\n--- {part}");
    let start = Instant::now();
    let seen = run()?;
    println!("{part}: {} s", start.elapsed().as_secs());
    Ok(seen)
}
