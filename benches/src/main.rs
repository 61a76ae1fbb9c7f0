//! jwt-core against its peers and its floors, in one run: `cargo run --release -p jwt-benches`.
//!
//! Absolute times belong to a machine; only ratios within one run are printed. Nothing here gates.

mod contenders;
mod harness;

fn main() {
    harness::run(&mut contenders::all());
}
