//! Verifies a server's ES256 token by assembly for Cortex-M4 and M33: signature, issuer, audience and times.
#![no_std]
#![no_main]

use jwt_device::CortexM4VerifyingKey;
use jwt_firmware::call::verify;
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    verify(input, |point| CortexM4VerifyingKey::from_sec1(point).ok())
}
