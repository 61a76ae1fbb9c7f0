//! Every seed, through the functions that the fuzzer calls.
#![allow(clippy::unwrap_used)] // a test may panic

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jwt_fuzz_targets::TARGETS;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_seed_passes_its_target_and_its_neighbours_do_not_panic() {
    for (name, target) in TARGETS {
        let folder = fuzz().join("seeds").join(name);
        for seed in names(&folder) {
            let bytes = std::fs::read(folder.join(seed)).unwrap();
            target(&bytes);
            // A seed cut short is another input.
            let step = bytes.len().div_ceil(4).max(1);
            for len in (0..bytes.len()).step_by(step) {
                target(bytes.get(..len).unwrap_or_default());
            }
        }
    }
}

#[test]
fn every_key_of_the_tests_of_jwt_std_passes_the_import() {
    let folder = fuzz().join("../crates/jwt-std/tests/keys");
    for key in names(&folder) {
        jwt_fuzz_targets::key_import(&std::fs::read(folder.join(key)).unwrap());
    }
}

#[test]
fn every_target_has_a_file_and_seeds_and_a_line_in_the_table() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&fuzz().join("seeds")), targets);
    let files = names(&fuzz().join("fuzz_targets"));
    assert_eq!(files, targets.iter().map(|name| format!("{name}.rs")).collect());
    let readme = std::fs::read_to_string(fuzz().join("README.md")).unwrap();
    for name in &targets {
        assert!(readme.contains(&format!("| `{name}` | ")), "{name}");
    }
}
