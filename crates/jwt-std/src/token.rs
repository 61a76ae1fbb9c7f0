//! Tokens as strings: minted from serde claims, verified into them.

use jwt_core::json::{Serde, WriteMembers};
use jwt_core::{
    AnyDraft, Check, CompactJws, KeyStore, MintError, Minter, NumericDate, Policy, UnverifiedToken,
    VerifyError, danger,
};
use serde::{Deserialize, Serialize};

use crate::key::{MAX_SIGNATURE_LEN, SHORT_SIGNATURE_LEN};
use crate::{Error, SigningKey, explain};

/// Mints a token from claims of any type that serializes as a struct or a map.
///
/// # Errors
/// [`Error::Mint`].
pub fn mint<H: WriteMembers>(
    minter: &Minter<'_, H>,
    key: &SigningKey,
    claims: &(impl Serialize + ?Sized),
) -> Result<String, Error> {
    mint_members(minter, key, &Serde(claims))
}

/// Mints a token from members of the core: registered claims, tuples, closures, JSON that was read.
///
/// # Errors
/// [`Error::Mint`].
pub fn mint_members<H: WriteMembers>(
    minter: &Minter<'_, H>,
    key: &SigningKey,
    claims: &(impl WriteMembers + ?Sized),
) -> Result<String, Error> {
    // Most tokens fit, and a string of the exact length is all that is allocated.
    let mut buf = [0; 512];
    match mint_into(minter, &mut buf, key, claims) {
        Ok(token) => Ok(token.as_str().to_owned()),
        // The core tells the exact size, so the second time it fits.
        Err(MintError::BufferTooSmall { needed }) => {
            let mut buf = vec![0; needed];
            let len = mint_into(minter, &mut buf, key, claims)?.as_str().len();
            buf.truncate(len);
            Ok(String::from_utf8(buf).map_err(|_| MintError::SigningFailed)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Mints a token from members of the core into a buffer of the caller, without a heap.
///
/// # Errors
/// [`MintError`]; a buffer that is too small is told with the size that suffices.
pub fn mint_into<'b, H: WriteMembers>(
    minter: &Minter<'_, H>,
    buf: &'b mut [u8],
    key: &SigningKey,
    claims: &(impl WriteMembers + ?Sized),
) -> Result<CompactJws<'b>, MintError> {
    let draft = minter.draft_any(key.algorithm(), key.signature_len(), buf, claims)?;
    if key.is_short() {
        finish(draft, key, &mut [0; SHORT_SIGNATURE_LEN])
    } else {
        finish(draft, key, &mut [0; MAX_SIGNATURE_LEN])
    }
}

/// Signs, with `signature` as the room for that.
fn finish<'b>(
    draft: AnyDraft<'b>,
    key: &SigningKey,
    signature: &mut [u8],
) -> Result<CompactJws<'b>, MintError> {
    let signature =
        key.sign(draft.signing_input(), signature).map_err(|_| MintError::SigningFailed)?;
    draft.finish(signature)
}

/// A token that was verified and validated.
#[derive(Clone, Debug)]
pub struct Token {
    /// The header, and the claims behind it.
    json: String,
    /// Bytes of the header.
    header: usize,
}

impl Token {
    /// The claims as a type of the caller, which may borrow from this token: strings without escapes need
    /// no memory of their own then.
    ///
    /// # Errors
    /// [`Error::Serde`].
    pub fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        Ok(serde_json::from_str(self.claims_json())?)
    }

    /// The claims as JSON, as they stand in the token.
    #[must_use]
    pub fn claims_json(&self) -> &str {
        self.json.get(self.header..).unwrap_or_default()
    }

    /// The header as JSON, as it stands in the token.
    #[must_use]
    pub fn header_json(&self) -> &str {
        self.json.get(..self.header).unwrap_or_default()
    }
}

/// Verifies a token and validates its claims, as the core does.
///
/// # Errors
/// [`Error::Verify`], and [`Error::Claims`] with a sentence for each failed check.
pub fn verify<C: Check>(
    token: &(impl AsRef<[u8]> + ?Sized),
    keys: &(impl KeyStore + ?Sized),
    policy: &Policy<'_, C>,
    now: NumericDate,
) -> Result<Token, Error> {
    let token = UnverifiedToken::parse(token)?;
    let mut scratch = vec![0; token.scratch_len()];
    let errors = match token.verify(keys, &mut scratch)?.validate(policy, now) {
        Ok(valid) => {
            let header = valid.header().object().as_str().len();
            let claims = valid.claims().as_str().len();
            // They stand in the scratch buffer one behind the other: the same memory becomes the token's.
            scratch.truncate(header.saturating_add(claims));
            return match String::from_utf8(scratch) {
                Ok(json) => Ok(Token { json, header }),
                // Both are strings already.
                Err(_) => Err(VerifyError::InvalidSignature.into()),
            };
        }
        Err(errors) => errors,
    };
    // The signature is good, so what the token says may be told to whoever has to mend it.
    let unverified = danger::peek(token, &mut scratch)?;
    // It has been read before, so it is a claims set.
    let (claims, _) = unverified.claims().map_err(VerifyError::PayloadNotAnObject)?;
    let explained = explain(&errors, policy, &unverified.header(), &claims);
    Err(Error::Claims { errors: Box::new(errors), explained })
}
