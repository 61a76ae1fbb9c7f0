//! Signs what `es256_sign` signs with p256 alone, as anybody would who has no JWT library: the peer.
#![no_std]
#![no_main]

use jwt_firmware::call::report_signature;
use jwt_firmware::host::Input;
use jwt_firmware::image;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    let signing_input = input.line()?.as_bytes();
    report_signature(
        || SigningKey::from_bytes(&secret.into()).ok(),
        |key| {
            let signature: Signature = key.try_sign(signing_input).ok()?;
            Some(signature.to_bytes().into())
        },
    )
}
