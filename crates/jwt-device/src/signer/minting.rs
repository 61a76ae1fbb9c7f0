//! A draft, a signer, and what the signer returned, checked.

use jwt_core::json::WriteMembers;
use jwt_core::{CompactJws, Draft, JwsAlgorithm, Minter};

use super::{AsyncJwsSigner, DeviceError, JwsSigner, SignerKey};

/// Mints a token with `signer`, whose key names the "kid" (Key ID), RFC 7515 section 4.1.4; a key without a
/// name leaves the minter's in place.
///
/// Nothing is signed where the token does not fit. What the signer returns is checked, and nothing of it
/// gets into `buf` where it cannot be a signature.
///
/// ```
/// use jwt_core::{MintError, Minter};
/// use jwt_device::{DeviceError, DigestSigner, SignerErrorKind, mint};
///
/// let mut dead = DigestSigner::new(|_: &[u8; 32]| Ok::<_, SignerErrorKind>([0; 64]), None);
/// let mut buf = [0; 256];
/// let refused = mint(&Minter::new(), &mut dead, &mut buf, &());
/// assert_eq!(refused, Err(DeviceError::Mint(MintError::InvalidSignature)));
/// ```
///
/// # Errors
/// [`DeviceError::Signer`] with the signer's own error; [`DeviceError::Mint`] for the rest, such as
/// [`MintError::BufferTooSmall`](jwt_core::MintError::BufferTooSmall) with the size in bytes that suffices.
pub fn mint<'b, H: WriteMembers + Copy, S: JwsSigner>(
    minter: &Minter<'_, H>,
    signer: &mut S,
    buf: &'b mut [u8],
    claims: &(impl WriteMembers + ?Sized),
) -> Result<CompactJws<'b>, DeviceError<S::Error>> {
    let draft = draft(minter, signer, buf, claims)?;
    let signature = signer.sign(draft.signing_input()).map_err(DeviceError::Signer)?;
    finish(draft, signature.as_ref())
}

/// As [`mint`], with a signer that waits. A future that is dropped leaves what it drafted in `buf`, without a
/// signature.
///
/// # Errors
/// Those of [`mint`].
pub async fn mint_async<'b, H: WriteMembers + Copy, S: AsyncJwsSigner>(
    minter: &Minter<'_, H>,
    signer: &mut S,
    buf: &'b mut [u8],
    claims: &(impl WriteMembers + ?Sized),
) -> Result<CompactJws<'b>, DeviceError<S::Error>> {
    let draft = draft(minter, signer, buf, claims)?;
    let signature = signer.sign(draft.signing_input()).await.map_err(DeviceError::Signer)?;
    finish(draft, signature.as_ref())
}

fn draft<'b, H: WriteMembers + Copy, S: SignerKey>(
    minter: &Minter<'_, H>,
    signer: &S,
    buf: &'b mut [u8],
    claims: &(impl WriteMembers + ?Sized),
) -> Result<Draft<'b, S::Algorithm>, DeviceError<S::Error>> {
    match signer.key_id() {
        Some(kid) => minter.kid(kid).draft(buf, claims),
        None => minter.draft(buf, claims),
    }
    .map_err(DeviceError::Mint)
}

fn finish<'b, A: JwsAlgorithm, E>(
    draft: Draft<'b, A>,
    signature: &[u8],
) -> Result<CompactJws<'b>, DeviceError<E>> {
    draft.finish(signature).map_err(DeviceError::Mint)
}
