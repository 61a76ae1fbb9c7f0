//! Tokens as strings: minted from serde claims, verified into them.

use jwt_core::json::{Serde, WriteMembers};
use jwt_core::{
    Check, KeyStore, MintError, Minter, NumericDate, Policy, UnverifiedToken, VerifyError, danger,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

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
    let mut buf = vec![0; 512];
    loop {
        let drafted = minter.draft_any(key.algorithm(), key.signature_len(), &mut buf, claims);
        let minted = drafted.and_then(|draft| {
            let signature =
                key.sign(draft.signing_input()).map_err(|_| MintError::SigningFailed)?;
            draft.finish(signature.as_ref())
        });
        match minted.map(|token| token.as_str().to_owned()) {
            // The core tells the exact size, so the second time it fits.
            Err(MintError::BufferTooSmall { needed }) if needed > buf.len() => {
                buf.resize(needed, 0);
            }
            minted => return Ok(minted?),
        }
    }
}

/// A token that was verified and validated.
#[derive(Clone, Debug)]
pub struct Token {
    header: String,
    claims: String,
}

impl Token {
    /// The claims as a type of the caller.
    ///
    /// # Errors
    /// [`Error::Serde`].
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(serde_json::from_str(&self.claims)?)
    }

    /// The claims as JSON, as they stand in the token.
    #[must_use]
    pub fn claims_json(&self) -> &str {
        &self.claims
    }

    /// The header as JSON, as it stands in the token.
    #[must_use]
    pub fn header_json(&self) -> &str {
        &self.header
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
            let header = valid.header().object().as_str().to_owned();
            let claims = valid.claims().as_str().to_owned();
            return Ok(Token { header, claims });
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
