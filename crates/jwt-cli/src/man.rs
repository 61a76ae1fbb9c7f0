//! `jwt man`: one page with every command and every option, from the same source as `--help`.

use std::io::Write as _;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::{Result, io};
use crate::output;

pub(crate) fn run() -> Result {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).map_err(io)?;
    for subcommand in command.get_subcommands() {
        section(subcommand, &mut page).map_err(io)?;
    }
    output::write(&page)
}

/// A section for a command that does something, or for each of the commands below it.
fn section(command: &Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    if command.has_subcommands() {
        return command.get_subcommands().try_for_each(|below| section(below, page));
    }
    let name = command.get_bin_name().unwrap_or_default().to_uppercase();
    writeln!(page, ".SH \"{name}\"")?;
    let man = Man::new(command.clone());
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)
}
