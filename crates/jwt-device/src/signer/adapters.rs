//! Newtypes that make a signer of what a firmware has: a key, a closure over bytes, a `signature` trait.

use core::fmt;
#[cfg(feature = "signature-3")]
use core::marker::PhantomData;

use jwt_core::{Es256, JwsAlgorithm, SigningFailed, SigningKey, VerifyingKey};

use super::{AsyncJwsSigner, JwsSigner, Signature, SignerError, SignerKey};

/// A key in memory as a signer, blocking and waiting.
///
/// It takes any [`SigningKey`]: `Es256SigningKey`, `HmacKey`, a [`CheckedKey`] over one, or a reference to
/// one of them. `Debug` shows the name of the key and nothing of the key.
///
/// ```
/// use jwt_core::{Es256SigningKey, Minter, RegisteredClaims};
/// use jwt_device::{SoftwareSigner, mint};
///
/// let key = Es256SigningKey::from_bytes(&[0x42; 32])?; // from your provisioning
/// let mut signer = SoftwareSigner::new(&key, Some("dev-0001"));
/// let claims = RegisteredClaims { subject: Some("sensor-42"), ..Default::default() };
/// let mut buf = [0; 256];
/// let token = mint(&Minter::new(), &mut signer, &mut buf, &claims)?;
/// # assert!(token.as_str().starts_with("eyJ"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct SoftwareSigner<'k, K> {
    key: K,
    kid: Option<&'k str>,
}

impl<'k, K: SigningKey> SoftwareSigner<'k, K> {
    /// A signer over `key`, named `kid`.
    pub const fn new(key: K, kid: Option<&'k str>) -> Self {
        Self { key, kid }
    }
}

impl<K: SigningKey> SignerKey for SoftwareSigner<'_, K> {
    type Algorithm = K::Algorithm;
    type Error = SigningFailed;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }
}

impl<K: SigningKey> JwsSigner for SoftwareSigner<'_, K> {
    fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<Self>, Self::Error> {
        self.key.sign(signing_input)
    }
}

/// A key in memory does not wait: this is for code that is generic over waiting signers.
impl<K: SigningKey> AsyncJwsSigner for SoftwareSigner<'_, K> {
    async fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<Self>, Self::Error> {
        self.key.sign(signing_input)
    }
}

/// A key that verifies every signature before it hands it out.
///
/// A fault in the arithmetic, induced by an attacker or not, gives a signature that is wrong. Where nonces
/// are deterministic (RFC 6979), a wrong and a right signature over the same input can give the private key
/// away. The price is a verification at each signature, and its flash.
///
/// ```
/// use jwt_core::{Es256SigningKey, Minter};
/// use jwt_device::{CheckedKey, SoftwareSigner, mint};
///
/// let key = Es256SigningKey::from_bytes(&[0x42; 32])?;
/// let public = key.verifying_key(); // or the stored one, which costs no multiplication on the curve
/// let mut signer = SoftwareSigner::new(CheckedKey::new(key, public), Some("dev-0001"));
/// let mut buf = [0; 256];
/// mint(&Minter::new(), &mut signer, &mut buf, &())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct CheckedKey<K, V> {
    key: K,
    public: V,
}

impl<K: SigningKey, V: VerifyingKey> CheckedKey<K, V> {
    /// A key that signs with `key` and verifies with `public`, which belongs to it.
    pub const fn new(key: K, public: V) -> Self {
        Self { key, public }
    }
}

impl<K: SigningKey, V: VerifyingKey> SigningKey for CheckedKey<K, V> {
    type Algorithm = K::Algorithm;

    fn sign(
        &self,
        signing_input: &[u8],
    ) -> Result<<K::Algorithm as JwsAlgorithm>::Signature, SigningFailed> {
        let signature = self.key.sign(signing_input)?;
        match self.public.verify(signing_input, signature.as_ref()) {
            Ok(()) => Ok(signature),
            Err(_) => Err(SigningFailed),
        }
    }
}

/// A closure from SHA-256 to r and s, 32 bytes each, big endian, as an ES256 signer. Bytes only: it fits
/// any version of any crate, PSA, a TPM, or a mailbox to another core.
///
/// ```
/// use jwt_core::Minter;
/// use jwt_device::{DeviceError, DigestSigner, SignerErrorKind, mint};
///
/// # fn psa_sign_hash(_: &[u8], signature: &mut [u8; 64]) -> i32 { *signature = [0x11; 64]; 0 }
/// const PSA_ERROR_INSUFFICIENT_ENTROPY: i32 = -148;
///
/// let mut signer = DigestSigner::new(
///     |digest: &[u8; 32]| {
///         let mut signature = [0; 64];
///         match psa_sign_hash(digest, &mut signature) {
///             0 => Ok(signature),
///             PSA_ERROR_INSUFFICIENT_ENTROPY => Err(SignerErrorKind::Entropy),
///             _ => Err(SignerErrorKind::Other),
///         }
///     },
///     Some("dev-0001"),
/// );
/// let mut buf = [0; 256];
/// let token = mint(&Minter::new(), &mut signer, &mut buf, &())?;
/// # assert!(token.as_str().starts_with("eyJ"));
/// # Ok::<(), DeviceError<SignerErrorKind>>(())
/// ```
///
/// A signer that answers in DER takes the two phases of [`jwt_core::Draft`] by hand:
/// `draft.finish_der(signature)`.
#[derive(Clone, Copy)]
pub struct DigestSigner<'k, F> {
    sign: F,
    kid: Option<&'k str>,
}

impl<'k, F> DigestSigner<'k, F> {
    /// A signer over `sign`, whose key is named `kid`.
    pub const fn new(sign: F, kid: Option<&'k str>) -> Self {
        Self { sign, kid }
    }
}

impl<E, F> SignerKey for DigestSigner<'_, F>
where
    E: SignerError,
    F: FnMut(&[u8; 32]) -> Result<[u8; 64], E>,
{
    type Algorithm = Es256;
    type Error = E;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }
}

impl<E, F> JwsSigner for DigestSigner<'_, F>
where
    E: SignerError,
    F: FnMut(&[u8; 32]) -> Result<[u8; 64], E>,
{
    fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], E> {
        (self.sign)(&jwt_core::sha256(signing_input))
    }
}

/// The closure does not wait, so nobody else runs while it works: this is for code that is generic over waiting
/// signers.
impl<E, F> AsyncJwsSigner for DigestSigner<'_, F>
where
    E: SignerError,
    F: FnMut(&[u8; 32]) -> Result<[u8; 64], E>,
{
    async fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], E> {
        JwsSigner::sign(self, signing_input)
    }
}

/// A signer of the `signature` 3 traits as an ES256 signer, blocking and waiting. Its error has no cause, so
/// a caller learns less than from a [`JwsSigner`] of its own.
///
/// ```
/// use jwt_core::Minter;
/// use jwt_device::{SignatureSigner, mint};
/// use p256::ecdsa::{Signature, SigningKey};
///
/// let key = SigningKey::from_slice(&[0x42; 32])?;
/// let mut signer = SignatureSigner::<_, Signature>::new(key, Some("dev-0001"));
/// let mut buf = [0; 256];
/// mint(&Minter::new(), &mut signer, &mut buf, &())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// That `key` is on P-256 and hashes with SHA-256 is the caller's word: signatures of other curves have 64
/// bytes too. A token that is signed by one of them verifies nowhere.
#[cfg(feature = "signature-3")]
#[derive(Clone, Copy)]
pub struct SignatureSigner<'k, K, S> {
    key: K,
    kid: Option<&'k str>,
    signature: PhantomData<fn() -> S>,
}

#[cfg(feature = "signature-3")]
impl<'k, K, S> SignatureSigner<'k, K, S> {
    /// A signer over `key`, named `kid`. `S` is the key's signature type: 64 bytes of r and s.
    pub const fn new(key: K, kid: Option<&'k str>) -> Self {
        Self { key, kid, signature: PhantomData }
    }
}

#[cfg(feature = "signature-3")]
impl<K, S> SignerKey for SignatureSigner<'_, K, S> {
    type Algorithm = Es256;
    type Error = SigningFailed;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }
}

#[cfg(feature = "signature-3")]
impl<K, S> JwsSigner for SignatureSigner<'_, K, S>
where
    K: signature::Signer<S>,
    S: signature::SignatureEncoding<Repr: Into<[u8; 64]>>,
{
    fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        match self.key.try_sign(signing_input) {
            Ok(signature) => Ok(signature.to_bytes().into()),
            Err(_) => Err(SigningFailed),
        }
    }
}

#[cfg(feature = "signature-3")]
impl<K, S> AsyncJwsSigner for SignatureSigner<'_, K, S>
where
    K: signature::AsyncSigner<S>,
    S: signature::SignatureEncoding<Repr: Into<[u8; 64]>>,
{
    async fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        match self.key.sign_async(signing_input).await {
            Ok(signature) => Ok(signature.to_bytes().into()),
            Err(_) => Err(SigningFailed),
        }
    }
}

/// Shows the name of the key: whether a key or a closure keeps to itself what it holds is not known here.
macro_rules! debug_by_name {
    ($($(#[$cfg:meta])? $signer:ident [$($of:ident)*]),* $(,)?) => { $(
        $(#[$cfg])?
        impl<$($of),*> fmt::Debug for $signer<'_, $($of),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($signer)).field("kid", &self.kid).finish_non_exhaustive()
            }
        }
    )* };
}

debug_by_name!(
    SoftwareSigner [K],
    DigestSigner [F],
    #[cfg(feature = "signature-3")]
    SignatureSigner [K S],
);

impl<K, V> fmt::Debug for CheckedKey<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckedKey(secret)")
    }
}
