//! Identifiers that are never used twice, for devices without a generator.

use core::fmt;

use zeroize::Zeroize as _;

/// 16 bytes at a time that nobody else has, from a secret of the device and a count of its starts.
///
/// Each is the front of SHA-256 over the secret, the count of starts and the count since. Where there is a
/// generator of random bits, take 16 bytes from there; this is for where there is none.
///
/// ```
/// use jwt_oauth::CountedIds;
///
/// # let (secret, starts) = ([7; 32], 41);
/// // `starts` is read from flash, and written back one higher before anything is sent.
/// let mut ids = CountedIds::new(secret, starts);
/// assert_ne!(ids.draw(), ids.draw());
/// ```
///
/// # Security
/// A secret and a count of starts that were used before give the same identifiers again, which a server refuses
/// as a replay. The secret is for this alone: not the one that signs.
pub struct CountedIds {
    secret: [u8; 32],
    starts: u64,
    count: u64,
}

impl CountedIds {
    /// Starts to count.
    #[must_use]
    pub const fn new(secret: [u8; 32], starts: u64) -> Self {
        Self { secret, starts, count: 0 }
    }

    /// The next 16 bytes.
    #[must_use]
    pub fn draw(&mut self) -> [u8; 16] {
        let mut input = [0; 48];
        let counts = self.starts.to_be_bytes().into_iter().chain(self.count.to_be_bytes());
        input
            .iter_mut()
            .zip(self.secret.into_iter().chain(counts))
            .for_each(|(to, from)| *to = from);
        self.count = self.count.wrapping_add(1);
        let hash = jwt_core::sha256(&input);
        input.zeroize();
        hash.first_chunk().copied().unwrap_or_default()
    }
}

impl Drop for CountedIds {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl fmt::Debug for CountedIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedIds").field("count", &self.count).finish_non_exhaustive()
    }
}
