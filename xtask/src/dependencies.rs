//! The packages that jwt-core stands on, held against the table of SECURITY.md that says what each is for.

use std::collections::BTreeSet;

use crate::sh::{Result, ask, cargo, root};

pub(crate) fn check() -> Result {
    let document = std::fs::read_to_string(root().join("SECURITY.md"))?;
    let named = named(&document);
    let tree = tree(&["es256", "hmac"])?;
    let differences = differences(&named, &tree);
    for difference in &differences {
        println!("SECURITY.md: {difference}");
    }
    println!(
        "jwt-core with HS256 and ES256 stands on {} packages, each with a reason; with HS256 alone on {}",
        tree.len(),
        self::tree(&["hmac"])?.len()
    );
    if differences.is_empty() {
        Ok(())
    } else {
        Err("the table of dependencies is not the tree".into())
    }
}

/// The first column of the table between the markers.
fn named(document: &str) -> BTreeSet<String> {
    let table = document
        .split_once("<!-- dependencies:begin -->")
        .and_then(|(_, rest)| rest.split_once("<!-- dependencies:end -->"))
        .map_or("", |(table, _)| table);
    let names = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// What is built for jwt-core with these features, without itself.
fn tree(features: &[&str]) -> Result<BTreeSet<String>> {
    let features = features.join(",");
    let mut tree = cargo(&["tree", "--quiet", "--package", "jwt-core", "--features", &features]);
    tree.args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let list = ask(&mut tree).ok_or("cargo tree failed")?;
    let names = list.lines().filter_map(|line| line.split(' ').next());
    Ok(names.filter(|name| !name.is_empty() && *name != "jwt-core").map(str::to_owned).collect())
}

fn differences(named: &BTreeSet<String>, tree: &BTreeSet<String>) -> Vec<String> {
    let missing = tree.difference(named).map(|name| format!("{name} has no reason"));
    let gone = named.difference(tree).map(|name| format!("{name} is not in the tree"));
    missing.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_table_is_between_its_markers() {
        let document = "| `no` | x |\n<!-- dependencies:begin -->\n| package | what for |\n| --- | --- |\n\
            | `yes` | x |\n<!-- dependencies:end -->\n| `no` | x |\n";
        assert_eq!(named(document), set(&["yes"]));
    }

    #[test]
    fn a_package_without_a_reason_and_a_reason_without_a_package_are_told() {
        let told = differences(&set(&["a", "gone"]), &set(&["a", "new"]));
        assert_eq!(told, ["new has no reason", "gone is not in the tree"]);
    }
}
