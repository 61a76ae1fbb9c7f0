//! Counts the heap allocations of an operation, for all contenders: a binary of its own, so that the counting
//! slows nobody. What C code takes from its own allocator is not seen.

use jwt_benches::{job, libraries};

fn main() {
    for job in job::ALL.iter().filter(|job| job.threads == 1) {
        for library in libraries::all() {
            let Some(mut op) = job.op(library) else { continue };
            // The first call may fill caches.
            op();
            let counted = allocation_counter::measure(&mut op);
            println!("{}\t{}\t{}", job.name, library.name(), counted.count_total);
        }
    }
}
