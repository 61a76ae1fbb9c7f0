//! Signs by p256-mint with the keys of a file `vectors`, of which each line is, in hexadecimal,
//!
//! ```text
//! SECRET DIGEST SIGNATURE
//! ```
//!
//! Prints how many signatures were as they should be, and the fewest and the most ticks that one took. Ends at the
//! first that is another, and prints its number.
#![no_std]
#![no_main]

use core::hint::black_box;

use jwt_firmware::host::{self, Input};
use jwt_firmware::image;
use jwt_firmware::lines::{Lines, decode};
use jwt_firmware::measure::ticks;
use p256_mint::MintKey;

image!(run);

fn run(_: &mut Input<'_>) -> Option<()> {
    let mut lines = Lines::open(c"vectors")?;
    let (mut checked, mut least, mut most) = (0, u32::MAX, 0);
    while let Some(line) = lines.next().ok()? {
        checked += 1;
        let mut words = line.split_mut(|byte| *byte == b' ');
        let key = MintKey::from_bytes(decode(words.next()?)?.try_into().ok()?).ok()?;
        // Copied, because bytes at an odd address are read by other instructions.
        let digest: [u8; 32] = decode(words.next()?)?.try_into().ok()?;
        let expected = decode(words.next()?)?;
        let (signature, ticks) = ticks(|| key.sign_digest(black_box(&digest)));
        if !signature.is_ok_and(|signature| signature == expected) {
            host::figure("failed", checked)?;
            return None;
        }
        least = least.min(ticks);
        most = most.max(ticks);
    }
    host::figure("checked", checked)?;
    host::figure("least", least)?;
    host::figure("most", most)
}
