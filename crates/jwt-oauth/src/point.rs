//! A public key on P-256 as bytes, for images that have no curve arithmetic: the signer is a chip.

use core::fmt;

use jwt_core::base64url;
use jwt_core::json::{ObjectWriter, WriteMembers};

/// A public key on P-256: 0x04, x and y, 65 bytes (SEC 1 section 2.3.3, uncompressed).
///
/// It is the public half by its type: no private key can be put where a `jwk` is published. As
/// [`WriteMembers`] it writes itself as a JWK, in the order of RFC 7638; as `Display` it writes itself as
/// the base64url of its 65 bytes, which is the `k` of RFC 8292.
///
/// Whether the point is on the curve is not checked: whoever verifies with it does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicPoint([u8; 65]);

impl PublicPoint {
    /// Takes in an uncompressed point; `None` where the first byte is not 0x04 or the rest is zeros, as a
    /// failed chip leaves them.
    #[must_use]
    pub fn from_sec1(point: &[u8; 65]) -> Option<Self> {
        match point {
            [0x04, xy @ ..] if xy.iter().any(|byte| *byte != 0) => Some(Self(*point)),
            _ => None,
        }
    }

    /// Takes in x and y, big endian, as secure elements return them; `None` where all bytes are zero.
    #[must_use]
    pub fn from_coordinates(xy: &[u8; 64]) -> Option<Self> {
        let mut point = [0x04; 65];
        point.iter_mut().skip(1).zip(xy).for_each(|(to, from)| *to = *from);
        Self::from_sec1(&point)
    }

    /// The 65 bytes.
    #[must_use]
    pub const fn as_sec1(&self) -> &[u8; 65] {
        &self.0
    }
}

#[cfg(feature = "es256")]
impl From<&jwt_core::Es256VerifyingKey> for PublicPoint {
    fn from(key: &jwt_core::Es256VerifyingKey) -> Self {
        Self(key.to_sec1())
    }
}

impl WriteMembers for PublicPoint {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        let [_, xy @ ..] = &self.0;
        let (x, y) = xy.split_at_checked(32).unwrap_or_default();
        object.string("crv", "P-256").string("kty", "EC");
        for (name, coordinate) in [("x", x), ("y", y)] {
            let mut text = [0; base64url::encoded_len(32)];
            object.string(name, base64url::encode(coordinate, &mut text).unwrap_or_default());
        }
    }
}

impl fmt::Display for PublicPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; base64url::encoded_len(65)];
        f.write_str(base64url::encode(&self.0, &mut text).unwrap_or_default())
    }
}

impl fmt::Debug for PublicPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicPoint({self})")
    }
}
