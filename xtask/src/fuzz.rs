//! `cargo xtask fuzz`: every fuzz target for some seconds, from its named seeds, on nightly; and the
//! campaign, whose figures are kept.

mod campaign;
mod figures;
mod seeds;

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::sh::{self, Result, cmd, root};
use crate::tools::{cargo_tool, has_nightly, on_nightly};
use figures::Figures;

const VERSION: &str = "0.13.2";

/// Seconds of each target in CI.
const SMOKE: u32 = 2;

/// What is asked for.
struct Asked {
    /// Seconds of each target; none: what a smoke run or a campaign takes.
    seconds: Option<u32>,
    /// Targets at a time.
    jobs: usize,
    /// Which targets; none: all.
    targets: Vec<String>,
    /// Where the figures are written; none: nowhere.
    campaign: Option<PathBuf>,
}

pub(crate) fn run(arguments: &[String]) -> Result {
    if arguments.first().is_some_and(|first| first == "--seeds") {
        return seeds::write();
    }
    let asked = Asked::parse(arguments)?;
    if !has_nightly()? {
        return Ok(());
    }
    cargo_tool("cargo-fuzz", VERSION)?;
    seeds::lend()?;
    let mut targets = targets()?;
    if !asked.targets.is_empty() {
        targets.retain(|target| asked.targets.contains(target));
    }
    build(&targets, asked.campaign.is_some())?;

    let queue = Mutex::new(VecDeque::from(targets));
    let done = Mutex::new(Vec::new());
    println!("{}", Figures::HEAD);
    std::thread::scope(|scope| {
        for _ in 0..asked.jobs {
            scope.spawn(|| {
                while let Some(target) = queue.lock().ok().and_then(|mut it| it.pop_front()) {
                    let figures =
                        one(&target, &asked).map_err(|error| format!("{target}: {error}"));
                    match &figures {
                        Ok(figures) => println!("{figures}"),
                        Err(error) => println!("{error}"),
                    }
                    if let Ok(mut done) = done.lock() {
                        done.push(figures);
                    }
                }
            });
        }
    });
    let done = done.into_inner().map_err(|_| "a run panicked")?;
    let figures: Vec<Figures> = done.into_iter().collect::<std::result::Result<_, _>>()?;
    if let Some(path) = &asked.campaign {
        campaign::write(path, &figures)?;
    }
    let total = Figures::total(&figures);
    println!("{}", total.sentence(figures.len()));
    if total.finds == 0 { Ok(()) } else { Err("what was found is in fuzz/artifacts".into()) }
}

impl Asked {
    fn parse(arguments: &[String]) -> Result<Self> {
        const USAGE: &str = "usage: cargo xtask fuzz [--seconds N] [--jobs N] [--target NAME]… \
            [--campaign [--out FILE]] | --seeds";
        let mut asked = Self { seconds: None, jobs: 1, targets: Vec::new(), campaign: None };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--campaign" {
                asked.campaign.get_or_insert_with(|| root().join("fuzz/CAMPAIGN.md"));
                continue;
            }
            let value = words.next().ok_or(USAGE)?;
            match word.as_str() {
                "--seconds" => asked.seconds = Some(value.parse()?),
                "--jobs" => asked.jobs = value.parse::<usize>()?.max(1),
                "--target" => asked.targets.push(value.clone()),
                "--out" => asked.campaign = Some(value.into()),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(asked)
    }

    fn seconds(&self, target: &str) -> u32 {
        self.seconds.unwrap_or(match self.campaign {
            Some(_) => campaign::seconds(target),
            None => SMOKE,
        })
    }
}

fn one(target: &str, asked: &Asked) -> Result<Figures> {
    let folder = |of: &str| root().join("fuzz").join(of).join(target);
    let (corpus, seeds, artifacts) = (folder("corpus"), folder("seeds"), folder("artifacts"));
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&artifacts)?;
    let before = count(&artifacts)?;
    let mut fuzz = cmd(binaries().join(target));
    fuzz.arg(&corpus).arg(seeds).arg(format!("-artifact_prefix={}/", artifacts.display()));
    // Without effect on what is found: Rust has no rule of one definition.
    fuzz.env("ASAN_OPTIONS", "detect_odr_violation=0");
    fuzz.arg(format!("-max_total_time={}", asked.seconds(target)));
    fuzz.args(["-print_final_stats=1", "-timeout=20"]);
    fuzz.arg(format!("-dict={}", root().join("fuzz/jose.dict").display()));
    // A smoke run is the same each time; a run that somebody asks for looks elsewhere.
    if asked.seconds.is_none() && asked.campaign.is_none() {
        fuzz.arg("-seed=1");
    }
    let log = root().join("target").join(format!("fuzz-{target}.log"));
    std::fs::create_dir_all(root().join("target"))?;
    let file = File::create(&log)?;
    let status = fuzz.stdout(file.try_clone()?).stderr(file).status()?;
    let text = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let finds = count(&artifacts)?.saturating_sub(before);
    if !status.success() {
        let lines: Vec<_> = text.lines().collect();
        let last = lines.iter().skip(lines.len().saturating_sub(40));
        println!("{}", last.copied().collect::<Vec<_>>().join("\n"));
        // What it found counts; anything else that goes wrong is no figure.
        if finds == 0 {
            return Err(format!("{status}; see {}", log.display()).into());
        }
    }
    Figures::read(target, &text, finds, count(&corpus)?).ok_or_else(|| "no figures".into())
}

/// Builds the targets, and takes the binaries away: what runs for hours is not what is built meanwhile.
fn build(targets: &[String], campaign: bool) -> Result {
    let folder = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("fuzz/target"),
    };
    sh::run(cargo_fuzz()?.args(["build", "--release"]))?;
    targets.iter().try_for_each(|target| take(&folder, target))?;
    if campaign && targets.iter().any(|target| target == campaign::PLAIN) {
        // In a folder of its own, so that neither build undoes the other.
        let folder = root().join("target/fuzz-plain");
        let mut plain = cargo_fuzz()?;
        plain.args(["build", "--release", "--sanitizer", "none", campaign::PLAIN]);
        sh::run(plain.env("CARGO_TARGET_DIR", &folder))?;
        take(&folder, campaign::PLAIN)?;
    }
    Ok(())
}

fn take(folder: &Path, target: &str) -> Result {
    let about = sh::ask(on_nightly(cmd("rustc").arg("-vV"))).ok_or("no nightly toolchain")?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("no host")?;
    std::fs::create_dir_all(binaries())?;
    std::fs::copy(folder.join(host).join("release").join(target), binaries().join(target))?;
    Ok(())
}

/// Where the binaries are run.
fn binaries() -> PathBuf {
    root().join("target/fuzz-bin")
}

/// cargo-fuzz on the nightly toolchain.
fn cargo_fuzz() -> Result<std::process::Command> {
    let tools = root().join("target/tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([tools].into_iter().chain(std::env::split_paths(&path)))?;
    let mut fuzz = cmd("cargo");
    on_nightly(fuzz.arg("fuzz")).env("PATH", &path);
    Ok(fuzz)
}

/// Files of a folder.
fn count(folder: &Path) -> Result<usize> {
    Ok(std::fs::read_dir(folder)?.count())
}

/// The names of the targets, from the manifest.
fn targets() -> Result<Vec<String>> {
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml"))?;
    let bins = manifest.split("[[bin]]").skip(1);
    let name = |bin: &str| bin.split('"').nth(1).map(str::to_owned);
    Ok(bins.filter_map(name).collect())
}
