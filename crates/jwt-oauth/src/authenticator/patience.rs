//! When to try again: how many times, how long to wait, and by how much the clock is off.

use jwt_core::NumericDate;

use super::Timing;

/// The longest wait that a server may ask for: a day.
const LONGEST_RETRY_AFTER: u32 = 86_400;

/// A `Date` has whole seconds, and was on its way for a while: so much is no skew.
const SKEW_IGNORED: u64 = 2;

/// What went wrong since something went right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience {
    /// Requests for a token that failed, in a row.
    attempts: u8,
    /// The status of the last of them.
    pub(super) status: u16,
    /// New tokens that the API refused, in a row.
    refusals: u8,
    /// What is waited for: since when, how long, and whether the wait has its jitter yet.
    wait: Option<Wait>,
    /// The server asked for a nonce, and got it.
    pub(super) server_nonce: bool,
    /// The API did.
    pub(super) api_nonce: bool,
    /// A new token was fetched because the API refused one.
    pub(super) new_token: bool,
    /// The clock was corrected.
    skew: bool,
}

#[derive(Clone, Copy, Debug)]
struct Wait {
    since: NumericDate,
    seconds: u32,
    is_drawn: bool,
}

impl Patience {
    /// A request for a token failed at `now`.
    pub(super) fn lost(&mut self, now: NumericDate, status: u16, retry_after: u32) {
        self.attempts = self.attempts.saturating_add(1);
        self.status = status;
        self.server_nonce = false;
        self.start(now, retry_after);
    }

    /// The API refused a new token at `now`.
    pub(super) fn refused(&mut self, now: NumericDate, retry_after: u32) {
        self.refusals = self.refusals.saturating_add(1);
        self.start(now, retry_after);
    }

    fn start(&mut self, since: NumericDate, seconds: u32) {
        let seconds = seconds.min(LONGEST_RETRY_AFTER);
        self.wait = Some(Wait { since, seconds, is_drawn: false });
    }

    /// A token came.
    pub(super) fn token_came(&mut self) {
        *self = Self { refusals: self.refusals, new_token: self.new_token, ..Self::default() };
    }

    /// The API took a token.
    pub(super) fn api_done(&mut self) {
        self.refusals = 0;
        (self.api_nonce, self.new_token, self.skew) = (false, false, false);
    }

    pub(super) fn is_exhausted(&self, timing: &Timing) -> bool {
        self.attempts >= timing.max_attempts.max(1)
    }

    /// Draws the jitter of a wait that has none yet: from half of the backoff to the whole of it.
    pub(super) fn draw(&mut self, timing: &Timing, random: &[u8; 16]) {
        let failures = u32::from(self.attempts.max(self.refusals)).saturating_sub(1);
        let backoff = 1_u32.checked_shl(failures).unwrap_or(u32::MAX);
        let backoff = timing.first_wait.max(1).saturating_mul(backoff);
        let backoff = backoff.min(timing.longest_wait.max(1));
        let draw = random.last_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let half = backoff / 2;
        let jittered =
            half.saturating_add(draw.checked_rem(half.saturating_add(1)).unwrap_or(0)).max(1);
        if let Some(wait) = self.wait.as_mut().filter(|wait| !wait.is_drawn) {
            *wait = Wait { seconds: wait.seconds.max(jittered), is_drawn: true, ..*wait };
        }
    }

    /// Seconds left. Where the clock went back, the whole wait begins again, and no longer one.
    pub(super) fn left(&self, now: NumericDate) -> u32 {
        self.wait.map_or(0, |wait| {
            let passed = u32::try_from(now.seconds_since(wait.since)).unwrap_or(u32::MAX);
            wait.seconds.saturating_sub(passed)
        })
    }

    /// Takes the clock of the server for right, once, where it is off from what was thought. The new skew.
    pub(super) fn correct(
        &mut self,
        now: NumericDate,
        server: Option<NumericDate>,
        skew: i64,
        timing: &Timing,
    ) -> Option<i64> {
        let found = server?.seconds().checked_sub(now.seconds())?;
        let is_news = found.abs_diff(skew) > SKEW_IGNORED;
        if self.skew || !is_news || found.unsigned_abs() > timing.max_skew.into() {
            return None;
        }
        self.skew = true;
        Some(found)
    }
}
