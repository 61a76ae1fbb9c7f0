//! When to mint: the policy as data, and the decision as a function. Nothing here reads a clock or holds
//! a token.

use jwt_core::NumericDate;

use crate::profile::Profile;

/// How long tokens live, and when a new one is minted. All in seconds.
///
/// ```
/// use jwt_device::Renewal;
///
/// const TELEMETRY: Renewal = Renewal { margin: 120, jitter: 60, ..Renewal::lasting(3600) };
/// const _: () = assert!(TELEMETRY.is_consistent());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct Renewal {
    /// From "iat" to "exp", or to where the API refuses a token that has no "exp".
    pub lifetime: u32,
    /// How long before its end a token is renewed. It covers the way to the API, clocks that differ, and
    /// attempts that fail. A margin of the whole lifetime mints at every call.
    pub margin: u32,
    /// From one minting to the next at least: an API that counts answers sooner ones by 429. 0 where there
    /// is no such rule.
    pub min_interval: u32,
    /// How long a token is handed out at most, whatever its lifetime: `u32::MAX` where "exp" alone
    /// decides, 0 where every request has a token of its own.
    pub max_interval: u32,
    /// Up to this much earlier is a token renewed, so that devices that were switched on together do not
    /// ask together for ever. See [`TokenSource::set_jitter`](super::TokenSource::set_jitter). More than
    /// the lifetime without its margin makes some devices mint at every call: [`Renewal::is_consistent`].
    pub jitter: u32,
}

impl Renewal {
    /// Tokens that live for `lifetime` and are renewed in its last tenth, or its last 5 minutes where
    /// those are shorter.
    #[must_use]
    pub const fn lasting(lifetime: u32) -> Self {
        let tenth = lifetime / 10;
        let margin = if tenth < 300 { tenth } else { 300 };
        Self { lifetime, margin, min_interval: 0, max_interval: u32::MAX, jitter: 0 }
    }

    /// Tokens that live for `lifetime` and are handed out once.
    ///
    /// Once each, but two of the same second have the same text where signatures are deterministic, as
    /// those of ES256 with a key in memory are, and nothing else in them differs: write a new "jti".
    #[must_use]
    pub const fn single_use(lifetime: u32) -> Self {
        Self { margin: 0, max_interval: 0, ..Self::lasting(lifetime) }
    }

    /// What the rules of an API ask for, with the margin of [`Renewal::lasting`].
    ///
    /// ```
    /// use jwt_device::Renewal;
    /// use jwt_device::profile::{AppleApns, ProviderToken as _};
    ///
    /// const APNS: Renewal = Renewal::of(&AppleApns::PROFILE);
    /// assert_eq!((APNS.min_interval, APNS.max_interval, APNS.margin), (1200, 3600, 300));
    /// ```
    #[must_use]
    pub const fn of(profile: &Profile) -> Self {
        let max_interval = match profile.max_interval() {
            Some(max_interval) => max_interval,
            None => u32::MAX,
        };
        let lifetime = match profile.lifetime() {
            Some(lifetime) => lifetime,
            None => max_interval,
        };
        if profile.single_use() {
            return Self::single_use(lifetime);
        }
        let min_interval = match profile.min_interval() {
            Some(min_interval) => min_interval,
            None => 0,
        };
        let shorter = if lifetime < max_interval { lifetime } else { max_interval };
        Self { lifetime, min_interval, max_interval, ..Self::lasting(shorter) }
    }

    /// Whether a token can always be renewed before its end, which a least interval of more than the
    /// lifetime without margin and jitter forbids. For a `const` assertion.
    #[must_use]
    pub const fn is_consistent(&self) -> bool {
        let due = self.useful_life().saturating_sub(self.margin).saturating_sub(self.jitter);
        if self.is_single_use() {
            self.min_interval == 0
        } else {
            0 < due && self.min_interval <= due
        }
    }

    /// Whether every request has a token of its own.
    #[must_use]
    pub const fn is_single_use(&self) -> bool {
        self.max_interval == 0
    }

    /// How long after its minting a token may be sent.
    #[must_use]
    pub const fn useful_life(&self) -> u32 {
        if self.is_single_use() || self.lifetime < self.max_interval {
            self.lifetime
        } else {
            self.max_interval
        }
    }

    /// How much earlier than the margin says, for `random`: 0 to [`Renewal::jitter`], evenly.
    fn jitter_of(&self, random: u32) -> u64 {
        // The upper half of a product instead of a remainder: no division.
        u64::from(random).saturating_mul(u64::from(self.jitter).saturating_add(1)) >> 32
    }
}

/// The times of a token that is to be minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Now, for "iat" (Issued At), RFC 7519 section 4.1.6, or what takes its place.
    pub issued_at: NumericDate,
    /// For "exp" (Expiration Time), RFC 7519 section 4.1.4; leave it out where the API has none.
    pub expiration_time: NumericDate,
    /// From the one to the other: [`Renewal::lifetime`].
    pub lifetime: u32,
}

/// A token that was minted, as far as time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    window: Window,
    end: NumericDate,
    renew_at: NumericDate,
    spent: bool,
}

impl Plan {
    /// The plan for a token that is minted at `now`. `random` chooses within [`Renewal::jitter`].
    #[must_use]
    pub fn new(now: NumericDate, renewal: &Renewal, random: u32) -> Self {
        let lifetime = renewal.lifetime;
        let end = now.saturating_add(u64::from(renewal.useful_life()));
        let early = u64::from(renewal.margin).saturating_add(renewal.jitter_of(random));
        Self {
            window: Window {
                issued_at: now,
                expiration_time: now.saturating_add(u64::from(lifetime)),
                lifetime,
            },
            end,
            renew_at: end.saturating_sub(early),
            spent: renewal.is_single_use(),
        }
    }

    /// The times in the token.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The end: from then on the token is not handed out.
    #[must_use]
    pub const fn end(&self) -> NumericDate {
        self.end
    }

    /// When the next token is due.
    #[must_use]
    pub const fn renew_at(&self) -> NumericDate {
        self.renew_at
    }

    /// Takes note that the token is never to be handed out again.
    pub const fn spend(&mut self) {
        self.spent = true;
    }

    /// Whether the token is neither over nor from the future.
    #[must_use]
    pub fn is_current(&self, now: NumericDate) -> bool {
        // RFC 7519 section 4.1.4: "the current date/time MUST be before the expiration date/time".
        self.window.issued_at <= now && now < self.end
    }
}

/// What a [`TokenSource`](super::TokenSource) does when it is asked for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The last token is handed out.
    Reuse,
    /// The last token would do, but a new one is due. Where it cannot be minted, the last is handed out.
    Renew,
    /// A new token is minted: there is none that would do.
    Mint,
    /// There is no token that would do, and it is too soon for a new one.
    TooSoon {
        /// The earliest time for it.
        retry_at: NumericDate,
    },
    /// No token would do, old or new.
    TooLong {
        /// Seconds for which a new token is good.
        useful_life: u32,
    },
}

/// What to do at `now` when asked for a token that is good for at least `seconds`.
///
/// `last` is the token that was minted last, whether it is still good or not.
///
/// ```
/// use jwt_core::NumericDate;
/// use jwt_device::Renewal;
/// use jwt_device::source::{Decision, Plan, decide};
///
/// let renewal = Renewal { margin: 60, min_interval: 200, ..Renewal::lasting(300) };
/// let minted = NumericDate::from_seconds(1_780_000_000);
/// let plan = Plan::new(minted, &renewal, 0);
/// let after = |seconds, need| decide(minted.saturating_add(seconds), Some(&plan), need, &renewal);
/// assert_eq!(decide(minted, None, 0, &renewal), Decision::Mint);
/// assert_eq!(after(239, 0), Decision::Reuse);
/// assert_eq!(after(240, 0), Decision::Renew);
/// assert_eq!(after(240, 61), Decision::Mint);
/// assert_eq!(after(199, 120), Decision::TooSoon { retry_at: minted.saturating_add(200) });
/// assert_eq!(after(0, 301), Decision::TooLong { useful_life: 300 });
/// ```
#[must_use]
pub fn decide(now: NumericDate, last: Option<&Plan>, seconds: u32, renewal: &Renewal) -> Decision {
    let useful_life = renewal.useful_life();
    // A token is handed out while it has a second left: one that lives for none helps nobody.
    if seconds.max(1) > useful_life {
        return Decision::TooLong { useful_life };
    }
    let Some(last) = last else { return Decision::Mint };
    let minted = last.window.issued_at;
    let retry_at = minted.saturating_add(u64::from(renewal.min_interval));
    // Minted in the future: the clock was set back since, and nobody knows how long ago it really was.
    let may_mint = now < minted || now >= retry_at;
    let will_do =
        !last.spent && last.is_current(now) && last.end.seconds_since(now) >= u64::from(seconds);
    match (will_do, may_mint) {
        (true, true) if now >= last.renew_at => Decision::Renew,
        (true, _) => Decision::Reuse,
        (false, true) => Decision::Mint,
        (false, false) => Decision::TooSoon { retry_at },
    }
}
