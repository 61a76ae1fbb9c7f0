//! `cargo xtask bench`: jwt-core and jwt-std against other libraries, and instructions against budgets.
//!
//! Times say how this project compares, on one machine in one run; they are written to
//! `benches/measured.toml` and gate nothing. Instructions are exact, so they are what gates.

pub(crate) mod bounds;
mod build;
mod chart;
mod instructions;
mod measured;
mod table;

use crate::count::Count;
use crate::sh::Result;
use measured::Measured;

pub(crate) fn run(arguments: &[String]) -> Result<Count> {
    match arguments {
        [] => compare(),
        [flag] if flag == "--gate" => gate(),
        [flag] if flag == "--bless" => instructions::bless(),
        _ => Err("usage: cargo xtask bench [--gate | --bless]".into()),
    }
}

/// The instructions of each operation against `benches/budgets.toml`; and README.md and the chart against
/// what was measured.
pub(crate) fn gate() -> Result<Count> {
    check_drawn()?;
    instructions::gate()
}

fn check_drawn() -> Result {
    let measured = Measured::read()?;
    table::check(&measured)?;
    chart::check(&measured)
}

/// All contenders in all jobs, in one run.
fn compare() -> Result<Count> {
    let measured = measured::measure()?;
    table::print(&measured);
    measured.write()?;
    table::write(&measured)?;
    chart::write(&measured)?;
    println!("\nbenches/measured.toml, README.md and the chart hold what was measured");
    Ok(Count::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_and_the_chart_are_drawn_from_what_was_measured() -> Result {
        check_drawn()
    }
}
