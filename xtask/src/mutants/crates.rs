//! Which code is changed, and which tests judge it.

/// A crate whose code is changed.
pub(super) struct Crate {
    pub(super) name: &'static str,
    /// Its modules, as paths under `src`.
    pub(super) rooms: &'static [&'static str],
    /// For every mutant.
    pub(super) quick: Tests,
    /// For those that survive.
    pub(super) full: Tests,
}

/// Tests, and how they are run.
pub(super) struct Tests {
    /// What cargo builds.
    pub(super) which: &'static [&'static str],
    /// By a part of their names.
    pub(super) skipped: &'static [&'static str],
    /// Of each property test.
    pub(super) cases: Option<&'static str>,
    /// On the processor, for each program.
    pub(super) seconds: u32,
}

pub(super) const CRATES: &[Crate; 2] = &[
    Crate {
        name: "jwt-core",
        rooms: &[
            "base64url",
            "base64url/*",
            "json",
            "json/*",
            "header",
            "claims",
            "claims/*",
            "compact",
            "verify",
            "validate",
            "mint",
            "key",
            "key/*",
            "time",
        ],
        quick: Tests {
            which: &["--test=mutants"],
            skipped: &[
                "any_byte_at_any_place",
                "every_door_leads",
                "every_text_of_up_to_two",
                "of_mutated_der",
            ],
            cases: Some("16"),
            seconds: 10,
        },
        full: Tests {
            which: &["--lib", "--test=mutants"],
            skipped: &[],
            cases: Some("100"),
            seconds: 60,
        },
    },
    Crate {
        name: "p256-mint",
        rooms: &[
            "checked",
            "comb",
            "field",
            "field/*",
            "invert",
            "key",
            "limb",
            "point",
            "scalar",
            "signature_3",
            "table",
        ],
        quick: Tests {
            which: &["--lib", "--test=vectors"],
            skipped: &[],
            cases: Some("16"),
            seconds: 10,
        },
        full: Tests { which: &["--lib", "--tests"], skipped: &[], cases: None, seconds: 120 },
    },
];
