//! The other parts of the demo, each a process of its own, as anybody would start them.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Result;

/// A part that runs until this is dropped.
pub(super) struct Process {
    /// Where it listens.
    pub(super) origin: String,
    _child: Child,
}

impl Process {
    /// Starts this program with these arguments, has it log to a file, and waits until it listens.
    pub(super) async fn start(arguments: &[&str], log: &Path) -> Result<Self> {
        println!("   jwt-demo {}", arguments.join(" "));
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log)?)
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().ok_or("no pipe")?;
        let origin = BufReader::new(out).lines().next_line().await?;
        let origin = origin.ok_or_else(|| format!("it ended; see {}", log.display()))?;
        Ok(Self { origin, _child: child })
    }
}
