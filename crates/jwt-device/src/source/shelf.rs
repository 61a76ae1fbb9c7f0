//! Where the last token is kept while the next one is made. Knows no signer and no clock.

use jwt_core::NumericDate;

use super::{Decision, Plan, Renewal, Token, Window, decide};

/// The caller's buffer, in halves that take turns; and the plan of the token in it.
pub(super) struct Shelf<'b> {
    buf: &'b mut [u8],
    /// The last token's length, and whether it is in the second half.
    len: usize,
    second: bool,
    pub(super) plan: Option<Plan>,
    pub(super) renewal: Renewal,
    pub(super) random: u32,
}

/// A token to be minted.
pub(super) struct Next {
    plan: Plan,
    has_substitute: bool,
}

impl Next {
    pub(super) const fn window(&self) -> Window {
        self.plan.window()
    }

    /// Whether the last token is good enough where this one cannot be minted.
    pub(super) const fn has_substitute(&self) -> bool {
        self.has_substitute
    }
}

/// Why no token is to be minted, although there is none that would do.
pub(super) enum Refused {
    TooSoon { retry_at: NumericDate },
    TooLong { useful_life: u32 },
}

impl<'b> Shelf<'b> {
    pub(super) const fn new(buf: &'b mut [u8], renewal: Renewal) -> Self {
        Self { buf, len: 0, second: false, plan: None, renewal, random: 0 }
    }

    pub(super) fn next(&mut self, now: NumericDate, seconds: u32) -> Result<Option<Next>, Refused> {
        self.see(now);
        let has_substitute = match decide(now, self.plan.as_ref(), seconds, &self.renewal) {
            Decision::Reuse => return Ok(None),
            Decision::Renew => true,
            Decision::Mint => false,
            Decision::TooSoon { retry_at } => return Err(Refused::TooSoon { retry_at }),
            Decision::TooLong { useful_life } => return Err(Refused::TooLong { useful_life }),
        };
        let plan = Plan::new(now, &self.renewal, self.random);
        Ok(Some(Next { plan, has_substitute }))
    }

    /// How many tokens the buffer has to hold.
    pub(super) const fn tokens(&self) -> usize {
        if self.renewal.is_single_use() { 1 } else { 2 }
    }

    /// Room for the next token.
    pub(super) fn spare(&mut self) -> &mut [u8] {
        if self.renewal.is_single_use() {
            return self.buf;
        }
        let half = self.buf.len() / 2;
        // The half that is not in use. Of an odd buffer the last byte is in neither: else a token could
        // fit into one half and its successor not into the other.
        let start = if self.second { 0 } else { half };
        self.buf.get_mut(start..).and_then(|rest| rest.get_mut(..half)).unwrap_or_default()
    }

    /// Takes in the token that was made in [`Shelf::spare`].
    pub(super) fn keep(&mut self, next: Next, len: usize) {
        self.second = !self.second;
        self.len = len;
        self.plan = Some(next.plan);
    }

    pub(super) fn is_current(&mut self, now: NumericDate) -> bool {
        self.see(now);
        self.plan.is_some_and(|plan| plan.is_current(now))
    }

    /// Spends a token that is from the future, which did not come; later it would look good again.
    fn see(&mut self, now: NumericDate) {
        if self.plan.is_some_and(|plan| now < plan.window().issued_at) {
            self.spend();
        }
    }

    pub(super) const fn spend(&mut self) {
        if let Some(plan) = &mut self.plan {
            plan.spend();
        }
    }

    /// The last token. There is one wherever this is called.
    pub(super) fn token(&self) -> Token<'_> {
        let start =
            if self.second && !self.renewal.is_single_use() { self.buf.len() / 2 } else { 0 };
        let text = self.buf.get(start..).and_then(|half| half.get(..self.len));
        Token::new(text.and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default())
    }
}
