//! Puts the memory map of the target's board where the linker looks.

use std::{env, fs, path::PathBuf};

/// A target, and the board that QEMU emulates for it.
const BOARDS: [(&str, &str); 4] = [
    ("thumbv6m-none-eabi", "microbit"),
    ("thumbv7em-none-eabihf", "mps2-an386"),
    ("thumbv8m.main-none-eabi", "mps2-an505"),
    ("riscv32imac-unknown-none-elf", "virt"),
];

fn main() {
    println!("cargo:rerun-if-changed=boards");
    let target = env::var("TARGET").expect("cargo sets TARGET");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let Some((_, board)) = BOARDS.iter().find(|(of, _)| *of == target) else {
        panic!("no board for {target}; there is one for each of {BOARDS:?}");
    };
    fs::copy(format!("boards/{board}.x"), out.join("memory.x")).expect("every board has a map");
    println!("cargo:rustc-link-search={}", out.display());
}
