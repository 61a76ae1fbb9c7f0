//! The panic paths that are left in an image: the calls of what panics, by the line they come from.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::sh::{Result, ask, cmd};
use crate::tools::debian;

/// What a function that panics is called.
const PANICS: [&str; 4] = ["panicking", "_fail", "expect_failed", "unwrap_failed"];

/// How many calls come from which crate and file, of those whose line is outside the standard library.
pub(super) fn paths(image: &Path) -> Result<BTreeMap<String, u32>> {
    debian("arm-none-eabi-objdump", &["binutils-arm-none-eabi"])?;
    let mut objdump = cmd("arm-none-eabi-objdump");
    let code = ask(objdump.args(["-d", "-C", "--no-show-raw-insn"]).arg(image));
    let code = code.ok_or("objdump failed")?;
    let calls: Vec<&str> = code.lines().filter_map(call).collect();
    let mut found = BTreeMap::new();
    for frames in chains(image, &calls)? {
        let own = frames.iter().find(|frame| !frame.contains("library/"));
        let file = own.map_or("the standard library by itself", |frame| short(frame));
        let count = found.entry(file.to_owned()).or_insert(0_u32);
        *count = count.saturating_add(1);
    }
    Ok(found)
}

/// The address of a call of a function that panics, from a function that does not.
fn call(line: &str) -> Option<&str> {
    let (address, code) = line.trim().split_once(":\t")?;
    let (instruction, target) = code.split_once('\t')?;
    let (_, name) = target.split_once('<')?;
    let branches = instruction.starts_with('b');
    (branches && !name.contains('+') && PANICS.iter().any(|panic| name.contains(panic)))
        .then_some(address)
}

/// For each address the lines it was inlined from, innermost first.
fn chains(image: &Path, addresses: &[&str]) -> Result<Vec<Vec<String>>> {
    let mut command = cmd("arm-none-eabi-addr2line");
    command.args(["-a", "-i", "-e"]).arg(image).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(addresses.join("\n").as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut chains: Vec<Vec<String>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("0x") {
            chains.push(Vec::new());
        } else if let Some(chain) = chains.last_mut() {
            chain.push(line.to_owned());
        }
    }
    Ok(chains)
}

/// The file of a frame, without what differs between machines: `crate-1.0.0/src/a/b.rs`.
fn short(frame: &str) -> &str {
    let of_a_package = frame.rsplit_once("registry/").and_then(|(_, rest)| rest.split_once('/'));
    let file = of_a_package.map_or(frame, |(_, file)| file).trim_start_matches('/');
    file.split(':').next().unwrap_or(file)
}
