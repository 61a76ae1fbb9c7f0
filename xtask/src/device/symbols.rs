//! What is linked into an image, and what must not be.

use std::path::Path;

use crate::sh::{Result, ask, cmd};

/// What may be in an image, by the names of its symbols.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Elliptic curves over p256.
    Curve,
    /// Elliptic curves in assembly.
    Assembly,
    /// SHA-384 and SHA-512.
    Sha512,
    /// A global allocator, and the library that calls it.
    Heap,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::Curve, Self::Assembly, Self::Sha512, Self::Heap];

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Curve => &["p256::", "elliptic_curve::", "primeorder::", "crypto_bigint::"],
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
