//! Reads hostile input of one, two and four times a length, once each, for a tool that counts the
//! instructions of each call to `measured`. Prints the name of each kind and its smallest length.

use std::hint::black_box;

use jwt_benches::{Op, hostile};

fn main() {
    for (name, len, make) in hostile::ALL {
        println!("{name}\t{len}");
        for times in [1, 2, 4] {
            measured(&mut make(len.saturating_mul(times)));
        }
    }
}

#[inline(never)]
fn measured(op: &mut Op) {
    op();
    // So that it is a call and not a jump, and this function returns.
    black_box(op);
}
