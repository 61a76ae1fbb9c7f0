//! A count of seconds that does not wrap, of a count of milliseconds that does.

/// Makes of a 32-bit counter of milliseconds, which wraps after 49.7 days, seconds that do not wrap.
///
/// **Poll it at least every 49 days** (2^32 ms): a wrap that nobody saw is lost. A device that sends a
/// token now and then does; a watchdog or heartbeat makes sure. The counter has to be one that never goes
/// back: a step back of one millisecond cannot be told from a round but one. It divides 32-bit numbers
/// only.
///
/// ```
/// use jwt_device::clock::{Clock, MillisCounter, OffsetClock, floor};
///
/// # let mut ticks = [4_294_967_000_u32, 704].into_iter(); // 296 ms before the wrap, and 704 after
/// # let mut millis = move || ticks.next().unwrap();
/// let mut counter = MillisCounter::new();
/// let uptime = move || counter.seconds(millis()); // `millis` is your timer
/// let mut clock = OffsetClock::new(uptime, floor(1_780_000_000));
/// clock.set(1_784_882_977)?;
/// assert_eq!(clock.now()?.seconds(), 1_784_882_978);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MillisCounter {
    last: u32,
    /// Milliseconds that do not make a second yet: fewer than 1000.
    rest: u32,
    seconds: u64,
}

impl MillisCounter {
    /// A counter that begins at 0, as one that counts from boot does.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: 0, rest: 0, seconds: 0 }
    }

    /// The seconds since boot, where the counter of milliseconds reads `now`.
    pub fn seconds(&mut self, now: u32) -> u64 {
        let elapsed = now.wrapping_sub(self.last);
        self.last = now;
        self.rest = self.rest.wrapping_add(elapsed % 1000);
        let carry = self.rest / 1000;
        self.rest %= 1000;
        let whole = (elapsed / 1000).wrapping_add(carry);
        self.seconds = self.seconds.saturating_add(u64::from(whole));
        self.seconds
    }
}
