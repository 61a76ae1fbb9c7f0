//! Who a device is: a key made on it, the public half of the key to give away, and names for both.
//!
//! # What it is
//! Provisioning has one secret and it never leaves: the key is made where it is used, and what goes to the
//! server is the public half, as a JWK (RFC 7517), under a name that the server will find it by. The name
//! is the "kid" of every token: the thumbprint of the key (RFC 7638), which anyone can compute from it, or
//! the serial number of the chip.
//!
//! ```
//! use jwt_device::identity::{self, PublicJwk, PublicPoint};
//!
//! # let xy = b"\x7f\xcd\xce\x27\x70\xf6\xc4\x5d\x41\x83\xcb\xee\x6f\xdb\x4b\x7b\x58\x07\x33\x35\x7b\xe9\xef\x13\xba\xcf\x6e\x3c\x7b\xd1\x54\x45\
//! #     \xc7\xf1\x44\xcd\x1b\xbd\x9b\x7e\x87\x2c\xdf\xed\xb9\xee\xb9\xf4\xb3\x69\x5d\x6e\xa9\x0b\x24\xad\x8a\x46\x23\x28\x85\x88\xe5\xad";
//! // `xy` is what a secure element returned: x and y, 64 bytes. No curve is linked for it.
//! let point = PublicPoint::from_coordinates(xy).ok_or("no key in the slot")?;
//!
//! let mut kid = [0; 43];
//! let kid = identity::thumbprint_kid(&point, &mut kid);
//! let mut buf = [0; identity::jwk_len(43)];
//! assert_eq!(
//!     PublicJwk::new(point).kid(kid).write_into(&mut buf)?,
//!     r#"{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U","use":"sig","alg":"ES256"}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # For firmware authors
//! - The key is in software: `generate` makes one, and [`jwt_core::danger`] gives its bytes to be stored.
//!   [`PublicPoint`] comes from its [`Es256VerifyingKey`](https://docs.rs/jwt-core).
//! - The key is in a secure element: it makes the key itself and returns the 64 bytes of the public half.
//! - [`serial_kid`] names a key after the chip. A serial number is public and no proof of anything: the
//!   signature is the proof.
//! - [`Jti`] is a "jti" (JWT ID) of 128 random bits, for APIs that want each token to be new.
//!
//! # For driver authors
//! A driver returns `[u8; 64]` and knows nothing of JWK.

#[cfg(all(feature = "es256", feature = "rand_core-010"))]
mod generate;
mod jti;
mod jwk;
mod kid;

#[cfg(all(feature = "es256", feature = "rand_core-010"))]
pub use generate::{GenerateError, generate};
pub use jti::Jti;
pub use jwk::{PublicJwk, jwk_len};
pub use kid::{serial_kid, serial_kid_len, thumbprint, thumbprint_kid};

pub use crate::profile::PublicPoint;
