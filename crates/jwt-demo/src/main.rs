//! `jwt-demo`: the parts of the demo as processes.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jwt_demo::{Result, backend, gateway, load, log, server, tour};

/// An authorization server, a gateway that asks for its access tokens, and a backend behind the gateway.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Issues access tokens: client credentials, authorization code with PKCE, refresh tokens.
    Server(server::Arguments),
    /// Lets requests with an access token through to a backend.
    Gateway(gateway::Arguments),
    /// Answers as a language model would: word by word, and nothing of worth.
    Backend(backend::Arguments),
    /// Starts all of them and a device, and shows what happens and what is refused.
    Tour(tour::Arguments),
    /// Measures what authentication costs a gateway.
    Load(load::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    log::to_stderr();
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jwt-demo: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result {
    match command {
        Command::Server(arguments) => server::run(arguments).await,
        Command::Gateway(arguments) => gateway::run(arguments).await,
        Command::Backend(arguments) => backend::run(arguments).await,
        Command::Load(arguments) => load::run(arguments).await,
        Command::Tour(arguments) => tour::run(arguments).await,
    }
}
