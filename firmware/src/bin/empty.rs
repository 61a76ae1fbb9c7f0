//! Starts, hears from the host, measures nothing and answers: what every image has besides its work.
#![no_std]
#![no_main]

use core::hint::black_box;

use jwt_firmware::call::{now, report};
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let key = input.bytes::<32>()?;
    let now = now(input)?;
    report(
        || Some(black_box(key)),
        |key, buf| {
            black_box((key, now, buf));
            Some(0)
        },
    )
}
