//! Checks vectors of the host on the device, once for each implementation: p256, and with the feature `cortex-m4` the
//! assembly.
#![no_std]
#![no_main]

use jwt_core::{Es256SigningKey, Es256VerifyingKey, SigningKey as _, VerifyingKey as _};
#[cfg(feature = "cortex-m4")]
use jwt_device::{CortexM4SigningKey, CortexM4VerifyingKey};
use jwt_firmware::host::Input;
use jwt_firmware::image;
use jwt_firmware::vectors::Implementation;

image!(run);

fn run(_: &mut Input<'_>) -> Option<()> {
    let p256 = Implementation {
        sign: Some(|secret, message| Es256SigningKey::from_bytes(secret).ok()?.sign(message).ok()),
        verify: Some(|point, message, signature| {
            let key = Es256VerifyingKey::from_sec1(point);
            key.is_ok_and(|key| key.verify(message, signature).is_ok())
        }),
        ..Implementation::default()
    };
    p256.check()?;
    #[cfg(feature = "cortex-m4")]
    let assembly = Implementation {
        sign: Some(|secret, message| {
            CortexM4SigningKey::from_bytes(secret).ok()?.sign(message).ok()
        }),
        verify: Some(|point, message, signature| {
            let key = CortexM4VerifyingKey::from_sec1(point);
            key.is_ok_and(|key| key.verify(message, signature).is_ok())
        }),
        ..Implementation::default()
    };
    #[cfg(feature = "cortex-m4")]
    assembly.check()?;
    Some(())
}
