//! Picks between code of equal results: small where the compiler optimises for size, and products of half words
//! where the core has none of 32 bits with all their bits.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(p256_mint_small, p256_mint_rows, p256_mint_half_words)");
    let target = env::var("TARGET").unwrap_or_default();
    let is = |names: &[&str]| names.iter().any(|name| target.starts_with(name));
    if env::var("OPT_LEVEL").is_ok_and(|level| level == "s" || level == "z") {
        println!("cargo::rustc-cfg=p256_mint_small");
        // A product written out is 700 bytes more there, and a third faster.
        if !is(&["thumbv7", "thumbv8m.main"]) {
            println!("cargo::rustc-cfg=p256_mint_rows");
        }
    }
    if is(&["thumbv6m", "thumbv8m.base"]) {
        println!("cargo::rustc-cfg=p256_mint_half_words");
    }
}
