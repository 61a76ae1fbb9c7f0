//! `cargo xtask device`: firmware for four kinds of core, built, run in QEMU, judged and measured.
//!
//! Every image is built for speed and for size. What it mints is verified by judges with code of their
//! own; what it takes is held against `firmware/budgets.toml`; what is linked into it is looked at.

pub(crate) mod api_call;
mod board;
pub(crate) mod branches;
mod budgets;
mod build;
mod chart;
mod code;
pub(crate) mod ct;
mod goals;
mod host;
mod image;
mod modem;
mod oauth;
mod panics;
mod qemu;
mod servers;
mod symbols;
mod table;
mod vectors;

use std::sync::mpsc;
use std::thread;

use crate::count::Count;
use crate::drawn;
use crate::sh::{self, Result, cargo};
use board::{Board, Level, M4};
use budgets::{Budgets, Figures};
use build::Build;
use host::Host;
use image::{Image, Job, PEER};
use qemu::Output;
use symbols::Part;

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    let bless = match arguments {
        [] => false,
        [flag] if flag == "--bless" => true,
        _ => return Err("usage: cargo xtask device [--bless]".into()),
    };
    fault_table()?;
    let mut host = Host::new()?;
    let mut measured = Budgets { compiler: build::compiler(&M4)?, ..Budgets::default() };
    let mut linked = 0_u64;
    // Each level is built by a thread of its own: half of the time one package is compiled, which the others wait for.
    let boards = if bless { &board::ALL } else { board::boards() };
    let (ready, builds) = mpsc::channel();
    thread::scope(|scope| {
        for level in Level::ALL {
            let ready = ready.clone();
            scope.spawn(move || {
                let builds = boards.iter().map(|board| Built::new(board, level));
                builds
                    .map(|built| built.map_err(|error| error.to_string()))
                    .try_for_each(|built| ready.send(built))
            });
        }
        drop(ready);
        builds
            .into_iter()
            .try_for_each(|built| judge(&built?, &mut host, &mut measured, &mut linked))
    })?;
    let called = servers::check()?.saturating_add(host.clients);
    println!("\n{linked} images linked without a panic path, and ran");
    let (tokens, cores, judges) = (host.tokens, boards.len(), host.judges());
    println!("{tokens} tokens of {cores} kinds of core, each accepted by {judges}");
    println!("{} vectors had their results on the device", host.vectors);
    println!(
        "{called} assertions and proofs of emulated OAuth clients, each verified by jwt-oauth\n"
    );
    let compared = if bless { accept(&measured)? } else { compare(&measured)? };
    goals::check(&measured)?;
    let passed = [host.tokens, host.vectors, linked, called, compared].into_iter().sum();
    Ok(Count { passed, skipped: None })
}

/// The images of a board and a level.
struct Built {
    board: &'static Board,
    level: Level,
    build: Build,
    /// With the image that needs a heap, where that is run.
    peer: Option<Build>,
}

impl Built {
    fn new(board: &'static Board, level: Level) -> Result<Self> {
        let build = build::build(board, level)?;
        let has_peer = board.key == M4.key;
        let peer = has_peer.then(|| build::build_peer(board, level)).transpose()?;
        Ok(Self { board, level, build, peer })
    }
}

/// Runs each image, has judged what it says, and measures it. `linked` counts those that only had to link and run.
fn judge(built: &Built, host: &mut Host, measured: &mut Budgets, linked: &mut u64) -> Result {
    let Built { board, level, build, peer } = built;
    let images = image::ALL.iter().filter(|image| image.runs_on(board, *level));
    let images = images.map(|image| (build, image)).chain(peer.iter().map(|build| (build, &PEER)));
    for (build, image) in images {
        let output = host.run(board, build, image)?;
        check_parts(build, image, board, *level)?;
        let Some(output) = output else {
            *linked = linked.saturating_add(1);
            continue;
        };
        let figures = measure(board, build, image, &output)?;
        show(board, *level, image, &figures);
        measured.put(board.key, level.key(), image.name, figures);
    }
    if board.key == M4.key && *level == Level::Speed { show_panics(build) } else { Ok(()) }
}

/// What the driver of the secure element does about each fault, in how much time.
fn fault_table() -> Result {
    let example = ["run", "--quiet", "--package", "jwt-device", "--features", "sim"];
    sh::run(cargo(&example).args(["--example", "atecc608_faults"]))
}

fn measure(board: &Board, build: &Build, image: &Image, output: &Output) -> Result<Figures> {
    let mut figures = Figures {
        stack_cold: output.number("stack", 0),
        stack_warm: output.number("stack", 1),
        cold: output.number(image.job.first(), 0).map(|ticks| board.instructions(ticks)),
        warm: output.number("warm", 0).map(|ticks| board.instructions(ticks)),
        ..Figures::default()
    };
    for (section, bytes) in build::sections(&build.path(image))? {
        let figure = match section.as_str() {
            ".vector_table" | ".text" | ".init" | ".trap" | ".init.rust" | ".text.dummy" => {
                &mut figures.text
            }
            ".rodata" => &mut figures.rodata,
            ".data" => &mut figures.data,
            ".bss" => &mut figures.bss,
            _ => continue,
        };
        *figure = figure.saturating_add(bytes);
    }
    if matches!(image.job, Job::Simulator | Job::Vectors | Job::CombVectors) {
        // They are tests: what they take says nothing about a product.
        let Figures { text, rodata, data, bss, .. } = figures;
        figures = Figures { text, rodata, data, bss, ..Figures::default() };
    }
    Ok(figures)
}

fn show(board: &Board, level: Level, image: &Image, figures: &Figures) {
    let Figures { text, rodata, data, bss, stack_cold, stack_warm, cold, warm } = *figures;
    let number = |figure: Option<u64>| figure.map(drawn::thousands).unwrap_or_default();
    println!(
        "{:<16} {:<3} {:<28} text {text:>6} rodata {rodata:>5} data {data:>4} bss {bss:>4} stack {:>6} / {:>6} instructions {:>10} / {:>10}",
        board.core,
        level.key(),
        image.title,
        number(stack_cold),
        number(stack_warm),
        number(cold),
        number(warm),
    );
}

/// An image holds what it names and no more; and those that hold a part show that it would be seen.
fn check_parts(build: &Build, image: &Image, board: &Board, level: Level) -> Result {
    let parts = symbols::parts(&build.path(image))?;
    let expected: &[Part] = match image.name {
        "peer_jwt_compact" => &[Part::Curve, Part::Heap],
        "es256_mint_fast" | "es256_verify_fast" => &[Part::Assembly],
        "vectors" => &[Part::Curve, Part::Assembly],
        // At this level it mints HS384 and HS512 too.
        "nopanic_hs256" if level == Level::Speed => &[Part::Sha512],
        "es256_mint_comb" | "oauth_client_comb" | "vectors_comb" | "nopanic_comb" => &[Part::Comb],
        "es256_mint" | "es256_verify" | "es256_sign" | "p256_sign" | "es256_mint_sim"
        | "embassy" => &[Part::Curve],
        _ => &[],
    };
    if parts == expected {
        return Ok(());
    }
    let (name, core) = (image.name, board.core);
    Err(format!("{name} for {core} holds {parts:?}, and should hold {expected:?}").into())
}

fn show_panics(build: &Build) -> Result {
    let image =
        image::ALL.iter().find(|image| image.name == "es256_mint").ok_or("no such image")?;
    println!("\npanic paths in {}, which are p256's and its packages':", image.name);
    for (file, count) in panics::paths(&build.path(image))? {
        println!("  {count:>3}  {file}");
        if file.starts_with("crates/") {
            return Err(format!("a panic path of our own, in {file}").into());
        }
    }
    println!();
    Ok(())
}

/// Takes the measured figures as the budgets.
fn accept(measured: &Budgets) -> Result<u64> {
    measured.write()?;
    table::write(measured)?;
    chart::write(measured)?;
    println!("firmware/budgets.toml, README.md and the chart hold what was measured");
    Ok(0)
}

/// Fails where a figure is worse than its budget. Returns how many were compared.
fn compare(measured: &Budgets) -> Result<u64> {
    let budgets = Budgets::read()?;
    table::check(&budgets)?;
    chart::check(&budgets)?;
    let (worse, compared) = budgets.regressions(measured);
    for line in &worse {
        println!("worse: {line}");
    }
    if budgets.compiler != measured.compiler {
        println!(
            "NOT GATED: the budgets are of {}, and this is {}",
            budgets.compiler, measured.compiler
        );
        return Ok(0);
    }
    if worse.is_empty() {
        println!("{compared} figures, none above its budget");
        return Ok(compared);
    }
    Err(format!("{} figures are above their budgets", worse.len()).into())
}
