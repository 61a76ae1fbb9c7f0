//! The boards that QEMU emulates, and the ways an image is optimised for them.

use crate::sh::in_ci;

/// A board, and the core on it.
pub(super) struct Board {
    /// In `budgets.toml`.
    pub(super) key: &'static str,
    pub(super) core: &'static str,
    pub(super) target: &'static str,
    /// QEMU's program, machine and the words that stand before the image.
    pub(super) qemu: &'static [&'static str],
    /// Instructions in two ticks of the timer, where QEMU counts one nanosecond for each.
    in_two_ticks: u64,
    /// Features of the firmware crate that this board can have.
    pub(super) features: &'static [&'static str],
}

pub(super) const M0: Board = Board {
    key: "m0",
    core: "Cortex-M0",
    target: "thumbv6m-none-eabi",
    qemu: &["qemu-system-arm", "-M", "microbit", "-device", "loader,file="],
    in_two_ticks: 125,
    features: &["sim"],
};

pub(super) const M4: Board = Board {
    key: "m4",
    core: "Cortex-M4F",
    target: "thumbv7em-none-eabihf",
    qemu: &["qemu-system-arm", "-M", "mps2-an386", "-kernel", ""],
    in_two_ticks: 80,
    features: &["cortex-m4", "sim", "embassy", "peer-c", "reqwless"],
};

pub(super) const M33: Board = Board {
    key: "m33",
    core: "Cortex-M33",
    target: "thumbv8m.main-none-eabi",
    qemu: &["qemu-system-arm", "-M", "mps2-an505", "-kernel", ""],
    in_two_ticks: 100,
    features: &["cortex-m4", "sim", "embassy"],
};

pub(super) const RV32: Board = Board {
    key: "rv32",
    core: "RISC-V rv32imac",
    target: "riscv32imac-unknown-none-elf",
    qemu: &["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-kernel", ""],
    in_two_ticks: 2,
    features: &["sim", "embassy"],
};

/// The one that the others are compared with comes first.
pub(super) const ALL: [&Board; 4] = [&M4, &M0, &M33, &RV32];

/// Where CI has to be done soon: what is compiled for a Cortex-M33 is what is for a Cortex-M4, but for little.
const IN_CI: [&Board; 3] = [&M4, &M0, &RV32];

/// Those that are run.
pub(super) fn boards() -> &'static [&'static Board] {
    if !in_ci() {
        return &ALL;
    }
    println!("NOT RUN in CI, for its time: {}; `cargo xtask device` runs it", M33.core);
    &IN_CI
}

impl Board {
    pub(super) const fn instructions(&self, ticks: u64) -> u64 {
        ticks.saturating_mul(self.in_two_ticks) / 2
    }

    pub(super) fn has(&self, feature: &str) -> bool {
        self.features.contains(&feature)
    }
}

/// What an image is optimised for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Speed,
    Size,
}

impl Level {
    pub(super) const ALL: [Self; 2] = [Self::Speed, Self::Size];

    /// In `budgets.toml`.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Speed => "O3",
            Self::Size => "Oz",
        }
    }

    pub(super) const fn profile(self) -> &'static str {
        match self {
            Self::Speed => "release",
            Self::Size => "z",
        }
    }

    /// Features of the firmware crate: what has no panic path at this level alone, and the comb's table.
    pub(super) const fn features(self) -> &'static [&'static str] {
        match self {
            Self::Speed => &["o3", "comb-2k"],
            Self::Size => &["comb-1k"],
        }
    }

    /// Where size counts, SHA-256 is a loop.
    pub(super) const fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Speed => &[],
            Self::Size => &["--cfg", "sha2_backend_soft=\"compact\""],
        }
    }
}
