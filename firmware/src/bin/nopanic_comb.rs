//! A device with a software key of p256-mint has no panic path: the image links only if that is so.
#![no_std]
#![no_main]

use jwt_core::{Minter, NumericDate};
use jwt_firmware::call::claims;
use jwt_firmware::image;
use jwt_firmware::opaque::{hide, see};
use p256_mint::MintKey;

image!(no_panic run);

fn run() -> Option<()> {
    let key = MintKey::from_bytes(hide(&[0x42; 32])).ok()?;
    see(key.public_key().ok()?);
    see(key.sign_digest_hedged(hide(&[0x24; 32]), hide(&[0x18; 32])).ok()?);
    let now = NumericDate::from_seconds(hide(1_780_000_000));
    let mut buf = [0; 352];
    see(Minter::new().kid(hide("dev-0001")).mint(&mut buf, &key, &claims(now)).ok()?);
    Some(())
}
