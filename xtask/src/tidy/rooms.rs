//! The table of rooms in ARCHITECTURE.md, held against the `use` of jwt-core's sources.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::source::Source;

/// A room, and the rooms that it may use.
pub(crate) type Table = BTreeMap<String, BTreeSet<String>>;

/// The rows between `<!-- rooms:begin -->` and `<!-- rooms:end -->`: `` | `room` | holds | uses | ``.
pub(crate) fn table(architecture: &str) -> Table {
    let inside = architecture
        .split_once("<!-- rooms:begin -->")
        .and_then(|(_, rest)| rest.split_once("<!-- rooms:end -->"))
        .map_or("", |(inside, _)| inside);
    inside
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim().strip_prefix("| `")?.split('|');
            let room = cells.next()?.trim().strip_suffix('`')?.to_owned();
            let uses = cells.nth(1)?.split(',').map(|used| used.trim().to_owned());
            Some((room, uses.filter(|used| !used.is_empty()).collect()))
        })
        .collect()
}

/// Every edge between rooms that the table does not have, and every room that it does not name.
pub(crate) fn check(table: &Table, sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let Some(path) = source.name.strip_prefix("crates/jwt-core/src/") else { continue };
        let room = path.split(['/', '.']).next().unwrap_or_default();
        if room == "lib" {
            continue;
        }
        let Some(allowed) = table.get(room) else {
            let what = format!("room `{room}` is not in the table of ARCHITECTURE.md");
            findings.push(Finding::new(&source.name, 1, what));
            continue;
        };
        for (line, code) in source.code() {
            for used in code.split("crate::").skip(1).filter_map(first_name) {
                // What `crate::` names is a room or, in lower case only, nothing else.
                if used != room && !allowed.contains(used) {
                    let what = format!("room `{room}` may not use `{used}`");
                    findings.push(Finding::new(&source.name, line, what));
                }
            }
        }
    }
    findings
}

fn first_name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOC: &str = "<!-- rooms:begin -->\n| room | holds | may use |\n| --- | --- | --- |\n\
        | `json` | reader | error |\n| `error` | errors | |\n<!-- rooms:end -->";

    fn findings(name: &str, text: &str) -> Vec<String> {
        let found = check(&table(DOC), &[Source::new(name, text)]);
        found.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn reads_the_table() {
        let table = table(DOC);
        assert_eq!(table.len(), 2);
        assert!(table["json"].contains("error"));
        assert!(table["error"].is_empty());
    }

    #[test]
    fn refuses_an_edge_that_is_not_in_the_table() {
        let name = "crates/jwt-core/src/error.rs";
        assert_eq!(findings(name, "use crate::json::X;"), ["room `error` may not use `json`"]);
        let name = "crates/jwt-core/src/json/reader.rs";
        assert!(findings(name, "use crate::error::X;\n/// [`crate::mint`]").is_empty());
        assert_eq!(findings(name, "let x = crate::Minter;"), ["room `json` may not use `Minter`"]);
    }

    #[test]
    fn refuses_a_room_that_is_not_in_the_table() {
        assert_eq!(findings("crates/jwt-core/src/new.rs", "").len(), 1);
    }
}
