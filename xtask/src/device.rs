//! `cargo xtask device`: firmware that runs on an emulated Cortex-M4F.
//!
//! One image links only if jwt-core has no panic path. The other boots in QEMU, is told a fresh key and
//! the time, and mints an ES256 token, which is verified here.

use jwt_core::{Es256SigningKey, Policy, UnverifiedToken, danger};

use crate::cross::toolchain;
use crate::demo;
use crate::sh::{self, Result, cmd, root};
use crate::tools::debian;

const TARGET: &str = "thumbv7em-none-eabihf";

pub(crate) fn run() -> Result {
    let nopanic = build("nopanic", "hs256")?;
    println!("nopanic: linked, so no panic path of jwt-core has survived; {nopanic}");
    let mint = build("mint", "es256")?;
    println!("mint: {mint}");

    // The trailing minus removes a newer qemu-utils, which conflicts where it is installed.
    debian("qemu-system-arm", &["qemu-system-arm", "qemu-utils-"])?;
    let key = demo::new_key()?;
    let now = demo::now()?;
    let token = run_in_qemu(&key, now.seconds())?;
    let mut scratch = vec![0; token.len()];
    UnverifiedToken::parse(token.trim())?
        .verify(&key.verifying_key(), &mut scratch)?
        .validate(&Policy::new("device-0001", "https://llm.example/v1"), now)?;
    println!("emulated Cortex-M4F: minted in QEMU, verified here:\n{}", token.trim());
    Ok(())
}

/// Builds one image; returns its sizes.
fn build(bin: &str, features: &str) -> Result<String> {
    let mut cargo = toolchain(TARGET, "core,panic_abort")?;
    cargo.current_dir(root().join("firmware"));
    cargo.args(["build", "--quiet", "--release", "--locked", "--target", TARGET]);
    sh::run(cargo.args(["--features", features, "--bin", bin]))?;
    debian("/usr/bin/size", &["binutils"])?;
    let sizes = sh::ask(cmd("/usr/bin/size").arg(image(bin))).ok_or("size failed")?;
    let figures: Vec<_> = sizes.lines().nth(1).unwrap_or_default().split_whitespace().collect();
    match figures.as_slice() {
        [text, data, bss, ..] => Ok(format!("{text} B of flash, {data} + {bss} B of static RAM")),
        _ => Err("size printed something else".into()),
    }
}

fn image(bin: &str) -> std::path::PathBuf {
    root().join("firmware/target").join(TARGET).join("release").join(bin)
}

/// What the image prints. The key is an argument of the emulated program, made for this run only.
fn run_in_qemu(key: &Es256SigningKey, now: i64) -> Result<String> {
    let secret = danger::secret_bytes(key);
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let arguments = format!("enable=on,target=native,arg=mint,arg={digits},arg={now}");
    let mut qemu = cmd("qemu-system-arm");
    qemu.args(["-M", "mps2-an386", "-nographic", "-icount", "shift=0"]);
    qemu.args(["-semihosting-config", &arguments, "-kernel"]).arg(image("mint"));
    sh::ask(&mut qemu).ok_or_else(|| "the image ended with an error in QEMU".into())
}
