//! The list of survivors with their reasons, and what a run says of it.
//!
//! An entry is a line "- `json/text.rs: replace + with - in f`", with " ×2" behind it where two places of a
//! function have the same change. Line numbers are left out, so that the list outlives an edit.

use std::collections::BTreeMap;

use super::names::Names;

type Counts = BTreeMap<String, usize>;

/// What differs from the list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// Survive more often than is listed.
    pub(super) unlisted: Counts,
    /// Were caught each time, and are listed.
    pub(super) gone: Counts,
}

pub(super) fn judge(names: &Names, document: &str) -> Judged {
    let listed = listed(document);
    let missed = counts(&names.missed);
    let caught = counts(names.caught.iter().chain(&names.timeout));
    let more = |(name, count): (&String, &usize)| {
        let more = count.saturating_sub(listed.get(name).copied().unwrap_or(0));
        (more > 0).then(|| (name.clone(), more))
    };
    let gone =
        listed.iter().filter(|(name, _)| caught.contains_key(*name) && !missed.contains_key(*name));
    Judged {
        unlisted: missed.iter().filter_map(more).collect(),
        gone: gone.map(|(name, count)| (name.clone(), *count)).collect(),
    }
}

/// How often each name is there, without line and column.
fn counts<'n>(names: impl IntoIterator<Item = &'n String>) -> Counts {
    let mut counts = Counts::new();
    for name in names {
        let count = counts.entry(short(name)).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// "crates/x/src/json/text.rs:12:5: replace …" as "json/text.rs: replace …".
fn short(name: &str) -> String {
    let place = name.split_once("/src/").map_or(name, |(_, place)| place);
    let Some((place, change)) = place.split_once(": ") else { return place.to_owned() };
    let file = place.split(':').next().unwrap_or_default();
    format!("{file}: {change}")
}

fn listed(document: &str) -> Counts {
    let mut counts = Counts::new();
    for line in document.lines() {
        let Some((name, rest)) = line.strip_prefix("- `").and_then(|line| line.split_once('`'))
        else {
            continue;
        };
        let times = rest.trim().strip_prefix('×').and_then(|count| count.parse().ok());
        let count = counts.entry(name.to_owned()).or_default();
        *count = count.saturating_add(times.unwrap_or(1));
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(missed: &[&str], caught: &[&str]) -> Names {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Names { missed: owned(missed), caught: owned(caught), ..Names::default() }
    }

    #[test]
    fn a_survivor_that_is_not_listed_as_often_is_told() {
        let missed = [
            "crates/x/src/a/b.rs:1:2: replace + with - in f",
            "crates/x/src/a/b.rs:3:4: replace + with - in f",
        ];
        let once = "# Mutants\n- `a/b.rs: replace + with - in f`\n";
        let judged = judge(&names(&missed, &[]), once);
        assert_eq!(
            judged.unlisted.into_iter().collect::<Vec<_>>(),
            [("a/b.rs: replace + with - in f".to_owned(), 1)]
        );
        assert_eq!(judge(&names(&missed, &[]), &once.replace("f`", "f` ×2")), Judged::default());
    }

    #[test]
    fn what_is_listed_and_was_caught_is_told_and_what_did_not_run_is_not() {
        let list = "- `a.rs: replace f with ()`\n- `b.rs: replace g with ()`\n";
        let judged = judge(&names(&[], &["crates/x/src/a.rs:1:2: replace f with ()"]), list);
        assert_eq!(judged.gone.into_keys().collect::<Vec<_>>(), ["a.rs: replace f with ()"]);
        assert!(judged.unlisted.is_empty());
    }
}
