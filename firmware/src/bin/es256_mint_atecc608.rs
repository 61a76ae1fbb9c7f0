//! Mints ES256 tokens with a secure element: the driver, on a bus that is a script. The signature is the
//! host's; no curve is linked.
#![no_std]
#![no_main]

use jwt_core::Minter;
use jwt_device::mint;
use jwt_firmware::call::{KEY_ID, claims, now, report};
use jwt_firmware::chip::Script;
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let signature = input.bytes::<64>()?;
    let now = now(input)?;
    report(
        || Some(Script::new(signature).into_signer(KEY_ID)),
        |signer, buf| Some(mint(&Minter::new(), signer, buf, &claims(now)).ok()?.as_str().len()),
    )
}
