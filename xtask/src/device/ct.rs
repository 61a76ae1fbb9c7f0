//! `cargo xtask ct`: whether what a signature by p256-mint takes depends on its secrets, on every emulated core.
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

use jwt_core::{SigningKey as _, danger, sha256};

use super::board::{self, Board, Level};
use super::build::{self, Build};
use super::image::COMB_CT;
use super::qemu;
use super::symbols::{self, Symbol};
use super::vectors::hex;
use crate::count::Count;
use crate::fresh;
use crate::sh::{Result, ask, cmd};
use crate::tools::debian;

/// Signatures that are counted for a core and a level.
const COUNTED: u64 = 1000;
/// Signatures that are followed.
const FOLLOWED: usize = 3;
/// An instruction takes 2^7 ns, which is at least two ticks of every board's timer. So one instruction more is
/// two ticks more; and one tick more or less is where in a tick it began.
const SHIFT: u32 = 7;

/// Whose functions handle secrets.
const FOLLOWED_IN: [&str; 4] = ["p256_mint::", "jwt_core::alg::nonce", "sha2::", "hmac::"];
/// Of those, whose branches all have to be seen: the arithmetic.
const ARITHMETIC: [&str; 7] = ["comb", "field", "invert", "limb", "point", "scalar", "table"];

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    let counted = match arguments {
        [] => COUNTED,
        [flag, count] if flag == "--count" => count.parse()?,
        _ => return Err("usage: cargo xtask ct [--count N]".into()),
    };
    println!("by {}\n", build::compiler(&board::M4)?);
    let mut passed = 0_u64;
    for board in board::ALL {
        for level in Level::ALL {
            let build = build::build_one(board, level, &COMB_CT)?;
            let (ticks, spread) = count(board, &build, counted)?;
            let seen = follow(board, &build)?;
            println!(
                "{:<16} {:<3} {counted} signatures, {ticks} ticks each, spread {spread}; {} instructions \
                 as often for {FOLLOWED} keys; {} conditional branches in the arithmetic, all seen",
                board.core,
                level.key(),
                seen.instructions,
                seen.branches,
            );
            passed = passed.saturating_add(counted);
        }
    }
    Ok(Count { passed, skipped: None })
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

fn follow(board: &Board, build: &Build) -> Result<Seen> {
    let image = build.path(&COMB_CT);
    let functions: Vec<Symbol> = symbols::functions(&image)?
        .into_iter()
        .filter(|function| FOLLOWED_IN.iter().any(|part| function.name.contains(part)))
        .collect();
    let function_of = |address: u64| functions.iter().find(|function| function.holds(address));
    let mut first: Option<BTreeMap<u64, u64>> = None;
    for _ in 0..FOLLOWED {
        let mut times = qemu::trace(board, &image, &[("vectors", &line()?)])?;
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
    for address in conditional_branches(&image)? {
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

/// The addresses of all conditional branches of an image.
fn conditional_branches(image: &std::path::Path) -> Result<Vec<u64>> {
    debian("llvm-objdump", &["llvm"])?;
    let code = ask(cmd("llvm-objdump").args(["-d", "--no-show-raw-insn"]).arg(image));
    let code = code.ok_or("llvm-objdump failed")?;
    let branch = |line: &str| {
        let (address, instruction) = line.split_once(':')?;
        let mnemonic = instruction.split_whitespace().next()?;
        let address = u64::from_str_radix(address.trim(), 16).ok()?;
        is_conditional(mnemonic).then_some(address)
    };
    Ok(code.lines().filter_map(branch).collect())
}

/// Whether an instruction of Arm or RISC-V branches on a condition, or by a table.
fn is_conditional(mnemonic: &str) -> bool {
    const CONDITIONS: [&str; 25] = [
        "eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt",
        "le", "ltu", "geu", "eqz", "nez", "lez", "gez", "ltz", "gtz", "gtu",
    ];
    let plain = mnemonic.trim_start_matches("c.").split('.').next().unwrap_or_default();
    matches!(plain, "cbz" | "cbnz" | "tbb" | "tbh" | "bleu")
        || plain.strip_prefix('b').is_some_and(|condition| CONDITIONS.contains(&condition))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_branches_on_a_condition() {
        for mnemonic in ["bne", "beq.w", "bls.n", "cbnz", "tbb", "bltu", "c.bnez", "bgeu", "bleu"] {
            assert!(is_conditional(mnemonic), "{mnemonic}");
        }
        for mnemonic in ["b", "b.w", "bl", "blx", "bx", "bic", "bics", "bfi", "jal", "c.j", "bkpt"]
        {
            assert!(!is_conditional(mnemonic), "{mnemonic}");
        }
    }
}
