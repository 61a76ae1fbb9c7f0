//! `cargo xtask ci`: every stage in order, with its time, and the number of tests at the end.

use std::process::ExitCode;
use std::time::Instant;

use crate::count::Count;
use crate::sh::{Result, cargo, run};
use crate::{
    bench, coverage, cross, ct, demo, deny, device, differential, examples, fuzz, i686, interop,
    mint, mutants, packages, powerset, published, tables, test, tidy,
};

/// A command: its name, what it is for, and what runs.
type Command = (&'static str, &'static str, fn(&[String]) -> Result<Count>);

const COMMANDS: &[Command] = &[
    (
        "demo",
        "a chip, a server and a gateway: the main job, end to end (--peers, --stay)",
        |arguments| none(demo::run(arguments)),
    ),
    ("peers", "the demo with oidc-provider and Envoy", |_| {
        none(demo::run(&[String::from("--peers")]))
    }),
    ("test", "everything that must pass: tests, doctests, interoperability", |_| test::run()),
    ("ci", "all stages below, as CI runs them", |_| ci()),
    ("fmt", "formatting", |_| none(fmt())),
    ("tidy", "the repository's rules, checked from its sources", |_| none(tidy::run())),
    ("clippy", "lints of every crate, target and feature", |_| none(clippy())),
    ("unit", "cargo test of every crate and feature", |_| test::cargo_tests()),
    ("examples", "every example runs, and prints what its head says", |_| examples::run_all()),
    (
        "interop",
        "PyJWT and jose verify our tokens and we theirs; servers of others: or only the NAMES",
        |arguments| interop::run(arguments),
    ),
    (
        "differential",
        "tokens changed in every way, to jsonwebtoken, PyJWT and jose too: --tokens N",
        |arguments| differential::run(arguments),
    ),
    ("doc", "documentation without warnings", |_| none(doc())),
    (
        "powerset",
        "combinations of features compile: pairs of the core's, each of jwt-device's and of jwt-std's",
        |_| none(powerset::run()),
    ),
    ("cross", "the core without alloc for thumbv6m, thumbv7em and riscv32imac", |_| {
        none(cross::run())
    }),
    ("i686", "the tests of the core and of p256-mint on 32 bits", |_| i686::run()),
    (
        "device",
        "firmware in QEMU: run, judged, measured against its budgets (--bless)",
        |arguments| device::run(arguments),
    ),
    (
        "ct",
        "time depends on no secret: valgrind, a t-test, emulated cores (--quick, --bless, --count N)",
        |arguments| ct::run(arguments),
    ),
    ("secrets", "the part of ct under valgrind: nothing on a host branches on a secret", |_| {
        ct::quick()
    }),
    ("mint", "p256-mint against p256: with all --tables, or a --million signatures", |arguments| {
        mint::run(arguments)
    }),
    ("tables", "writes the tables of p256-mint", |arguments| none(tables::run(arguments))),
    (
        "bench",
        "against other libraries; --gate: the instructions below, --bless: accept them",
        |arguments| bench::run(arguments),
    ),
    ("instructions", "instructions of jwt-core's operations, against their budgets", |_| {
        bench::gate()
    }),
    ("bounds", "hostile input costs what its length allows", |_| bench::bounds::run()),
    ("coverage", "line coverage of jwt-core", |_| none(coverage::run())),
    ("deny", "licences, bans and sources of dependencies", |_| none(deny::run())),
    ("packages", "every published crate packages cleanly", |_| none(packages::run())),
    ("api", "the public API of each library, against its listing (--bless)", |arguments| {
        none(published::api(arguments))
    }),
    ("minimal", "the oldest versions that the manifests allow suffice", |_| {
        none(published::minimal())
    }),
    ("sbom", "what each crate is made of, as CycloneDX, into target/sbom", |_| {
        none(published::sbom())
    }),
    (
        "mutants",
        "changes the code, and asks the tests: jwt-core or p256-mint, --file, --shard, --resume",
        |arguments| none(mutants::run(arguments)),
    ),
    (
        "fuzz",
        "every fuzz target: --seconds N each (2); --campaign: for long, and kept",
        |arguments| none(fuzz::run(arguments)),
    ),
];

/// What CI runs, in this order.
const STAGES: &[&str] = &[
    "fmt",
    "tidy",
    "clippy",
    "unit",
    "examples",
    "interop",
    "differential",
    "doc",
    "powerset",
    "cross",
    "device",
    "secrets",
    "instructions",
    "bounds",
    "deny",
    "packages",
    "fuzz",
    "demo",
    "peers",
];

/// What CI leaves to people, for its time.
const LEFT: &[&str] =
    &["bench", "ct", "coverage", "mint", "mutants", "i686", "api", "minimal", "sbom"];

pub(crate) fn dispatch(mut arguments: Vec<String>) -> ExitCode {
    let name = if arguments.is_empty() { String::from("help") } else { arguments.remove(0) };
    let Some(command) = COMMANDS.iter().find(|command| command.0 == name) else {
        println!("cargo xtask COMMAND\n");
        for (name, purpose, _) in COMMANDS {
            println!("  {name:<12} {purpose}");
        }
        return if name == "help" { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match command.2(&arguments) {
        Ok(count) => {
            if count.passed > 0 {
                println!("\n{} passed, 0 failed", count.passed);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\ncargo xtask {name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn ci() -> Result<Count> {
    let mut total = Count::default();
    let mut rows = Vec::new();
    for stage in STAGES {
        let Some((name, purpose, run)) = COMMANDS.iter().find(|command| command.0 == *stage) else {
            return Err(format!("no such stage: {stage}").into());
        };
        println!("\n=== {name}: {purpose}");
        let start = Instant::now();
        let result = run(&[]);
        let seconds = start.elapsed().as_secs();
        let verdict = match &result {
            Ok(count) if count.skipped.is_some() => "SKIPPED",
            Ok(_) => "ok",
            Err(_) => "FAILED",
        };
        let tests = result.as_ref().map_or(0, |count| count.passed);
        rows.push(format!("{name:<12} {verdict:<8} {seconds:>5} s {tests:>6} tests"));
        match result {
            Ok(count) => total = total.and(count),
            Err(error) => {
                println!("\n{}", rows.join("\n"));
                return Err(format!("{name}: {error}").into());
            }
        }
    }
    println!("\n{}", rows.join("\n"));
    println!("not run here: {}", LEFT.join(", "));
    if let Some(what) = &total.skipped {
        println!("SKIPPED, so this run proves less than CI: {what}");
    }
    Ok(total)
}

fn none(result: Result) -> Result<Count> {
    result.map(|()| Count::default())
}

fn fmt() -> Result {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result {
    run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]))
}

fn doc() -> Result {
    run(cargo(&["doc", "--quiet", "--no-deps", "--workspace", "--all-features"])
        .env("RUSTDOCFLAGS", "-D warnings"))
}
