//! A source of tokens: mints one when it is needed, and hands out the last one otherwise.
//!
//! # What it is
//! A signature costs a tenth of a second on a secure element and more on a small core, and some APIs
//! refuse those who sign too often. So a device keeps its token and sends it again, until it is nearly
//! over. A [`TokenSource`] does this: it owns a buffer, a signer, a [`Clock`], a [`Recipe`] for what is in
//! the token, and a [`Renewal`], which is the policy as data. What to do is decided by [`decide`], a
//! function of the time and the last [`Plan`] alone; the blocking and the waiting way share it.
//!
//! ```
//! use jwt_core::{Es256SigningKey, Minter, RegisteredClaims};
//! use jwt_device::{Bearer, OffsetClock, Renewal, SoftwareSigner, TokenSource, Window, source};
//!
//! let mut uptime = 0;
//! let mut clock = OffsetClock::new(|| { uptime += 60; uptime }, jwt_device::floor(1_780_000_000));
//! clock.set_ntp(0xee0d_a5a1)?;
//! let signer = SoftwareSigner::new(Es256SigningKey::from_bytes(&[0x42; 32])?, Some("dev-0001"));
//! let claims = source::with_claims(Minter::new(), |window: Window| RegisteredClaims {
//!     issuer: Some("dev-0001"),
//!     issued_at: Some(window.issued_at),
//!     expiration_time: Some(window.expiration_time),
//!     ..Default::default()
//! });
//! let renewal = const { Renewal { margin: 100, ..Renewal::lasting(300) } };
//! let mut buf = [0; 2 * 256]; // a token is kept while the next one is made
//! let mut source = TokenSource::new(&mut buf, signer, clock, claims, renewal);
//!
//! println!("{}", Bearer(source.token()?)); // minted
//! let first = source.token()?.to_string(); // the same one
//! assert_eq!(source.token_valid_for(60)?.as_str(), first);
//! source.invalidate(); // the API answered 401
//! assert_ne!(source.token()?.as_str(), first);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # For firmware authors
//! The rules of an API that is in [`profile`](crate::profile) come as [`Renewal::of`] its profile and
//! [`for_provider`]:
//!
//! ```
//! # use jwt_core::Es256SigningKey;
//! use jwt_device::profile::{AppleApns, ProviderToken as _};
//! use jwt_device::{Renewal, SourceError, TokenSource, Window, source};
//!
//! # use jwt_core::NumericDate;
//! # use jwt_device::{Clock, ClockError, SoftwareSigner};
//! # struct Fixed;
//! # impl Clock for Fixed {
//! #     fn now(&mut self) -> Result<NumericDate, ClockError> {
//! #         Ok(NumericDate::from_seconds(1_780_000_000))
//! #     }
//! # }
//! # let signer = SoftwareSigner::new(Es256SigningKey::from_bytes(&[0x42; 32])?, Some("ABC123DEFG"));
//! # let (clock, mut buf) = (Fixed, [0; 512]);
//! let renewal = Renewal { margin: 300, jitter: 600, ..Renewal::of(&AppleApns::PROFILE) };
//! let recipe = source::for_provider(|window: Window| AppleApns {
//!     team_id: "DEF123GHIJ",
//!     issued_at: window.issued_at,
//! });
//! let mut source = TokenSource::new(&mut buf, signer, clock, recipe, renewal);
//! source.token()?;
//! source.invalidate();
//! // Sooner than 20 minutes after the last one would be answered by 429:
//! let retry_at = NumericDate::from_seconds(1_780_001_200);
//! assert_eq!(source.token().unwrap_err(), SourceError::TooSoon { retry_at });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - **The lifetime is the renewal's**: a recipe takes "exp", or the `lifetime` of its provider's type, from
//!   the [`Window`]. [`for_provider`] refuses an "exp" before that ([`Rule::EndsBeforePlan`]); that of
//!   [`with_claims`] is not seen, and where it is earlier, tokens are handed out that have expired.
//! - **When the signer fails** and the last token is still good, that one is handed out, and
//!   [`TokenSource::take_failure`] tells what happened. Waiting before the next attempt is the caller's;
//!   each call within the margin is an attempt.
//! - **When the clock is set back** to before a token was minted, and a token is asked for then, the last
//!   one is from the future: it is never handed out again, not even when the clock gets there, and until
//!   then the least interval does not hold the next one up. A clock that goes back by less changes nothing: the token's times are as good as before.
//! - **When the clock is set forwards** past the end of a token, it has expired.
//! - **After a restart** the source knows of no token that was minted before.
//!
//! The two halves of the buffer take turns, so a token is at most half as long as the buffer. Where every
//! request has a token of its own ([`Renewal::single_use`]) the whole buffer is for one.
//!
//! [`Rule::EndsBeforePlan`]: crate::profile::Rule::EndsBeforePlan
//!
//! # For driver authors
//! Nothing to do: a [`JwsSigner`] is enough for [`TokenSource::token`], and an [`AsyncJwsSigner`] for
//! [`TokenSource::token_async`]. A future that is dropped while it signs leaves the last token in place.

#[cfg(feature = "defmt-1")]
mod defmt_1;
mod error;
mod plan;
mod recipe;
mod shelf;
mod token;

use core::fmt;

use jwt_core::{Draft, JwsAlgorithm};

use crate::{AsyncJwsSigner, Clock, JwsSigner, SignerKey};
use shelf::{Next, Shelf};

pub use error::SourceError;
pub use plan::{Decision, Plan, Renewal, Window, decide};
pub use recipe::{ForProvider, Recipe, WithClaims, for_provider, with_claims};
pub use token::Token;

/// Hands out a token, and mints one first where the last is over, nearly over, or was refused.
///
/// See the [module](self) for examples.
pub struct TokenSource<'b, S: SignerKey, C, R> {
    shelf: Shelf<'b>,
    signer: S,
    clock: C,
    recipe: R,
    failure: Option<SourceError<S::Error>>,
}

impl<'b, S, C, R> TokenSource<'b, S, C, R>
where
    S: SignerKey,
    C: Clock,
    R: Recipe<S::Algorithm>,
{
    /// A source that has no token yet. Two tokens fit into `buf`, or one where each is used once; too
    /// small a buffer is told, with the size that suffices, when the first token is minted.
    pub const fn new(buf: &'b mut [u8], signer: S, clock: C, recipe: R, renewal: Renewal) -> Self {
        Self { shelf: Shelf::new(buf, renewal), signer, clock, recipe, failure: None }
    }

    /// Chooses where in [`Renewal::jitter`] the renewals of this device lie, from the next minting on: any
    /// 32 bits that differ between devices, such as random ones or a hash of the serial number.
    pub const fn set_jitter(&mut self, random: u32) {
        self.shelf.random = random;
    }

    /// As [`TokenSource::set_jitter`], from a generator.
    ///
    /// # Errors
    /// The generator's own.
    #[cfg(feature = "rand_core-010")]
    pub fn draw_jitter<G: rand_core::TryRng + ?Sized>(
        &mut self,
        generator: &mut G,
    ) -> Result<(), G::Error> {
        self.set_jitter(generator.try_next_u32()?);
        Ok(())
    }

    /// A token that is valid now.
    ///
    /// # Errors
    /// [`SourceError`]; none where the last token can still be handed out.
    pub fn token(&mut self) -> Result<Token<'_>, SourceError<S::Error>>
    where
        S: JwsSigner,
    {
        self.token_valid_for(0)
    }

    /// A token that is valid for at least `seconds` from the moment of this call.
    ///
    /// # Errors
    /// Those of [`TokenSource::token`], and [`SourceError::TooLong`].
    pub fn token_valid_for(&mut self, seconds: u32) -> Result<Token<'_>, SourceError<S::Error>>
    where
        S: JwsSigner,
    {
        if let Some(next) = self.next(seconds)? {
            let made = match self.draft(&next) {
                Ok((draft, signer)) => {
                    let signature = signer.sign(draft.signing_input());
                    finish(draft, signature)
                }
                Err(error) => Err(error),
            };
            self.settle(next, made)?;
        }
        Ok(self.shelf.token())
    }

    /// As [`TokenSource::token`], with a signer that waits.
    ///
    /// # Errors
    /// Those of [`TokenSource::token`].
    pub async fn token_async(&mut self) -> Result<Token<'_>, SourceError<S::Error>>
    where
        S: AsyncJwsSigner,
    {
        self.token_valid_for_async(0).await
    }

    /// As [`TokenSource::token_valid_for`], with a signer that waits.
    ///
    /// # Errors
    /// Those of [`TokenSource::token_valid_for`].
    pub async fn token_valid_for_async(
        &mut self,
        seconds: u32,
    ) -> Result<Token<'_>, SourceError<S::Error>>
    where
        S: AsyncJwsSigner,
    {
        if let Some(next) = self.next(seconds)? {
            let made = match self.draft(&next) {
                Ok((draft, signer)) => {
                    let signature = signer.sign(draft.signing_input()).await;
                    finish(draft, signature)
                }
                Err(error) => Err(error),
            };
            self.settle(next, made)?;
        }
        Ok(self.shelf.token())
    }

    /// Never hands the last token out again: the API has refused it. The next call mints, as soon as
    /// [`Renewal::min_interval`] allows.
    ///
    /// Where signatures are deterministic, as those of ES256 with a key in memory are, a token that is minted
    /// within the same second has the same text, unless its recipe writes a new "jti".
    pub const fn invalidate(&mut self) {
        self.shelf.spend();
    }

    /// Why the last renewal failed, where the former token was handed out in its place; then forgets it.
    pub const fn take_failure(&mut self) -> Option<SourceError<S::Error>> {
        self.failure.take()
    }

    /// When the last token was minted and when the next one is due; `None` before the first.
    #[must_use]
    pub const fn plan(&self) -> Option<&Plan> {
        self.shelf.plan.as_ref()
    }

    /// The clock, to set it.
    pub const fn clock_mut(&mut self) -> &mut C {
        &mut self.clock
    }

    /// The signer, to put it to sleep or to wake it.
    pub const fn signer_mut(&mut self) -> &mut S {
        &mut self.signer
    }

    /// The recipe, for tokens that are each for one request.
    pub const fn recipe_mut(&mut self) -> &mut R {
        &mut self.recipe
    }

    /// What has to be minted; `None` where the last token will do.
    fn next(&mut self, seconds: u32) -> Result<Option<Next>, SourceError<S::Error>> {
        let now = self.clock.now().map_err(SourceError::Clock)?;
        self.shelf.next(now, seconds).map_err(SourceError::from)
    }

    /// The token but for its signature, and the signer. The last token is not touched.
    #[expect(clippy::type_complexity, reason = "a pair, and named nowhere else")]
    fn draft(
        &mut self,
        next: &Next,
    ) -> Result<(Draft<'_, S::Algorithm>, &mut S), SourceError<S::Error>> {
        let tokens = self.shelf.tokens();
        let draft = self.recipe.draft(next.window(), self.signer.key_id(), self.shelf.spare());
        match draft {
            Ok(draft) => Ok((draft, &mut self.signer)),
            Err(error) => Err(SourceError::from_draft(error, tokens)),
        }
    }

    /// Keeps what was made, or what was there; and makes sure that it is good now, since signing took time
    /// in which the clock may even have been set.
    fn settle(
        &mut self,
        next: Next,
        made: Result<usize, SourceError<S::Error>>,
    ) -> Result<(), SourceError<S::Error>> {
        match made {
            Ok(len) => {
                self.shelf.keep(next, len);
                self.failure = None;
            }
            Err(error) if next.has_substitute() => self.failure = Some(error),
            Err(error) => {
                self.failure = None;
                return Err(error);
            }
        }
        let now = self.clock.now().map_err(SourceError::Clock)?;
        if self.shelf.is_current(now) {
            return Ok(());
        }
        Err(self.failure.take().unwrap_or(SourceError::Overtaken))
    }
}

/// The length of the finished token.
fn finish<A: JwsAlgorithm, E>(
    draft: Draft<'_, A>,
    signature: Result<A::Signature, E>,
) -> Result<usize, SourceError<E>> {
    let signature = signature.map_err(SourceError::Signer)?;
    let token = draft.finish(signature.as_ref()).map_err(SourceError::Mint)?;
    Ok(token.as_str().len())
}

impl<S: SignerKey, C, R> fmt::Debug for TokenSource<'_, S, C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("plan", &self.shelf.plan)
            .field("renewal", &self.shelf.renewal)
            .finish_non_exhaustive()
    }
}
