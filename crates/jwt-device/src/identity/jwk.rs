//! The public half of a key as a JWK (RFC 7517, RFC 7518 section 6.2.1).

use jwt_core::base64url;
use jwt_core::error::WriteError;
use jwt_core::json::{ObjectWriter, WriteMembers, write_object};

use super::PublicPoint;

/// A public key for ES256 as a JWK, to be sent to whoever verifies.
///
/// It writes "crv", "kty", "x" and "y", then "kid" where there is one, "use" and "alg": a member of the
/// "keys" of a JWK Set as it stands. A private key cannot get into it.
///
/// See the [module](super) for an example.
#[derive(Clone, Copy, Debug)]
pub struct PublicJwk<'k> {
    point: PublicPoint,
    kid: Option<&'k str>,
}

impl<'k> PublicJwk<'k> {
    /// The key without a name.
    #[must_use]
    pub const fn new(point: PublicPoint) -> Self {
        Self { point, kid: None }
    }

    /// Sets "kid" (Key ID), RFC 7517 section 4.5.
    #[must_use]
    pub const fn kid(self, kid: &'k str) -> Self {
        Self { kid: Some(kid), ..self }
    }

    /// The JWK in the front of `buf`; [`jwk_len`] tells how much it needs.
    ///
    /// # Errors
    /// [`WriteError::BufferTooSmall`] with the exact size.
    pub fn write_into<'b>(&self, buf: &'b mut [u8]) -> Result<&'b str, WriteError> {
        write_object(buf, self)
    }
}

impl WriteMembers for PublicJwk<'_> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        self.point.write_members(object);
        if let Some(kid) = self.kid {
            object.string("kid", kid);
        }
        object.string("use", "sig").string("alg", "ES256");
    }
}

/// Bytes of a [`PublicJwk`] whose "kid" has `kid` bytes, none of which JSON escapes; 0 for no "kid".
#[must_use]
pub const fn jwk_len(kid: usize) -> usize {
    let members = if kid == 0 { 0 } else { r#","kid":"""#.len() };
    BARE_LEN
        .saturating_add(r#","use":"sig","alg":"ES256""#.len())
        .saturating_add(members)
        .saturating_add(kid)
}

/// Bytes of the members that RFC 7638 section 3.2 requires.
pub(super) const BARE_LEN: usize =
    r#"{"crv":"P-256","kty":"EC","x":"","y":""}"#.len() + 2 * base64url::encoded_len(32);
