//! Prints what the ATECC608 driver does about every fault that the simulator knows, as Markdown.
#![allow(clippy::unwrap_used)] // the table is shared with a test, which may panic

#[path = "../tests/atecc608/fault_table.rs"]
mod fault_table;

fn main() {
    print!("{}", fault_table::markdown(&fault_table::rows()));
}
