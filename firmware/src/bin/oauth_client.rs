//! An OAuth client with DPoP whose key is elsewhere: it hashes, and the signatures are what the host says. No curve is
//! linked.
#![no_std]
#![no_main]

use jwt_core::sha256;
use jwt_firmware::host::Input;
use jwt_firmware::image;
use jwt_firmware::oauth::report;
use jwt_firmware::opaque::see;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let signature = input.bytes::<64>()?;
    report(
        input,
        || Some(signature),
        |signature, signing_input| {
            see(sha256(signing_input));
            Some(*signature)
        },
    )
}
