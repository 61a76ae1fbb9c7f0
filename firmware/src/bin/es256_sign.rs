//! Signs a JWS Signing Input with a software key, over p256: what is left of a mint without the token.
#![no_std]
#![no_main]

use jwt_core::{Es256SigningKey, SigningKey as _};
use jwt_firmware::call::report_signature;
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    let signing_input = input.line()?.as_bytes();
    report_signature(
        || Es256SigningKey::from_bytes(&secret).ok(),
        |key| key.sign(signing_input).ok(),
    )
}
