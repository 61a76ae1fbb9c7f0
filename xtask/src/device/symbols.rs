//! What is linked into an image, and what must not be.

use std::path::Path;

use crate::sh::{Result, ask, cmd};

/// What may be in an image, by the names of its symbols.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Elliptic curves over p256.
    Curve,
    /// The comb of p256-mint.
    Comb,
    /// Elliptic curves in assembly.
    Assembly,
    /// SHA-384 and SHA-512.
    Sha512,
    /// A global allocator, and the library that calls it.
    Heap,
}

impl Part {
    pub(super) const ALL: [Self; 5] =
        [Self::Curve, Self::Comb, Self::Assembly, Self::Sha512, Self::Heap];

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Curve => &["p256::", "elliptic_curve::", "primeorder::", "crypto_bigint::"],
            Self::Comb => &["p256_mint::comb"],
            Self::Assembly => &["P256_"],
            Self::Sha512 => &["sha512", "Sha512", "Sha384"],
            Self::Heap => &["__rust_alloc", "__rg_alloc", "alloc::alloc", "alloc::raw_vec"],
        }
    }
}

/// The parts in an image.
pub(super) fn parts(image: &Path) -> Result<Vec<Part>> {
    let names = ask(cmd("nm").arg("-C").arg(image)).ok_or("nm failed")?;
    if names.lines().count() < 10 {
        return Err(format!("{} has no symbols", image.display()).into());
    }
    let has = |part: &Part| part.names().iter().any(|name| names.contains(name));
    Ok(Part::ALL.into_iter().filter(has).collect())
}

/// A function in an image.
pub(super) struct Symbol {
    pub(super) name: String,
    start: u64,
    size: u64,
}

impl Symbol {
    /// The address of its first instruction.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// The address behind its last.
    pub(super) const fn end(&self) -> u64 {
        self.start.saturating_add(self.size)
    }

    /// Whether the instruction at this address is one of it.
    pub(super) fn holds(&self, address: u64) -> bool {
        address.checked_sub(self.start).is_some_and(|offset| offset < self.size)
    }
}

/// The functions of an image.
pub(super) fn functions(image: &Path) -> Result<Vec<Symbol>> {
    let names = ask(cmd("nm").args(["-C", "-S"]).arg(image)).ok_or("nm failed")?;
    let function = |line: &str| {
        let mut words = line.splitn(4, ' ');
        let mut number = || u64::from_str_radix(words.next()?, 16).ok();
        let (start, size) = (number()?, number()?);
        let is_code = words.next()?.eq_ignore_ascii_case("t");
        // Of a function of Thumb the lowest bit of the address says that it is one.
        is_code.then_some(Symbol { name: words.next()?.to_owned(), start: start & !1, size })
    };
    Ok(names.lines().filter_map(function).collect())
}
