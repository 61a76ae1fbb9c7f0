//! Mints ES256 tokens with a software key, by p256-mint.
#![no_std]
#![no_main]

use jwt_firmware::call::{claims, minter, now, report};
use jwt_firmware::host::Input;
use jwt_firmware::image;
use p256_mint::MintKey;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    let now = now(input)?;
    report(
        || MintKey::from_bytes(&secret).ok(),
        |key, buf| Some(minter().mint(buf, key, &claims(now)).ok()?.as_str().len()),
    )
}
