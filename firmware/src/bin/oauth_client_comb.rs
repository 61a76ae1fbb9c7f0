//! An OAuth client with DPoP and a software key, by p256-mint.
#![no_std]
#![no_main]

use jwt_core::SigningKey as _;
use jwt_firmware::host::Input;
use jwt_firmware::image;
use jwt_firmware::oauth::report;
use p256_mint::MintKey;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    report(
        input,
        || MintKey::from_bytes(&secret).ok(),
        |key, signing_input| key.sign(signing_input).ok(),
    )
}
