//! Every branch of an image where secrets are handled is known: counted by function, in `ct/branches.toml`, with
//! the reason why it depends on none.
//!
//! Looked at are the functions of the signer, of the nonces and of SHA-256, and whatever they call. A branch is an
//! instruction that goes one way or another: on a condition, by a table, or where a register says. What Arm does on
//! a condition without a branch (an IT block) is one too, unless it works on registers alone, which takes as long
//! whether the condition holds or not. That a loop's branch is on a public number is read by people; that none comes to be
//! unseen is checked here, and that all go the same way for different keys is [`super::ct`].

use std::collections::BTreeSet;
use std::path::Path;

use super::board::{Board, Level};
use super::code::{self, Instruction};
use super::symbols::{self, Symbol};
use crate::ct::expected::{Counts, Expected};
use crate::sh::Result;

pub(crate) const FILE: &str = "ct/branches.toml";

/// Whose functions handle secrets.
pub(super) const SECRET: [&str; 4] = ["p256_mint::", "jwt_core::alg::nonce", "sha2::", "hmac::"];

/// The known branches, and what images have.
pub(super) struct Branches {
    known: Expected,
    compiler: String,
    bless: bool,
    worse: Vec<String>,
}

impl Branches {
    pub(super) fn read(compiler: &str, bless: bool) -> Result<Self> {
        let mut known = Expected::read(FILE)?;
        if bless {
            known.forget(compiler);
        }
        Ok(Self { known, compiler: compiler.to_owned(), bless, worse: Vec::new() })
    }

    /// Holds an image against what is known. Returns how many functions it looked at, and their branches.
    pub(super) fn check(
        &mut self,
        board: &Board,
        level: Level,
        image: &Path,
    ) -> Result<(usize, u64)> {
        let (functions, found) = count(image)?;
        if self.bless {
            self.known.accept(level.key(), board.key, &found);
        }
        self.worse.extend(self.known.leaks(&self.compiler, level.key(), board.key, &found));
        Ok((functions, found.values().sum()))
    }

    /// Fails where an image had a branch that is not known.
    pub(super) fn end(self) -> Result {
        self.worse.iter().for_each(|line| println!("NEW BRANCH: {line}"));
        if !self.worse.is_empty() {
            return Err("there are branches that nobody has looked at".into());
        }
        if self.bless { self.known.write(FILE) } else { Ok(()) }
    }
}

/// How many functions handle secrets, and the branches of those that have some.
fn count(image: &Path) -> Result<(usize, Counts)> {
    let code = code::disassemble(image)?;
    let functions = symbols::functions(image)?;
    let is_secret = |function: &&Symbol| SECRET.iter().any(|part| function.name.contains(part));
    let mut waiting: Vec<&Symbol> = functions.iter().filter(is_secret).collect();
    let mut seen = BTreeSet::new();
    let mut counts = Counts::new();
    while let Some(function) = waiting.pop() {
        if !seen.insert(function.start()) {
            continue;
        }
        let (count, elsewhere) = branches(function, within(&code, function));
        if count > 0 {
            let sum = counts.entry(plain(&function.name)).or_insert(0_u64);
            *sum = sum.saturating_add(count);
        }
        for target in elsewhere {
            let called = functions.iter().find(|function| function.holds(target));
            waiting.push(called.ok_or_else(|| {
                format!("{} goes to {target:#x}, which has no name", function.name)
            })?);
        }
    }
    if seen.is_empty() {
        return Err(format!("{} handles no secrets", image.display()).into());
    }
    Ok((seen.len(), counts))
}

fn within<'c>(code: &'c [Instruction], function: &'c Symbol) -> &'c [Instruction] {
    let until = |address: u64| code.partition_point(|instruction| instruction.address < address);
    code.get(until(function.start())..until(function.end())).unwrap_or_default()
}

/// The number of branches of a function, and where it goes outside of itself.
fn branches(function: &Symbol, code: &[Instruction]) -> (u64, Vec<u64>) {
    let (mut count, mut elsewhere, mut conditioned, mut only_moves) = (0_u64, Vec::new(), 0, true);
    for instruction in code {
        if conditioned > 0 {
            conditioned = usize::saturating_sub(conditioned, 1);
            only_moves &= instruction.is_move();
            if conditioned == 0 && !only_moves {
                count = count.saturating_add(1);
            }
        } else if let Some(following) = instruction.conditioned() {
            (conditioned, only_moves) = (following, true);
        } else if instruction.is_conditional() || instruction.is_indirect() {
            count = count.saturating_add(1);
        }
        elsewhere.extend(instruction.target.filter(|target| !function.holds(*target)));
    }
    (count, elsewhere)
}

/// A name without what a generic function was made for, which differs from image to image.
fn plain(name: &str) -> String {
    let (mut plain, mut depth) = (String::new(), 0_usize);
    for c in name.chars() {
        // Of `<A<B> as C>::d<E>` the first bracket belongs to the name.
        let opens_a_list =
            plain.ends_with(|before: char| before.is_alphanumeric() || before == ':');
        match c {
            '<' if depth > 0 || opens_a_list => depth = depth.saturating_add(1),
            '>' if depth > 0 => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ => plain.push(c),
        }
    }
    plain.trim_end_matches(':').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_nothing_of_what_they_were_made_for() {
        assert_eq!(plain("p256_mint::comb::addend::<16>"), "p256_mint::comb::addend");
        assert_eq!(plain("<a::B<u8, c::D<e>> as f::G>::h"), "<a::B as f::G>::h");
    }
}
