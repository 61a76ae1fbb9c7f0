//! `cargo xtask differential`: the same tokens to jwt-core, jsonwebtoken, PyJWT and jose, and 0 differences
//! that nothing explains. What is run is the package `jwt-differential`; here its peers are installed.

use std::path::PathBuf;

use crate::count::Count;
use crate::interop::{beside_jose, python_with_pyjwt};
use crate::sh::{self, Result, cargo, in_ci, root};

/// Tokens where nothing else is asked for.
const TOKENS: &str = "1000000";
/// In CI, where this is one of many stages.
const FEW: &str = "20000";

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    let mut run = cargo(&["run", "--quiet", "--profile", "tool", "--package", "jwt-differential"]);
    run.arg("--").args(arguments);
    if !arguments.iter().any(|word| word == "--tokens") {
        run.args(["--tokens", if in_ci() { FEW } else { TOKENS }]);
    }
    let folder = root().join("target/interop");
    let peers = root().join("differential/peers");
    let pyjwt = || Ok([python_with_pyjwt(&folder)?, peers.join("pyjwt.py")]);
    let jose = || Ok([PathBuf::from("node"), beside_jose(&folder, &peers.join("jose.mjs"))?]);
    let mut skipped = None;
    for (name, command) in [("PyJWT", pyjwt()), ("jose", jose())] {
        let command: Result<[PathBuf; 2]> = command;
        match command {
            Ok(words) => {
                run.args(["--peer", name]).args(words);
            }
            Err(error) if in_ci() => return Err(format!("{name}: {error}").into()),
            Err(error) => {
                println!("SKIPPED the differential run with {name}: {error}");
                skipped = Some(format!("the differential run with {name}"));
            }
        }
    }
    sh::run(&mut run)?;
    Ok(Count { passed: 0, skipped })
}
