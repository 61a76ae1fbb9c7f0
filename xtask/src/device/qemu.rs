//! Running an image in QEMU: what it is given, what it prints, how it ends.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
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

/// Runs an image with these files in its folder. They hold keys, so they are gone afterwards. An instruction
/// takes 2^`shift` nanoseconds.
pub(super) fn run(
    board: &Board,
    image: &Path,
    files: &[(&str, &str)],
    shift: u32,
) -> Result<Output> {
    in_folder(board, image, files, |folder| run_in(folder, board, image, shift))
}

/// Runs an image as [`run`] does, and counts how often each instruction is run.
pub(super) fn trace(
    board: &Board,
    image: &Path,
    files: &[(&str, &str)],
) -> Result<BTreeMap<u64, u64>> {
    in_folder(board, image, files, |folder| trace_in(folder, board, image))
}

fn in_folder<R>(
    board: &Board,
    image: &Path,
    files: &[(&str, &str)],
    run: impl FnOnce(&Folder) -> Result<R>,
) -> Result<R> {
    let folder = Folder::new(board.key, files)?;
    let name = image.file_name().unwrap_or_default().to_string_lossy().into_owned();
    run(&folder).map_err(|error| format!("{name} on {}: {error}", board.core).into())
}

/// A folder that an image runs in. It is gone with what is in it when this is dropped, because that holds keys.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str, files: &[(&str, &str)]) -> Result<Self> {
        let folder = Self(root().join("target/device").join(name));
        let _ = fs::remove_dir_all(&folder.0);
        fs::create_dir_all(&folder.0)?;
        for (name, text) in files {
            fs::write(folder.0.join(name), text)?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The emulator, about to run an image.
pub(super) fn emulator(folder: &Folder, board: &Board, image: &Path) -> Result<Command> {
    let [program, words @ .., before] = board.qemu else { return Err("no program".into()) };
    // The trailing minus removes a newer qemu-utils, which conflicts where it is installed.
    let package = if *program == "qemu-system-arm" { "arm" } else { "misc" };
    debian(program, &[&format!("qemu-system-{package}"), "qemu-utils-"])?;
    let mut qemu = cmd(program);
    qemu.current_dir(&folder.0).args(words).arg(format!("{before}{}", image.display()));
    qemu.args(["-nographic", "-monitor", "none", "-serial", "none"]);
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    Ok(qemu)
}

/// The emulator, about to run an image that hears nothing and prints into a file.
fn printing(folder: &Folder, board: &Board, image: &Path, printed: &Path) -> Result<Command> {
    let mut qemu = emulator(folder, board, image)?;
    qemu.stdin(Stdio::null()).stdout(File::create(printed)?);
    Ok(qemu)
}

/// A line for each instruction that is run goes through a pipe: `Trace 0: 0x7f40 [00000000/00000a3c/…] …`.
fn trace_in(folder: &Folder, board: &Board, image: &Path) -> Result<BTreeMap<u64, u64>> {
    let mut qemu = printing(folder, board, image, &folder.0.join("printed"))?;
    qemu.args(["-singlestep", "-d", "exec,nochain", "-D", "/dev/stderr"]).stderr(Stdio::piped());
    let mut child = qemu.spawn()?;
    let mut times = BTreeMap::new();
    if let Some(log) = child.stderr.take() {
        let mut log = BufReader::new(log);
        let mut line = String::new();
        while log.read_line(&mut line)? > 0 {
            let address =
                line.split('/').nth(1).and_then(|digits| u64::from_str_radix(digits, 16).ok());
            if let Some(address) = address {
                let count = times.entry(address).or_insert(0_u64);
                *count = count.saturating_add(1);
            }
            line.clear();
        }
    }
    let status = child.wait()?;
    if status.success() { Ok(times) } else { Err(format!("ended with {status}").into()) }
}

fn run_in(folder: &Folder, board: &Board, image: &Path, shift: u32) -> Result<Output> {
    let printed = folder.0.join("printed");
    let mut qemu = printing(folder, board, image, &printed)?;
    qemu.args(["-icount", &format!("shift={shift}")]).stderr(Stdio::inherit());
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
