//! Whether what a signature by p256-mint takes depends on its secrets, on every emulated core.
//!
//! The compiler decides that, not the source: so it is looked at for each core and level, and for no other
//! compiler than the one that is there.
//!
//! - Many signatures, each with a key and a digest of its own, and equal to p256's: their instructions are counted
//!   exactly, and have to be as many for all.
//! - Some more are followed from instruction to instruction. Each instruction of the signer, of the nonces and of
//!   SHA-256 has to run as often for one key as for another: then no branch there went another way.
//! - Every conditional branch of the arithmetic has to have been run in that, or nothing was seen of it.

use std::collections::BTreeMap;
use std::path::Path;

use jwt_core::{SigningKey as _, danger, sha256};

use super::board::{self, Board, Level};
use super::branches::{Branches, SECRET};
use super::build::{self, Build};
use super::code;
use super::image::COMB_CT;
use super::qemu;
use super::symbols::{self, Symbol};
use super::vectors::hex;
use crate::ct::Figures;
use crate::fresh;
use crate::sh::Result;

/// Signatures that are followed.
const FOLLOWED: usize = 3;
/// An instruction takes 2^7 ns, which is at least two ticks of every board's timer. So one instruction more is
/// two ticks more; and one tick more or less is where in a tick it began.
const SHIFT: u32 = 7;

/// Of the functions that handle secrets, whose branches all have to be seen: the arithmetic.
const ARITHMETIC: [&str; 7] = ["comb", "field", "invert", "limb", "point", "scalar", "table"];

/// Counts so many signatures for each core and level, or none, and looks at the branches.
pub(crate) fn run(counted: u64, bless: bool) -> Result<Figures> {
    let compiler = build::compiler(&board::M4)?;
    println!("by {compiler}");
    let mut known = Branches::read(&compiler, bless)?;
    let (mut passed, mut images, mut sum, mut widest) = (0_u64, 0_u64, 0_u64, 0);
    for board in board::ALL {
        for level in Level::ALL {
            let build = build::build_one(board, level, &COMB_CT)?;
            let image = build.path(&COMB_CT);
            let name = format!("{:<16} {:<3}", board.core, level.key());
            let (functions, branches) = known.check(board, level, &image)?;
            println!("{name} {branches} branches in {functions} functions that handle secrets");
            (images, sum) = (images.saturating_add(1), sum.saturating_add(branches));
            if counted == 0 {
                continue;
            }
            let (ticks, spread) = count(board, &build, counted)?;
            let seen = follow(board, &image)?;
            println!(
                "{name} {counted} signatures, {ticks} ticks each, spread {spread}; {} instructions \
                 as often for {FOLLOWED} keys; {} conditional branches in the arithmetic, all seen",
                seen.instructions, seen.branches,
            );
            passed = passed.saturating_add(counted);
            widest = widest.max(spread);
        }
    }
    known.end()?;
    let figures = format!(
        "{images} images, {sum} branches, 0 unknown; {passed} signatures, spread of {widest} ticks at most"
    );
    Ok((passed, figures))
}

/// A line for the image: a key that was never used before, a digest, and the only right signature.
fn line() -> Result<String> {
    let key = fresh::new_key()?;
    let secret = danger::secret_bytes(&key);
    let message = sha256(secret.as_slice());
    let signature = key.sign(&message)?;
    Ok(format!("{} {} {}\n", hex(secret.as_slice()), hex(&sha256(&message)), hex(&signature)))
}

/// The ticks of a signature, and how many more the slowest took than the fastest.
fn count(board: &Board, build: &Build, signatures: u64) -> Result<(u64, u64)> {
    let lines = (0..signatures).map(|_| line()).collect::<Result<String>>()?;
    let output = qemu::run(board, &build.path(&COMB_CT), &[("vectors", &lines)], SHIFT)?;
    let number =
        |name| output.number(name, 0).ok_or_else(|| format!("the image printed no {name}"));
    let (checked, least, most) = (number("checked")?, number("least")?, number("most")?);
    if checked != signatures {
        return Err(format!("{checked} of {signatures} signatures").into());
    }
    let spread = most.saturating_sub(least);
    if spread > 1 {
        let core = board.core;
        return Err(format!(
            "{core}: signatures of {least} to {most} ticks: time depends on secrets"
        )
        .into());
    }
    Ok((least, spread))
}

/// What was seen.
struct Seen {
    instructions: usize,
    branches: usize,
}

fn follow(board: &Board, image: &Path) -> Result<Seen> {
    let functions: Vec<Symbol> = symbols::functions(image)?
        .into_iter()
        .filter(|function| SECRET.iter().any(|part| function.name.contains(part)))
        .collect();
    let function_of = |address: u64| functions.iter().find(|function| function.holds(address));
    let mut first: Option<BTreeMap<u64, u64>> = None;
    for _ in 0..FOLLOWED {
        let mut times = qemu::trace(board, image, &[("vectors", &line()?)])?;
        times.retain(|address, _| function_of(*address).is_some());
        let Some(first) = &first else {
            first = Some(times);
            continue;
        };
        let differs = |address: &&u64| first.get(address) != times.get(address);
        if let Some(address) = first.keys().chain(times.keys()).find(differs) {
            let name = function_of(*address).map_or("", |function| &function.name);
            let core = board.core;
            return Err(format!("{core}: {name} at {address:#x} depends on secrets").into());
        }
    }
    let times = first.unwrap_or_default();
    let mut seen = Seen { instructions: times.len(), branches: 0 };
    let code = code::disassemble(image)?;
    for address in code.iter().filter(|it| it.is_conditional()).map(|it| it.address) {
        let Some(function) = function_of(address) else { continue };
        let is_arithmetic =
            ARITHMETIC.iter().any(|module| function.name.contains(&format!("p256_mint::{module}")));
        if !is_arithmetic {
            continue;
        }
        if !times.contains_key(&address) {
            return Err(format!("{}: a branch at {address:#x} was not run", function.name).into());
        }
        seen.branches = seen.branches.saturating_add(1);
    }
    Ok(seen)
}
