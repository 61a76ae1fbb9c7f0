//! Signers that are no keys in memory: they fail, they block, they have a name for their key.
//!
//! # What it is
//! A [`JwsSigner`] takes a JWS Signing Input (RFC 7515 section 5.1) and gives a signature or an error of
//! its own; an [`AsyncJwsSigner`] does the same and waits. What both share is a [`SignerKey`]: the
//! algorithm, the error and the name of the key. [`mint`] and [`mint_async`] drive a
//! [`jwt_core::Draft`] with one, so that whatever a signer returns is checked before it leaves as part
//! of a token: zeros from a failed chip never do.
//!
//! # For firmware authors
//! [`SoftwareSigner`] takes a key in memory, [`DigestSigner`] a closure over 32 bytes of SHA-256, which
//! is what secure elements, TPMs and PSA take. [`CheckedKey`] verifies what a key signed before anybody sees
//! it.
//!
//! # For driver authors
//! Implement [`SignerKey`] and [`JwsSigner`] for your driver, and [`SignerError`] for its error, so that
//! callers can tell a busy bus from a chip without a key. `&mut T` is a signer where `T` is one.

mod adapters;
mod error;
mod minting;

use jwt_core::JwsAlgorithm;

#[cfg(feature = "signature-3")]
pub use adapters::SignatureSigner;
pub use adapters::{CheckedKey, DigestSigner, SoftwareSigner};
pub(crate) use error::fmt_failed;
pub use error::{DeviceError, SignerError, SignerErrorKind};
pub use minting::{mint, mint_async};

/// The signature of a key's algorithm.
pub type Signature<S> = <<S as SignerKey>::Algorithm as JwsAlgorithm>::Signature;

/// What a blocking and a waiting signer share: a key of one algorithm, with a name.
///
/// A driver implements this and [`JwsSigner`] or [`AsyncJwsSigner`]:
///
/// ```
/// use jwt_core::{Es256, Minter, sha256};
/// use jwt_device::{JwsSigner, SignerError, SignerErrorKind, SignerKey, mint};
///
/// struct Element { slot: u8 }
///
/// #[derive(Debug)]
/// enum ElementError { NoAnswer, EmptySlot }
///
/// impl SignerError for ElementError {
///     fn kind(&self) -> SignerErrorKind {
///         match self {
///             Self::NoAnswer => SignerErrorKind::Bus,
///             Self::EmptySlot => SignerErrorKind::NotProvisioned,
///         }
///     }
/// }
///
/// impl SignerKey for Element {
///     type Algorithm = Es256;
///     type Error = ElementError;
///
///     fn key_id(&self) -> Option<&str> {
///         Some("dev-0001")
///     }
/// }
///
/// impl JwsSigner for Element {
///     fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], ElementError> {
///         let digest = sha256(signing_input);
///         # let send = |slot, _: [u8; 32]| if slot == 0 { Ok([0x11; 64]) } else { Err(ElementError::EmptySlot) };
///         send(self.slot, digest) // r and s; whether they are in range is checked by `mint`
///     }
/// }
///
/// let mut buf = [0; 256];
/// let token = mint(&Minter::new(), &mut Element { slot: 0 }, &mut buf, &())?;
/// # assert!(mint(&Minter::new(), &mut Element { slot: 1 }, &mut [0; 256], &()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait SignerKey {
    /// The algorithm.
    type Algorithm: JwsAlgorithm;
    /// What can go wrong.
    type Error: SignerError;

    /// The name of the key, for "kid" (Key ID), RFC 7515 section 4.1.4.
    fn key_id(&self) -> Option<&str>;
}

/// Something that signs, and can fail.
pub trait JwsSigner: SignerKey {
    /// The signature of `signing_input`, which is ASCII and any length.
    ///
    /// # Errors
    /// The signer's own.
    fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<Self>, Self::Error>;
}

/// Something that signs while others run, and can fail.
///
/// The futures are for one thread, as those of embedded-hal-async are.
#[expect(async_fn_in_trait, reason = "they need not be `Send`: see above")]
pub trait AsyncJwsSigner: SignerKey {
    /// The signature of `signing_input`, which is ASCII and any length.
    ///
    /// # Errors
    /// The signer's own.
    async fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<Self>, Self::Error>;
}

impl<S: SignerKey + ?Sized> SignerKey for &mut S {
    type Algorithm = S::Algorithm;
    type Error = S::Error;

    fn key_id(&self) -> Option<&str> {
        (**self).key_id()
    }
}

impl<S: JwsSigner + ?Sized> JwsSigner for &mut S {
    fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<S>, S::Error> {
        (**self).sign(signing_input)
    }
}

impl<S: AsyncJwsSigner + ?Sized> AsyncJwsSigner for &mut S {
    async fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<S>, S::Error> {
        (**self).sign(signing_input).await
    }
}
