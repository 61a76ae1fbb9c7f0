//! Puts the memory map of the target's board where the linker looks, and compiles the peers in C.

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
    #[cfg(feature = "peer-c")]
    peers();
}

/// Compiles micro-ecc and p256-m, each as its own project does.
#[cfg(feature = "peer-c")]
fn peers() {
    println!("cargo:rerun-if-env-changed=JWT_PEER_SOURCES");
    let sources = env::var("JWT_PEER_SOURCES").expect("JWT_PEER_SOURCES: two files, by a colon");
    for source in sources.split(':').map(PathBuf::from) {
        println!("cargo:rerun-if-changed={}", source.display());
        let name = source.file_stem().expect("a file in C").to_string_lossy().into_owned();
        let mut build = cc::Build::new();
        // Its highest level, and one curve.
        for curve in ["160r1", "192r1", "224r1", "256k1"] {
            build.define(&format!("uECC_SUPPORTS_secp{curve}"), "0");
        }
        build.define("uECC_OPTIMIZATION_LEVEL", "3").flag("-std=c11");
        // p256-m lives in a folder of Mbed TLS, three below its headers.
        build.define("MBEDTLS_PSA_P256M_DRIVER_ENABLED", None);
        build.includes(source.ancestors().nth(4).map(|root| root.join("include")));
        build.force_frame_pointer(false).file(&source).warnings(false).compile(&name);
    }
}
