//! `firmware/budgets.toml`: what was measured and accepted, and may not get worse.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::sh::{Result, root};

/// What an image takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figures {
    /// Bytes of code and of the vector table.
    pub(super) text: u64,
    /// Bytes of constants.
    pub(super) rodata: u64,
    /// Bytes of initial values, which are in flash and in RAM.
    pub(super) data: u64,
    /// Bytes of RAM that begin as zeros.
    pub(super) bss: u64,
    /// Peak stack of the first call, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stack_cold: Option<u64>,
    /// Peak stack of the next call, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stack_warm: Option<u64>,
    /// Instructions of the first call after boot, with the key to be loaded; where a token is verified,
    /// of loading the key alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cold: Option<u64>,
    /// Instructions of the next call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) warm: Option<u64>,
}

impl Figures {
    pub(super) const fn flash(&self) -> u64 {
        self.text.saturating_add(self.rodata).saturating_add(self.data)
    }

    pub(super) const fn static_ram(&self) -> u64 {
        self.data.saturating_add(self.bss)
    }
}

/// By image.
pub(super) type Images = BTreeMap<String, Figures>;

/// What the file holds: figures by board, level and image.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Budgets {
    /// The compiler of the figures. Another one makes other code, which they say nothing about.
    pub(super) compiler: String,
    pub(super) boards: BTreeMap<String, BTreeMap<String, Images>>,
}

const FILE: &str = "firmware/budgets.toml";

const HEAD: &str = "\
# What each image takes, as measured and accepted: bytes, and instructions (not cycles) in QEMU.
# `cargo xtask device` fails where a figure is above the one here: instructions by more than 0.5 %, or 5 %
# where verification takes as long as the numbers let it; flash by more than 64 bytes and stack by more than 16,
# because the folder that a crate lies in decides the order of its functions. `cargo xtask device --bless`
# writes this file, and the table and the chart that are drawn from it.

";

fn path() -> PathBuf {
    root().join(FILE)
}

impl Budgets {
    pub(super) fn read() -> Result<Self> {
        let text = fs::read_to_string(path()).map_err(|error| format!("{FILE}: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}").into())
    }

    pub(super) fn write(&self) -> Result {
        Ok(fs::write(path(), format!("{HEAD}{}", toml::to_string(self)?))?)
    }

    pub(super) fn get(&self, board: &str, level: &str, image: &str) -> Option<&Figures> {
        self.boards.get(board)?.get(level)?.get(image)
    }

    pub(super) fn put(&mut self, board: &str, level: &str, image: &str, figures: Figures) {
        let levels = self.boards.entry(board.to_owned()).or_default();
        levels.entry(level.to_owned()).or_default().insert(image.to_owned(), figures);
    }

    /// What is worse in `measured`, a line each; and how many figures were compared.
    pub(super) fn regressions(&self, measured: &Self) -> (Vec<String>, u64) {
        let mut worse = Vec::new();
        let mut compared = 0_u64;
        for (board, levels) in &measured.boards {
            for (level, images) in levels {
                for (image, figures) in images {
                    let Some(budget) = self.get(board, level, image) else {
                        worse.push(format!(
                            "{board} {level} {image}: no budget; --bless writes one"
                        ));
                        continue;
                    };
                    for (what, is, most) in figures.against(budget, image) {
                        compared = compared.saturating_add(1);
                        if is > most {
                            worse.push(format!(
                                "{board} {level} {image}: {what} {is}, at most {most}"
                            ));
                        }
                    }
                }
            }
        }
        (worse, compared)
    }
}

/// Bytes of stack by which the same sources differ between two folders: what the compiler names
/// functions by, and orders them by, depends on where they lie.
const STACK_ROOM: u64 = 16;

/// The same of flash; where most of it is other people's code, there is more to be ordered.
fn flash_room(image: &str) -> u64 {
    if image.contains("reqwless") { 256 } else { 64 }
}

/// Thousandths by which instructions may exceed the budget. Signing takes the same time for all keys, but
/// verification does not: nothing in it is secret.
fn tolerance(image: &str) -> u64 {
    if image.contains("verify") { 50 } else { 5 }
}

impl Figures {
    /// What is measured, and the most that it may be.
    fn against(&self, budget: &Self, image: &str) -> Vec<(&'static str, u64, u64)> {
        let tolerance = tolerance(image);
        let about = |most: u64| most.saturating_add(most.saturating_mul(tolerance) / 1000);
        let mut pairs = vec![
            ("flash", self.flash(), budget.flash().saturating_add(flash_room(image))),
            ("static RAM", self.static_ram(), budget.static_ram()),
        ];
        let mut measured = |what, is: Option<u64>, most: Option<u64>| {
            // A figure that was measured before and is not now is no improvement.
            if let Some(most) = most {
                pairs.push((what, is.unwrap_or(u64::MAX), most));
            }
        };
        let room = |most: u64| most.saturating_add(STACK_ROOM);
        measured("stack of the first", self.stack_cold, budget.stack_cold.map(room));
        measured("stack", self.stack_warm, budget.stack_warm.map(room));
        measured("cold", self.cold, budget.cold.map(about));
        measured("warm", self.warm, budget.warm.map(about));
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets(image: &str, figures: Figures) -> Budgets {
        let mut budgets = Budgets::default();
        budgets.put("m4", "O3", image, figures);
        budgets
    }

    const FIGURES: Figures = Figures {
        text: 900,
        rodata: 90,
        data: 10,
        bss: 4,
        stack_cold: Some(700),
        stack_warm: Some(600),
        cold: Some(20_000),
        warm: Some(10_000),
    };

    fn worse(image: &str, figures: Figures) -> Vec<String> {
        budgets(image, FIGURES).regressions(&budgets(image, figures)).0
    }

    #[test]
    fn the_same_figures_are_no_regression() {
        assert_eq!(budgets("mint", FIGURES).regressions(&budgets("mint", FIGURES)), (vec![], 6));
    }

    #[test]
    fn bytes_have_the_room_that_another_folder_takes() {
        assert_eq!(worse("mint", Figures { rodata: 154, ..FIGURES }), [""; 0]);
        assert_eq!(
            worse("mint", Figures { rodata: 155, ..FIGURES }),
            ["m4 O3 mint: flash 1065, at most 1064"]
        );
        assert_eq!(worse("client_reqwless", Figures { rodata: 155, ..FIGURES }), [""; 0]);
        assert_eq!(worse("client_reqwless", Figures { rodata: 347, ..FIGURES }).len(), 1);
        assert_eq!(worse("mint", Figures { bss: 5, ..FIGURES }).len(), 1);
        assert_eq!(worse("mint", Figures { stack_warm: Some(616), ..FIGURES }), [""; 0]);
        assert_eq!(worse("mint", Figures { stack_warm: Some(617), ..FIGURES }).len(), 1);
    }

    #[test]
    fn instructions_have_a_little_room() {
        assert_eq!(worse("mint", Figures { warm: Some(10_050), ..FIGURES }), [""; 0]);
        assert_eq!(
            worse("mint", Figures { warm: Some(10_051), ..FIGURES }),
            ["m4 O3 mint: warm 10051, at most 10050"]
        );
        assert_eq!(worse("es256_verify", Figures { warm: Some(10_500), ..FIGURES }), [""; 0]);
        assert_eq!(worse("es256_verify", Figures { warm: Some(10_501), ..FIGURES }).len(), 1);
    }

    #[test]
    fn what_is_missing_is_one() {
        assert_eq!(worse("mint", Figures { cold: None, ..FIGURES }).len(), 1);
        let none = Budgets::default();
        assert_eq!(none.regressions(&budgets("mint", FIGURES)).0.len(), 1);
    }

    #[test]
    fn the_file_reads_as_it_was_written() {
        let budgets = budgets("mint", FIGURES);
        let text = toml::to_string(&budgets).unwrap_or_default();
        assert_eq!(toml::from_str::<Budgets>(&text).ok(), Some(budgets));
    }
}
