//! The tables of rooms in ARCHITECTURE.md, held against the `use` of the sources.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::source::Source;

/// A room, and the rooms that it may use.
pub(crate) type Table = BTreeMap<String, BTreeSet<String>>;

/// A crate whose rooms are in a table.
pub(crate) struct Crate {
    /// Of the markers around the table in ARCHITECTURE.md.
    marker: &'static str,
    /// Its sources.
    folder: &'static str,
}

/// All crates whose rooms are in tables.
pub(crate) const CRATES: [Crate; 3] = [
    Crate { marker: "rooms", folder: "crates/jwt-core/src/" },
    Crate { marker: "rooms-std", folder: "crates/jwt-std/src/" },
    Crate { marker: "rooms-oauth", folder: "crates/jwt-oauth/src/" },
];

/// The rows between `<!-- MARKER:begin -->` and `<!-- MARKER:end -->`: `` | `room` | holds | uses | ``, or
/// several rooms with commas between them.
pub(crate) fn table(of: &Crate, architecture: &str) -> Table {
    let [begin, end] = ["begin", "end"].map(|at| format!("<!-- {}:{at} -->", of.marker));
    let inside = architecture
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once(&end))
        .map_or("", |(inside, _)| inside);
    let mut table = Table::new();
    for line in inside.lines() {
        let Some(row) = line.trim().strip_prefix("| `") else { continue };
        let mut cells = row.split('|');
        let (rooms, uses) = (cells.next().unwrap_or_default(), cells.nth(1).unwrap_or_default());
        let uses: BTreeSet<_> = uses
            .split(',')
            .map(|used| used.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect();
        for room in rooms.split(',') {
            table.insert(room.trim().trim_matches('`').to_owned(), uses.clone());
        }
    }
    table
}

/// Every edge between rooms that the table does not have, every room that it does not name, and every one that
/// it names and is not there.
pub(crate) fn check(of: &Crate, table: &Table, sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ours = || sources.iter().filter(|source| source.is_rust());
    let exports = ours()
        .find(|source| source.name.strip_prefix(of.folder) == Some("lib.rs"))
        .map_or_else(BTreeMap::new, exports);
    let mut seen = BTreeSet::new();
    for source in ours() {
        let Some(path) = source.name.strip_prefix(of.folder) else { continue };
        let room = path.split(['/', '.']).next().unwrap_or_default();
        if room == "lib" {
            continue;
        }
        seen.insert(room);
        let Some(allowed) = table.get(room) else {
            let what = format!("room `{room}` is not in the table of ARCHITECTURE.md");
            findings.push(Finding::new(&source.name, 1, what));
            continue;
        };
        for (line, used) in uses(source) {
            // What the root hands on is its room's.
            let used = exports.get(&used).map_or(used.as_str(), String::as_str);
            // What `crate::` names is a room or, in lower case only, nothing else.
            if used != room && used != "self" && !allowed.contains(used) {
                let what = format!("room `{room}` may not use `{used}`");
                findings.push(Finding::new(&source.name, line, what));
            }
        }
    }
    for room in table.keys().filter(|room| !seen.contains(room.as_str())) {
        let what = format!("there is no room `{room}` in {}", of.folder);
        findings.push(Finding::new("ARCHITECTURE.md", 1, what));
    }
    findings
}

/// What `lib.rs` hands on, and the room that it comes from.
fn exports(lib: &Source) -> BTreeMap<String, String> {
    let code: Vec<_> = lib.code().map(|(_, code)| code).collect();
    let code = code.join(" ");
    let mut exports = BTreeMap::new();
    for export in code.split("pub use ").skip(1) {
        let Some((room, names)) = export.split(';').next().and_then(|it| it.split_once("::"))
        else {
            continue;
        };
        for name in names.split([',', '{', '}']).filter_map(|name| first_name(name.trim())) {
            exports.insert(name.to_owned(), room.to_owned());
        }
    }
    exports
}

/// What stands behind each `crate::`, one name or the names of a list, and the line where it begins.
fn uses(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut code = source.code();
    while let Some((line, text)) = code.next() {
        for used in text.split("crate::").skip(1) {
            let Some(list) = used.strip_prefix('{') else {
                found.extend(first_name(used).map(|name| (line, name.to_owned())));
                continue;
            };
            let mut list = list.to_owned();
            while !list.contains(';') {
                let Some((_, more)) = code.next() else { break };
                list.push_str(more);
            }
            found.extend(top_level(&list).into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// The first name of each item of a list that may hold lists.
fn top_level(list: &str) -> Vec<String> {
    let (mut depth, mut items) = (0_usize, vec![String::new()]);
    for character in list.chars() {
        match character {
            '}' if depth == 0 => break,
            '}' => depth = depth.saturating_sub(1),
            '{' => depth = depth.saturating_add(1),
            ',' if depth == 0 => items.push(String::new()),
            _ => {}
        }
        if let (Some(item), true) = (items.last_mut(), character != ',') {
            item.push(character);
        }
    }
    items.iter().filter_map(|item| first_name(item.trim())).map(str::to_owned).collect()
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
        let others = ["error", "json"].map(|room| format!("crates/jwt-core/src/{room}.rs"));
        let others = others.iter().filter(|other| *other != name).map(|it| Source::new(it, ""));
        let sources: Vec<_> = [Source::new(name, text)].into_iter().chain(others).collect();
        of(&CRATES[0], DOC, &sources)
    }

    fn of(of: &Crate, doc: &str, sources: &[Source]) -> Vec<String> {
        let found = check(of, &table(of, doc), sources);
        found.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn reads_the_table() {
        let table = table(&CRATES[0], DOC);
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

    #[test]
    fn refuses_a_row_without_a_room() {
        let one = [Source::new("crates/jwt-core/src/json.rs", "")];
        let found = of(&CRATES[0], DOC, &one);
        assert_eq!(found, ["there is no room `error` in crates/jwt-core/src/"]);
    }

    #[test]
    fn follows_what_the_root_hands_on() {
        let doc = "<!-- rooms-std:begin -->\n| `key`, `set` | keys | error |\n\
            | `error` | errors | |\n<!-- rooms-std:end -->";
        let folder = CRATES[1].folder;
        let sources = [
            Source::new(&format!("{folder}lib.rs"), "pub use error::Error;\npub use set::{A, B};"),
            Source::new(&format!("{folder}error.rs"), ""),
            Source::new(&format!("{folder}key.rs"), "use crate::{\n    Error, set::{X, Y},\n};"),
            Source::new(
                &format!("{folder}set.rs"),
                "use crate::{self, B, error::E};\nuse crate::A;",
            ),
        ];
        assert_eq!(of(&CRATES[1], doc, &sources), ["room `key` may not use `set`"]);
    }
}
