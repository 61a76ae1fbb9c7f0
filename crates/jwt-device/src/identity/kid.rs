//! Names for a key: its thumbprint (RFC 7638), or the serial number of its chip.

use jwt_core::base64url;
use jwt_core::error::BufferTooSmall;
use jwt_core::json::write_object;

use super::PublicPoint;
use super::jwk::BARE_LEN;

/// The SHA-256 thumbprint of a public key (RFC 7638), without the curve that
/// [`Es256VerifyingKey::thumbprint`](https://docs.rs/jwt-core) links. It is the same.
#[must_use]
pub fn thumbprint(point: &PublicPoint) -> [u8; 32] {
    // A point writes exactly the required members, in the order of RFC 7638 section 3.
    let mut buf = [0; BARE_LEN];
    jwt_core::sha256(write_object(&mut buf, point).unwrap_or_default().as_bytes())
}

/// The thumbprint of a public key as a "kid", in the caller's buffer: base64url, 43 characters.
#[must_use]
pub fn thumbprint_kid<'b>(point: &PublicPoint, buf: &'b mut [u8; 43]) -> &'b str {
    base64url::encode(&thumbprint(point), buf).unwrap_or_default()
}

/// A serial number as a "kid", in the front of `buf`: `prefix`, and two lower case hexadecimal digits a byte.
///
/// ```
/// use jwt_device::identity::{serial_kid, serial_kid_len};
///
/// let serial = [0x01, 0x23, 0x6b, 0xd0, 0x4c, 0x9f, 0x1e, 0x85, 0xee]; // of an ATECC608
/// let mut buf = [0; serial_kid_len("atecc-", 9)];
/// assert_eq!(serial_kid("atecc-", &serial, &mut buf)?, "atecc-01236bd04c9f1e85ee");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`BufferTooSmall`] with [`serial_kid_len`].
pub fn serial_kid<'b>(
    prefix: &str,
    serial: &[u8],
    buf: &'b mut [u8],
) -> Result<&'b str, BufferTooSmall> {
    let needed = serial_kid_len(prefix, serial.len());
    let text = buf.get_mut(..needed).ok_or(BufferTooSmall { needed })?;
    let digits = serial.iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 0x0f)]);
    text.iter_mut().zip(prefix.bytes().chain(digits)).for_each(|(to, byte)| *to = byte);
    Ok(core::str::from_utf8(text).unwrap_or_default())
}

/// Bytes of a [`serial_kid`] with this prefix, for a serial number of `serial` bytes.
#[must_use]
pub const fn serial_kid_len(prefix: &str, serial: usize) -> usize {
    serial.saturating_mul(2).saturating_add(prefix.len())
}

const fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' | nibble } else { nibble.wrapping_add(b'a' - 10) }
}
