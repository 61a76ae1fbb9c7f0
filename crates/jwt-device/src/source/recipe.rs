//! What is in a token: claims by hand, or those of an API that is in [`crate::profile`].

use core::convert::Infallible;
use core::fmt;

use jwt_core::json::WriteMembers;
use jwt_core::{Draft, JwsAlgorithm, Minter};

use super::Window;
use crate::profile::{self, ProfileError, ProviderToken, Rule, RuleViolation};

/// Writes everything of a token but its signature. [`with_claims`] and [`for_provider`] make one of a
/// closure; implement it where a token depends on more than the time, as one for a single request does.
pub trait Recipe<A: JwsAlgorithm> {
    /// Drafts the token for `window` in `buf`, with the name of the key as its "kid".
    ///
    /// # Errors
    /// Those of [`Minter::draft`] and of [`profile::draft`].
    fn draft<'b>(
        &mut self,
        window: Window,
        key_id: Option<&str>,
        buf: &'b mut [u8],
    ) -> Result<Draft<'b, A>, ProfileError<Infallible>>;
}

/// Tokens with the header of `minter` and with the claims that `claims` makes of a [`Window`].
///
/// "exp" has to be [`Window::expiration_time`]: it is not seen, and a token that ends earlier would be handed
/// out when it has expired.
pub const fn with_claims<H, F, M>(minter: Minter<'_, H>, claims: F) -> WithClaims<'_, H, F>
where
    F: FnMut(Window) -> M,
    M: WriteMembers,
{
    WithClaims { minter, claims }
}

/// See [`with_claims`].
#[derive(Clone, Copy)]
pub struct WithClaims<'h, H, F> {
    minter: Minter<'h, H>,
    claims: F,
}

impl<A, H, F, M> Recipe<A> for WithClaims<'_, H, F>
where
    A: JwsAlgorithm,
    H: WriteMembers + Copy,
    F: FnMut(Window) -> M,
    M: WriteMembers,
{
    fn draft<'b>(
        &mut self,
        window: Window,
        key_id: Option<&str>,
        buf: &'b mut [u8],
    ) -> Result<Draft<'b, A>, ProfileError<Infallible>> {
        let claims = (self.claims)(window);
        match key_id {
            Some(kid) => self.minter.kid(kid).draft(buf, &claims),
            None => self.minter.draft(buf, &claims),
        }
        .map_err(ProfileError::Mint)
    }
}

impl<H, F> fmt::Debug for WithClaims<'_, H, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithClaims").finish_non_exhaustive()
    }
}

/// Tokens of an API that is in [`crate::profile`], by its rules.
///
/// "exp", where the API has one, has to be [`Window::expiration_time`] or later: write [`Window::lifetime`]
/// into the token's `lifetime`. An earlier one is [`Rule::EndsBeforePlan`], and nothing is signed.
pub const fn for_provider<F, T>(token: F) -> ForProvider<F>
where
    F: FnMut(Window) -> T,
    T: ProviderToken,
{
    ForProvider { token }
}

/// See [`for_provider`].
#[derive(Clone, Copy)]
pub struct ForProvider<F> {
    token: F,
}

impl<F, T> Recipe<T::Algorithm> for ForProvider<F>
where
    F: FnMut(Window) -> T,
    T: ProviderToken,
{
    fn draft<'b>(
        &mut self,
        window: Window,
        key_id: Option<&str>,
        buf: &'b mut [u8],
    ) -> Result<Draft<'b, T::Algorithm>, ProfileError<Infallible>> {
        let token = (self.token)(window);
        if let Some(exp) = token.registered().expiration_time
            && exp < window.expiration_time
        {
            let seconds = exp.seconds_since(window.issued_at);
            let rule = Rule::EndsBeforePlan { seconds, planned: window.lifetime };
            return Err(RuleViolation { api: T::PROFILE.name, rule }.into());
        }
        profile::draft(&token, key_id, buf)
    }
}

impl<F> fmt::Debug for ForProvider<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForProvider").finish_non_exhaustive()
    }
}
