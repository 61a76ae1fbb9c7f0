//! Mints HS256 tokens.
#![no_std]
#![no_main]

use jwt_core::{HmacKey, Hs256};
use jwt_firmware::call::{claims, minter, now, report};
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    let now = now(input)?;
    report(
        || HmacKey::<Hs256>::new(&secret).ok(),
        |key, buf| Some(minter().mint(buf, key, &claims(now)).ok()?.as_str().len()),
    )
}
