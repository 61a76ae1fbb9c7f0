//! The run: tokens are made, changed and judged, on every core; then the slow peers judge their share.

use std::process::ExitCode;
use std::time::SystemTime;

use crate::change::change;
use crate::forge::{Case, forged, minted};
use crate::keys::Keys;
use crate::peer;
use crate::random::Random;
use crate::report::Report;
use crate::verdict::{Ours, jsonwebtoken, ours};

/// Tokens that a slow peer judges at least.
const SHARE: usize = 5_000;

/// The peer that every token is put to.
const IN_PROCESS: &str = "jsonwebtoken";

/// What is asked for.
struct Asked {
    tokens: usize,
    seed: u64,
    /// An example of each class is shown.
    show: bool,
    /// Names of peers in other processes, what runs them, and their scripts.
    peers: Vec<(String, [String; 2])>,
}

pub(crate) fn main() -> ExitCode {
    match Asked::parse().and_then(|asked| run(&asked)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

impl Asked {
    fn parse() -> Result<Self, String> {
        const USAGE: &str =
            "usage: differential [--tokens N] [--seed N] [--show] [--peer NAME PROGRAM SCRIPT]…";
        let mut asked = Self { tokens: 1_000_000, seed: 1, show: false, peers: Vec::new() };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(USAGE);
            match word.as_str() {
                "--tokens" => asked.tokens = value()?.parse().map_err(|_| USAGE)?,
                "--seed" => asked.seed = value()?.parse().map_err(|_| USAGE)?,
                "--show" => asked.show = true,
                "--peer" => asked.peers.push((value()?, [value()?, value()?])),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(asked)
    }
}

/// Returns how many differences nothing explains.
fn run(asked: &Asked) -> Result<u64, String> {
    ::jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER
        .install_default()
        .map_err(|_| "a provider is there already")?;
    let keys = Keys::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = asked.tokens.min(SHARE.max(asked.tokens / 10));
    let every = asked.tokens / share.max(1);
    let start = SystemTime::now();
    let mut report = Report::of(IN_PROCESS);
    let mut shared: Vec<(Case, Ours)> = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                let seed = asked.seed.wrapping_mul(0x0100_0000).wrapping_add(worker as u64);
                let count = asked.tokens / cores + usize::from(worker < asked.tokens % cores);
                let keys = &keys;
                scope.spawn(move || judge(keys, seed, count, every))
            })
            .collect();
        for worker in workers {
            let (found, kept) = worker.join().map_err(|_| "a worker panicked")?;
            report.join(found);
            shared.extend(kept);
        }
        Ok::<_, String>(())
    })?;
    let mut unexplained = report.print("11", asked.show);

    let cases: Vec<&Case> = shared.iter().map(|(case, _)| case).collect();
    let mut shares = String::new();
    let verdicts: Vec<_> = std::thread::scope(|scope| {
        let (keys, cases) = (&keys, &cases);
        let ask = |(name, command)| (name, scope.spawn(move || peer::ask(command, keys, cases)));
        let running: Vec<_> =
            asked.peers.iter().map(|(name, command)| ask((name, command))).collect();
        running.into_iter().map(|(name, thread)| (name, thread.join())).collect()
    });
    for (name, answer) in verdicts {
        let (version, verdicts) =
            answer.map_err(|_| "a peer panicked")?.map_err(|error| format!("{name}: {error}"))?;
        let mut report = Report::of(name);
        for ((case, ours), theirs) in shared.iter().zip(&verdicts) {
            report.add(case, ours, theirs);
        }
        unexplained += report.print(&version, asked.show);
        shares.push_str(&format!(", {} of them to {name}", cases.len()));
    }
    let seconds = start.elapsed().unwrap_or_default().as_secs();
    println!(
        "\ndifferential: {} tokens{shares}, in {seconds} s, seed {}, {unexplained} unexplained",
        asked.tokens, asked.seed
    );
    Ok(unexplained)
}

/// Makes and judges `count` tokens; keeps every so many for others.
fn judge(keys: &Keys, seed: u64, count: usize, every: usize) -> (Report, Vec<(Case, Ours)>) {
    let mut random = Random::new(seed);
    let mut report = Report::of(IN_PROCESS);
    let mut kept = Vec::new();
    let mut other = minted(keys, &mut random, now()).token;
    for i in 0..count {
        let (case, ours, theirs) = loop {
            // jsonwebtoken reads the clock itself: where a second ends meanwhile, once more.
            let mut again = random.clone();
            let time = now();
            let case = make(keys, &mut again, time, &other);
            let ours = ours(keys, case.alg, &case.token, time);
            let theirs = jsonwebtoken(keys, case.alg, &case.token);
            if now() == time {
                random = again;
                break (case, ours, theirs);
            }
        };
        report.add(&case, &ours, &theirs);
        if case.done == ["minted"] {
            other.clone_from(&case.token);
        }
        if i % every == 0 {
            kept.push((case, ours));
        }
    }
    (report, kept)
}

fn make(keys: &Keys, random: &mut Random, time: u64, other: &str) -> Case {
    let mut case =
        if random.percent(60) { forged(keys, random, time) } else { minted(keys, random, time) };
    // Of the forged ones a few, of the minted ones most.
    if random.percent(if case.done == ["minted"] { 80 } else { 10 }) {
        for _ in 0..1 + random.below(2) {
            let done = change(random, case.alg, &mut case.token, other);
            case.done.push(done);
        }
    }
    case
}

fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs()
}
