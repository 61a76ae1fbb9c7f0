//! HMAC secrets (RFC 2104, RFC 7518 section 3.2). The key block is hashed once, when the secret is
//! taken in; each token starts from a copy of that state.

use core::fmt;

use hmac::digest::FixedOutput as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha384, Sha512};

use super::{
    Algorithm, Hs256, Hs384, Hs512, InvalidSignature, JwsAlgorithm, SigningFailed, SigningKey,
    VerifyingKey,
};
use crate::error::KeyError;

/// An HMAC algorithm: [`Hs256`], [`Hs384`] or [`Hs512`].
pub trait HmacAlgorithm: JwsAlgorithm {
    #[doc(hidden)]
    type State: Clone;
    #[doc(hidden)]
    fn state(secret: &[u8]) -> Option<Self::State>;
    #[doc(hidden)]
    fn sign(state: &Self::State, input: &[u8]) -> Self::Signature;
    #[doc(hidden)]
    fn verify(state: &Self::State, input: &[u8], mac: &[u8]) -> Result<(), InvalidSignature>;
}

/// Ties a marker to its hash.
macro_rules! hmac_algorithm {
    ($($marker:ident $hash:ident),*) => { $(
        impl HmacAlgorithm for $marker {
            type State = Hmac<$hash>;

            fn state(secret: &[u8]) -> Option<Self::State> {
                Hmac::new_from_slice(secret).ok()
            }

            fn sign(state: &Self::State, input: &[u8]) -> Self::Signature {
                let mut mac = state.clone();
                mac.update(input);
                mac.finalize_fixed().into()
            }

            fn verify(
                state: &Self::State,
                input: &[u8],
                mac: &[u8],
            ) -> Result<(), InvalidSignature> {
                let mut expected = state.clone();
                expected.update(input);
                // Compares in constant time, and the whole length.
                expected.verify_slice(mac).map_err(|_| InvalidSignature)
            }
        }
    )* };
}

hmac_algorithm!(Hs256 Sha256, Hs384 Sha384, Hs512 Sha512);

/// An HMAC secret for one algorithm; it both signs and verifies.
///
/// ```
/// use jwt_core::{Hs256, HmacKey};
///
/// let key = HmacKey::<Hs256>::new(&[0x42; 32])?;
/// assert!(HmacKey::<Hs256>::new(b"correct horse battery staple").is_err());
/// # Ok::<(), jwt_core::error::KeyError>(())
/// ```
///
/// # Security
/// The secret cannot be read back, is not shown by `Debug`, and is wiped on drop. Comparison of
/// MACs is constant time.
pub struct HmacKey<A: HmacAlgorithm> {
    state: A::State,
}

impl<A: HmacAlgorithm> HmacKey<A> {
    /// Takes in a secret at least as long as the output of the hash: 32, 48 or 64 bytes.
    ///
    /// Length is not strength: use random bytes, never a password (RFC 8725 section 3.5).
    ///
    /// # Errors
    /// [`KeyError::TooShort`]; [`KeyError::NotASecret`] where the bytes are an encoded key.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        let needed = A::ALGORITHM.signature_len().unwrap_or_default();
        // RFC 7518 section 3.2: "A key of the same size as the hash output (for instance, 256
        // bits for "HS256") or larger MUST be used with this algorithm."
        if secret.len() < needed {
            return Err(KeyError::TooShort { found: secret.len(), needed });
        }
        Self::of_any_length(secret)
    }

    /// As [`HmacKey::new`], without the minimum. Public only through [`crate::danger`].
    pub(crate) fn of_any_length(secret: &[u8]) -> Result<Self, KeyError> {
        let found = secret.len();
        if found == 0 {
            return Err(KeyError::TooShort { found, needed: 1 });
        }
        if is_encoded_key(secret) {
            return Err(KeyError::NotASecret);
        }
        let state = A::state(secret).ok_or(KeyError::TooShort { found, needed: 1 })?;
        Ok(Self { state })
    }
}

/// Whether a "secret" is the text or DER of a key, which is known to more people than a secret may
/// be: the root of key confusion (RFC 8725 section 2.1).
#[inline]
fn is_encoded_key(secret: &[u8]) -> bool {
    // No public key is encoded in 32 bytes. An array of 32 needs no search, and an image that has no
    // other secrets does not link it.
    secret.len() > 32 && looks_encoded(secret)
}

/// In constant time for a length: nobody learns more of a secret than that it is none of these.
fn looks_encoded(secret: &[u8]) -> bool {
    let object =
        trimmed_starts_with(secret.iter(), b"{") & trimmed_starts_with(secret.iter().rev(), b"}");
    let jwk = object & (contains(secret, b"\"kty\"") | contains(secret, b"\"keys\""));
    let ssh = [b"ssh-".as_slice(), b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"]
        .iter()
        .fold(0, |any, prefix| any | trimmed_starts_with(secret.iter(), prefix));
    (contains(secret, b"-----BEGIN ") | jwk | ssh | is_der_key(secret)) != 0
}

/// Whether the whole of `secret` is a DER SEQUENCE that holds the object identifier of a public
/// key algorithm near its beginning, as SPKI, PKCS#8 and SEC1 do.
fn is_der_key(secret: &[u8]) -> u8 {
    /// id-ecPublicKey, the curves under prime and certicom, rsaEncryption, and the RFC 8410 family.
    const IDENTIFIERS: [&[u8]; 5] = [
        b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01",
        b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01",
        b"\x06\x05\x2b\x81\x04\x00",
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01",
        b"\x06\x03\x2b\x65",
    ];
    // The length of the whole says what the length in each form of the header has to be.
    let rest = |header: usize| secret.len().checked_sub(header);
    let short = rest(2).and_then(|len| u8::try_from(len).ok()).filter(|len| *len < 0x80);
    let of_one = rest(3).and_then(|len| u8::try_from(len).ok());
    let of_two = rest(4).and_then(|len| u16::try_from(len).ok()).map(u16::to_be_bytes);
    let short = short.map_or(0, |len| starts_with(secret.iter(), &[0x30, len]));
    let of_one = of_one.map_or(0, |len| starts_with(secret.iter(), &[0x30, 0x81, len]));
    let of_two = of_two.map_or(0, |[a, b]| starts_with(secret.iter(), &[0x30, 0x82, a, b]));
    let body = secret.get(2..).unwrap_or_default();
    let key = IDENTIFIERS.iter().fold(0, |any, oid| any | contains(body, oid));
    (short | of_one | of_two) & key
}

/// 1 where `needle` stands anywhere in `text`, and 0 where not. In constant time, as all below.
fn contains(text: &[u8], needle: &[u8]) -> u8 {
    let places = 0..text.len();
    places.fold(0, |any, at| any | starts_with(text.get(at..).unwrap_or_default().iter(), needle))
}

/// 1 where `text` starts with `prefix`, white space aside.
fn trimmed_starts_with<'t>(text: impl Iterator<Item = &'t u8> + Clone, prefix: &[u8]) -> u8 {
    let mut text = text;
    let (mut found, mut only_space) = (0, 1);
    loop {
        found |= only_space & starts_with(text.clone(), prefix);
        let Some(byte) = text.next() else { return found };
        only_space &= b" \t\n\x0c\r".iter().fold(0, |any, space| any | is_zero(byte ^ space));
    }
}

/// 1 where `text` starts with `prefix`.
fn starts_with<'t>(mut text: impl Iterator<Item = &'t u8>, prefix: &[u8]) -> u8 {
    let differs = |all, byte: &u8| all | text.next().map_or(0xff, |found| found ^ byte);
    is_zero(prefix.iter().fold(0, differs))
}

/// 1 of zero, and 0 of all else.
fn is_zero(byte: u8) -> u8 {
    let [high, _] = u16::from(byte).wrapping_sub(1).to_be_bytes();
    high >> 7
}

impl<A: HmacAlgorithm> SigningKey for HmacKey<A> {
    type Algorithm = A;

    fn sign(&self, signing_input: &[u8]) -> Result<A::Signature, SigningFailed> {
        Ok(A::sign(&self.state, signing_input))
    }
}

impl<A: HmacAlgorithm> VerifyingKey for HmacKey<A> {
    fn algorithm(&self) -> Algorithm {
        A::ALGORITHM
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        A::verify(&self.state, signing_input, signature)
    }
}

impl<A: HmacAlgorithm> fmt::Debug for HmacKey<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacKey<{}>(secret)", A::ALGORITHM)
    }
}
