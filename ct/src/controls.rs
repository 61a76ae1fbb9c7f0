//! What has to be found, or nothing that was not found counts.

use std::hint::black_box;

use crate::memcheck::publish;
use crate::run::Subject;
use crate::secret::{self, BYTES};

pub(crate) const ALL: [Subject; 2] = [("control-comparison", comparison), ("control-table", table)];

/// Whether two MACs are equal, told at the first byte that is not.
#[inline(never)]
pub(crate) fn leaky_equality(a: &[u8; 32], b: &[u8; 32]) -> bool {
    for (a, b) in a.iter().zip(b) {
        if black_box(*a) != black_box(*b) {
            return false;
        }
    }
    true
}

#[inline(never)]
fn leaky_lookup(table: &[u8; 256], place: u8) -> u8 {
    table.get(usize::from(black_box(place))).copied().unwrap_or_default()
}

fn comparison() -> Option<()> {
    let _: bool = publish(leaky_equality(&secret::bytes(BYTES), &black_box(BYTES)));
    Some(())
}

fn table() -> Option<()> {
    let [place, ..] = secret::bytes(BYTES);
    let _: u8 = publish(leaky_lookup(black_box(&[7; 256]), place));
    Some(())
}
