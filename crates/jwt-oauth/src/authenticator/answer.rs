//! What came back from a server: the parts of an HTTP answer that decide what comes next.

use core::fmt;

use jwt_core::NumericDate;

use crate::challenge::Challenges;
use crate::date::http_date;
use crate::field::{RetryAfter, dpop_nonce};
use crate::response::ErrorCode;

/// An HTTP answer, of a token endpoint or of the API.
///
/// ```
/// use jwt_oauth::Answer;
///
/// # let (status, headers, body) = (401, [("DPoP-Nonce", b"n".as_slice())], b"");
/// let answer = headers.iter().fold(Answer::new(status, body), |answer, (name, value)| {
///     answer.header(name, value)
/// });
/// ```
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
    /// The first of each.
    date: Option<&'a [u8]>,
    retry_after: Option<&'a [u8]>,
    pub(super) nonce: Option<&'a str>,
    /// "error" of a Bearer or DPoP challenge.
    pub(super) error: Option<ErrorCode>,
}

impl<'a> Answer<'a> {
    /// An answer without header fields. The body of an answer of the API is not looked at.
    #[must_use]
    pub const fn new(status: u16, body: &'a [u8]) -> Self {
        Self { status, body, date: None, retry_after: None, nonce: None, error: None }
    }

    /// Shows a header field: each in turn, any order, the names in any case. `DPoP-Nonce`, `WWW-Authenticate`,
    /// `Retry-After` and `Date` are taken; what is malformed counts as absent.
    #[must_use]
    pub fn header(mut self, name: &str, value: &'a [u8]) -> Self {
        if name.eq_ignore_ascii_case("date") {
            self.date = self.date.or(Some(value));
        } else if name.eq_ignore_ascii_case("retry-after") {
            self.retry_after = self.retry_after.or(Some(value));
        } else if name.eq_ignore_ascii_case("dpop-nonce") {
            self.nonce = self.nonce.or(dpop_nonce(value).ok());
        } else if name.eq_ignore_ascii_case("www-authenticate")
            && let Ok(challenges) = Challenges::parse(value)
        {
            let ours = challenges.iter().filter(|it| it.is("Bearer") || it.is("DPoP"));
            let mut errors = ours.filter_map(|challenge| challenge.param("error"));
            let found = errors.next().map(|error| ErrorCode::find(|name| error == *name));
            self.error = self.error.or(found);
        }
        self
    }

    /// "Date", by the clock of the server.
    pub(super) fn date(&self, now: NumericDate) -> Option<NumericDate> {
        http_date(self.date?, now).ok()
    }

    /// Seconds that the server asks to wait.
    pub(super) fn retry_after(&self, now: NumericDate) -> u32 {
        let server_now = self.date(now).unwrap_or(now);
        let after = self.retry_after.and_then(|value| RetryAfter::parse(value, now).ok());
        after.map_or(0, |after| after.seconds(server_now))
    }
}

impl fmt::Debug for Answer<'_> {
    /// Without the body, which may hold a token, and the nonce.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
