//! Running an image in QEMU: what it is given, what it prints, how it ends.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::board::Board;
use crate::sh::{Result, cmd, root};
use crate::tools::debian;

/// How long an image may take. None needs a tenth of it.
const PATIENCE: Duration = Duration::from_secs(300);

/// What an image prints: a name and a value in each line.
pub(super) struct Output(BTreeMap<String, Vec<String>>);

impl Output {
    /// The only or first value of this name.
    pub(super) fn text(&self, name: &str) -> Result<&str> {
        let values = self.0.get(name).and_then(|values| values.first());
        Ok(values.ok_or_else(|| format!("the image printed no {name}"))?)
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }

    /// The number of this name that was printed after so many others, in hexadecimal.
    pub(super) fn number(&self, name: &str, after: usize) -> Option<u64> {
        self.all(name).nth(after).and_then(|digits| u64::from_str_radix(digits, 16).ok())
    }
}

/// Runs an image with these files in its folder. They hold keys, so they are gone afterwards.
pub(super) fn run(board: &Board, image: &Path, files: &[(&str, &str)]) -> Result<Output> {
    // The trailing minus removes a newer qemu-utils, which conflicts where it is installed.
    let package = if board.qemu.first() == Some(&"qemu-system-arm") { "arm" } else { "misc" };
    let package = format!("qemu-system-{package}");
    let program = board.qemu.first().copied().unwrap_or_default();
    debian(program, &[&package, "qemu-utils-"])?;

    let folder = root().join("target/device").join(board.key);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    let result = run_in(&folder, board, image);
    fs::remove_dir_all(&folder)?;
    let name = image.file_name().unwrap_or_default().to_string_lossy().into_owned();
    result.map_err(|error| format!("{name} on {}: {error}", board.core).into())
}

fn run_in(folder: &Path, board: &Board, image: &Path) -> Result<Output> {
    let printed = folder.join("printed");
    let [program, words @ .., before] = board.qemu else { return Err("no program".into()) };
    let mut qemu = cmd(program);
    qemu.current_dir(folder).args(words).arg(format!("{before}{}", image.display()));
    qemu.args(["-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0"]);
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    qemu.stdin(Stdio::null()).stdout(File::create(&printed)?).stderr(Stdio::inherit());
    let mut child = qemu.spawn()?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            break child.wait()?;
        }
        sleep(Duration::from_millis(5));
    };
    let text = fs::read_to_string(printed)?;
    if !status.success() {
        return Err(format!("ended with {status} after printing {:?}", last(&text)).into());
    }
    let mut lines = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in text.lines().filter_map(|line| line.split_once(' ')) {
        lines.entry(name.to_owned()).or_default().push(value.trim().to_owned());
    }
    Ok(Output(lines))
}

fn last(text: &str) -> &str {
    text.lines().last().unwrap_or("nothing")
}
