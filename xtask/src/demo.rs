//! `cargo xtask demo`: the main job, end to end, on this machine.
//!
//! An emulated chip with a secure element gets an access token from an authorization server, calls an API through
//! a gateway, and hears the answer; then everything that is no such token is refused, each with its words. The
//! parts are processes of `crates/jwt-demo`, whose `tour` tells the story; here they are built, and the chip.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use jwt_core::danger;

use crate::device::{self, ApiCall};
use crate::fresh::new_key;
use crate::sh::{self, Result, cargo, cmd, in_ci, root};

/// As crates/jwt-demo has them.
const CLIENT_ID: &str = "device-0001";
const AUDIENCE: &str = "https://llm.example/v1";

pub(crate) fn run(arguments: &[String]) -> Result {
    let stay = match arguments {
        [] => false,
        [flag] if flag == "--stay" => true,
        _ => return Err("usage: cargo xtask demo [--stay]".into()),
    };
    sh::run(&mut cargo(&["build", "--quiet", "--package", "jwt-demo"]))?;
    let keys = root().join("target/demo");
    let _ = std::fs::remove_dir_all(&keys);
    std::fs::create_dir_all(&keys)?;
    let [server, gateway] = [free_address()?, free_address()?];
    let mut tour = tour(&keys);
    tour.args(["--server", &server, "--gateway", &gateway]);
    if stay {
        tour.arg("--stay");
    }
    sh::run(&mut tour)
}
