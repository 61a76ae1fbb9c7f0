//! Checks vectors of the host on the device, by p256-mint: signatures, and public keys, which are the multiples of the
//! generator that the comb has to find.
#![no_std]
#![no_main]

use jwt_core::SigningKey as _;
use jwt_firmware::host::Input;
use jwt_firmware::image;
use jwt_firmware::vectors::Implementation;
use p256_mint::MintKey;

image!(run);

fn run(_: &mut Input<'_>) -> Option<()> {
    let comb = Implementation {
        public: Some(|secret| MintKey::from_bytes(secret).ok()?.public_key().ok()),
        sign: Some(|secret, message| MintKey::from_bytes(secret).ok()?.sign(message).ok()),
        verify: None,
    };
    comb.check()
}
