//! Instructions of jwt-core's operations, counted by valgrind, against `benches/budgets.toml`.
//!
//! An operation runs n times and 2n times; the difference, over n, is what one costs, without what the
//! process takes to start. The emulated processor has no SHA extensions, so SHA-256 is counted as it runs
//! without them: the count is exact for it, and says nothing about time on another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::build;
use crate::count::Count;
use crate::drawn::thousands;
use crate::sh::{Result, ask, cmd, root};
use crate::tools;

const FILE: &str = "benches/budgets.toml";

const HEAD: &str = "\
# Instructions of each operation, as counted and accepted. `cargo xtask bench --gate` fails where one takes
# more than 1 % above the figure here; `cargo xtask bench --bless` writes this file. They are counted by
# valgrind's callgrind, whose processor has no SHA extensions: SHA-256 is counted as it runs without.

";

/// What the file holds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    /// The compiler of the figures. Another one makes other code, which they say nothing about.
    compiler: String,
    instructions: BTreeMap<String, u64>,
}

/// Fails where an operation takes more than its budget.
pub(super) fn gate() -> Result<Count> {
    let text = fs::read_to_string(root().join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
    let budgets: Budgets = toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
    let counted = count()?;
    let rows = judge(&budgets.instructions, &counted.instructions);
    println!("{:<30} {:>12} {:>12}", "operation", "instructions", "budget");
    for Row { operation, is, budget, verdict } in &rows {
        let budget = budget.map(thousands).unwrap_or_default();
        println!("{operation:<30} {:>12} {budget:>12} {verdict}", thousands(*is));
    }
    if budgets.compiler != counted.compiler {
        println!(
            "NOT GATED: the budgets are of {}, and this is {}",
            budgets.compiler, counted.compiler
        );
        return Ok(Count::default());
    }
    let worse = rows.iter().filter(|row| !row.verdict.is_empty()).count();
    if worse > 0 {
        return Err(format!("{worse} operations are not within their budgets").into());
    }
    Ok(Count { passed: u64::try_from(rows.len())?, skipped: None })
}

/// Takes the counted instructions as the budgets.
pub(super) fn bless() -> Result<Count> {
    let counted = count()?;
    fs::write(root().join(FILE), format!("{HEAD}{}", toml::to_string(&counted)?))?;
    println!("{FILE} holds what was counted");
    Ok(Count::default())
}

/// An operation, and how it stands.
struct Row {
    operation: String,
    is: u64,
    budget: Option<u64>,
    /// Empty where it is within its budget.
    verdict: &'static str,
}

/// Holds what was counted against the budgets. An operation without a budget, or a budget without its
/// operation, is not within it.
fn judge(budgets: &BTreeMap<String, u64>, counted: &BTreeMap<String, u64>) -> Vec<Row> {
    let gone = budgets.keys().filter(|operation| !counted.contains_key(*operation));
    let gone = gone.map(|operation| (operation, None));
    counted
        .iter()
        .map(|(operation, is)| (operation, Some(*is)))
        .chain(gone)
        .map(|(operation, is)| {
            let budget = budgets.get(operation).copied();
            let most = budget.map(|budget| budget.saturating_add(budget / 100));
            let verdict = match (is, most) {
                (Some(is), Some(most)) if is <= most => "",
                (Some(_), Some(_)) => "WORSE",
                (Some(_), None) => "NO BUDGET",
                (None, _) => "NOT COUNTED",
            };
            Row { operation: operation.clone(), is: is.unwrap_or_default(), budget, verdict }
        })
        .collect()
}

fn count() -> Result<Budgets> {
    tools::debian("valgrind", &["valgrind"])?;
    let binary = build::counted("instructions")?;
    let list = ask(&mut Command::new(&binary)).ok_or("the list of operations")?;
    let mut instructions = BTreeMap::new();
    for line in list.lines() {
        let Some((operation, times)) = line.split_once('\t') else { continue };
        let times: u64 = times.parse()?;
        let once = total(&binary, operation, times)?;
        let twice = total(&binary, operation, times.saturating_mul(2))?;
        let each = twice.saturating_sub(once).checked_div(times).unwrap_or_default();
        instructions.insert(operation.to_owned(), each);
    }
    if instructions.is_empty() {
        return Err("no operation was counted".into());
    }
    Ok(Budgets { compiler: build::compiler()?, instructions })
}

/// The instructions of a whole run.
fn total(binary: &Path, operation: &str, times: u64) -> Result<u64> {
    let mut valgrind = cmd("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(binary);
    let output = valgrind.args([operation, &times.to_string()]).output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    // "==1== Collected : 123"
    let collected = log.lines().find_map(|line| line.split_once("Collected : "));
    match (output.status.success(), collected) {
        (true, Some((_, count))) => Ok(count.trim().parse()?),
        _ => Err(format!("{operation} was not counted:\n{log}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(budget: Option<u64>, is: Option<u64>) -> &'static str {
        let map = |figure: Option<u64>| figure.map(|figure| (String::from("mint"), figure));
        let rows = judge(&map(budget).into_iter().collect(), &map(is).into_iter().collect());
        rows[0].verdict
    }

    #[test]
    fn one_percent_is_within_the_budget_and_more_is_not() {
        assert_eq!(verdict(Some(1000), Some(900)), "");
        assert_eq!(verdict(Some(1000), Some(1010)), "");
        assert_eq!(verdict(Some(1000), Some(1011)), "WORSE");
    }

    #[test]
    fn what_is_on_one_side_only_is_told() {
        assert_eq!(verdict(None, Some(1)), "NO BUDGET");
        assert_eq!(verdict(Some(1), None), "NOT COUNTED");
    }
}
