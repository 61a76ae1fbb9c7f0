//! Checks vectors of the host on the device: a file `vectors`, of which each line is one of
//!
//! ```text
//! s SECRET MESSAGE SIGNATURE
//! v POINT MESSAGE SIGNATURE 0|1
//! ```
//!
//! in hexadecimal, with `-` for nothing. The first says which signature a key makes, the second whether a
//! signature is good. Prints how many lines were checked, once for each implementation: p256, and with the
//! feature `cortex-m4` the assembly. Ends at the first line that is not as it should be, and prints its
//! number.
#![no_std]
#![no_main]

use jwt_core::{Es256SigningKey, Es256VerifyingKey, SigningKey as _, VerifyingKey as _};
#[cfg(feature = "cortex-m4")]
use jwt_device::{CortexM4SigningKey, CortexM4VerifyingKey};
use jwt_firmware::host::{self, Input};
use jwt_firmware::image;
use jwt_firmware::lines::{Lines, NoLine, decode};

image!(run);

fn run(_: &mut Input<'_>) -> Option<()> {
    check(
        |secret, message| Es256SigningKey::from_bytes(secret).ok()?.sign(message).ok(),
        |point, message, signature| {
            let key = Es256VerifyingKey::from_sec1(point);
            key.is_ok_and(|key| key.verify(message, signature).is_ok())
        },
    )?;
    #[cfg(feature = "cortex-m4")]
    check(
        |secret, message| CortexM4SigningKey::from_bytes(secret).ok()?.sign(message).ok(),
        |point, message, signature| {
            let key = CortexM4VerifyingKey::from_sec1(point);
            key.is_ok_and(|key| key.verify(message, signature).is_ok())
        },
    )?;
    Some(())
}

/// The signature of a message by a secret.
type Sign = fn(&[u8; 32], &[u8]) -> Option<[u8; 64]>;
/// Whether a signature over a message is good, by a point.
type Verify = fn(&[u8], &[u8], &[u8]) -> bool;

/// Checks all lines with one implementation.
fn check(sign: Sign, verify: Verify) -> Option<()> {
    let mut lines = Lines::open(c"vectors")?;
    let mut checked = 0;
    loop {
        let as_it_should_be = match lines.next() {
            Ok(Some(line)) => is_as_it_should_be(line, sign, verify) == Some(true),
            Ok(None) => return host::figure("checked", checked),
            Err(NoLine) => false,
        };
        checked += 1;
        if !as_it_should_be {
            host::figure("failed", checked)?;
            return None;
        }
    }
}

/// `None` where the line is none.
fn is_as_it_should_be(line: &mut [u8], sign: Sign, verify: Verify) -> Option<bool> {
    let mut words = line.split_mut(|byte| *byte == b' ');
    let kind = words.next()?;
    let key = decode(words.next()?)?;
    let message = decode(words.next()?)?;
    let signature = decode(words.next()?)?;
    let result = match (kind, words.next()) {
        ([b's'], None) => sign(key.try_into().ok()?, message).is_some_and(|made| made == signature),
        ([b'v'], Some([good @ (b'0' | b'1')])) => {
            verify(key, message, signature) == (*good == b'1')
        }
        _ => return None,
    };
    words.next().is_none().then_some(result)
}
