//! Mints ES256 tokens with a software key, over p256-mint.
#![no_std]
#![no_main]

use p256_mint::MintKey;
use jwt_firmware::call::{claims, minter, now, report};
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    let now = now(input)?;
    report(
        || MintKey::from_bytes(&secret).ok(),
        |key, buf| Some(minter().mint(buf, key, &claims(now)).ok()?.as_str().len()),
    )
}
