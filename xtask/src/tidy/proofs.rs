//! The tests that SECURITY.md names, `crate/file::function` in code spans: each has to be there.

use std::collections::BTreeMap;

use super::Finding;
use super::source::Source;

/// The document whose promises are held against the tests.
const DOCUMENT: &str = "SECURITY.md";

/// A test that is named, and the first line that does.
pub(crate) type Proofs = BTreeMap<String, usize>;

/// Every code span of the form `crate/file::function`.
pub(crate) fn named(document: &str) -> Proofs {
    let mut proofs = Proofs::new();
    for (i, line) in document.lines().enumerate() {
        let spans = line.split('`').skip(1).step_by(2);
        for span in spans.filter(|span| parts(span).is_some()) {
            proofs.entry(span.to_owned()).or_insert(i.saturating_add(1));
        }
    }
    proofs
}

/// Every test that is named and does not exist, and a document that names none.
pub(crate) fn check(proofs: &Proofs, sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if proofs.is_empty() {
        findings.push(Finding::new(DOCUMENT, 1, "no promise names its test"));
    }
    for (proof, &line) in proofs {
        if !exists(proof, sources) {
            findings.push(Finding::new(DOCUMENT, line, format!("there is no test {proof}")));
        }
    }
    findings
}

fn exists(proof: &str, sources: &[Source]) -> bool {
    let Some((crate_, file, function)) = parts(proof) else { return false };
    let (one, folder) =
        (format!("crates/{crate_}/tests/{file}.rs"), format!("crates/{crate_}/tests/{file}/"));
    let wanted = format!("fn {function}(");
    sources.iter().filter(|source| source.name == one || source.name.starts_with(&folder)).any(
        |source| {
            let lines: Vec<_> = source.text.lines().map(str::trim).collect();
            lines.iter().enumerate().any(|(i, line)| {
                // Of the lines above it, the attributes and comments are its own.
                line.contains(&wanted)
                    && lines
                        .iter()
                        .take(i)
                        .rev()
                        .take_while(|line| line.starts_with('#') || line.starts_with("//"))
                        .any(|line| *line == "#[test]" || line.starts_with("#[tokio::test"))
            })
        },
    )
}

/// `crate/file::function`.
fn parts(span: &str) -> Option<(&str, &str, &str)> {
    let (path, function) = span.split_once("::")?;
    let (crate_, file) = path.split_once('/')?;
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    [crate_, file, function].iter().all(|part| is_name(part)).then_some((crate_, file, function))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str) -> usize {
        let test = "#[test]\n// Why.\n#[cfg(unix)]\nfn refuses() {}\n\nfn helper() {}\n";
        check(&named(document), &[Source::new("crates/x/tests/bad.rs", test)]).len()
    }

    #[test]
    fn passes_a_test_that_is_there() {
        assert_eq!(found("| a | `x/bad::refuses`, and `x::y` is a path |"), 0);
    }

    #[test]
    fn refuses_a_test_that_is_not_there() {
        assert_eq!(found("`x/bad::accepts`"), 1);
        assert_eq!(found("`x/good::refuses`"), 1);
        assert_eq!(found("`y/bad::refuses` and `x/bad::refuses`"), 1);
    }

    #[test]
    fn refuses_a_function_that_is_no_test() {
        assert_eq!(found("`x/bad::helper`"), 1);
    }

    #[test]
    fn refuses_a_document_without_proofs() {
        assert_eq!(found("Trust us."), 1);
    }
}
