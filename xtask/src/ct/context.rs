//! Where memcheck saw a branch or an address that depends on what is undefined.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;

use super::expected::Counts;

/// Reads the errors in an XML report of memcheck. Each instruction counts once, for `crate/file::function`.
pub(super) fn read(report: &str) -> Counts {
    let mut instructions = BTreeMap::new();
    for error in report.split("<error>").skip(1) {
        // What follows says where the value is from.
        let error = error.split("<auxwhat>").next().unwrap_or_default();
        let Some(address) = tag(error, "ip") else { continue };
        if let Entry::Vacant(entry) = instructions.entry(address.to_owned()) {
            let is_branch = tag(error, "kind") == Some("UninitCondition");
            let of = if is_branch { "" } else { "address in " };
            entry.insert(format!("{of}{}", place(error)));
        }
    }
    let mut contexts = Counts::new();
    for place in instructions.into_values() {
        let count = contexts.entry(place).or_insert(0);
        *count = count.saturating_add(1);
    }
    contexts
}

/// The innermost function whose source is there: the standard library's is not, and who called it says more.
fn place(error: &str) -> String {
    let of_frame = |frame: &str| {
        let folder = tag(frame, "dir")?;
        let source = Path::new(folder).join(tag(frame, "file")?);
        let text = fs::read_to_string(&source).ok()?;
        let function = function(&text, tag(frame, "line")?.parse().ok()?)?;
        Some(format!("{}::{function}", short(&source.to_string_lossy())))
    };
    let known = error.split("<frame>").skip(1).find_map(of_frame);
    known.unwrap_or_else(|| tag(error, "fn").unwrap_or("unknown").to_owned())
}

/// The name of the last function that begins at or above this line.
fn function(source: &str, line: usize) -> Option<&str> {
    let above: Vec<_> = source.lines().take(line).collect();
    above.into_iter().rev().find_map(|line| {
        let (before, rest) = line.split_once("fn ")?;
        let is_head = before.split_whitespace().all(|word| {
            matches!(word, "const" | "async" | "unsafe" | "extern" | "default")
                || word.starts_with("pub")
        });
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        rest.get(..end).filter(|name| is_head && !name.is_empty())
    })
}

/// `crate/file` of the path of a source.
fn short(path: &str) -> String {
    let Some((before, after)) = path.rsplit_once("/src/") else { return path.to_owned() };
    let package = before.rsplit('/').next().unwrap_or_default();
    // Of what comes from a registry without its version.
    let package = match package.rsplit_once('-') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => package,
    };
    format!("{package}/{}", after.trim_end_matches(".rs"))
}

fn tag<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(content, _)| content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_counts_once_and_an_address_apart() {
        let error = |kind: &str, ip: &str| {
            format!(
                "<error><kind>{kind}</kind><stack><frame><ip>{ip}</ip><fn>f</fn></frame></stack></error>"
            )
        };
        let branch = |ip| error("UninitCondition", ip);
        let report = [branch("0x1"), branch("0x2"), branch("0x1"), error("UninitValue", "0x3")];
        let expected = Counts::from([("f".into(), 2), ("address in f".into(), 1)]);
        assert_eq!(read(&report.concat()), expected);
    }

    #[test]
    fn names_the_function_around_a_line() {
        let source = "pub(crate) const fn f(\n    a: u8,\n) {\n    // fn of g\n    a\n}\n";
        assert_eq!(function(source, 5), Some("f"));
        assert_eq!(function("x", 1), None);
    }

    #[test]
    fn names_a_crate_without_its_version_or_its_home() {
        assert_eq!(short("registry/src/index/subtle-2.6.1/src/lib.rs"), "subtle/lib");
        assert_eq!(short("crates/jwt-core/src/alg/nonce.rs"), "jwt-core/alg/nonce");
    }
}
