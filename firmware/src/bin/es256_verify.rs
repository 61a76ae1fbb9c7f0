//! Verifies a server's ES256 token over p256: signature, issuer, audience and times.
#![no_std]
#![no_main]

use jwt_core::Es256VerifyingKey;
use jwt_firmware::call::verify;
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    verify(input, |point| Es256VerifyingKey::from_sec1(point).ok())
}
