//! Signers that are no keys in memory: they fail, they block, they have a name for their key.
//!
//! # What it is
//! [`JwsSigner`] takes a JWS Signing Input and gives a signature or an error of its own. [`mint`] drives
//! a [`jwt_core::Draft`] with it, so that whatever a signer returns is checked before it leaves as
//! part of a token: zeros from a failed chip never do.
//!
//! # For firmware authors
//! [`SoftwareSigner`] takes a key in memory, [`DigestSigner`] a closure over 32 bytes of SHA-256, which
//! is what secure elements, TPMs and PSA take.
//!
//! # For driver authors
//! Implement [`JwsSigner`] for your driver, and [`SignerError`] for its error, so that callers can tell
//! a busy bus from a chip without a key. `&mut T` is a signer where `T` is one.

use core::fmt;

use jwt_core::json::WriteMembers;
use jwt_core::{CompactJws, Es256, JwsAlgorithm, MintError, Minter, SigningKey};

/// The signature of an algorithm.
pub type Signature<S> = <<S as JwsSigner>::Algorithm as JwsAlgorithm>::Signature;

/// Something that signs for one algorithm, and can fail.
pub trait JwsSigner {
    /// The algorithm.
    type Algorithm: JwsAlgorithm;
    /// What can go wrong.
    type Error: SignerError;

    /// The name of the key, for `kid`.
    fn key_id(&self) -> Option<&str>;

    /// The signature of `signing_input`, which is ASCII and any length.
    ///
    /// # Errors
    /// The signer's own.
    fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<Self>, Self::Error>;
}

impl<S: JwsSigner + ?Sized> JwsSigner for &mut S {
    type Algorithm = S::Algorithm;
    type Error = S::Error;

    fn key_id(&self) -> Option<&str> {
        (**self).key_id()
    }

    fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<S>, S::Error> {
        (**self).sign(signing_input)
    }
}

/// An error of a signer, whose kind all callers understand.
pub trait SignerError: fmt::Debug {
    /// What kind of error it is.
    fn kind(&self) -> SignerErrorKind;
}

/// Kinds of errors: what a caller can do about each differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerErrorKind {
    /// The bus failed. Trying again may help.
    Bus,
    /// There is no key. Provisioning helps.
    NotProvisioned,
    /// The key may not be used this way.
    Locked,
    /// The signer is occupied. Trying again later helps.
    Busy,
    /// The signer has no randomness.
    Entropy,
    /// Anything else.
    Other,
}

impl SignerError for SignerErrorKind {
    fn kind(&self) -> SignerErrorKind {
        *self
    }
}

impl SignerError for jwt_core::SigningFailed {
    fn kind(&self) -> SignerErrorKind {
        SignerErrorKind::Other
    }
}

/// Why no token was minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceError<E> {
    /// The token could not be written, or the signer returned no valid signature.
    Mint(MintError),
    /// The signer failed, and says why.
    Signer(E),
}

impl<E: SignerError> fmt::Display for DeviceError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mint(error) => error.fmt(f),
            Self::Signer(error) => write!(f, "the signer failed: {:?}", error.kind()),
        }
    }
}

impl<E: SignerError> core::error::Error for DeviceError<E> {}

/// Mints a token with `signer`, whose key names the `kid`.
///
/// # Errors
/// [`DeviceError::Signer`] with the signer's own error; [`DeviceError::Mint`] for the rest.
pub fn mint<'b, H: WriteMembers + Copy, S: JwsSigner>(
    minter: &Minter<'_, H>,
    signer: &mut S,
    buf: &'b mut [u8],
    claims: &(impl WriteMembers + ?Sized),
) -> Result<CompactJws<'b>, DeviceError<S::Error>> {
    let draft = match signer.key_id() {
        Some(kid) => minter.kid(kid).draft::<S::Algorithm>(buf, claims),
        None => minter.draft::<S::Algorithm>(buf, claims),
    };
    let draft = draft.map_err(DeviceError::Mint)?;
    let signature = signer.sign(draft.signing_input()).map_err(DeviceError::Signer)?;
    draft.finish(signature.as_ref()).map_err(DeviceError::Mint)
}

/// A key in memory as a signer.
#[derive(Clone, Copy, Debug)]
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

impl<K: SigningKey> JwsSigner for SoftwareSigner<'_, K> {
    type Algorithm = K::Algorithm;
    type Error = jwt_core::SigningFailed;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }

    fn sign(&mut self, signing_input: &[u8]) -> Result<Signature<Self>, Self::Error> {
        self.key.sign(signing_input)
    }
}

/// A closure from SHA-256 to r and s, 32 bytes each, as an ES256 signer. Bytes only: it fits any
/// version of any crate, PSA, a TPM, or a mailbox to another core.
#[derive(Clone, Copy, Debug)]
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

impl<E: SignerError, F: FnMut(&[u8; 32]) -> Result<[u8; 64], E>> JwsSigner for DigestSigner<'_, F> {
    type Algorithm = Es256;
    type Error = E;

    fn key_id(&self) -> Option<&str> {
        self.kid
    }

    fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], E> {
        (self.sign)(&jwt_core::sha256(signing_input))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jwt_core::{Es256SigningKey, RegisteredClaims, UnverifiedToken};

    fn key() -> Es256SigningKey {
        Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
    }

    #[test]
    fn a_signer_names_its_key_and_its_token_verifies() {
        let mut signer = SoftwareSigner::new(key(), Some("dev-1"));
        let mut buf = [0; 256];
        let token = mint(&Minter::new(), &mut &mut signer, &mut buf, &RegisteredClaims::default());
        let mut scratch = [0; 256];
        let token = UnverifiedToken::parse(&token.unwrap())
            .unwrap()
            .verify_payload(&key().verifying_key(), &mut scratch)
            .unwrap();
        assert!(token.header().kid().is_some_and(|kid| kid == "dev-1"));
    }

    #[test]
    fn a_digest_signer_gets_the_sha256_of_the_signing_input() {
        let mut seen = [0; 32];
        let mut signer = DigestSigner::new(
            |digest: &[u8; 32]| {
                seen = *digest;
                Ok::<_, SignerErrorKind>([1; 64])
            },
            None,
        );
        let mut buf = [0; 128];
        let token = mint(&Minter::new(), &mut signer, &mut buf, &()).unwrap();
        let (input, _) = token.as_str().rsplit_once('.').unwrap();
        assert_eq!(seen, jwt_core::sha256(input.as_bytes()));
    }

    #[test]
    fn zeros_from_a_failed_chip_never_leave_as_a_token() {
        let mut signer = DigestSigner::new(|_: &[u8; 32]| Ok::<_, SignerErrorKind>([0; 64]), None);
        let mut buf = [0; 128];
        let minted = mint(&Minter::new(), &mut signer, &mut buf, &());
        assert_eq!(minted, Err(DeviceError::Mint(MintError::InvalidSignature)));
    }

    #[test]
    fn the_error_of_a_signer_is_not_lost() {
        let mut signer =
            DigestSigner::new(|_: &[u8; 32]| Err(SignerErrorKind::NotProvisioned), None);
        let mut buf = [0; 128];
        let minted = mint(&Minter::new(), &mut signer, &mut buf, &());
        assert_eq!(minted, Err(DeviceError::Signer(SignerErrorKind::NotProvisioned)));
    }
}
