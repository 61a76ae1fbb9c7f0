//! An RSA signature as bytes: as long as the modulus of its key (RFC 7518 sections 3.3 and 3.5).

use core::fmt;

/// Bytes of the shortest modulus, RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used".
const MIN: usize = 256;
/// Bytes of the longest modulus that is supported: 8192 bits.
const MAX: usize = 1024;

/// What a draft leaves room for where no key is there to tell: a modulus of 4096 bits.
pub(crate) const RESERVED: usize = 512;

/// A signature of RSASSA-PKCS1-v1_5 or RSASSA-PSS, of 256 to 1,024 bytes.
#[derive(Clone, Copy)]
pub struct RsaSignature {
    bytes: [u8; MAX],
    len: usize,
}

impl RsaSignature {
    /// A signature from its bytes; `None` where no supported modulus is as long.
    #[must_use]
    pub fn new(signature: &[u8]) -> Option<Self> {
        let len = signature.len();
        let mut bytes = [0; MAX];
        bytes.get_mut(..len).filter(|_| len >= MIN)?.copy_from_slice(signature);
        Some(Self { bytes, len })
    }
}

impl AsRef<[u8]> for RsaSignature {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Debug for RsaSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaSignature").field("len", &self.len).finish_non_exhaustive()
    }
}

/// Whether this may be a signature.
pub(super) fn is_plausible(signature: &[u8]) -> bool {
    (MIN..=MAX).contains(&signature.len()) && !super::is_zero(signature)
}
