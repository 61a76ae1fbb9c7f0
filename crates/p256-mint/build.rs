//! Picks between code of equal results: small where the compiler optimises for size, and products of half words
//! where the core has none of 32 bits with all their bits.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(p256_mint_small, p256_mint_half_words)");
    if env::var("OPT_LEVEL").is_ok_and(|level| level == "s" || level == "z") {
        println!("cargo::rustc-cfg=p256_mint_small");
    }
    let target = env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv6m") || target.starts_with("thumbv8m.base") {
        println!("cargo::rustc-cfg=p256_mint_half_words");
    }
}
